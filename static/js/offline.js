// The page shown without signal: what waits, and which pages this phone holds for whoever is signed in on it.

import { when } from "/static/js/worker.js";

const part = (name) => document.querySelector(`[data-${name}]`);
// Standing in for a page, which is tried again; or opened by its own name, after signing out without signal.
const isPage = location.pathname !== "/offline";
part("missing").hidden = !isPage;
if (isPage) addEventListener("online", tryAgain);
else part("again").href = "/";

// Only when the server answers: the event means little, and a reload would stop her from going elsewhere.
async function tryAgain() {
  const answer = await fetch("/health", { cache: "no-store" }).catch(() => null);
  if (answer?.ok) location.reload();
}

// On a slow network the page itself may come after all, and is kept by then.
const pages = self.BroadcastChannel && new BroadcastChannel("pages");
if (isPage && pages) pages.onmessage = ({ data }) => data === location.pathname + location.search && location.reload();

async function keptPages(owner) {
  const cache = await caches.open(`pages-${owner}`);
  const pages = [];
  for (const { url } of await cache.keys()) {
    const answer = await cache.match(url, { ignoreVary: true });
    if (!answer?.headers.get("Content-Type")?.includes("html")) continue;
    const [, title] = /<title>([^<]*)/.exec(await answer.text()) ?? [];
    const [, at] = /"(\d+)"/.exec(answer.headers.get("Server-Timing")) ?? [];
    pages.push({ url, at: Number(at), title: new DOMParser().parseFromString(title, "text/html").body.textContent });
  }
  return pages;
}

const depth = (url) => new URL(url).pathname.split("/").filter(Boolean).length;

async function draw({ url, at, title }) {
  const row = document.getElementById("kept-page").content.firstElementChild.cloneNode(true);
  row.href = url;
  row.querySelector("bdi").textContent = title;
  row.querySelector("small").textContent = await when(at);
  return row;
}

async function fill() {
  const hasLeft = Boolean(await Outbox.meta("signing-out"));
  part("left").hidden = !hasLeft;
  part("safe").hidden = hasLeft;
  const owner = (await Outbox.meta("owner")) ?? "nobody";
  if (owner === "nobody") return;
  const count = (await Outbox.list()).filter((record) => record.owner === owner && !record.sealed).length;
  const line = part("waiting-count");
  line.firstChild.textContent = line.firstChild.textContent.replace("{n}", count);
  line.hidden = !count;
  const kept = await keptPages(owner);
  // It came before this page could listen.
  if (isPage && kept.some(({ url }) => url === location.href.split("#")[0])) return location.reload();
  // Short addresses are the main pages.
  const sorted = kept.sort((a, b) => depth(a.url) - depth(b.url) || b.at - a.at);
  const section = part("kept");
  section.querySelector(".card").append(...(await Promise.all(sorted.map(draw))));
  section.hidden = !sorted.length;
}

fill().catch(() => {}); // a browser without a database holds nothing
