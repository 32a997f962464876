// Keeps the screen on while a customer scans it. Where the browser cannot, or the battery is low, it goes dark as always.

// The lock ends by itself when another app comes to the front.
const stayOn = () => document.visibilityState === "visible" && navigator.wakeLock?.request("screen").catch(() => {});

document.addEventListener("visibilitychange", stayOn);
stayOn();
