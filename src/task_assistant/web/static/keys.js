// Keys are attributes: data-key on a button, link or field ("a", "u z"), data-go on a link (after g). Nothing else.
// A key acts in the open dialog, else in the composer or row in focus, else on the page. ? lists what there is.
import { current, focusRow, rows, step } from "./rows.js";

const HELP = document.getElementById("keys-help");
const seen = (element) => element.checkVisibility() && !element.disabled; // not in closed details either
const editable = (element) => element.matches?.("input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select, [contenteditable=true]");
const find = (scope, key) => [...scope.querySelectorAll("[data-key]")].find((one) => one.dataset.key.split(" ").includes(key) && seen(one));
let going = 0; // when g was pressed

function target(key) {
  const dialog = document.querySelector("dialog[open]");
  if (dialog) return find(dialog, key);
  const scopes = [document.activeElement?.closest?.("[data-mine]"), document.activeElement?.closest?.("#pane"), current()];
  for (const scope of scopes) {
    const inside = scope && find(scope, key);
    if (inside) return inside;
    if (scope?.id === "pane") break; // in the pane, a key never means the row beside it
  }
  return everywhere().find((one) => one.dataset.key.split(" ").includes(key));
}

const everywhere = () => [...document.querySelectorAll("[data-key]")].filter((one) => !one.closest("[data-row], [data-mine], dialog, #pane") && seen(one));

function press(element) {
  if (element.matches("input:not([type=checkbox]):not([type=submit]), textarea, select")) {
    element.focus();
    element.select?.();
  } else {
    element.click();
  }
}

const MOVES = { j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1) };

function open(event) {
  const row = event.target.closest?.("[data-row]");
  if (!row || event.target !== row) return false;
  row.querySelector("[data-open]")?.click();
  return true;
}

function edge(key) {
  const all = rows();
  const row = key === "Home" ? all[0] : all.at(-1);
  if (row && current()) focusRow(row);
  return Boolean(row && current());
}

function handle(event) {
  const { key } = event;
  const free = !document.querySelector("dialog[open]");
  if (going && Date.now() - going < 1500) {
    going = 0;
    const link = document.querySelector(`[data-go="${CSS.escape(key.toLowerCase())}"]`);
    if (link) link.click();
    return Boolean(link);
  }
  if (free && key === "g") {
    going = Date.now();
    return true;
  }
  if (free && MOVES[key] && rows().length && MOVES[key]()) return true;
  if (free && (key === "Home" || key === "End")) return edge(key);
  if (free && key === "Enter") return open(event);
  const element = target(key);
  if (element) press(element);
  return Boolean(element);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (editable(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.repeat && !MOVES[event.key]) return;
  if (handle(event)) event.preventDefault();
});

// -- the list of all keys ---------------------------------------------------------------------------------------------
const ALWAYS = [["j / k", "Next, previous"], ["Enter", "Open"], ["Ctrl K", "Find any command or task"]];
const words = (one) => one.dataset.label ?? one.getAttribute("aria-label") ?? [...one.childNodes].filter((part) => part.nodeName !== "KBD").map((part) => part.textContent).join("").trim();

export function commands() {
  const row = current();
  const made = (one) => ({ element: one, label: words(one), keys: one.dataset.key?.split(" ") ?? ["g", one.dataset.go], row: Boolean(one.closest("[data-row]")) });
  const inRow = row ? [...row.querySelectorAll("[data-key]")].filter(seen).map(made) : [];
  const onPage = everywhere().map(made);
  const places = [...document.querySelectorAll("[data-go]")].map((one) => ({ ...made(one), label: `Go to ${words(one.querySelector("span") ?? one)}`, keys: ["g", one.dataset.go] }));
  return { inRow, onPage, places };
}

function line(keys, label) {
  const item = document.createElement("li");
  const shown = document.createElement("span");
  for (const key of keys) {
    const printed = document.createElement("kbd");
    printed.textContent = key === "Backspace" ? "⌫" : key;
    shown.append(printed, " ");
  }
  item.append(shown, document.createTextNode(label));
  return item;
}

function help() {
  const { inRow, onPage, places } = commands();
  const groups = [
    ["Everywhere", [...ALWAYS.map(([key, label]) => line([key], label)), ...onPage.map((one) => line(one.keys, one.label))]],
    ["This task", inRow.map((one) => line(one.keys, one.label))],
    ["Go to", places.map((one) => line(one.keys, one.label.replace("Go to ", "")))],
  ];
  const lists = groups.filter(([, lines]) => lines.length).map(([title, lines]) => {
    const section = document.createElement("section");
    const head = document.createElement("h3");
    head.textContent = title;
    const list = document.createElement("ul");
    list.append(...lines);
    section.append(head, list);
    return section;
  });
  document.getElementById("keys-list").replaceChildren(...lists);
  HELP.showModal();
}

document.addEventListener("click", (event) => {
  if (HELP && event.target.closest("[data-keys-help]")) help();
  if (event.target.matches("dialog[open]")) event.target.close(); // a click beside it
});
