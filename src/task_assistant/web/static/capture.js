// Capture: the dialog that c opens, files and e-mails as sources, and nothing typed is ever lost.
const dialog = document.getElementById("capture");
const form = document.querySelector(".capture-form");
const DRAFT = "capture:draft";
const MOST = 300_000; // characters of a file; a task keeps 50,000, and an e-mail may be encoded
const field = (name) => form.elements[name];
const preview = () => field("text").dispatchEvent(new Event("input", { bubbles: true }));

function open() {
  if (dialog && !dialog.open) dialog.showModal();
  field("text").focus();
  if (field("text").value) preview();
}

function say(words) {
  const note = form.querySelector(".problem");
  note.textContent = words;
  note.hidden = !words;
}

function put(text) {
  field("text").value = text;
  preview();
}

// -- files and e-mails ------------------------------------------------------------------------------------------------
async function attach(file) {
  say("");
  if (!file) return;
  const text = (await file.text()).slice(0, MOST);
  if (text.slice(0, 4000).includes("\0")) return say(`${file.name} is no text file, so nothing was taken from it.`);
  open();
  const slot = form.querySelector(".slot");
  const values = { name: file.name, text };
  await window.htmx.ajax("POST", "/capture/source", { source: slot, target: slot, swap: "innerHTML", values });
  form.querySelector("details.from").open = true;
  if (!field("text").value && field("source_title").value) {
    field("text").placeholder = field("source_title").value;
  }
}

const files = (data) => (data && [...data.types].includes("Files") ? [...data.files] : []);

document.addEventListener("dragover", (event) => {
  if (form && [...event.dataTransfer.types].includes("Files")) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  const [file] = files(event.dataTransfer);
  if (!form || !file) return;
  event.preventDefault();
  attach(file);
});

if (form) {
  form.querySelector(".without-script").hidden = true;
  form.querySelector(".file").hidden = false;
  form.querySelector(".another").hidden = !dialog;
  const examples = field("text").placeholder;

  form.addEventListener("paste", (event) => {
    const [file] = files(event.clipboardData);
    if (!file) return;
    event.preventDefault();
    attach(file);
  });
  form.querySelector("[data-file]").addEventListener("change", (event) => {
    attach(event.target.files[0]);
    event.target.value = "";
  });

  // -- what is typed ----------------------------------------------------------------------------------------------------
  if (!field("text").value) field("text").value = sessionStorage.getItem(DRAFT) ?? "";
  form.addEventListener("input", () => {
    say("");
    form.querySelector("[data-send] kbd").textContent = field("text").value.includes("\n") ? "Ctrl ↵" : "↵";
    if (field("text").value) sessionStorage.setItem(DRAFT, field("text").value);
    else {
      sessionStorage.removeItem(DRAFT);
      form.querySelector(".read").replaceChildren();
    }
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.target !== field("text")) return;
    const several = field("text").value.includes("\n");
    if (event.ctrlKey || event.metaKey || (!several && !event.shiftKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-send]"));
    }
  });
  // A chip that is put back into the title: characters are counted as the server counts them.
  form.addEventListener("click", (event) => {
    const chip = event.target.closest("button[name=keep]");
    if (event.target.closest("[data-no-source]")) {
      for (const one of form.querySelectorAll(".slot input, .slot textarea")) one.value = "";
      form.querySelector(".slot .count")?.remove();
      field("text").placeholder = examples;
    }
    if (!chip) return;
    event.preventDefault();
    const [, start, end, line] = chip.value.match(/^(\d+):(\d+):([^]*)$/);
    const all = [...field("text").value];
    put([...all.slice(0, start), line, ...all.slice(end)].join(""));
    field("text").focus();
  });
  form.addEventListener("submit", () => {
    field("typed_at").value = new Date().toISOString();
    sessionStorage.setItem(DRAFT, field("text").value);
  });

  // -- what became of it ------------------------------------------------------------------------------------------------
  let rest = ""; // lines that no task was made of stay
  form.addEventListener("pta:done", (event) => {
    rest = event.detail.rest ?? "";
  });
  form.addEventListener("pta:problem", (event) => {
    event.preventDefault();
    say(event.detail.detail ?? "This did not work. Nothing was changed, and what you typed is still here.");
  });
  form.addEventListener("reset", () => {
    const stay = form.querySelector("[data-another]").checked;
    setTimeout(() => {
      form.querySelector("[data-another]").checked = stay;
      form.querySelector(".read").replaceChildren();
      for (const one of form.querySelectorAll(".slot input, .slot textarea")) one.value = "";
      form.querySelector(".slot .count")?.remove();
      form.querySelector("details.from").open = false;
      field("text").placeholder = examples;
      put(rest);
      if (dialog && !stay && !rest) dialog.close();
      else field("text").focus();
      rest = "";
    });
  });
  form.addEventListener("htmx:sendError", () => {
    form.querySelector(".read").textContent = "No preview while the server does not answer; what you capture is kept and sent later.";
  });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-capture]");
  if (!link || !form || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open();
});
