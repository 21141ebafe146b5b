// Triage: the address holds the whole sitting, so that a live refresh shows the same card. Acts, keys and Undo are
// those of every row; this only keeps the address and the number true, and focus on the card.
import { refresh } from "./live.js";
import { focusRow } from "./rows.js";

const deck = document.getElementById("deck");
const begun = Number(deck.dataset.done);
const decided = new Map(); // id of an answered task to the ids that were answered with it
const together = new Map(); // the card from which several were answered, and which
let seen = null;
const card = () => [...deck.children].find((one) => !one.matches(".going, .passed"));
const done = () => begun + decided.size;

// What was undone, or refused, is there again and counts as not answered. Returns one of them.
function settle() {
  let returned = null;
  for (const [id, ids] of decided) {
    const one = document.getElementById(`task-${id}`);
    if (!one || one.classList.contains("going")) continue;
    for (const each of ids) decided.delete(each);
    returned ??= id;
  }
  return returned;
}

function sitting(change = () => {}) {
  const url = new URL(location.href);
  const skip = (url.searchParams.get("skip") ?? "").split(".").filter(Boolean);
  const said = { skip, at: card()?.dataset.row };
  change(said);
  const parts = [["at", said.at], ["done", done() || ""], ["skip", said.skip.slice(-30).join(".")]];
  const query = parts.filter(([, value]) => value).map(([name, value]) => `${name}=${value}`).join("&");
  history.replaceState(null, "", query ? `/triage?${query}` : "/triage");
  return said;
}

function show() {
  const returned = settle();
  const typing = document.activeElement?.closest("input, textarea, [data-mine]");
  if (returned && returned !== card()?.dataset.row && !typing) {
    sitting((said) => { said.at = returned; }); // what was taken back is looked at again
    refresh();
    return;
  }
  const said = sitting();
  const number = document.querySelector("[data-number]");
  if (number) number.textContent = (done() + said.skip.length + 1).toLocaleString("en");
  const bar = document.getElementById("progress");
  if (bar) bar.value = done();
  const one = card();
  if (one && one !== seen) scrollTo(0, 0);
  seen = one;
  const held = document.activeElement?.closest("dialog, input, textarea, .toast, .card");
  if (one && (!held || (held.matches(".card") && held !== one))) one.focus({ preventScroll: true });
}

// After acting.js took the card out of the way.
document.addEventListener("submit", (event) => {
  const from = event.submitter ?? event.target;
  const one = from.closest(".card");
  if (!one?.classList.contains("going")) return;
  const ids = from.hasAttribute("data-all") ? from.closest("[data-same]").dataset.same.split(",") : [one.dataset.row];
  if (ids.length > 1) together.set(one, ids);
  for (const id of ids) {
    decided.set(id, ids);
    document.getElementById(`task-${id}`)?.classList.add("going");
  }
  show();
});
// What went with a card comes back with it, or is settled like it.
function follow() {
  for (const [one, ids] of together) {
    const others = ids.map((id) => document.getElementById(`task-${id}`)).filter(Boolean);
    const back = one.isConnected && !one.classList.contains("going");
    for (const other of others) {
      if (back) other.classList.remove("going");
      else other.settled ??= one.settled;
    }
    if (back || one.settled) together.delete(one);
  }
}

document.addEventListener("pta:problem", () => setTimeout(() => { follow(); show(); }));
document.addEventListener("pta:refreshed", show);
document.addEventListener("pta:done", (event) => {
  follow();
  if (event.target.closest?.(".retitle")) {
    const one = event.target.closest(".card");
    const title = event.target.elements.title;
    title.defaultValue = title.value; // saved, so the card is nobody's draft any more
    event.target.closest("details").open = false;
    focusRow(one);
  }
});

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const skip = event.target.closest("[data-skip]");
  const back = event.target.closest("[data-back]");
  const again = event.target.closest("[data-again]");
  const level = event.target.closest("[data-priority]");
  if (level) {
    for (const one of level.parentElement.querySelectorAll("[data-priority]")) one.ariaPressed = String(one === level);
  }
  if (!skip && !back && !again) return;
  event.preventDefault();
  if (skip) {
    skip.closest(".card").classList.add("passed");
    sitting((said) => said.skip.push(skip.dataset.skip));
  } else if (back) {
    sitting((said) => { said.at = said.skip.pop(); });
    for (const one of deck.querySelectorAll(".passed")) one.classList.remove("passed");
  } else {
    sitting((said) => { said.skip = []; });
  }
  if (!back) show();
  refresh();
});

deck.addEventListener("toggle", (event) => {
  if (event.target.matches(".retitle[open]")) event.target.querySelector("[name=title]").select();
}, true);

show();
