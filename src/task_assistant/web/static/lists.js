// Filters that act when they change, and the selection: how many, all shown, none, and a range with Shift.
const boxes = () => [...document.querySelectorAll("#bulk [data-select]")];
let last = null;

document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-filters]");
  if (form && event.target.matches("select, [type=checkbox]")) form.requestSubmit();
  if (event.target.matches("[data-select]")) count();
});

// An address without empty parts is one that a person can read and keep.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-filters]")) return;
  for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
});
addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("[data-filters] :disabled")) field.disabled = false;
});

function count() {
  const chosen = boxes().filter((box) => box.checked).length;
  const note = document.querySelector("[data-selected]");
  if (note) note.textContent = `${chosen} selected`;
}

function all(checked) {
  for (const box of boxes()) box.checked = checked;
  count();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-all]")) all(true);
  if (event.target.closest("[data-none]")) all(false);
  const box = event.target.closest("[data-select]");
  if (!box) return;
  const found = boxes();
  const [from, to] = [found.indexOf(last), found.indexOf(box)].sort((a, b) => a - b);
  if (event.shiftKey && from >= 0) for (const one of found.slice(from, to + 1)) one.checked = box.checked;
  last = box;
  count();
});

document.addEventListener("pta:done", (event) => {
  if (event.target.id !== "bulk") return;
  const kept = new Set(event.detail.refused ?? []);
  for (const box of boxes()) box.checked = kept.has(Number(box.value));
  count();
});

count();
