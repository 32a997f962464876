// The kill switch, served in place of the worker while ECRM_WORKER is off: takes the worker and its caches off every phone
// that comes by. Never the database "ecrm", in which words wait that nobody has sent yet.

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => {
  const leave = async () => {
    for (const name of await caches.keys()) await caches.delete(name);
    await registration.unregister();
  };
  event.waitUntil(leave());
});
