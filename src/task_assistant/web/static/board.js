// Dragging a card onto a column presses the card's own button for that column; a column that cannot take it says why.
import { toast } from "./toast.js";

let dragged = null;

const way = (column) => dragged?.querySelector(`[data-to="${column.dataset.column}"]`);

function clear() {
  for (const column of document.querySelectorAll(".column.over")) column.classList.remove("over", "no");
}

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.(".card") ?? null;
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.querySelector(".title").textContent);
  dragged.classList.add("dragged");
});

document.addEventListener("dragover", (event) => {
  const column = event.target.closest?.("[data-column]");
  if (!dragged || !column || column.contains(dragged)) return clear();
  event.preventDefault();
  if (!column.classList.contains("over")) clear();
  column.classList.add("over");
  column.classList.toggle("no", !way(column) || "why" in way(column).dataset);
});

document.addEventListener("drop", (event) => {
  const column = event.target.closest?.("[data-column]");
  if (!dragged || !column || column.contains(dragged)) return;
  event.preventDefault();
  way(column)?.click();
});

document.addEventListener("dragend", () => {
  dragged?.classList.remove("dragged");
  dragged = null;
  clear();
});

document.addEventListener("click", (event) => {
  const refused = event.target.closest("[data-why]");
  if (refused) toast(refused.dataset.why, { bad: true });
});

// Left and right go to the card beside, in the next column that has one.
document.addEventListener("keydown", (event) => {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const card = event.target.closest?.(".card");
  if (!by || event.target !== card || event.ctrlKey || event.metaKey || event.altKey) return;
  const columns = [...document.querySelectorAll("[data-column]")].filter((one) => one.getClientRects().length);
  const here = columns.indexOf(card.closest("[data-column]"));
  if (event.shiftKey) {
    columns[here + by] && card.querySelector(`[data-to="${columns[here + by].dataset.column}"]`)?.click();
    return event.preventDefault();
  }
  const at = [...card.parentElement.children].indexOf(card);
  for (let next = here + by; columns[next]; next += by) {
    const cards = columns[next].querySelectorAll(".card:not(.going)");
    if (!cards.length) continue;
    cards[Math.min(at, cards.length - 1)].focus();
    return event.preventDefault();
  }
});
