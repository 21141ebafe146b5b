// The pages about agents, sources and settings: copying a line, and the secret of a new key, which is shown once.
import { toast } from "./toast.js";

async function copy(button) {
  const from = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(from.textContent);
    toast("Copied");
  } catch { // no clipboard on plain http by name: select it, so that one key copies it
    getSelection().selectAllChildren(from);
    toast("Selected; press Ctrl C to copy");
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});

document.addEventListener("pta:done", (event) => {
  const { shown, theme, where } = event.detail;
  if (theme) document.documentElement.dataset.theme = theme;
  const place = document.getElementById(where ?? "shown");
  if (!shown || !place) return;
  place.innerHTML = shown; // made by the server's template, which escapes
  event.target.reset();
  event.target.closest("details")?.removeAttribute("open");
  place.firstElementChild.focus();
  place.scrollIntoView({ block: "nearest" });
});

// What was saved is no unsaved typing any more.
document.addEventListener("pta:done", ({ target }) => {
  if (target.id !== "settings-form") return;
  for (const field of target.elements) {
    if (field.type === "radio") field.defaultChecked = field.checked;
    else if (field.options) for (const option of field.options) option.defaultSelected = option.selected;
    else field.defaultValue = field.value;
  }
});

// A link to the form opens it.
const wanted = location.hash && document.querySelector(`details${location.hash.replace(/[^#\w-]/g, "")}`);
if (wanted) {
  wanted.open = true;
  wanted.querySelector("input:not([type=hidden]), select")?.focus();
}
