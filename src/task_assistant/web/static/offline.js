// The server is gone and comes back: what waits in the outbox is sent, and the shell of the app is kept for then.
import { Problem, send } from "./acting.js";
import { refresh } from "./live.js";
import { deliver, waiting } from "./outbox.js";
import { toast } from "./toast.js";

async function empty() {
  if (!waiting().length) return;
  const sent = await deliver(send, Problem);
  if (!sent) return;
  toast(sent === 1 ? "Sent what was kept here." : `Sent ${sent} things that were kept here.`);
  refresh();
}

addEventListener("online", empty);
document.addEventListener("pta:back", empty);
setInterval(empty, 10_000);
empty();

if ("serviceWorker" in navigator) {
  addEventListener("load", () => navigator.serviceWorker.register("/sw.js").catch(() => {}));
}
