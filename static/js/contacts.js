// "Ambil dari kontak HP": the phone's own picker, where the browser has one. What was picked goes the way of pasted lists, as
// cards. Without this file, or in another browser, the button is not there; a file and pasting are.

const form = document.querySelector("form[data-picker]");

const plain = (text) => String(text ?? "").replace(/[\r\n]+/g, " ").replace(/([\\,;])/g, "\\$1");

function card({ name = [], tel = [] }) {
  const numbers = [...new Set(tel)].map((number) => `TEL;TYPE=CELL:${plain(number)}\r\n`);
  return `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:${plain(name[0])}\r\n${numbers.join("")}END:VCARD\r\n`;
}

async function pick() {
  let people;
  try {
    people = await navigator.contacts.select(["name", "tel"], { multiple: true });
  } catch {
    return; // closed, or not allowed
  }
  if (!people?.length) return;
  form.elements.text.value = people.map(card).join("");
  form.requestSubmit();
}

if (form && "contacts" in navigator && "ContactsManager" in window) {
  form.hidden = false;
  form.querySelector("[data-pick]").addEventListener("click", pick);
}
