// Adds a list in steps, under a bar that moves and can be cancelled. Each step has a key of its own and is sent again until its
// answer is heard, so a lost answer adds nobody twice. Without this file the same form adds all of them with one request.

const form = document.querySelector("form[data-import]");
const section = document.querySelector("[data-progress]");
const bar = section?.querySelector("progress");
const words = section?.querySelector("[data-words]");
const LONGEST_PAUSE = 15_000;
let cancelled = false;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const leave = () => location.assign(form.dataset.import);

function show(done, all) {
  bar.max = Math.max(all, 1);
  bar.value = Math.min(done, all);
  words.textContent = words.dataset.words.replace("{n}", Math.min(done, all)).replace("{all}", all);
}

// Where the answer leads; undefined when it was refused or cancelled.
async function send(url, fields) {
  const key = Outbox.newId();
  for (let rest = 1000; !cancelled; rest = Math.min(rest * 2, LONGEST_PAUSE)) {
    try {
      const answer = await fetch(url, { method: "POST", headers: { "Idempotency-Key": key }, body: new URLSearchParams(fields), redirect: "manual" });
      if (answer.headers.get("X-Outbox-Ack") === key) return answer.ok ? answer.headers.get("X-Outbox-Location") : undefined;
      // Signed out meanwhile, or something of ours broke: the page says it.
      if (answer.status === 401 || answer.status === 400) return undefined;
    } catch {
      // No signal.
    }
    words.textContent = section.dataset.waitingWords;
    await pause(rest);
  }
}

async function add(event) {
  if (event.submitter?.value !== "add" || cancelled) return;
  event.preventDefault();
  const fields = new FormData(form);
  fields.set("act", "keep");
  const { size } = form.dataset;
  section.hidden = false;
  document.querySelector("[data-draft]").hidden = true;
  section.querySelector("h2").focus();
  // How many there are, with what was ticked on this page just now.
  const ticks = [...form.querySelectorAll("[name=chosen]:not(:disabled)")];
  const changed = ticks.reduce((sum, tick) => sum + tick.checked - tick.defaultChecked, 0);
  const all = Number(form.dataset.total) + changed;
  show(0, all);
  let way = await send(form.action, fields);
  for (let done = 0; way && !cancelled; ) {
    way = await send(`${form.dataset.import}/steps`, { most: size });
    if (way?.endsWith("#done")) break;
    done += Number(size);
    if (way) show(done, all);
  }
  leave();
}

function cancel() {
  cancelled = true;
}

// What was ticked goes along when she looks at other rows.
function move(event) {
  const way = event.target.closest("a")?.href;
  if (!way) return;
  event.preventDefault();
  const fields = new FormData(form);
  fields.set("act", "keep");
  fetch(form.action, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" }).finally(() => location.assign(way));
}

form?.addEventListener("submit", add);
form?.querySelector(".filters").addEventListener("click", move);
section?.querySelector("[data-cancel]").addEventListener("click", cancel);
