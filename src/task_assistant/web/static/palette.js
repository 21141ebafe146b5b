// Ctrl K: every command of the row in focus and of the page, every place, and tasks by their words.
import { commands } from "./keys.js";

const dialog = document.getElementById("palette");
const input = document.getElementById("palette-input");
const list = document.getElementById("palette-list");
const MOST = 12;
let found = [];
let tasks = [];
let picked = 0;
let timer = 0;

const fits = (label, words) => words.every((word) => label.toLowerCase().includes(word));

function show() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const { inRow, onPage, places } = commands.now;
  const known = [...inRow, ...onPage, ...places].filter((one) => fits(one.label, words));
  const more = input.value.trim() ? [...tasks, { label: `Search for “${input.value.trim()}”`, href: `/search?q=${encodeURIComponent(input.value.trim())}` }] : [];
  found = [...known.slice(0, MOST), ...more];
  picked = Math.min(picked, found.length - 1);
  list.replaceChildren(...found.map(option));
  input.setAttribute("aria-activedescendant", found.length ? `palette-${picked}` : "");
}

function option(one, n) {
  const item = document.createElement("li");
  item.id = `palette-${n}`;
  item.role = "option";
  item.ariaSelected = String(n === picked);
  const label = document.createElement("span");
  label.textContent = one.label;
  item.append(label);
  for (const key of one.keys ?? []) {
    const printed = document.createElement("kbd");
    printed.textContent = key === "Backspace" ? "⌫" : key;
    item.append(printed);
  }
  item.addEventListener("click", () => run(one));
  return item;
}

function run(one) {
  dialog.close();
  if (one.href) location.assign(one.href);
  else if (one.element.matches("input, textarea")) one.element.focus();
  else one.element.click();
}

async function ask() {
  const words = input.value.trim();
  if (words.length < 2) {
    tasks = [];
    return show();
  }
  const answer = await fetch(`/find?q=${encodeURIComponent(words)}`, { headers: { "X-PTA-Fetch": "1" } }).catch(() => null);
  if (!answer?.ok || words !== input.value.trim()) return;
  tasks = (await answer.json()).tasks.map((one) => ({ label: `#${one.id} ${one.title}`, href: `/tasks/${one.id}` }));
  show();
}

function open() {
  commands.now = commands(); // what can be done where focus is, before the dialog takes it
  input.value = "";
  tasks = [];
  picked = 0;
  show();
  dialog.showModal();
  input.focus();
}

if (dialog) {
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else if (!document.querySelector("dialog[open]")) open();
  });
  input.addEventListener("input", () => {
    picked = 0;
    show();
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  input.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && found.length) {
      event.preventDefault();
      picked = (picked + by + found.length) % found.length;
      show();
      list.children[picked].scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && found[picked]) {
      event.preventDefault();
      run(found[picked]);
    }
  });
}
