// Every change is a form that posts to /do/…; here it is sent in the background, shown at once, and undone on request.
import { refresh } from "./live.js";
import { keep } from "./outbox.js";
import { focusRow, leave } from "./rows.js";
import { toast } from "./toast.js";

const token = () => document.querySelector('meta[name="csrf-token"]').content;
const GONE = "The server does not answer. Nothing was changed, and what you typed is still here.";

export class Problem extends Error {
  constructor(answer) {
    super(answer.detail ?? "This did not work. Nothing was changed.");
    this.answer = answer;
  }
}

// Posts to one of our own addresses. Throws Problem for a refusal, TypeError when nothing answers.
export async function send(url, body, once) {
  const headers = { "X-PTA-Fetch": "1", "X-CSRF-Token": token() };
  if (once) headers["Idempotency-Key"] = once;
  const response = await fetch(url, { method: "POST", body, headers, redirect: "error" });
  if (response.status === 502 || response.status === 504) throw new TypeError("no server behind the proxy");
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(answer);
  return answer;
}

// Sends a form as if `by` had been pressed. Events on the form: pta:done and pta:problem, which may be prevented.
export async function act(form, by = null) {
  const url = new URL(by?.hasAttribute("formaction") ? by.formAction : form.getAttribute("action"), location.href);
  const body = new URLSearchParams(new FormData(form, by));
  const from = by ?? form;
  const row = from.closest("[data-row]");
  if (from.ariaBusy === "true" || row?.classList.contains("going")) return;
  const back = row && !from.closest("[data-stays]") ? leave(row) : null;
  from.ariaBusy = "true";
  try {
    const answer = await send(url, body);
    if (back) row.settled = performance.now(); // what was changed in passing says nothing about a row that left since
    done(form, answer);
  } catch (problem) {
    failed(form, url, body, problem, back);
  } finally {
    from.ariaBusy = null;
  }
}

function done(form, answer) {
  const told = new CustomEvent("pta:done", { bubbles: true, cancelable: true, detail: answer });
  const on = form.isConnected ? form : document;
  const wanted = on.dispatchEvent(told);
  form.closest("[data-mine]")?.remove();
  form.closest(".toast")?.remove();
  if (answer.toast) toast(answer.toast, { undo: answer.undo, label: form.matches(".toast") ? "Redo" : "Undo" });
  if (!wanted) return;
  if (form.hasAttribute("data-reset")) form.reset();
  if (answer.go) location.assign(answer.go);
  else refresh();
  if (form.matches(".toast") && answer.task_id) returnTo(answer.task_id);
}

// What an undo brings back is the current row again.
function returnTo(id) {
  const look = () => {
    const row = document.getElementById(`task-${id}`);
    const idle = !document.activeElement?.matches("input, textarea, select");
    if (row?.matches("[data-row]") && idle) focusRow(row);
  };
  document.addEventListener("pta:refreshed", look, { once: true });
}

function failed(form, url, body, problem, back) {
  const gone = !(problem instanceof Problem);
  if (gone && form.dataset.outbox !== undefined && keep(url, body, form.dataset.outbox)) {
    form.closest("[data-mine]")?.remove();
    if (form.hasAttribute("data-reset")) form.reset();
    toast("The server does not answer. This is kept here and sent when it is back.");
    return;
  }
  back?.();
  const detail = gone ? { detail: GONE } : problem.answer;
  const told = new CustomEvent("pta:problem", { bubbles: true, cancelable: true, detail });
  if (form.dispatchEvent(told)) show(form, detail);
  if (!gone) refresh();
}

function show(form, answer) {
  if (answer.code === "undo_conflict") {
    const undo = body(form, "events") || answer.event_id;
    toast(answer.detail, { undo, force: true, label: "Undo anyway", bad: true });
    return;
  }
  toast(answer.detail ?? "This did not work. Nothing was changed.", { bad: true });
}

const body = (form, name) => new FormData(form).get(name);

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (event.defaultPrevented || form.method !== "post") return;
  const address = submitter?.hasAttribute("formaction") ? submitter.formAction : form.getAttribute("action");
  const url = new URL(address, location.href);
  if (url.origin !== location.origin || !url.pathname.startsWith("/do/")) return;
  event.preventDefault();
  act(form, submitter);
});

// Fragments by htmx go by the same session and say that a script asked.
document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRF-Token"] = token();
  event.detail.headers["X-PTA-Fetch"] = "fragment";
});
