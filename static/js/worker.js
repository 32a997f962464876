// The page's half of the worker: has it take this page, offers a new version, has the main pages warmed, says how old a kept
// page is, and offers once to install. Nothing depends on it. The words stand in the offline page, which the worker holds.

const { script, pages } = document.getElementById("worker").dataset;
const { lang } = document.documentElement;
const isSomebody = document.body.dataset.owner !== "nobody";
const isInstalled = navigator.standalone || !matchMedia("(display-mode: browser)").matches;
const CHECK_EVERY = 4 * 3_600_000;
const NEARLY_FULL = 20_000_000;

let loading;
const parts = () => (loading ??= load());

async function load() {
  const find = (page) => page.getElementById("worker-parts");
  if (find(document)) return find(document);
  const answer = await fetch(`/offline?lang=${lang}`);
  return find(new DOMParser().parseFromString(await answer.text(), "text/html"));
}

// Puts one of the parts at the top of the page, once; gives it.
async function show(name) {
  const selector = `[data-part="${name}"]`;
  const part = document.importNode((await parts()).content.querySelector(selector), true);
  document.querySelector(selector)?.remove();
  document.querySelector("main").prepend(part);
  return part;
}

// ---------- how old ----------

// When something was kept, in words: "pukul 10.32", "kemarin, 14.05", "Sabtu, 21 November, 14.05".
export async function when(milliseconds) {
  const at = new Date(milliseconds);
  const midnight = new Date().setHours(0, 0, 0, 0);
  const { today, yesterday, earlier } = (await parts()).dataset;
  const words = at >= midnight ? today : at >= new Date(midnight - 1).setHours(0, 0, 0, 0) ? yesterday : earlier;
  const day = at.toLocaleDateString(lang, { weekday: "long", day: "numeric", month: "long" });
  return words.replace("{time}", at.toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit" })).replace("{day}", day);
}

async function sayAge() {
  const [opened] = performance.getEntriesByType("navigation");
  const kept = opened?.serverTiming?.find(({ name }) => name === "cache");
  if (!kept) return;
  // What was said when the page was kept is over.
  document.querySelector(".toasts").replaceChildren();
  const words = await when(Number(kept.description));
  const line = (await show("age")).querySelector("span");
  line.textContent = line.textContent.replace("{when}", words);
}

// ---------- the worker ----------

let isTouched = false;
const isDirty = () =>
  isTouched ||
  [...document.querySelectorAll("input:not([type=hidden]), textarea")].some(
    (field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked,
  );

async function register() {
  const { serviceWorker } = navigator;
  if (!script || !serviceWorker) return;
  const registration = await serviceWorker.register(script, { updateViaCache: "none" });
  let isControlled = Boolean(serviceWorker.controller);
  const offer = async () => {
    if (!registration.waiting || !isControlled || isDirty()) return;
    (await show("update")).querySelector("button").onclick = () => registration.waiting?.postMessage({ type: "SKIP_WAITING" });
  };
  registration.onupdatefound = () => registration.installing?.addEventListener("statechange", offer);
  offer();
  serviceWorker.oncontrollerchange = () => {
    if (isControlled && !isDirty()) location.reload();
    isControlled = true;
  };
  let checkedAt = Date.now(); // the browser itself looks for a new one with each page
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || Date.now() - checkedAt < CHECK_EVERY) return;
    checkedAt = Date.now();
    registration.update().catch(() => {});
  });
  const { active } = await serviceWorker.ready;
  // A page that was being opened while the worker started is not taken by it.
  if (!serviceWorker.controller) active.postMessage({ type: "CLAIM" });
  if (isSomebody && !navigator.connection?.saveData) active.postMessage({ type: "WARM", pages: pages.split(" ") });
}

// ---------- room on the phone ----------

async function secure() {
  const { storage } = navigator;
  if (!storage?.estimate) return;
  const { usage, quota } = await storage.estimate();
  if (quota - usage < NEARLY_FULL) await show("full");
  if (isInstalled && !(await storage.persisted()) && !(await storage.persist())) {
    for (const note of document.querySelectorAll("[data-not-persisted]")) note.hidden = false;
  }
}

// ---------- installing ----------

const USEFUL = 2; // writes that arrived: by then she knows what the app is for
let prompter;

const arrived = () => (localStorage.arrived ?? "").split(" ").filter(Boolean);

// Each is told to every page that is open.
async function count({ type, page, key }) {
  const before = arrived();
  if (type === "done" && page && before.length < USEFUL && !before.includes(key)) localStorage.arrived = [...before, key].join(" ");
}

async function offerToInstall() {
  const canTell = prompter || !("onbeforeinstallprompt" in window);
  if (!isSomebody || isInstalled || !canTell || location.pathname === "/install") return;
  if (arrived().length < USEFUL || localStorage.offered) return;
  const card = await show("install");
  localStorage.offered = 1;
  const [yes, no] = card.querySelectorAll("a, button");
  yes.onclick = (event) => {
    if (!prompter) return; // the link leads to the pictures
    event.preventDefault();
    prompter.prompt();
    card.remove();
  };
  no.onclick = () => card.remove();
}

// Private windows may refuse to remember anything; then nothing is offered.
const quietly = (deed) => deed().catch(() => {});

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  prompter = event;
  quietly(offerToInstall);
});
addEventListener("appinstalled", () => navigator.storage.persist());
// At once and not by the database: the page may be left in the same moment.
Outbox.listen((news) => quietly(() => count(news)));
addEventListener("input", () => {
  isTouched = true;
  document.querySelector('[data-part="update"]')?.remove();
});

quietly(sayAge);
quietly(offerToInstall);
Outbox.meta("language", lang).catch(() => {});
const begin = () => (self.requestIdleCallback ?? setTimeout)(() => [register, secure].forEach(quietly));
if (document.readyState === "complete") begin();
else addEventListener("load", begin);
