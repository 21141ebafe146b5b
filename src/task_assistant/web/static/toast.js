// Short notes with Undo, for ten seconds; not while the pointer or focus is on them.
const LASTS = 10_000;
const place = document.getElementById("toasts");
const model = document.getElementById("toast");

export function toast(text, { undo = null, force = false, label = "Undo", bad = false } = {}) {
  if (!place || !model) return;
  place.replaceChildren();
  const note = model.content.firstElementChild.cloneNode(true);
  note.querySelector("p").textContent = text;
  const button = note.querySelector("button:not([data-shut])");
  if (undo) {
    note.elements.events.value = undo;
    button.firstChild.textContent = `${label} `;
    note.elements.force.disabled = !force;
    note.elements.force.value = "true";
  } else {
    button.remove();
  }
  note.classList.toggle("bad", bad);
  place.setAttribute("aria-live", bad ? "assertive" : "polite");
  place.append(note);
  fade(note);
}

function fade(note) {
  let timer = setTimeout(() => note.remove(), LASTS);
  const hold = () => clearTimeout(timer);
  const go = () => {
    clearTimeout(timer);
    timer = setTimeout(() => note.remove(), LASTS / 2);
  };
  for (const [kind, react] of [["mouseenter", hold], ["focusin", hold], ["mouseleave", go], ["focusout", go]]) {
    note.addEventListener(kind, react);
  }
}

place?.addEventListener("click", (event) => {
  if (event.target.closest("[data-shut]")) event.target.closest(".toast").remove();
});
for (const note of place?.querySelectorAll(".toast") ?? []) fade(note);
