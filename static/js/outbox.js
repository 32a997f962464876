// The outbox: every write is kept here before its first byte leaves, and until the server says by name that it has it.
// One code for the pages and for the worker; it knows no business. docs/offline.md tells the whole.

// eslint-disable-next-line no-unused-vars -- a plain script: pages and worker find it under this name
var Outbox = (() => {
  const LOCK = "outbox";
  const REFUSED = [403, 404, 409, 410, 413, 422];
  const LONGEST_PAUSE = 300_000;
  const STEP_ASIDE_AFTER = 3;

  const ended = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  // ---------- keeping ----------

  let opening;

  function open() {
    // The browser may keep a page that was left while it made the database, asleep, and every later page would wait for it for
    // ever. A sleeping page is thrown away when another asks for a lock that it holds.
    opening ??= navigator.locks ? navigator.locks.request("ecrm-opening", openNow) : openNow();
    opening.catch(() => (opening = undefined));
    return opening;
  }

  function openNow() {
    return new Promise((resolve, reject) => {
      const request = indexedDB.open("ecrm", 1);
      request.onupgradeneeded = () => {
        // Later versions only add: what waits on a phone must never be lost to an update.
        request.result.createObjectStore("outbox", { keyPath: "seq", autoIncrement: true });
        request.result.createObjectStore("meta");
      };
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const db = request.result;
        db.onversionchange = () => forget(db);
        db.onclose = () => forget(db); // iPhones close it behind our back
        resolve(db);
      };
    });
  }

  function forget(db) {
    db.close();
    opening = undefined;
  }

  async function transact(store, mode, work, again = true) {
    const db = await open();
    let transaction;
    try {
      transaction = db.transaction(store, mode, { durability: "strict" });
    } catch (error) {
      if (!again) throw error;
      opening = undefined;
      return transact(store, mode, work, false);
    }
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
    const result = ended(work(transaction.objectStore(store)));
    await done;
    return result;
  }

  const list = () => transact("outbox", "readonly", (store) => store.getAll());
  const find = async (key) => (await list()).find((record) => record.key === key);

  // Reads a small value, or writes it when one is given.
  const meta = (name, ...value) =>
    value.length
      ? transact("meta", "readwrite", (store) => store.put(value[0], name))
      : transact("meta", "readonly", (store) => store.get(name));

  // Keeps a write; resolves when it is on the phone's disk. `replaces` is the number of one that it takes the place of.
  async function put(record, replaces) {
    const kept = { state: "waiting", attempts: 0, retryAt: 0, madeAt: Date.now(), ...record };
    kept.seq = await transact("outbox", "readwrite", (store) => {
      if (replaces !== undefined) store.delete(replaces);
      return store.add(kept);
    });
    tell({ type: "kept", key: kept.key });
    return kept;
  }

  async function save(record) {
    await transact("outbox", "readwrite", (store) => store.put(record));
    tell({ type: "changed", key: record.key });
  }

  async function remove(seq) {
    await transact("outbox", "readwrite", (store) => store.delete(seq));
    tell({ type: "changed" });
  }

  // ---------- telling ----------

  const channel = "BroadcastChannel" in self ? new BroadcastChannel("outbox") : null;
  const listeners = new Set();
  if (channel) channel.onmessage = ({ data }) => listeners.forEach((listener) => listener(data));

  function tell(news) {
    listeners.forEach((listener) => listener(news));
    channel?.postMessage(news);
  }

  function listen(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  // ---------- making ids ----------

  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const secret = () => hex(crypto.getRandomValues(new Uint8Array(32)));

  // A UUIDv7: the time in front, so that ids sort as they were made.
  function newId() {
    const random = crypto.getRandomValues(new Uint8Array(10));
    random[0] = 0x70 | (random[0] & 15);
    random[2] = 0x80 | (random[2] & 63);
    const all = Date.now().toString(16).padStart(12, "0") + hex(random);
    return all.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  // ---------- sending ----------

  // One sender at a time over all tabs and the worker. Where there are no locks, a key sent twice still does no harm.
  const alone = (work) => (navigator.locks ? navigator.locks.request(LOCK, work) : work());

  // Sends what waits for this owner, oldest first; gives how many are left. `force` does not wait for pauses to end.
  const drain = ({ owner, force = false }) =>
    alone(async () => {
      const skipped = new Set();
      for (;;) {
        const record = next(await list(), owner, force, skipped);
        if (!record) break;
        const { outcome, stop } = await send(record);
        if (stop) break;
        if (outcome !== "done") skipped.add(record.seq);
      }
      return { left: (await list()).filter((record) => isOpen(record, owner)).length };
    });

  const isOpen = (record, owner) => record.owner === owner && !record.sealed && record.state === "waiting";

  // Text before photos, each in order. What needs something that has not arrived waits; the rest goes on.
  function next(all, owner, force, skipped) {
    const mine = all.filter((record) => isOpen(record, owner) && !skipped.has(record.seq));
    const unsent = new Set(all.map((record) => record.entity).filter(Boolean));
    const ready = mine.filter((record) => !(record.deps ?? []).some((id) => unsent.has(id)));
    const lanes = [
      ready.filter((record) => !record.files?.length && !record.aside),
      ready.filter((record) => record.files?.length && !record.aside),
      ready.filter((record) => record.aside),
    ];
    for (const lane of lanes) {
      if (!lane.length) continue;
      // The first one in a pause holds its lane: later writes may build on it.
      if (force || lane[0].retryAt <= Date.now()) return lane[0];
    }
    return undefined;
  }

  async function send(record) {
    const weight = (record.files ?? []).reduce((sum, file) => sum + file.bytes.byteLength, 2000);
    let response;
    try {
      response = await fetch(record.url, {
        method: "POST",
        body: body(record),
        headers: headers(record),
        redirect: "manual",
        cache: "no-store",
        credentials: "same-origin",
        signal: AbortSignal.timeout(10_000 + weight / 4),
      });
    } catch {
      return pause(record);
    }
    const acknowledged = response.headers.get("X-Outbox-Ack") === record.key;
    if (response.ok && acknowledged) {
      await transact("outbox", "readwrite", (store) => store.delete(record.seq));
      tell({ type: "done", key: record.key, page: record.page, location: response.headers.get("X-Outbox-Location") });
      return { outcome: "done" };
    }
    if (response.status === 401 || response.type === "opaqueredirect") {
      await save({ ...record, auth: true });
      tell({ type: "auth", key: record.key });
      return { outcome: "auth", stop: true };
    }
    if (acknowledged && REFUSED.includes(response.status)) return refuse(record, response);
    return pause(record, response);
  }

  // No word about a multipart wrapping where there is no file: some browsers send such bodies empty.
  function body(record) {
    if (!record.files?.length) return new URLSearchParams(record.fields);
    const form = new FormData();
    for (const [name, value] of record.fields) form.append(name, value);
    for (const file of record.files) form.append(file.field, new Blob([file.bytes], { type: file.type }), file.name);
    return form;
  }

  function headers(record) {
    const named = {
      "Idempotency-Key": record.key,
      "X-Form-Version": String(record.version ?? 1),
      "X-Age-Ms": String(Math.max(0, Date.now() - record.madeAt)),
    };
    if (record.owner !== "public") named["X-Outbox-Owner"] = record.owner;
    return named;
  }

  async function refuse(record, response) {
    const html = await response.text().catch(() => "");
    const words = decodeURIComponent(response.headers.get("X-Outbox-Words") ?? "");
    await save({
      ...record,
      state: "refused",
      auth: false,
      status: response.status,
      words,
      theirs: response.headers.get("X-Outbox-Theirs"),
    });
    tell({ type: "refused", key: record.key, status: response.status, html });
    return { outcome: "refused" };
  }

  async function pause(record, response) {
    const attempts = record.attempts + 1;
    const asked = Number(response?.headers.get("Retry-After")) * 1000 || 0;
    const grown = Math.min(LONGEST_PAUSE, 1000 * 2 ** Math.min(attempts, 9)) * (0.75 + Math.random() / 2);
    // Held up by itself while the server is well: it must not hold up the others.
    const aside = attempts >= STEP_ASIDE_AFTER && !record.aside && (await isHealthy());
    await save({ ...record, attempts, auth: false, retryAt: Date.now() + Math.max(grown, asked), aside: record.aside || aside });
    tell({ type: "paused", key: record.key });
    return { outcome: "paused", stop: !(record.aside || aside) };
  }

  // Asked at an address that no cache and no captive portal can answer for the server.
  const isHealthy = () =>
    fetch("/health", { cache: "no-store", signal: AbortSignal.timeout(5000) })
      .then((answer) => (answer.ok ? answer.text() : ""))
      .then((text) => text === "ok")
      .catch(() => false);

  // Waits for what comes of one write, at most `patience` milliseconds; "waiting" when nothing did.
  function outcome(key, patience) {
    return new Promise((resolve) => {
      const settle = (news) => {
        clearTimeout(timer);
        stop();
        resolve(news);
      };
      const stop = listen((news) => {
        if (news.key === key && ["done", "refused", "auth", "paused"].includes(news.type)) settle(news);
      });
      const timer = setTimeout(settle, patience, { type: "waiting", key });
    });
  }

  return { list, find, put, save, remove, meta, drain, outcome, listen, newId, secret };
})();
