// What could not be sent waits here, in this browser, and is sent when the server is back; each once, by its own key.
import { toast } from "./toast.js";

const KEY = "pta-outbox";
const MOST = 100;

export const waiting = () => {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "[]");
  } catch {
    return [];
  }
};
const store = (all) => localStorage.setItem(KEY, JSON.stringify(all));
const name = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// Keeps a form's contents. False when there is no room, so that nothing seems kept that is not.
export function keep(url, body, label = "") {
  const all = waiting();
  if (all.length >= MOST) return false;
  body.delete("csrf_token");
  try {
    store([...all, { once: name(), url: url.pathname + url.search, body: String(body), label, at: Date.now() }]);
    return true;
  } catch {
    return false;
  }
}

// Sends what waits, oldest first. One tab at a time; the server takes each only once even if two do.
export async function deliver(send, Problem) {
  const work = async () => {
    let sent = 0;
    for (const one of waiting()) {
      try {
        await send(one.url, new URLSearchParams(one.body), one.once);
        sent += 1;
      } catch (problem) {
        if (!(problem instanceof Problem) || problem.answer.status === 401 || problem.answer.code === "csrf_token_invalid") return sent;
        toast(`${one.label || "Something kept"} was refused: ${problem.message}`, { bad: true });
      }
      store(waiting().filter((other) => other.once !== one.once));
    }
    return sent;
  };
  return navigator.locks ? navigator.locks.request("pta-outbox", work) : work();
}
