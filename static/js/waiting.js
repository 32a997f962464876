// The screen of all that waits on this phone: send, fix, choose between two versions, throw away with undo, save a copy.

const owner = document.body.dataset.owner;
const say = (name) => document.getElementById("outbox-words").content.querySelector(`[data-say="${name}"]`).textContent;
const when = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "short", hour: "2-digit", minute: "2-digit" });
const UNDO = 10_000;
let mustSignIn = false;

async function paint() {
  const records = (await Outbox.list()).filter((record) => Outbox.isHers(record, owner) && !record.sealed);
  mustSignIn = records.some((record) => record.auth);
  const refused = records.filter((record) => record.state === "refused");
  const waiting = records.filter((record) => record.state !== "refused");
  document.querySelector("[data-none]").hidden = records.length > 0;
  fill("waiting", waiting, drawWaiting);
  fill("refused", refused, drawRefused);
}

function fill(name, records, draw) {
  const section = document.querySelector(`[data-list="${name}"]`);
  const place = section.querySelector(".card[data-flush]") ?? section;
  for (const old of place.querySelectorAll("[data-key]")) old.remove();
  place.append(...records.map(draw));
  section.hidden = !records.length;
}

function draw(template, record) {
  const row = document.getElementById(template).content.firstElementChild.cloneNode(true);
  row.dataset.key = record.key;
  row.querySelector("[data-label]").textContent = record.label;
  row.querySelector("[data-when]").textContent = when.format(record.madeAt);
  row.querySelector("[data-discard]").onclick = () => discard(record);
  return row;
}

function drawWaiting(record) {
  const row = draw("waiting-item", record);
  row.querySelector("[data-state]").textContent = say(mustSignIn ? "auth" : "row");
  return row;
}

const read = (theirs) => JSON.parse(decodeURIComponent(theirs));

function drawRefused(record) {
  const row = draw("refused-item", record);
  row.querySelector("[data-words]").textContent = decodeURIComponent(record.words ?? "");
  const edit = row.querySelector("[data-edit]");
  edit.href = `${record.page}#edit=${record.key}`;
  row.querySelector("[data-copy-out]").onclick = () => copyOut(record);
  if (!record.theirs) return row;
  edit.hidden = true;
  const table = row.querySelector("[data-theirs]");
  table.hidden = false;
  for (const { label, mine, theirs } of read(record.theirs).fields) {
    const line = table.tBodies[0].insertRow();
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = label;
    line.append(head);
    for (const text of [mine, theirs]) line.insertCell().textContent = text;
  }
  const useMine = row.querySelector("[data-use-mine]");
  const useTheirs = row.querySelector("[data-use-theirs]");
  useMine.hidden = useTheirs.hidden = false;
  useMine.onclick = () => again(record);
  useTheirs.onclick = () => discard(record);
  return row;
}

// The same fields once more, on top of what the server has now; another content, so another key.
async function again(record) {
  const fields = record.fields.map(([name, value]) => [name, name === "version" ? String(read(record.theirs).version) : value]);
  const { seq, ...rest } = record;
  await Outbox.put({ ...rest, key: Outbox.newId(), fields, state: "waiting", attempts: 0, retryAt: 0, theirs: undefined }, seq);
  await Outbox.drain({ owner, force: true });
}

// What was to follow it, such as its picture, has nowhere to go without it.
async function discard(record) {
  const follows = (one) => record.entity && one.deps?.includes(record.entity);
  const gone = (await Outbox.list()).filter((one) => one.key === record.key || follows(one));
  await Outbox.remove(...gone.map(({ seq }) => seq));
  const box = document.getElementById("waiting-undo").content.firstElementChild.cloneNode(true);
  const place = document.querySelector(".toasts");
  place.replaceChildren(box);
  const timer = setTimeout(() => box.remove(), UNDO);
  box.querySelector("button").onclick = async () => {
    clearTimeout(timer);
    box.remove();
    await Outbox.putAll(gone); // at their old places in the row
  };
  box.querySelector("button").focus();
}

// Everything that was typed, as a file of her own; pictures in it as data addresses.
async function copyOut(record) {
  const files = (record.files ?? []).map((file) => ({ ...file, bytes: undefined, data: dataAddress(file) }));
  const text = JSON.stringify({ label: record.label, madeAt: new Date(record.madeAt), fields: record.fields, files }, null, 2);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = `${record.label || "e-crm"}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}

function dataAddress(file) {
  let text = "";
  for (const byte of new Uint8Array(file.bytes)) text += String.fromCharCode(byte);
  return `data:${file.type};base64,${btoa(text)}`;
}

Outbox.listen(paint);
paint();
