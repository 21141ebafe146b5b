// From 1180 px the task in focus is shown beside the list; narrower, Enter opens its page.
import { morph } from "./morph.js";

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
  const page = new DOMParser().parseFromString(`<aside id="pane" data-live>${html}</aside>`, "text/html");
  if (pane.dataset.task === id) {
    pane.setAttribute("data-live", "");
    morph(page);
    pane.removeAttribute("data-live");
    return;
  }
  pane.dataset.task = id;
  pane.replaceChildren(...page.getElementById("pane").childNodes);
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
