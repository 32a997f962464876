// Comfort for every page. Nothing depends on it: without this file each form still sends and each link still leads.

const find = (selector) => document.querySelectorAll(selector);

// Shows what is typed as a password, and hides it again; the button has the words for both.
function reveal(button) {
  const input = document.getElementById(button.dataset.reveals);
  const shown = input.type === "password";
  input.type = shown ? "text" : "password";
  button.toggleAttribute("data-shown", shown);
}

// A second tap while the first is on its way sends nothing. After 8 seconds she may try again: the server knows a
// form that came twice.
function submitting(event) {
  const form = event.target;
  if (form.method === "dialog" || event.defaultPrevented) return;
  if ("busy" in form.dataset) {
    event.preventDefault();
    return;
  }
  form.dataset.busy = "";
  if (event.submitter) event.submitter.dataset.busy = "";
  // Browsers remember a password only from a field that is one.
  for (const button of form.querySelectorAll('[data-reveals][data-shown]')) reveal(button);
  setTimeout(rest, 8000);
}

// Also for a page brought back from the browser's memory.
function rest() {
  for (const element of find("[data-busy]")) delete element.dataset.busy;
}

// Says what was done on the button itself, and aloud: a button whose label were itself announced would lose its name.
function say(button, words) {
  const label = button.querySelector("span") ?? button;
  const before = label.textContent;
  if (before === words) return;
  label.textContent = words;
  const aloud = document.createElement("span");
  aloud.className = "visually-hidden";
  aloud.textContent = words;
  document.querySelector(".toasts")?.append(aloud);
  setTimeout(() => {
    label.textContent = before;
    aloud.remove();
  }, 3000);
}

async function copy(button, text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // No permission, or a page without https: the old way still works.
    const area = document.createElement("textarea");
    area.value = text;
    button.after(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    button.focus();
  }
  say(button, button.dataset.done);
}

async function share(button) {
  const url = new URL(button.dataset.share, location.href).href;
  const { title, text } = button.dataset;
  if (!navigator.share) return copy(button, url);
  try {
    await navigator.share({ url, title, text });
  } catch (error) {
    if (error.name !== "AbortError") await copy(button, url);
  }
}

function step(button) {
  const input = document.getElementById(button.dataset.for);
  if (button.dataset.step > 0) input.stepUp();
  else input.stepDown();
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

// Puts a ready answer where it is written; what stands there already stays in front of it.
function fill(button) {
  const area = document.getElementById(button.dataset.fill);
  area.value = [area.value.trim(), button.dataset.words].filter(Boolean).join("\n");
  area.focus();
}

function preview(input) {
  const [file] = input.files;
  const box = input.closest(".photo");
  if (!file) return;
  const image = new Image();
  image.alt = "";
  image.onload = () => {
    box.querySelector(".preview").replaceChildren(image);
    URL.revokeObjectURL(image.src);
  };
  image.src = URL.createObjectURL(file);
  box.querySelector("[data-file]").textContent = file.name;
}

function open(event, opener) {
  const sheet = document.getElementById(opener.dataset.opens);
  if (!sheet?.showModal) return;
  event.preventDefault();
  sheet.showModal();
}

// A toast goes by itself, but not while somebody reaches for it.
function dismiss(toast) {
  const leave = () => {
    if (toast.matches(":hover, :focus-within")) setTimeout(leave, 2000);
    else toast.remove();
  };
  setTimeout(leave, toast.dataset.dismiss * 1000);
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-reveals], [data-copy], [data-share], [data-step], [data-opens], [data-closes], [data-fill]");
  if (!target) {
    // A tap on the veil closes the sheet, also where `closedby` is not known yet.
    if (event.target instanceof HTMLDialogElement && outside(event, event.target)) event.target.close();
    return;
  }
  const { dataset } = target;
  if ("reveals" in dataset) reveal(target);
  else if ("copy" in dataset) copy(target, dataset.copy);
  else if ("share" in dataset) share(target);
  else if ("step" in dataset) step(target);
  else if ("opens" in dataset) open(event, target);
  else if ("fill" in dataset) fill(target);
  else target.closest(".toast").remove();
});

function outside(event, element) {
  const box = element.getBoundingClientRect();
  return event.clientY < box.top || event.clientY > box.bottom || event.clientX < box.left || event.clientX > box.right;
}

document.addEventListener("change", (event) => {
  if ("previews" in event.target.dataset) preview(event.target);
});
document.addEventListener("submit", submitting);
addEventListener("pageshow", rest);

// What only a script can do is shown now that there is one; also in a main part that took the place of the first.
function wake(part) {
  for (const element of part.querySelectorAll("[data-reveals], [data-closes]")) element.hidden = false;
  for (const element of part.querySelectorAll("[data-previews]")) element.closest(".photo").dataset.live = "";
}

wake(document);
document.addEventListener("arrived", (event) => wake(event.target));
for (const toast of find("[data-dismiss]")) dismiss(toast);

// The first page brings the style sheet inside it. Once the file is in the browser's memory too, a cookie tells the
// server that the next pages need only name it.
async function keepStyles(style) {
  const [address, digest] = style.dataset.css.split(" ");
  const answer = await fetch(address, { priority: "low" }).catch(() => null);
  if (answer?.ok) document.cookie = `css=${digest}; path=/; max-age=31536000; samesite=lax`;
}

const style = document.querySelector("style[data-css]");
if (style) addEventListener("load", () => setTimeout(keepStyles, 1000, style));
