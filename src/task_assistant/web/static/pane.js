// From 1180 px the task in focus is shown beside the list; narrower, Enter opens its page.
import { morphChildren } from "./morph.js";

const pane = document.getElementById("pane");
const wide = matchMedia("(min-width: 1180px)");
const SETTLES = 120; // ms; moving through the list with j reads nothing on the way
let timer = 0;
let asked = "";

async function load(id) {
  asked = id;
  let response;
  try {
    response = await fetch(`/tasks/${id}?pane=1`, { headers: { "X-PTA-Fetch": "fragment" } });
  } catch {
    return;
  }
  if (asked !== id) return;
  if (!response.ok) return close();
  show(id, await response.text());
}

function show(id, html) {
  const page = new DOMParser().parseFromString(`<div id="pane-content">${html}</div>`, "text/html");
  const next = page.getElementById("pane-content");
  if (pane.dataset.task === id) return morphChildren(pane.firstElementChild, next);
  pane.dataset.task = id;
  pane.replaceChildren(document.importNode(next, true));
  pane.hidden = false;
  pane.scrollTop = 0;
  window.htmx?.process(pane);
}

function close() {
  pane.hidden = true;
  pane.replaceChildren();
  delete pane.dataset.task;
}

if (pane) {
  const first = document.activeElement?.closest?.("[data-row]");
  if (first && wide.matches) load(first.dataset.row);
  document.addEventListener("focusin", (event) => {
    const id = event.target.closest?.("[data-row]")?.dataset.row;
    clearTimeout(timer);
    if (id && wide.matches && id !== pane.dataset.task) timer = setTimeout(load, SETTLES, id);
  });
  document.addEventListener("pta:refreshed", () => {
    const row = document.querySelector("[data-row].cur");
    if (!row) return close();
    if (wide.matches) load(row.dataset.row);
  });
}
