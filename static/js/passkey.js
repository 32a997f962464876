// Passkeys: asks the server for a question, the phone for its answer, and brings the answer back. Where the browser has none,
// nothing of it is shown.

const can = window.PublicKeyCredential?.parseCreationOptionsFromJSON && navigator.credentials;

async function post(address, body) {
  const response = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body ?? {}),
  });
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.json();
}

async function add() {
  const question = await post("/account/passkeys/question");
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(question);
  const key = await navigator.credentials.create({ publicKey });
  return post("/account/passkeys", key.toJSON());
}

let waiting; // the quiet offer beside the number field; a tap on the button takes its place

async function signIn(mediation) {
  waiting?.abort();
  waiting = new AbortController();
  const question = await post("/sign-in/passkey/question");
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(question);
  const key = await navigator.credentials.get({ publicKey, mediation, signal: waiting.signal });
  const next = document.querySelector("[name=next]")?.value ?? "/";
  return post(`/sign-in/passkey?next=${encodeURIComponent(next)}`, key.toJSON());
}

function tell(failed) {
  for (const words of document.querySelectorAll("[data-passkey-error]")) words.hidden = !failed;
}

if (can) {
  for (const part of document.querySelectorAll("[data-passkey-only]")) part.hidden = false;
  for (const part of document.querySelectorAll("[data-passkey-missing]")) part.hidden = true;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-passkey]");
  if (!button) return;
  tell(false);
  button.disabled = true;
  try {
    const { next } = button.dataset.passkey === "add" ? await add() : await signIn("optional");
    location.assign(next);
  } catch (error) {
    // She closed the phone's own window: nothing went wrong.
    tell(error.name !== "NotAllowedError" && error.name !== "AbortError");
  } finally {
    button.disabled = false;
  }
});

// The phone offers the key among its suggestions for the number, without a question of ours.
if (can && document.querySelector("[data-passkey-sign-in]") && (await PublicKeyCredential.isConditionalMediationAvailable?.())) {
  try {
    const { next } = await signIn("conditional");
    location.assign(next);
  } catch {
    // Nothing was chosen, or the page was left.
  }
}
