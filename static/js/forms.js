// Hands forms to the outbox, shows what waits, and decides when to try again. A form says `data-outbox="what it is"`;
// it is an ordinary form all the same, and works when this file never arrives.

import "/static/js/goodbye.js";

const { owner, seal } = document.body.dataset;
const [person] = owner.split(":");
const isSomebody = owner !== "nobody";
const PATIENCE = 8000;
const LONGEST_REST = 30_000;
let shownAt = new Map(); // where else than on its own page a write is shown while it waits
const touched = new Set(); // the forms in which something was typed
const watched = new Set(); // the writes whose answer this page waits for
const sentences = document.getElementById("outbox-words")?.content;
const say = (name) => sentences?.querySelector(`[data-say="${name}"]`)?.textContent.trim() ?? "";

// ---------- from a form to a record ----------

const words = (text) => (text ?? "").split(" ").filter(Boolean);

async function pack(form, submitter) {
  const fields = [];
  const files = [];
  for (const [name, value] of new FormData(form, submitter)) {
    if (typeof value === "string") fields.push([name, value]);
    // Bytes, not the file itself: WebKit cannot always keep those.
    else if (value.size) files.push({ field: name, name: value.name, type: value.type, bytes: await value.arrayBuffer() });
  }
  const data = Object.fromEntries(fields);
  return {
    owner,
    url: submitter?.hasAttribute("formaction") ? submitter.formAction : form.action,
    page: location.pathname,
    fields,
    files,
    version: Number(form.dataset.version ?? 1),
    entity: data.id,
    deps: words(form.dataset.needs).map((name) => data[name] ?? name),
    at: form.dataset.at,
    after: form.dataset.after,
    label: (form.dataset.outbox || document.title).replace(/\{(\w+)\}/g, (_, name) => data[name] ?? ""),
  };
}

// A form that says `data-photo-to="/products/{id}/photo"` sends its words at once and its picture after them, to that address.
function parts(form, record) {
  const to = form.dataset.photoTo;
  if (!to || !record.files.length) return [record];
  const url = new URL(to.replace("{id}", record.entity), location).href;
  const picture = { ...record, url, page: new URL(url).pathname, fields: [], version: 1, entity: undefined, deps: [record.entity] };
  return [{ ...record, files: [] }, picture];
}

// Ids are made here, at the tap: a page that was kept must not give two records one name.
function nameNew(form) {
  for (const input of form.querySelectorAll("input[data-new-id]")) input.value = form.dataset.entity || Outbox.newId();
}

async function take(event) {
  const form = event.target;
  if (!("outbox" in form.dataset) || event.defaultPrevented) return;
  event.preventDefault();
  if ("busy" in form.dataset) return;
  busy(form, event.submitter, true);
  touched.delete(form);
  nameNew(form);
  const kept = await keep(form, event.submitter);
  if (!kept) return sendPlainly(form, event.submitter);
  const [record] = kept;
  delete form.dataset.replaces;
  builtOn(form, record);
  delete form.dataset.entity;
  watched.add(record.key);
  const heard = Outbox.outcome(record.key, PATIENCE);
  // When the sender rests without it, as one before it is in a pause, there is nothing to wait for.
  const news = await Promise.race([heard, send().then(() => ({ type: "waiting" }))]);
  busy(form, event.submitter, false);
  if (news.type === "done") return goOn(news.location || location.href);
  if (news.type === "refused" && (await showAgain(news.html, kept))) return;
  watched.delete(record.key);
  // A record that is being changed shows what she made of it.
  if (!("supersedes" in form.dataset)) form.reset();
  if (news.type === "auth") toast(say("auth"), `/sign-in?next=${encodeURIComponent(location.pathname)}`);
  else if (news.type === "refused") toast(say("refused"), "/outbox");
  else toast(say("kept"));
}

// A place on this very page is no new page to a browser, but what stands there has changed.
function goOn(address) {
  const { pathname, search, hash } = new URL(address, location);
  const isHere = hash && pathname + search === location.pathname + location.search;
  location.assign(address);
  if (isHere) location.reload();
}

async function keep(form, submitter) {
  const put = async () => Outbox.putAll(parts(form, await pack(form, submitter)), await replaced(form));
  try {
    return await put().catch(async (error) => {
      if (error.name !== "QuotaExceededError") throw error;
      // Pages can be fetched again; what she typed cannot.
      await forgetPages("pages-");
      return put();
    });
  } catch {
    return undefined;
  }
}

// The phone is still full, or this browser keeps nothing. With signal the plain way is left; without, what was typed stays
// where it is, and she is told.
async function sendPlainly(form, submitter) {
  const isHealthy = await Outbox.isHealthy();
  busy(form, submitter, false);
  if (!isHealthy) return toast(say("full"), "", true);
  delete form.dataset.outbox;
  form.requestSubmit(submitter);
}

// From now on this form shows what that write says: the next edit is one on top of it, and in no conflict with it.
function builtOn(form, record) {
  if ("supersedes" in form.dataset) form.dataset.after = [...words(record.after), record.key].slice(-20).join(" ");
}

// The main part anew, unless somebody is typing in it.
async function refresh() {
  const typed = [...document.querySelectorAll("main input:not([type=hidden]), main textarea")];
  if (typed.some((element) => element.value !== element.defaultValue || element.checked !== element.defaultChecked)) return;
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const main = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
  if (main) stand(main);
  await paint();
}

// A main part from the server in the place of the one that is shown.
function stand(main) {
  document.querySelector("main").replaceWith(document.adoptNode(main));
  main.dispatchEvent(new Event("arrived", { bubbles: true }));
}

function busy(form, submitter, on) {
  for (const element of [form, submitter]) element?.toggleAttribute("data-busy", on);
}

// The server's own page with the sentences beside the fields; what was typed is in it, so the outbox lets go of it. A picture
// that was to follow is chosen again for her. What something else needs stays until it is sent anew, and keeps its name.
async function showAgain(html, kept) {
  const theirs = html && new DOMParser().parseFromString(html, "text/html").querySelector("main form");
  if (!theirs) return false;
  const [{ seq, entity, after = "" }] = kept;
  const others = (await mine()).filter(({ key }) => !kept.some((one) => one.key === key));
  const isNeeded = entity && others.some(({ deps }) => deps?.includes(entity));
  await Outbox.remove(...kept.map((record) => record.seq).filter((one) => !isNeeded || one !== seq));
  Object.assign(theirs.dataset, { after }, isNeeded && { replaces: seq, entity });
  stand(theirs.closest("main"));
  for (const file of kept[1]?.files ?? []) {
    const input = document.querySelector(`main input[type=file][name=${file.field}]`);
    const chosen = new DataTransfer();
    chosen.items.add(new File([file.bytes], file.name, { type: file.type }));
    input.files = chosen.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
  document.querySelector("main [autofocus]")?.focus();
  return true;
}

// "Perbaiki" leads here with the write in the address: its fields are filled in again, and sending replaces it.
async function replaced(form) {
  if (form.dataset.replaces) return Number(form.dataset.replaces);
  // A record that is changed twice before it was sent goes once, as it is now; one that this form does not show goes by itself.
  const last = words(form.dataset.after).at(-1);
  return (await mine()).find((record) => record.key === last && record.state === "waiting")?.seq;
}

async function fillIn() {
  const key = new URLSearchParams(location.hash.slice(1)).get("edit");
  const record = key && (await Outbox.list()).find((one) => one.key === key);
  if (!record || record.owner !== owner) return;
  const form = [...document.forms].find((one) => one.action === record.url);
  if (!form) return;
  form.dataset.replaces = record.seq;
  // What was made later and waits for it knows it by this name.
  if (record.entity) form.dataset.entity = record.entity;
  refill(form, record);
  form.dataset.after = record.after ?? "";
  form.scrollIntoView();
}

function refill(form, record) {
  for (const element of form.elements) {
    const values = record.fields.filter(([name]) => name === element.name).map(([, value]) => value);
    if (!element.name || element.type === "file") continue;
    if (element.type === "checkbox" || element.type === "radio") element.checked = values.includes(element.value);
    else if (values.length && element.type !== "hidden") element.value = values.at(-1);
  }
}

// A page from the server or the cache must not hide what she has changed and the server has not heard yet.
async function showWaiting() {
  for (const form of document.querySelectorAll("form[data-supersedes]")) {
    const record = (await mine()).findLast((one) => one.url === form.action && one.state === "waiting");
    if (!record || touched.has(form)) continue;
    refill(form, record);
    builtOn(form, record);
  }
}

// ---------- sending ----------

let timer;

async function send(force = false) {
  if (!isSomebody) return;
  try {
    const { left } = await Outbox.drain({ owner, force });
    clearTimeout(timer);
    if (!left) return;
    const now = Date.now();
    const ends = (await hers()).map((record) => record.retryAt).filter((at) => at > now);
    timer = setTimeout(send, Math.max(1000, Math.min(...ends, now + LONGEST_REST) - now));
    // Where the browser has it, the worker goes on when this page is closed.
    const registration = await navigator.serviceWorker?.getRegistration();
    await registration?.sync?.register("outbox");
  } catch {
    // No database in this browser: forms go the plain way.
  }
}

// What waits for this person, and what of it she wrote for the business that is open.
const hers = async () => (await Outbox.list()).filter((record) => Outbox.isHers(record, owner) && !record.sealed);
const mine = async () => (await hers()).filter((record) => record.owner === owner);

// ---------- showing ----------

async function paint() {
  if (!isSomebody) return;
  const records = await hers().catch(() => []);
  const stuck = records.filter((record) => record.state === "refused").length;
  const waiting = records.length - stuck;
  const mustSignIn = records.some((record) => record.auth);
  const mark = document.querySelector("[data-signal]");
  if (mark) {
    mark.dataset.state = stuck ? "stuck" : waiting ? "offline" : "online";
    mark.querySelector("span").textContent = stuck
      ? say("stuck").replace("{n}", stuck)
      : mustSignIn
        ? say("auth")
        : waiting
          ? say("waiting").replace("{n}", waiting)
          : say("sent");
    mark.querySelector("span").classList.toggle("visually-hidden", !records.length);
    mark.hidden = false;
  }
  navigator.setAppBadge?.(records.length).catch(() => {});
  const place = document.querySelector("[data-waiting]");
  const row = document.getElementById("outbox-row");
  if (!place || !row) return;
  shownAt = new Map(records.map((record) => [record.key, record.at]));
  const here = records.filter((record) => [record.page, record.at].includes(location.pathname) && record.owner === owner);
  place.replaceChildren(...here.map((record) => drawn(row, record, mustSignIn)));
  place.hidden = !here.length;
}

function drawn(template, record, mustSignIn) {
  const row = template.content.cloneNode(true);
  row.querySelector("[data-label]").textContent = record.label;
  row.querySelector("[data-words]").textContent =
    record.fields.find(([name]) => name === "words")?.[1] || new Date(record.madeAt).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  row.querySelector("[data-chip]").textContent = say(record.state === "refused" ? "refused" : mustSignIn ? "auth" : "row");
  return row;
}

function toast(text, href, stays) {
  const box = document.createElement("div");
  box.className = "toast";
  const line = document.createElement(href ? "a" : "span");
  if (href) line.href = href;
  line.textContent = text;
  box.append(line);
  document.querySelector(".toasts")?.replaceChildren(box);
  if (!stays) setTimeout(() => box.remove(), 6000);
}

// ---------- locking away what a signed-out person left ----------

const importKey = (text) =>
  crypto.subtle.importKey("raw", Uint8Array.from(atob(text), (c) => c.charCodeAt(0)), "AES-GCM", false, ["encrypt", "decrypt"]);

// What waits for this owner's person, in a form that only her own pages can open again.
async function lockAway() {
  const key = await importKey(seal);
  for (const record of await Outbox.list()) {
    if (record.sealed || !Outbox.isHers(record, owner) || Goodbye.isGoodbye(record)) continue;
    const files = await Promise.all((record.files ?? []).map(async (file) => ({ ...file, bytes: encode(file.bytes) })));
    const plain = new TextEncoder().encode(JSON.stringify({ ...record, files }));
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain) };
    const { seq, entity } = record; // what needs it still knows it by its name
    await Outbox.change(record, () => ({ seq, entity, owner: record.owner, state: "waiting", sealed }));
  }
}

// Opens them; what another key sealed stays as it is.
async function unlock() {
  const locked = (await Outbox.list()).filter((record) => record.sealed && Outbox.isHers(record, owner));
  if (!locked.length) return;
  const key = await importKey(seal);
  for (const record of locked) {
    const { seq, sealed } = record;
    try {
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv }, key, sealed.data);
      const opened = JSON.parse(new TextDecoder().decode(plain));
      const files = opened.files.map((file) => ({ ...file, bytes: decode(file.bytes) }));
      await Outbox.change(record, () => ({ ...opened, seq, files }));
    } catch {
      // Not hers to open, or damaged: it stays locked rather than lost.
    }
  }
}

function encode(buffer) {
  let text = "";
  const bytes = new Uint8Array(buffer);
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

const decode = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;

// ---------- leaving ----------

// Signing out empties the phone of this person: her pages go, what still waits is asked about, and the session ends on
// the server now or, without signal, with the first request that gets through.
async function leave(event) {
  const form = event.target;
  if (form.getAttribute("action") !== "/sign-out" || event.defaultPrevented) return;
  event.preventDefault();
  const left = await hers().catch(() => []);
  if (left.length) {
    const choice = await ask(left.length);
    if (choice === "stay") return;
    if (choice === "send") {
      await Outbox.drain({ owner, force: true });
      if ((await hers()).length) return toast(say("kept"));
    } else if (choice === "discard") {
      await Outbox.remove(...left.map(({ seq }) => seq));
    } else {
      await lockAway();
    }
  }
  await depart();
}

function ask(count) {
  const dialog = document.getElementById("outbox-leaving");
  dialog.querySelector("[data-count]").textContent = say("waiting").replace("{n}", count);
  // Without https a browser encrypts nothing.
  dialog.querySelector("[value=lock]").hidden = !crypto.subtle;
  dialog.returnValue = "stay";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true }));
}

async function depart() {
  await Goodbye.keep(owner);
  await forgetPages(`pages-${person}:`);
  // What another app shared with ours lies here in plain.
  const shared = await Outbox.meta("shared");
  if (shared && Outbox.isHers(shared, owner)) await Outbox.meta("shared", "");
  location.replace((await Goodbye.tell(owner, 4000)) ? "/" : "/offline");
}

async function forgetPages(begin) {
  for (const name of (await self.caches?.keys()) ?? []) if (name.startsWith(begin)) await caches.delete(name);
}

// ---------- beginning ----------

async function begin() {
  const leaving = await Outbox.meta("signing-out").catch(() => "");
  if (leaving) {
    // This page came although its person has left: the server is told first, then it is shown to nobody.
    const isDone = await Goodbye.tell(leaving, PATIENCE);
    if (isSomebody) return location.replace(isDone ? "/" : "/offline");
  }
  if (isSomebody) {
    await Outbox.meta("owner", owner).catch(() => {});
    if (seal) await unlock().catch(() => {});
  }
  await showWaiting().catch(() => {});
  await fillIn().catch(() => {});
  await paint();
  // She has signed in again: what waited for that goes at once.
  await send((await mine().catch(() => [])).some((record) => record.auth));
}

document.addEventListener("submit", leave);
document.addEventListener("submit", take);
document.addEventListener("input", ({ target }) => touched.add(target.form));
Outbox.listen(async (news) => {
  const places = [news.page, shownAt.get(news.key)];
  await paint();
  // Changed in another tab: a form in which nothing was typed here shows it too.
  if (news.type === "kept") await showWaiting();
  // Something that waited here has arrived, by another tab, the worker or a later try: the page shows it as sent.
  if (news.type === "done" && places.includes(location.pathname) && !watched.has(news.key)) await refresh();
});
addEventListener("online", () => send(true));
addEventListener("pageshow", async ({ persisted }) => {
  // Brought back from memory after somebody signed out: not hers any more.
  if (persisted && isSomebody && (await Outbox.meta("owner").catch(() => owner)) !== owner) location.replace("/");
  else if (persisted) begin();
});
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send());
document.addEventListener("click", (event) => event.target.closest("[data-send-now]") && send(true));
begin();

export { mine, say, send, toast };
