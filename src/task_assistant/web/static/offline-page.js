// The page that is shown when the server does not answer: keeps captures, and goes on when it is back.
import { keep, waiting } from "./outbox.js";

const form = document.getElementById("capture-later");
const list = document.getElementById("kept");

function show() {
  const items = waiting().map((one) => {
    const item = document.createElement("li");
    item.textContent = new URLSearchParams(one.body).get("text") ?? one.label;
    return item;
  });
  list.replaceChildren(...items);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!keep(new URL(form.action), new URLSearchParams(new FormData(form)), "Capture")) return;
  form.reset();
  form.elements.text.focus();
  show();
});

setInterval(async () => {
  const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => null);
  if (answer?.ok && !form.elements.text.value) location.reload();
}, 3_000);
show();
