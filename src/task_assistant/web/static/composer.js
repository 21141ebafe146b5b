// What asks for more before it is sent (an answer, feedback, a date) opens in its row; without scripts it is a link.
// A typed draft is kept until it is sent.

const draftOf = (form) => `draft:${form.getAttribute("action")}`;

export function compose(link) {
  const row = link.closest("[data-row]") ?? link.closest("[data-composes]") ?? link.parentElement;
  const open = row.querySelector("[data-mine]");
  if (open && open.dataset.kind === link.dataset.compose) return first(open);
  open?.remove();
  const model = document.querySelector(`template[data-composer="${link.dataset.compose}"]`);
  if (!model) return false;
  const made = model.content.firstElementChild.cloneNode(true);
  made.dataset.kind = link.dataset.compose;
  for (const form of made.matches("form") ? [made] : made.querySelectorAll("form")) {
    form.setAttribute("action", link.dataset.url);
    const field = form.querySelector("textarea");
    if (field) field.value = sessionStorage.getItem(draftOf(form)) ?? "";
  }
  row.append(made);
  made.scrollIntoView({ block: "nearest" });
  return first(made);
}

function first(made) {
  made.querySelector("textarea, button:not([data-shut]), input")?.focus();
  return true;
}

export function shut(made) {
  const row = made.closest("[data-row]");
  made.remove();
  row?.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-compose]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && compose(link)) event.preventDefault();
  const close = event.target.closest("[data-mine] [data-shut]");
  if (close) shut(close.closest("[data-mine]"));
});

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-mine] form, form[data-mine]");
  if (form && event.target.matches("textarea")) sessionStorage.setItem(draftOf(form), event.target.value);
});

document.addEventListener("pta:done", (event) => {
  if (event.target.matches?.("form")) sessionStorage.removeItem(draftOf(event.target));
});

document.addEventListener("keydown", (event) => {
  const made = event.target.closest?.("[data-mine]");
  if (event.key === "Escape" && made) {
    event.preventDefault();
    shut(made);
  } else if (!event.defaultPrevented && event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
    event.preventDefault();
    event.target.form?.requestSubmit();
  }
});
