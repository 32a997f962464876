// What this phone can show without signal: the shell, the pages of whoever is signed in, the offline page. It also sends
// on what waits when every page is closed. The server joins outbox.js, goodbye.js and this into one file and writes VERSION,
// FILES and SCREENS in front of it. It answers GET only and knows no business. docs/offline.md tells the whole.

/* global FILES, Goodbye, Outbox, SCREENS, VERSION */

(() => {
  const SHELL = `shell-${VERSION}`;
  const PATIENCE = 3000; // milliseconds for the network, when the phone has a copy
  const LONG_PATIENCE = 5000; // when it has none
  const PAGES = 60;
  const PHOTO_BYTES = 10_000_000;
  const LARGEST = 1_000_000;
  const KEPT_FOR = 14 * 86_400_000;
  const WARM_FOR = 86_400_000;
  const WARM_BYTES = 1_000_000;
  const AWAY = [502, 503, 504]; // what a proxy answers for a server that is not there

  const within = (milliseconds, promise) =>
    Promise.race([promise, new Promise((_, reject) => setTimeout(reject, milliseconds))]);

  // A database that hangs, or that this browser does not have, must not keep a page from being shown.
  const read = (name) => within(1000, Outbox.meta(name)).catch(() => undefined);
  const ownerNow = async () => (await read("owner")) ?? "nobody";
  const pagesThatCameLate = self.BroadcastChannel && new BroadcastChannel("pages");
  const pagesOf = (owner) => caches.open(`pages-${owner}`);

  // ---------- the shell ----------

  async function install() {
    const shell = await caches.open(SHELL);
    // An address with a hash holds for ever, so the browser's own copy will do.
    await shell.addAll(FILES.map((file) => new Request(file, { cache: isStatic(file) ? "default" : "reload" })));
  }

  async function activate() {
    // Only where it is known to work: in Firefox it breaks every page without signal.
    if (registration.navigationPreload && !navigator.userAgent.includes("Firefox")) await registration.navigationPreload.enable();
    await tidy();
    await clients.claim();
  }

  // A page that is kept names the files of its build, so an old shell stays as long as such a page can.
  async function tidy() {
    const replaced = (await read("shells")) ?? {};
    for (const name of await caches.keys()) {
      if (name.startsWith("pages-")) await trim(await caches.open(name));
      if (!name.startsWith("shell-") || name === SHELL) continue;
      replaced[name] ??= Date.now();
      if (replaced[name] > Date.now() - KEPT_FOR) continue;
      await caches.delete(name);
      delete replaced[name];
    }
    await Outbox.meta("shells", replaced);
  }

  const isStatic = (path) => path.startsWith("/static/");

  async function file({ request }) {
    const shell = await caches.open(SHELL);
    const kept = (await shell.match(request, { ignoreVary: true })) ?? (await caches.match(request, { ignoreVary: true }));
    if (kept) return kept;
    const answer = await fetch(request);
    if (answer.ok) await shell.put(request, answer.clone());
    return answer;
  }

  async function offline() {
    const shell = await caches.open(SHELL);
    const [first] = FILES;
    return (await shell.match(`/offline?lang=${await read("language")}`)) ?? (await shell.match(first)) ?? Response.error();
  }

  // ---------- pages ----------

  // How the app was opened makes no other page of it.
  function keyOf(address) {
    const url = new URL(address, location);
    url.searchParams.delete("src");
    return url.pathname + url.search;
  }

  async function page(event) {
    // Without a listener a preload that fails is reported as an error of ours.
    event.waitUntil(Promise.resolve(event.preloadResponse).catch(() => {}));
    const key = keyOf(event.request.url);
    if (key.startsWith("/offline")) return offline();
    const leaving = await read("signing-out");
    const mayAsk = !leaving || (await goodbye(leaving));
    const owner = await ownerNow();
    const copy = await (await pagesOf(owner)).match(key, { ignoreVary: true });
    if (!mayAsk) return copy ?? offline();
    // What was asked for ahead while somebody was leaving was asked for in her name.
    const asked = (async () => (!leaving && (await event.preloadResponse)) || fetch(event.request))();
    const kept = asked.then((answer) => remember(owner, key, answer.clone())).catch(() => 0);
    event.waitUntil(kept);
    try {
      const answer = await within(copy ? PATIENCE : LONG_PATIENCE, asked);
      return copy && AWAY.includes(answer.status) ? copy : answer;
    } catch {
      // A page that comes later takes the place of the offline page by itself.
      if (!copy) event.waitUntil(kept.then((size) => size && pagesThatCameLate?.postMessage(key)));
      return copy ?? offline();
    }
  }

  // Whoever signed out without signal is signed out on the server before it is asked for anything else: her session must
  // show nothing any more. Gives whether it is done.
  async function goodbye(leaving) {
    const isDone = await Goodbye.tell(leaving, PATIENCE);
    if (!isDone) await registration.sync?.register("outbox").catch(() => {});
    return isDone;
  }

  // Keeps a page if it may be kept, for the one whom it was made for; gives its bytes.
  async function remember(asker, key, answer) {
    const owner = answer.headers.get("X-Page-Owner");
    if (answer.status !== 200 || answer.redirected || !owner) return 0;
    const now = await ownerNow();
    // Somebody signed in or out while it was on its way: it is not hers who holds the phone now.
    if (now !== asker && now !== owner) return 0;
    if (now !== owner) await Outbox.meta("owner", owner);
    const mayKeep = answer.headers.has("X-Page-Keep") || !/no-store/.test(answer.headers.get("Cache-Control"));
    return mayKeep ? put(await pagesOf(owner), key, answer) : 0;
  }

  async function put(cache, key, answer, at = Date.now()) {
    const bytes = await answer.arrayBuffer();
    const size = bytes.byteLength;
    if (size > LARGEST) return size;
    const headers = new Headers(answer.headers);
    headers.delete("Content-Encoding");
    headers.set("Content-Length", size);
    // Read by the page, which says how old it is, and by `trim`.
    headers.set("Server-Timing", `cache;desc="${at}"`);
    await cache.put(key, new Response(bytes, { headers }));
    await trim(cache);
    return size;
  }

  const keptAt = (answer) => Number(/"(\d+)"/.exec(answer?.headers.get("Server-Timing"))?.[1]);

  async function trim(cache) {
    const [requests, answers] = await Promise.all([cache.keys(), cache.matchAll()]);
    const all = requests.map((request, place) => ({ request, answer: answers[place], at: keptAt(answers[place]) }));
    let pages = PAGES;
    let bytes = PHOTO_BYTES;
    for (const { request, answer, at } of all.sort((a, b) => b.at - a.at)) {
      const left = isPhoto(new URL(request.url).pathname) ? (bytes -= answer.headers.get("Content-Length")) : pages--;
      if (left <= 0 || !(at > Date.now() - KEPT_FOR)) await cache.delete(request, { ignoreVary: true });
    }
  }

  // ---------- photos ----------

  const isPhoto = (path) => path.startsWith("/photos/");

  // A photo never changes under its id. It lies beside the pages of its owner, and goes when they go.
  async function photo(event) {
    const { request } = event;
    const owner = await ownerNow();
    if (owner === "nobody") return fetch(request);
    const cache = await pagesOf(owner);
    const kept = await cache.match(request.url, { ignoreVary: true });
    if (kept) return kept;
    const answer = await fetch(request);
    if (answer.ok) event.waitUntil(put(cache, request.url, answer.clone()).catch(() => {}));
    return answer;
  }

  // ---------- warming up ----------

  // The main pages are on the phone before she needs them without signal, whether she has opened them or not. The mark lies
  // in the same cache: when that goes, the warmth has gone too.
  async function warm({ pages }) {
    const owner = await ownerNow();
    if (owner === "nobody" || (await read("signing-out"))) return;
    const cache = await pagesOf(owner);
    const isFresh = async (key) => keptAt(await cache.match(key, { ignoreVary: true })) > Date.now() - WARM_FOR;
    const mark = `/warmed?${VERSION}`;
    if (await isFresh(mark)) return;
    const shell = await caches.open(SHELL);
    for (const screen of SCREENS) if (!(await shell.match(screen))) await shell.add(screen);
    let room = WARM_BYTES;
    const begun = Date.now();
    for (const path of pages) {
      if (room <= 0) break;
      if (!(await isFresh(keyOf(path)))) room -= await remember(owner, keyOf(path), await fetch(path));
    }
    // As old as the first of them: where room runs out it goes before they do, and they are fetched again.
    await put(cache, mark, new Response(), begun);
  }

  // ---------- what is shared from another app ----------

  // The one POST that is answered here: nothing of it goes to the server before its person says what it is for.
  async function share({ request }) {
    const form = await request.formData();
    const files = [];
    for (const one of form.getAll("photos"))
      if (one.size) files.push({ name: one.name, type: one.type, bytes: await one.arrayBuffer() });
    const words = ["title", "text", "url"].map((name) => form.get(name)).filter(Boolean);
    await Outbox.meta("shared", { at: Date.now(), owner: await ownerNow(), words, files });
    return Response.redirect("/share", 303);
  }

  // ---------- sending ----------

  async function send() {
    const leaving = await read("signing-out");
    let waiting = leaving && !(await goodbye(leaving)) ? 1 : 0;
    for (const owner of new Set([await ownerNow(), "public"])) waiting += (await Outbox.drain({ owner })).left;
    // Otherwise the browser takes it for done and does not call again.
    if (waiting) throw new Error("some of it still waits");
  }

  // ---------- listening ----------

  const deeds = { CLAIM: () => clients.claim(), SKIP_WAITING: () => skipWaiting(), WARM: warm };

  addEventListener("install", (event) => event.waitUntil(install()));
  addEventListener("activate", (event) => event.waitUntil(activate()));
  addEventListener("message", (event) => event.waitUntil(deeds[event.data.type]?.(event.data)));
  addEventListener("sync", (event) => event.waitUntil(send()));
  addEventListener("fetch", (event) => {
    const { method, mode, url } = event.request;
    const { origin, pathname, search } = new URL(url);
    if (origin !== location.origin) return;
    if (method === "POST" && pathname === "/share") event.respondWith(share(event));
    if (method !== "GET") return;
    if (isStatic(pathname) || FILES.includes(pathname + search)) event.respondWith(file(event));
    else if (isPhoto(pathname)) event.respondWith(photo(event));
    else if (mode === "navigate") event.respondWith(page(event));
  });
})();
