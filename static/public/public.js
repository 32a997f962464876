// Public pages with script: what somebody sends is kept on her phone first (static/js/outbox.js stands in front of this),
// a face is saved without leaving the page, and a complaint has its link before there is signal. Without script these
// are plain forms. Everything here stands inside each page, so it is kept short.
(() => {
  const owner = "public";
  const $ = (selector, root = document) => root.querySelector(selector);
  const watched = new Set();
  let timer;
  const isTyping = () => [...document.querySelectorAll("textarea")].some((area) => area.value);

  async function send(force) {
    clearTimeout(timer);
    const { left } = await Outbox.drain({ owner, force });
    if (left) timer = setTimeout(send, 5000);
    const isLost = (one) => one.state === "refused" && one.page === location.pathname && !watched.has(one.key);
    const lost = (await Outbox.list()).find(isLost);
    const form = lost && [...document.forms].find(({ action }) => action === lost.url);
    if (!form || isTyping()) return;
    await Outbox.remove(lost.seq);
    // Refused while nobody looked. Of a picture the page says so, and asks for another one; words come back by the plain way, as a
    // page that says what to mend.
    if (lost.files) return (location.search += "&photo=failed");
    for (const [name, value] of lost.fields) if (form.elements[name]) form.elements[name].value = value;
    form.submit();
  }

  // Smaller on the phone, before it is kept and sent: 1280 pixels are enough to see a torn bag.
  async function shrink(file) {
    try {
      const image = await createImageBitmap(file);
      const scale = Math.min(1, 1280 / Math.max(image.width, image.height));
      const canvas = document.createElement("canvas");
      canvas.width = image.width * scale;
      canvas.height = image.height * scale;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      const small = await new Promise((resolve) => canvas.toBlob(resolve, "image/webp", 0.7));
      return small?.size < file.size ? small : file;
    } catch {
      return file;
    }
  }

  async function take(event) {
    const form = event.target;
    const { submitter } = event;
    event.preventDefault();
    // The same tap twice is one; another face while the first is on its way is a change of mind.
    const busy = submitter?.value || "1";
    if (form.dataset.busy === busy) return;
    form.dataset.busy = busy;
    const { elements } = form;
    if (elements.id) elements.id.value = Outbox.newId();
    if (elements.secret) elements.secret.value = Outbox.secret();
    const fields = [...new FormData(form, submitter)];
    const text = fields.filter(([, value]) => typeof value === "string");
    const data = Object.fromEntries(text);
    const base = { owner, page: location.pathname };
    const photo = fields.map(([, value]) => value).find((value) => value.size);
    const picture = photo && (await shrink(photo));
    const records = [];
    if (!form.dataset.photo) records.push({ ...base, url: form.action, fields: text, entity: data.id, deps: [form.dataset.needs] });
    if (picture) {
      // The picture of a new complaint goes on from that complaint's page, which comes as soon as the words are there.
      const page = data.secret ? `/k/${data.secret}` : base.page;
      const url = form.dataset.photo ? form.action : location.origin + page + "/photos" + location.search;
      const files = [{ field: "photo", name: "foto", type: picture.type, bytes: await picture.arrayBuffer() }];
      records.push({ ...base, page, url, files, deps: [data.id] });
    }
    const kept = await Outbox.putAll(records).catch(() => []);
    if (!kept.length) {
      // Nothing to keep, or a phone that keeps nothing: the plain way is left where there is signal; else what was typed stays.
      form.dataset.busy = "";
      if (!(await Outbox.isHealthy())) return tell(form, 0, $("#full"));
      form.onsubmit = null;
      return form.requestSubmit(submitter);
    }
    const [{ key }] = kept;
    watched.add(key);
    const heard = Outbox.outcome(key, 8000);
    if (form.className === "faces") pressed(form, submitter, data.id);
    // Where the sender has given up for now there is nothing to wait for.
    const news = (await Promise.race([heard, send(true)])) || {};
    delete form.dataset.busy;
    if (news.html) {
      for (const { seq } of kept) await Outbox.remove(seq);
      const page = new DOMParser().parseFromString(news.html, "text/html");
      document.body.replaceChild(document.adoptNode($("main", page)), $("main"));
      return listen();
    }
    const isDone = news.type === "done";
    if (form.className === "faces") return isDone || tell(form);
    if (isDone) return location.assign(news.location);
    watched.delete(key);
    if (data.secret) $("#link").href = $("#link").textContent = new URL(`/k/${data.secret}`, location).href;
    form.reset();
    tell(form, data.secret);
  }

  function pressed(form, face, id) {
    for (const other of form.querySelectorAll("button")) other.setAttribute("aria-pressed", other === face);
    const more = $("#more");
    if (!more) return;
    more.hidden = false;
    const words = $("form", more);
    words.action = form.action.replace(/\/nilai(?=$|\?)/, `/nilai/${id}`);
    words.dataset.needs = id;
    $("[role=status]", more).focus();
  }

  // Kept on the phone, not sent yet: said where she looks.
  function tell(form, hasLink, box = $("#kept")) {
    form.after(box);
    $("#link").parentNode.hidden = !hasLink;
    box.hidden = false;
    box.focus();
  }

  function listen() {
    for (const form of document.forms) form.onsubmit = take;
  }

  Outbox.listen((news) => {
    if (news.type !== "done" || watched.has(news.key) || news.page !== location.pathname) return;
    $("#kept").hidden = true;
    if (location.pathname.startsWith("/k/") && !isTyping()) location.reload();
  });
  addEventListener("online", () => send(true));
  addEventListener("pageshow", () => send(true));
  document.onvisibilitychange = () => document.hidden || send();
  listen();
  if (location.hash === "#keluhan") $("#keluhan").open = true;
})();
