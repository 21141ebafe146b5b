// Keeps the page true: whenever the server says that something changed, the same page is read again and what differs
// is put in place by morph.js. One tab of a browser listens for all of them.
import { morph } from "./morph.js";

const meta = (name) => document.querySelector(`meta[name="${name}"]`);
const MINUTE = 60_000;
let shown = Number(meta("pta-position")?.content ?? 0);
let reading = false;
let again = false;
let stale = false;

// Reads the page anew, once for all who ask meanwhile.
export async function refresh() {
  if (reading) {
    again = true;
    return;
  }
  reading = true;
  try {
    do {
      again = false;
      await read();
    } while (again);
  } finally {
    reading = false;
  }
}

async function read() {
  const began = performance.now();
  let response;
  try {
    response = await fetch(location.pathname + location.search, { headers: { "X-PTA-Fetch": "refresh" } });
  } catch {
    return gone(true);
  }
  if (response.status === 401) return gone(true, "You are signed out. Reload the page to sign in; what you typed stays here until then.");
  if (!response.ok || !response.headers.get("content-type")?.startsWith("text/html")) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  shown = Math.max(shown, Number(page.querySelector('meta[name="pta-position"]')?.content ?? 0));
  document.title = page.title;
  morph(page, began);
  gone(false);
  stale = false;
  document.dispatchEvent(new CustomEvent("pta:refreshed", { detail: { page } }));
}

export function gone(is, words = "The server does not answer. What you type is kept here and sent when it is back.") {
  const note = document.getElementById("gone");
  if (!note || note.hidden === !is) return;
  note.textContent = is ? words : "";
  note.hidden = !is;
  document.dispatchEvent(new CustomEvent(is ? "pta:gone" : "pta:back"));
}

function heard({ seq, ids, needs_you: waiting }) {
  badge(waiting);
  if (seq <= shown && ids.length) return;
  if (document.hidden) stale = true;
  else refresh();
  document.dispatchEvent(new CustomEvent("pta:changed", { detail: { ids } }));
}

function badge(waiting) {
  const plain = document.title.replace(/^\([\d,]+\) /, "");
  document.title = waiting ? `(${waiting.toLocaleString("en")}) ${plain}` : plain;
  if (waiting) navigator.setAppBadge?.(waiting).catch(() => {});
  else navigator.clearAppBadge?.().catch(() => {});
}

// -- who listens: the tab that holds the lock, for all tabs; without locks, every tab while it is looked at -----------
const others = new BroadcastChannel("pta-live");
others.onmessage = (event) => (event.data === "back" ? refresh() : heard(event.data));

function listen() {
  const source = new EventSource(`/live?after=${shown}`);
  let lost = false;
  source.onmessage = (event) => {
    const news = JSON.parse(event.data);
    others.postMessage(news);
    heard(news);
  };
  source.onerror = () => {
    lost = true;
    gone(true);
    if (source.readyState === EventSource.CLOSED) setTimeout(() => lead(), 3_000);
  };
  source.onopen = () => {
    if (lost) {
      others.postMessage("back");
      refresh();
    }
    lost = false;
  };
  return source;
}

let source = null;

function lead() {
  source?.close();
  source = listen();
}

function watch() {
  if (navigator.locks) {
    navigator.locks.request("pta-live", () => new Promise(lead));
    return;
  }
  const look = () => (document.hidden ? source?.close() : lead());
  document.addEventListener("visibilitychange", look);
  look();
}

if (meta("pta-position")) {
  watch();
  document.addEventListener("visibilitychange", () => !document.hidden && stale && refresh());
  setInterval(() => !document.hidden && refresh(), MINUTE); // "12 min" becomes "13 min"
}
