// The page that shows how to install: one button where the browser can do it at once, and what is true of this phone.

const button = document.querySelector("[data-install]");
const done = document.querySelector("[data-installed]");
done.hidden = !(navigator.standalone || !matchMedia("(display-mode: browser)").matches);

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  button.hidden = false;
  button.onclick = () => event.prompt();
});
addEventListener("appinstalled", () => {
  button.hidden = true;
  done.hidden = false;
});
