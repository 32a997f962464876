// Public pages with script: a face is saved without leaving the page, ids and the secret of a complaint's link are made here.
// Everything works without it: these are plain forms.
(() => {
  const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  const random = (n) => crypto.getRandomValues(new Uint8Array(n));
  // A UUIDv7: 48 bits of time, the rest random.
  const newId = () => {
    const time = Date.now().toString(16).padStart(12, "0");
    const rest = random(10);
    rest[0] = 0x70 | (rest[0] & 15);
    rest[2] = 0x80 | (rest[2] & 63);
    const r = hex(rest);
    return `${time.slice(0, 8)}-${time.slice(8)}-${r.slice(0, 4)}-${r.slice(4, 8)}-${r.slice(8)}`;
  };
  const $ = (selector, root = document) => root.querySelector(selector);

  for (const form of document.forms) {
    form.addEventListener("submit", () => {
      if (form.elements.id && !form.elements.id.value) form.elements.id.value = newId();
      if (form.elements.secret && !form.elements.secret.value) form.elements.secret.value = hex(random(32));
    });
  }

  const faces = $("form.faces");
  faces?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const face = event.submitter;
    const body = new URLSearchParams({ id: newId(), face: face.value, website: "" });
    for (const other of faces.querySelectorAll("button")) other.setAttribute("aria-pressed", other === face);
    try {
      const key = newId();
      const answer = await fetch(faces.action, { method: "POST", body, headers: { "Idempotency-Key": key } });
      const way = answer.headers.get("X-Outbox-Location");
      if (answer.headers.get("X-Outbox-Ack") !== key || !way) throw new Error(answer.status);
      const more = $("#more");
      more.hidden = false;
      $("form", more).action = way;
      $("[role=status]", more).focus();
    } catch {
      // The plain way, without script, tells what is wrong.
      faces.elements.id.value = body.get("id");
      const chosen = document.createElement("input");
      Object.assign(chosen, { type: "hidden", name: "face", value: face.value });
      faces.append(chosen);
      HTMLFormElement.prototype.submit.call(faces);
    }
  });

  // Came from an error, or by "Ada keluhan?": open where the form is.
  if (location.hash === "#keluhan") $("#keluhan").open = true;
})();
