// The task page: a choice is saved at once, an editor opens with its field in focus, and a text that somebody else
// changed meanwhile is shown beside what is typed, never in its place.
const formOf = (event) => (event.target.matches?.("form") ? event.target : null);

document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-submits]")) event.target.form.requestSubmit();
});

// At once, not with the later `toggle` event: the next key belongs to the field already.
document.addEventListener("click", (event) => {
  const box = event.target.closest(".task details.edit > summary, .task details.ask > summary")?.parentElement;
  if (!box) return;
  event.preventDefault();
  box.open = !box.open;
  if (box.open) opened(box);
});

function opened(box) {
  for (const other of document.querySelectorAll(".task details.ask[open]")) if (!other.contains(box)) other.open = false;
  const field = box.querySelector("textarea, input:not([type=hidden])");
  if (!field || field.closest("details") !== box) return;
  field.focus();
  field.setSelectionRange?.(field.value.length, field.value.length);
  box.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  const box = event.target.closest?.(".task details.edit[open], .task details.ask[open]");
  if (!box) return;
  if (event.key === "Escape") shut(box, event);
  if (event.key === "Enter" && event.target.name === "title" && !event.shiftKey) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});

function shut(box, event) {
  event?.preventDefault();
  box.open = false;
  box.querySelector(":scope > summary")?.focus({ preventScroll: true });
}

document.addEventListener("pta:done", (event) => {
  const form = formOf(event);
  if (!form?.closest(".task")) return;
  document.querySelector("#needs-found")?.replaceChildren();
  document.querySelector(".task form.find")?.reset();
  hush(form);
  for (let box = form.closest("details.edit, details.ask"); box; box = box.parentElement.closest("details.ask")) shut(box);
});

document.addEventListener("pta:problem", (event) => {
  const form = formOf(event);
  if (form?.matches(".task form.auto")) form.reset();
});

document.addEventListener("pta:refreshed", (event) => {
  window.htmx?.process(document.getElementById("task") ?? document.body);
  for (const form of document.querySelectorAll(".task details[open] > form.text")) compare(form, event.detail.page);
});

// What the server says now against what the editor began with: equal, and only other fields changed; or a conflict.
function compare(form, page) {
  const field = form.querySelector("textarea");
  const fresh = page.querySelector(`form.text textarea[name="${field.name}"]`);
  const version = page.querySelector('form.text input[name="version"]');
  if (!fresh || !version || form.elements.version.value === version.value) return;
  if (fresh.defaultValue === field.defaultValue) form.elements.version.value = version.value;
  else tell(form, field, fresh.defaultValue, version.value);
}

function tell(form, field, theirs, version) {
  const note = form.querySelector(".meanwhile");
  const words = document.createElement("p");
  words.textContent = "This changed meanwhile. It now says:";
  const said = document.createElement("blockquote");
  said.textContent = theirs || "(nothing)";
  said.dir = "auto";
  note.replaceChildren(words, said, answer("Keep mine", () => field.value), answer("Use what it says now", () => theirs));
  note.hidden = false;

  function answer(label, chosen) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", () => {
      field.value = chosen();
      form.elements.version.value = version;
      field.defaultValue = theirs;
      hush(form);
      field.focus();
    });
    return button;
  }
}

function hush(form) {
  const note = form.querySelector(".meanwhile");
  if (note) note.hidden = true;
}
