// On touch: swipe a row to the right for its likely act, to the left to defer it. Both are buttons, too.
const FAR = 84; // px
const SLOPE = 1.6; // how much flatter than steep a swipe is

let start = null;

document.addEventListener("touchstart", (event) => {
  const row = event.target.closest("[data-row]");
  const one = event.touches.length === 1 && row && !event.target.closest("textarea, input, [data-mine]");
  start = one ? { row, x: event.touches[0].clientX, y: event.touches[0].clientY, dx: 0 } : null;
}, { passive: true });

document.addEventListener("touchmove", (event) => {
  if (!start) return;
  start.dx = event.touches[0].clientX - start.x;
  if (Math.abs(start.dx) < SLOPE * Math.abs(event.touches[0].clientY - start.y)) {
    still(start.row);
    start = null;
    return;
  }
  const way = start.dx > 0 ? likely(start.row) : defer(start.row);
  start.row.dataset.swipe = way ? way.firstChild.textContent.trim() : "";
  start.row.dataset.way = `${start.dx > 0 ? "right" : "left"}${Math.abs(start.dx) > FAR ? " far" : ""}`;
  start.row.style.translate = way ? `${Math.max(-120, Math.min(120, start.dx))}px` : "";
}, { passive: true });

function still(row) {
  row.style.translate = "";
  delete row.dataset.swipe;
  delete row.dataset.way;
}

const likely = (row) => row.querySelector(".act.first");
const defer = (row) => row.querySelector('[data-compose="defer"]');

document.addEventListener("touchend", () => {
  if (!start) return;
  const { row, dx } = start;
  start = null;
  still(row);
  if (Math.abs(dx) < FAR) return;
  row.focus({ preventScroll: true });
  (dx > 0 ? likely(row) : defer(row))?.click();
}, { passive: true });
