// Searches, as she types and without signal, what this phone holds of the customers, and shows who is not sent yet. Without this
// file the search is a form that the server answers. What the phone holds lies beside her pages and goes when they go.

import { toast } from "/static/js/forms.js";

const { owner } = document.body.dataset;
const SNAPSHOT = "/customers/snapshot";
const MOST = 50;
const TITLES = "BU IBU PAK BAPAK HJ. H. HJ MAS MBAK MANG KANG TEH UMI MAK".split(" ");
const find = (selector) => document.querySelector(`main ${selector}`);
let held = []; // id, name, number, kampung, folded text

// ---------- what the phone holds ----------

const cache = () => self.caches?.open(`pages-${owner}`);

async function load() {
  const kept = await (await cache())?.match(SNAPSHOT, { ignoreVary: true });
  if (kept) await take(kept);
  const headers = kept ? { "If-None-Match": kept.headers.get("ETag") } : {};
  const answer = await fetch(SNAPSHOT, { headers }).catch(() => null);
  // Somebody signed in or out meanwhile: it is not hers who looks.
  if (!answer?.ok || answer.redirected || answer.headers.get("X-Page-Owner") !== owner) return;
  await take(answer.clone());
  if ((await Outbox.meta("owner")) !== owner) return;
  const named = new Headers(answer.headers);
  named.delete("Content-Encoding");
  named.set("Server-Timing", `cache;desc="${Date.now()}"`); // read by the worker, which throws old things away
  await (await cache())?.put(SNAPSHOT, new Response(await answer.blob(), { headers: named }));
}

async function take(answer) {
  held = await answer.json();
  await draw();
}

// What was typed for new customers and has not reached the server.
const sent = new Map(); // key to the id that this phone gave her
async function waiting() {
  const records = await Outbox.list().catch(() => []);
  const hers = records.filter((one) => one.owner === owner && !one.sealed && new URL(one.url).pathname === "/customers");
  for (const { key, entity } of hers) sent.set(key, entity);
  return hers
    .map(({ fields }) => Object.fromEntries(fields))
    .map(({ name, phone, hamlet }) => ({ name, small: [phone, hamlet], text: `${fold([name, hamlet].join(" "))} ${digitsOf(phone)}` }));
}

// ---------- searching: as customers/searching.py does ----------

const fold = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").split(/\s+/).filter(Boolean).join(" ");
const digitsOf = (text = "") => text.normalize("NFKC").replace(/\D/g, "").replace(/^(?:0*62)?0*/, "");

function wordsOf(typed) {
  const isNumber = /^[\d\s().+\-–—/]+$/.test(typed.normalize("NFKC"));
  return isNumber && digitsOf(typed) ? [digitsOf(typed)] : fold(typed).split(" ").filter(Boolean);
}

// ---------- drawing ----------

function initials(name) {
  const words = name.toUpperCase().split(/\s+/).filter(Boolean);
  const [first = "?", second = first.slice(1)] = words.some((word) => !TITLES.includes(word))
    ? words.filter((word) => !TITLES.includes(word))
    : words;
  return [...first][0] + ([...second][0] ?? "");
}

function row(template, name, small, id) {
  const made = document.getElementById(template).content.firstElementChild.cloneNode(true);
  const [title, line] = made.querySelectorAll("bdi");
  title.textContent = name;
  line.textContent = small.filter(Boolean).join(" · ");
  if (!id) return made;
  made.href = `/customers/${id}`;
  made.querySelector(".lead").textContent = initials(name);
  return made;
}

async function draw() {
  const list = find("[data-found]");
  if (!list) return; // the form for a new one
  const input = find(".search input");
  const typed = input?.value.trim() ?? "";
  const isTyped = Boolean(input) && typed !== input.defaultValue.trim();
  const unsent = await waiting();
  if (typed !== (find(".search input")?.value.trim() ?? "")) return; // she has typed on
  const words = wordsOf(typed);
  const fits = (text) => words.every((word) => text.includes(word));
  const rows = unsent.filter(({ text }) => fits(text)).map(({ name, small }) => row("customer-waiting", name, small));
  const found = isTyped && typed ? held.filter(([, , , , text]) => fits(text)) : [];
  rows.push(...found.slice(0, MOST).map(([id, name, phone, hamlet]) => row("customer-row", name, [phone, hamlet], id)));
  list.replaceChildren(...rows);
  list.hidden = !rows.length;
  find("[data-all]").hidden = isTyped && Boolean(typed);
  find("[data-nobody]").hidden = !(isTyped && typed) || rows.length > 0;
  const count = find("[data-count]");
  count.textContent = isTyped && typed ? (found.length > MOST ? count.dataset.more.replace("{n}", MOST) : count.dataset.one.replace("{n}", rows.length)) : "";
  count.classList.toggle("visually-hidden", found.length <= MOST);
}

// ---------- listening ----------

document.addEventListener("input", (event) => event.target.matches(".search input") && draw());
document.addEventListener("submit", (event) => {
  // What she has typed is answered already; the server would need signal.
  if (!event.target.matches(".search") || !held.length) return;
  event.preventDefault();
  document.activeElement.blur();
});
document.addEventListener("arrived", draw);
Outbox.listen(async ({ type, key, location: way }) => {
  const mine = sent.get(key);
  if (type !== "done" || !mine) {
    await waiting();
    return draw();
  }
  if (find("[data-found]") && !find(".search input")?.value) return location.reload();
  await load();
  // Another phone was first: its customer stands for both.
  const [, name] = held.find(([id]) => way === `/customers/${id}`) ?? [];
  if (name && !way.endsWith(mine)) toast(document.getElementById("customers").dataset.joined.replace("{name}", name), way);
});
waiting();
draw();
load();
