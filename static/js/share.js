// What another app has shared: kept on this phone by the worker, shown here to whoever it was shared by, for a day.

const part = (name) => document.querySelector(`[data-${name}]`);
const A_DAY = 86_400_000;

function draw({ name, type, bytes }) {
  const card = document.getElementById("shared-photo").content.firstElementChild.cloneNode(true);
  const file = new File([bytes], name, { type });
  const address = URL.createObjectURL(file);
  card.querySelector("img").src = address;
  for (const input of card.querySelectorAll("input")) {
    const chosen = new DataTransfer();
    chosen.items.add(file);
    input.files = chosen.files;
    // Made small by photo.js, as if she had chosen it herself.
    input.form.addEventListener("click", () => input.dispatchEvent(new Event("change", { bubbles: true })), { capture: true, once: true });
  }
  return card;
}

async function fill() {
  const shared = await Outbox.meta("shared");
  if (!shared) return;
  const { at, owner, words, files } = shared;
  const isHers = owner === document.body.dataset.owner || owner === "nobody";
  if (Date.now() - at > A_DAY) return Outbox.meta("shared", "");
  if (!isHers) return;
  part("nothing").hidden = words.length + files.length > 0;
  part("words").hidden = !words.length;
  part("words").querySelector("textarea").textContent = words.join("\n");
  part("words").querySelector("[data-copy]").dataset.copy = words.join("\n");
  part("photos").replaceChildren(...files.map(draw));
  part("finish").hidden = part("note").hidden = false;
}

part("finish").onclick = async () => {
  await Outbox.meta("shared", "");
  location.assign("/");
};
fill().catch(() => {}); // a browser without a database holds nothing
