// Puts a page that was read anew into the page that is there, region by region ([data-live]), child by child (by id).
// What did not change is not touched. What the person is typing in is never overwritten: it is flagged. The row that
// the person looks at stays where it is on the screen.
import { current, focusRow, rove, rows } from "./rows.js";

const OURS = new Set(["open", "tabindex", "aria-busy", "aria-expanded", "hidden"]);
const CLASSES = ["cur", "picked"];
const typed = (field) => field.matches("input:not([type=hidden]), textarea, select") && (field.value !== (field.defaultValue ?? field.value) || field.checked !== (field.defaultChecked ?? field.checked));
const busy = (element) => Boolean(element.querySelector("[data-mine], [data-editing]")) || (element.contains(document.activeElement) && document.activeElement.matches("input:not([type=checkbox]), textarea, select, [contenteditable]")) || [...element.querySelectorAll("input, textarea")].some(typed);

export function morph(page, began = performance.now()) {
  const anchor = anchored();
  const place = around();
  for (const region of document.querySelectorAll("[data-live]")) {
    const next = page.getElementById(region.id);
    if (next) merge(region, next, began);
  }
  rove();
  refocus(place);
  anchor();
}

// One element whose contents were read by themselves.
export const morphChildren = (old, next) => children(old, next, performance.now());

// Keeps the current row, else the first one in sight, at its height on the screen.
function anchored() {
  const row = current() ?? rows().find((one) => one.getBoundingClientRect().bottom > 0);
  if (!row || (scrollY === 0 && !row.contains(document.activeElement))) return () => {};
  const before = row.getBoundingClientRect().top;
  return () => {
    if (row.isConnected && before >= 0 && before < innerHeight) scrollBy(0, row.getBoundingClientRect().top - before);
  };
}

// The neighbours of the focused row, in the order in which focus would go to them if it vanished.
function around() {
  const row = document.activeElement?.closest?.("[data-row]");
  if (!row) return [];
  const all = rows();
  const at = all.indexOf(row);
  return [...all.slice(at), ...all.slice(0, Math.max(at, 0)).reverse()];
}

function refocus(place) {
  if (!place.length || document.activeElement?.closest?.("[data-row]")) return;
  if (document.activeElement && document.activeElement !== document.body) return;
  const next = place.find((row) => row.isConnected && !row.classList.contains("going"));
  if (next) focusRow(next);
  else document.querySelector("main")?.focus({ preventScroll: true });
}

// -- one element ------------------------------------------------------------------------------------------------------
function merge(old, next, began) {
  if (old.dataset.v !== undefined && old.dataset.v === next.dataset.v && !old.classList.contains("going")) return;
  if (old.classList.contains("going") && !(old.settled < began)) return;
  old.classList.remove("going");
  if (old.dataset.v !== undefined && busy(old)) {
    if (old.dataset.version !== next.dataset.version) flag(old, next);
    return;
  }
  attributes(old, next);
  children(old, next, began);
}

function attributes(old, next) {
  const kept = CLASSES.filter((name) => old.classList.contains(name));
  for (const { name } of [...old.attributes]) if (!next.hasAttribute(name) && !OURS.has(name)) old.removeAttribute(name);
  for (const { name, value } of next.attributes) {
    if (!OURS.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  if (kept.length) old.classList.add(...kept);
}

const alike = (one, two) => one.nodeType === two.nodeType && one.nodeName === two.nodeName && (one.id ?? "") === (two.id ?? "");

function children(old, next, began) {
  const named = new Map([...old.children].filter((child) => child.id).map((child) => [child.id, child]));
  const free = [...old.childNodes].filter((child) => !child.id && !child.dataset?.mine && !mine(child));
  const wanted = [...next.childNodes].map((child) => {
    const found = child.id ? named.get(child.id) : take(free, child);
    if (!found || !alike(found, child)) return document.importNode(child, true);
    if (child.nodeType !== Node.ELEMENT_NODE) {
      if (found.nodeValue !== child.nodeValue) found.nodeValue = child.nodeValue;
    } else {
      merge(found, child, began);
    }
    return found;
  });
  arrange(old, wanted);
}

const mine = (child) => child.nodeType === Node.ELEMENT_NODE && child.hasAttribute("data-mine");

function take(free, child) {
  const at = free.findIndex((one) => alike(one, child));
  return at < 0 ? null : free.splice(at, 1)[0];
}

// The children in their new order; the one with focus is never moved, the others move around it.
function arrange(parent, wanted) {
  const keep = new Set(wanted);
  for (const child of [...parent.childNodes]) {
    if (keep.has(child) || mine(child)) continue;
    if (child.nodeType === Node.ELEMENT_NODE && child.dataset.row && busy(child)) {
      child.dataset.changed = "This is no longer in this list. What you typed is kept.";
      continue;
    }
    child.remove();
  }
  let at = parent.firstChild;
  for (const child of wanted) {
    if (child !== at && child.contains(document.activeElement)) {
      while (at && at !== child) {
        const after = at.nextSibling;
        parent.append(at);
        at = after;
      }
    }
    if (child === at) at = at.nextSibling;
    else parent.insertBefore(child, at);
  }
}

// A row under the person's hands that changed meanwhile: said, and shown when they ask.
function flag(old, next) {
  old.dataset.changed = "This changed meanwhile.";
  old.querySelector(":scope > .changed")?.remove();
  const note = document.createElement("p");
  note.className = "changed";
  note.setAttribute("data-mine", "");
  note.setAttribute("role", "status");
  note.append("This changed meanwhile. ");
  const show = document.createElement("button");
  show.type = "button";
  show.textContent = "Show what is new";
  const fresh = document.importNode(next, true);
  show.addEventListener("click", () => {
    old.replaceWith(fresh);
    fresh.focus({ preventScroll: true });
    rove(fresh);
  });
  note.append(show);
  old.append(note);
}
