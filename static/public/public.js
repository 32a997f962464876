// Public pages with script: what somebody sends is kept on her phone first (static/js/outbox.js stands in front of this),
// a face is saved without leaving the page, and a complaint has its link before there is signal. Without script these
// are plain forms. Everything here stands inside each page, so it is kept short.
(() => {
  const owner = "public";
  const $ = (selector, root = document) => root.querySelector(selector);
  const watched = new Set();
  let timer;

  async function send(force) {
    clearTimeout(timer);
    const { left } = await Outbox.drain({ owner, force });
    if (left) timer = setTimeout(send, 5000);
    // A picture that was not taken: its complaint's page says so, and asks for another one.
    const lost = (one) => one.state === "refused" && one.page === location.pathname && one.files && !watched.has(one.key);
    const photo = (await Outbox.list()).find(lost);
    if (!photo) return;
    await Outbox.remove(photo.seq);
    location.search += "&photo=failed";
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
    const base = { owner, page: location.pathname, fields: [] };
    const photo = fields.map(([, value]) => value).find((value) => value.size);
    const picture = photo && (await shrink(photo));
    const kept = [];
    if (!form.dataset.photo) kept.push({ ...base, key: Outbox.newId(), url: form.action, fields: text, entity: data.id });
    if (picture) {
      // The picture of a new complaint goes on from that complaint's page, which comes as soon as the words are there.
      const page = data.secret ? `/k/${data.secret}` : base.page;
      const url = form.dataset.photo ? form.action : `${page}/photos`;
      const files = [{ field: "photo", name: "foto", type: picture.type, bytes: await picture.arrayBuffer() }];
      kept.push({ ...base, key: Outbox.newId(), page, url, files, deps: [data.id] });
    }
    if (!kept.length) return form.submit();
    try {
      for (const record of kept) await Outbox.put(record);
    } catch {
      // This phone keeps nothing: the plain way is left.
      if (submitter?.name) form.insertAdjacentHTML("beforeend", `<input type="hidden" name="${submitter.name}" value="${submitter.value}">`);
      return form.submit();
    }
    const { key } = kept[0];
    watched.add(key);
    const heard = Outbox.outcome(key, 8000);
    if (form.className === "faces") pressed(form, submitter, data.id);
    send(true);
    const news = await heard;
    delete form.dataset.busy;
    if (news.type === "refused" && news.html) {
      const record = await Outbox.find(key);
      if (record) await Outbox.remove(record.seq);
      const page = new DOMParser().parseFromString(news.html, "text/html");
      document.body.replaceChild(document.adoptNode($("main", page)), $("main"));
      return listen();
    }
    if (form.className === "faces") return news.type === "done" || tell(form);
    if (news.type === "done") return location.assign(news.location);
    if (data.secret) $("#link").href = $("#link").textContent = new URL(`/k/${data.secret}`, location).href;
    form.reset();
    tell(form, data.secret);
  }

  function pressed(form, face, id) {
    for (const other of form.querySelectorAll("button")) other.setAttribute("aria-pressed", other === face);
    const more = $("#more");
    if (!more) return;
    more.hidden = false;
    $("form", more).action = form.action.replace(/\/nilai(?=$|\?)/, `/nilai/${id}`);
    $("[role=status]", more).focus();
  }

  // Kept on the phone, not sent yet: said where she looks.
  function tell(form, hasLink) {
    const kept = $("#kept");
    form.after(kept);
    $("p + p", kept).hidden = !hasLink;
    kept.hidden = false;
    kept.focus();
  }

  function listen() {
    for (const form of document.forms) form.onsubmit = take;
  }

  Outbox.listen((news) => {
    if (news.type !== "done" || watched.has(news.key) || news.page !== location.pathname) return;
    $("#kept").hidden = true;
    if (location.pathname.startsWith("/k/") && ![...document.querySelectorAll("textarea")].some((area) => area.value)) location.reload();
  });
  addEventListener("online", () => send(true));
  addEventListener("pageshow", () => send(true));
  document.onvisibilitychange = () => document.visibilityState === "visible" && send();
  listen();
  if (location.hash === "#keluhan") $("#keluhan").open = true;
})();
