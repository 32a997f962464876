// Catat pesanan: names at hand while she types, also of customers who wait for signal, and what it comes to. Without this file
// the name is simply what she has typed, and the server adds up.

const { owner } = document.body.dataset;
const SNAPSHOT = "/customers/snapshot";
const MOST = 6;
const form = () => document.querySelector("form[data-order]");
const field = (name) => form()?.elements[name];
let held = []; // id, name, number, kampung, folded text

async function load() {
  const cache = await self.caches?.open(`pages-${owner}`);
  const kept = await cache?.match(SNAPSHOT, { ignoreVary: true });
  if (kept) held = await kept.json();
}

const fold = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").trim();

// Customers who were added on this phone and have not reached the server.
async function waiting() {
  const records = await Outbox.list().catch(() => []);
  return records
    .filter((one) => one.owner === owner && !one.sealed && new URL(one.url).pathname === "/customers")
    .map(({ fields }) => Object.fromEntries(fields))
    .map(({ id, name, phone = "" }) => [id, name, phone, "", `${fold(name)} ${phone.replace(/\D/g, "")}`]);
}

function pick(id, name) {
  const isNew = field("customer_id").value !== id;
  field("customer_id").value = isNew ? id : "";
  field("customer_name").value = isNew ? name : "";
  show();
}

// The buttons need this file, so it brings them; a page with many goods stays small.
function bringSteppers() {
  const template = form().querySelector("[data-stepper]");
  for (const input of form().querySelectorAll(".stepper > input:only-child")) {
    const [less, more] = template.content.cloneNode(true).children;
    for (const button of [less, more]) {
      button.dataset.for = input.id;
      button.ariaLabel = button.ariaLabel.replace("{}", input.ariaLabel);
    }
    input.before(less);
    input.after(more);
  }
}

function show() {
  bringSteppers();
  const { value } = field("customer_id");
  for (const button of form().querySelectorAll("[data-pick]")) button.setAttribute("aria-pressed", button.dataset.pick === value);
  form().querySelector("[data-new-customer]").hidden = Boolean(value);
  form().querySelector("[data-names]").dataset.live = "";
  form().querySelector("[data-found]").dataset.live = "";
}

async function search() {
  const typed = fold(field("customer_name").value);
  const words = typed.split(/\s+/).filter(Boolean);
  const everybody = words.length ? [...(await waiting()), ...held] : [];
  if (typed !== fold(field("customer_name").value)) return; // she has typed on
  const found = everybody.filter(([, , , , text]) => words.every((word) => text.includes(word)));
  form().querySelector("[data-found]").replaceChildren(...found.slice(0, MOST).map(drawn));
  show();
}

function drawn([id, name, phone, hamlet]) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.pick = id;
  const words = document.createElement("bdi");
  words.textContent = name;
  const small = document.createElement("small");
  small.textContent = phone || hamlet;
  button.append(words, small);
  return button;
}

// What is added up is only to be seen: the server adds up by itself.
function rupiah(text = "") {
  const found = /^\s*(?:rp)?\s*([\d.,]+)\s*(rb|ribu|k|jt|juta)?/i.exec(text);
  if (!found) return 0;
  const unit = { r: 1e3, k: 1e3, j: 1e6 }[found[2]?.[0].toLowerCase()];
  return unit ? Math.round(parseFloat(found[1].replace(",", ".")) * unit) : Number(found[1].replace(/\D/g, ""));
}

function total() {
  let sum = 0;
  for (const row of form().querySelectorAll("[data-price]")) sum += row.dataset.price * (row.querySelector("input").value || 0);
  if (field("other_name").value) sum += rupiah(field("other_price").value) * (field("other_count").value || 1);
  sum += rupiah(field("shipping").value) - rupiah(field("discount").value);
  form().querySelector("[data-total]").textContent = sum > 0 ? `Rp${sum.toLocaleString("id-ID")}` : "";
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-pick]");
  if (button) pick(button.dataset.pick, button.querySelector("bdi").textContent);
});
document.addEventListener("input", ({ target }) => {
  if (!form()?.contains(target)) return;
  if (target.name === "customer_name") {
    field("customer_id").value = "";
    search();
  }
  total();
});
document.addEventListener("change", () => form() && total());
document.addEventListener("reset", () => setTimeout(() => (show(), total(), search())));
for (const moment of ["arrived", "pageshow"]) addEventListener(moment, () => form() && (show(), total()));
show();
total();
load();
