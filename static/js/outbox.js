// The outbox: every write is kept here before its first byte leaves, and until the server says by name that it has it.
// One code for the pages and for the worker; it knows no business. docs/offline.md tells the whole.

// eslint-disable-next-line no-unused-vars -- a plain script: pages and worker find it under this name
var Outbox = (() => {
  const REFUSED = [403, 404, 409, 410, 413, 422];
  const LONGEST_PAUSE = 300_000;
  const STEP_ASIDE_AFTER = 3;

  // One at a time over all tabs and the worker. Where there are no locks, a key that is sent twice still does no harm.
  const alone = (name, work, options) =>
    navigator.locks ? navigator.locks.request(`outbox-${name}`, options, work) : work();

  // ---------- keeping ----------

  let opening;

  function open() {
    // The browser may keep a page that was left while it made the database, asleep, and every later page would wait for it for
    // ever. A sleeping page is thrown away when another asks for a lock that it holds.
    opening ??= alone("opening", openNow);
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
      transaction.onabort = () => reject(transaction.error);
    });
    const asked = work(transaction.objectStore(store));
    await done;
    return asked;
  }

  const list = async () => (await transact("outbox", "readonly", (store) => store.getAll())).result;

  // Reads a small value, or writes it when one is given.
  async function meta(name, ...value) {
    const mode = value.length ? "readwrite" : "readonly";
    const asked = await transact("meta", mode, (store) => (value.length ? store.put(value[0], name) : store.get(name)));
    return asked.result;
  }

  // Keeps a write; resolves when it is on the phone's disk. `replaces` is the number of one that it takes the place of.
  const put = async (record, replaces) => (await putAll([record], replaces))[0];

  // Several at once: all of them are kept, or none.
  async function putAll(records, replaces) {
    const common = { fields: [], state: "waiting", attempts: 0, retryAt: 0, madeAt: Date.now() };
    const all = records.map((record) => ({ key: newId(), ...common, ...record }));
    const asked = await transact("outbox", "readwrite", (store) => {
      if (replaces !== undefined) store.delete(replaces);
      return all.map((record) => store.add(record));
    });
    all.forEach((record, place) => (record.seq = asked[place].result));
    tell({ type: "kept" });
    return all;
  }

  // Puts what `make` makes of a record in its place, if it is still there: meanwhile it may have arrived, been thrown away,
  // replaced or locked, and must not come back.
  async function change(record, make) {
    await transact("outbox", "readwrite", (store) => {
      const asked = store.get(record.seq);
      asked.addEventListener("success", () => asked.result?.key === record.key && store.put(make(asked.result)));
    });
  }

  // All at once: a sender that looked in between would find a picture without the words that it belongs to, and send it.
  async function remove(...seqs) {
    await transact("outbox", "readwrite", (store) => seqs.forEach((seq) => store.delete(seq)));
    tell({ type: "changed" });
  }

  // ---------- telling ----------

  const channel = self.BroadcastChannel && new BroadcastChannel("outbox");
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

  const random = (bytes) =>
    Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const secret = () => random(32);

  // A UUIDv7: the time in front, so that ids sort as they were made. (The browser's own randomUUID exists on https only.)
  function newId() {
    const all = `0${Date.now().toString(16)}7${random(10)}`; // eleven digits until the year 2527
    return all.replace(/(.{8})(.{4})(.{4})(.{3})(.{12}).*/, "$1-$2-$3-a$4-$5");
  }

  // ---------- sending ----------

  // Sends what waits for this person, oldest first; gives how many are left. `force` does not wait for pauses to end. Pictures have
  // a sender of their own: a slow one must not hold up words.
  async function drain({ owner, force }) {
    for (const isHeavy of [false, true]) {
      const sendAll = async () => {
        const skipped = new Set();
        for (let record; (record = next(await list(), owner, force, skipped, isHeavy)); ) {
          const outcome = await send(record);
          if (outcome === "stop") break;
          skipped.add(outcome === "auth" ? record.owner : record.seq);
        }
      };
      // Nobody waits long for a picture that is on its way already: words may have to be tried again before it is there.
      await alone(isHeavy, sendAll, isHeavy ? { signal: AbortSignal.timeout(2000) } : {}).catch(() => {});
    }
    return { left: (await list()).filter((record) => isOpen(record, owner)).length };
  }

  // Hers is what she wrote for any of her businesses: the server puts each where it belongs.
  const isHers = (record, owner) => record.owner.split(":")[0] === owner.split(":")[0];
  const isOpen = (record, owner) => isHers(record, owner) && !record.sealed && record.state === "waiting";

  // Text before pictures, each in order. What needs something that has not arrived waits, and so does what goes to an address
  // where an earlier one has not arrived; the rest goes on.
  function next(all, owner, force, skipped, isHeavy) {
    const unsent = new Set(all.map((record) => record.entity).filter(Boolean));
    const addresses = new Set();
    const ready = all.filter((record) => {
      if (!isOpen(record, owner) || record.deps?.some((id) => unsent.has(id)) || addresses.has(record.url)) return false;
      addresses.add(record.url);
      return !skipped.has(record.seq) && !skipped.has(record.owner);
    });
    const isPicture = (record) => record.files?.length > 0;
    const lane = ready.filter((record) => isPicture(record) === isHeavy);
    if (isHeavy && ready.some((record) => !isPicture(record) && !record.aside)) return undefined;
    // The first one in a pause holds its lane: later writes may build on it.
    const firsts = [lane.find((record) => !record.aside), lane.find((record) => record.aside)];
    return firsts.find((record) => record && (force || record.retryAt <= Date.now()));
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
        signal: AbortSignal.timeout(10_000 + weight / 4),
      });
    } catch {
      return pause(record);
    }
    const acknowledged = response.headers.get("X-Outbox-Ack") === record.key;
    if (response.ok && acknowledged) {
      await transact("outbox", "readwrite", (store) => store.delete(record.seq));
      tell({ type: "done", key: record.key, page: record.page, location: response.headers.get("X-Outbox-Location") });
      return "done";
    }
    if (response.status === 401 || response.type === "opaqueredirect") {
      await change(record, (kept) => ({ ...later(kept), auth: true }));
      tell({ type: "auth", key: record.key });
      return "auth";
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
      "X-Form-Version": record.version ?? 1,
      "X-Age-Ms": Math.max(0, Date.now() - record.madeAt),
    };
    if (record.owner !== "public") named["X-Outbox-Owner"] = record.owner;
    if (record.after) named["X-Outbox-After"] = record.after;
    return named;
  }

  async function refuse(record, response) {
    const html = await response.text().catch(() => "");
    const words = response.headers.get("X-Outbox-Words");
    const theirs = response.headers.get("X-Outbox-Theirs");
    await change(record, (kept) => ({ ...kept, state: "refused", auth: false, words, theirs }));
    tell({ type: "refused", key: record.key, html });
    return "refused";
  }

  function later(record, asked = 0) {
    const attempts = record.attempts + 1;
    const grown = Math.min(LONGEST_PAUSE, 1000 * 2 ** attempts) * (0.75 + Math.random() / 2);
    return { ...record, attempts, auth: false, retryAt: Date.now() + Math.max(grown, asked) };
  }

  async function pause(record, response) {
    const asked = Number(response?.headers.get("Retry-After")) * 1000 || 0;
    // Held up by itself while the server is well: it must not hold up the others.
    const aside = record.aside || (record.attempts + 1 >= STEP_ASIDE_AFTER && (await isHealthy()));
    await change(record, (kept) => ({ ...later(kept, asked), aside }));
    tell({ type: "paused", key: record.key });
    return aside ? "paused" : "stop";
  }

  // Asked at an address that no cache and no captive portal can answer for the server.
  const isHealthy = () =>
    fetch("/health", { signal: AbortSignal.timeout(5000) })
      .then((answer) => answer.text())
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
        if (news.key === key && !/kept|changed/.test(news.type)) settle(news);
      });
      const timer = setTimeout(settle, patience, { type: "waiting", key });
    });
  }

  return { list, put, putAll, change, remove, isHers, meta, drain, outcome, listen, isHealthy, newId, secret };
})();
