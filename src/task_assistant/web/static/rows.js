// Rows: which one is in focus, where focus goes next, and coming back to the same one. One tab stop a list.

const here = () => `row:${location.pathname}${location.search}`;
const shown = (element) => element.getClientRects().length > 0;

export const rows = (within = document) => [...within.querySelectorAll("[data-row]:not(.going)")].filter(shown);

export function current() {
  const focused = document.activeElement?.closest?.("[data-row]");
  return focused ?? document.querySelector("[data-row].cur:not(.going)");
}

export function focusRow(row) {
  row.focus({ preventScroll: true });
  if (rows()[0] === row) scrollTo(0, 0);
  else row.scrollIntoView({ block: "nearest" });
}

export function step(by) {
  const all = rows();
  const at = all.indexOf(current());
  const next = at < 0 ? all[by > 0 ? 0 : all.length - 1] : all[at + by];
  if (next) focusRow(next);
  return Boolean(next);
}

// Takes the row out of the way; focus goes to the next one. Returns what brings it back.
export function leave(row) {
  const all = rows();
  const at = all.indexOf(row);
  const had = row.contains(document.activeElement);
  row.classList.add("going");
  row.settled = undefined;
  const next = all[at + 1] ?? all[at - 1];
  if (had && next) focusRow(next);
  else if (had) document.querySelector("main")?.focus({ preventScroll: true });
  return () => {
    row.classList.remove("going");
    focusRow(row);
  };
}

function mark(row) {
  for (const other of document.querySelectorAll("[data-row].cur")) if (other !== row) other.classList.remove("cur");
  row.classList.add("cur");
  rove(row);
  sessionStorage.setItem(here(), row.id);
}

// Only the current row is a tab stop, so that Tab goes on to its acts and then leaves the list.
export function rove(row = document.querySelector("[data-row].cur:not(.going)") ?? rows()[0]) {
  for (const other of document.querySelectorAll("[data-row]")) other.tabIndex = other === row ? 0 : -1;
}

document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("[data-row]");
  if (row && !row.classList.contains("going")) mark(row);
});

// A tap or click anywhere in a row makes it the current one; what is a link or a field stays that.
document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-row]");
  if (row && !event.target.closest("a, button, input, textarea, select, summary, label")) {
    if (!window.getSelection()?.toString()) focusRow(row);
  }
});

function begin() {
  rove();
  const kept = document.getElementById(sessionStorage.getItem(here()) ?? "");
  const list = document.querySelector("[data-rows]");
  if (!list || location.hash || !matchMedia("(hover: hover)").matches) return;
  if (document.activeElement && document.activeElement !== document.body) return;
  const row = kept?.matches("[data-row]") ? kept : rows(list)[0];
  row?.focus({ preventScroll: true });
}

begin();
