// Bringing in a file on the settings page: first a look at what would happen, then the same for good.
import { Problem, send } from "./acting.js";
import { refresh } from "./live.js";
import { toast } from "./toast.js";

const form = document.getElementById("importing");
const place = document.getElementById("imported");
const bring = form.querySelector('[value="bring"]');
let looking = 0;

function line(kind, text) {
  const made = document.createElement(kind);
  made.textContent = text; // whatever a file says, it is text
  return made;
}

function told(report) {
  const would = report.dry_run ? "would be " : "";
  const numbers = [`${report.created} ${would}created`, `${report.duplicates} here already`];
  if (report.updated) numbers.push(`${report.updated} ${would}updated`);
  const lines = [line("p", `${report.tasks} in the file (${report.format}): ${numbers.join(", ")}.`)];
  for (const [notes, title] of [[report.mapped, "Mapped"], [report.not_mappable, "Not mappable"]]) {
    if (!notes.length) continue;
    const list = document.createElement("ul");
    list.append(...notes.map((note) => line("li", `${note.count} × ${note.field}: ${note.says}`)));
    lines.push(line("b", title), list);
  }
  for (const bad of report.rejected) {
    const why = bad.errors.map((error) => `${error.field} ${error.message}`).join("; ");
    lines.push(line("p", `Not taken, number ${bad.index + 1}: ${why}`));
  }
  return lines;
}

function stale() {
  looking += 1;
  bring.disabled = true;
  place.replaceChildren();
}

async function go(rehearse) {
  const said = new URLSearchParams({ dry_run: rehearse, assignee: form.elements.assignee.value });
  if (form.elements.format.value) said.set("format", form.elements.format.value);
  const mine = (looking += 1);
  form.ariaBusy = "true";
  bring.disabled = true;
  try {
    const report = await send(`/api/import?${said}`, form.elements.file.files[0]);
    if (rehearse && mine !== looking) return; // another file was chosen meanwhile
    place.replaceChildren(...told(report));
    const nothing = report.created + report.updated === 0 && report.format !== "dump"; // a dump has more than tasks
    bring.disabled = !rehearse || nothing;
    if (rehearse) return;
    toast(`${report.created} brought in`);
    refresh();
  } catch (problem) {
    if (rehearse && mine !== looking) return;
    place.replaceChildren(line("p", problem instanceof Problem ? problem.message : "The server does not answer. Look again later."));
  } finally {
    form.ariaBusy = null;
  }
}

form.addEventListener("change", stale);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  go(event.submitter?.value !== "bring");
});
form.hidden = false;
