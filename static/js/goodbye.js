// Signing out as the phone keeps it: a write in the outbox, which the server must hear of before it is asked for anything else.
// One code for pages and worker; without it the button sends its plain form.

self.Goodbye = (() => {
  const isGoodbye = (record) => record.kind === "sign-out";

  // The write first: a phone that dies in between must not believe that the server has been told.
  async function keep(owner) {
    await Outbox.put({ kind: "sign-out", owner, url: new URL("/sign-out", location).href, label: "" });
    await Outbox.meta("signing-out", owner);
    await Outbox.meta("owner", "nobody");
  }

  // Tells the server, within `patience` milliseconds; gives whether it is done.
  async function tell(owner, patience) {
    const late = new Promise((resolve) => setTimeout(resolve, patience));
    await Promise.race([Outbox.drain({ owner, force: true }), late]).catch(() => {});
    const all = (await Outbox.list()).filter(isGoodbye);
    if (all.some((record) => record.state === "waiting" && !record.auth)) return false;
    // Heard, or the session had ended already: both is what was wanted.
    await Outbox.remove(...all.map(({ seq }) => seq));
    await Outbox.meta("signing-out", "");
    return true;
  }

  return { isGoodbye, keep, tell };
})();
