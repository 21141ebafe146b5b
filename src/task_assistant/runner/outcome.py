"""From how the command ended to what the queue is told: submit, ask or release."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from task_assistant.runner.process import Ended

SUMMARY = 4_000
NOTE = 4_000
ARTIFACT = 200_000
HAND_ON = 75  # EX_TEMPFAIL of sysexits: not now, somebody else may go on
EXITS = {126: "it could not be executed", 127: "there is no such command"}
SAID = ("links", "refs", "evidence", "not_done", "usage")
ASKED = ("kind", "options", "recommendation")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to send. `text` is the summary, the question or the note; `more` the other fields of that call."""

    verb: Literal["submit", "ask", "release"]
    text: str
    more: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """For whoever watches the runner, on one line."""
        if self.verb == "submit":
            return "submitted for review"
        how = {"ask": "asks", "release": f"given back ({self.more.get('outcome')})"}[self.verb]
        first = self.text.partition("\n")[0]
        return printable(f"{how}: {first}")


def printable(text: str) -> str:
    """Text that cannot drive the terminal of whoever watches the runner."""
    return "".join(mark for mark in text if mark.isprintable())


def judge(ended: Ended, told: dict[str, Any] | None, words: str, spoken: str) -> Outcome:
    """What to tell the queue.

    `told` is what the command wrote about its outcome, `words` the end of its output, `spoken` that of its standard
    output alone, which is what it means for others.
    """
    usage = {"usage": told["usage"]} if told and told.get("usage") else {}
    if ended.stopped is not None:
        return failed(f"The command was stopped: {ended.stopped}.", words, **usage)
    if told is not None and told.get("outcome") in ("submit", "ask", "release"):
        return _told(told, spoken)
    if ended.code == HAND_ON:
        return Outcome(
            "release", _note("The command handed the task on.", words), {"outcome": "handoff", **usage}
        )
    if ended.code != 0:
        why = EXITS.get(ended.code, f"it ended with exit code {ended.code}")
        return failed(f"The command failed: {why}.", words, **usage)
    if not words:
        return failed("The command ended without a word, so there is nothing to review.", "", **usage)
    return Outcome("submit", spoken[-SUMMARY:], usage)


def failed(why: str, words: str, **more: Any) -> Outcome:
    """The attempt counts as failed."""
    return Outcome("release", _note(why, words), {"outcome": "failed", **more})


def _told(told: dict[str, Any], words: str) -> Outcome:
    kind = told["outcome"]
    if kind == "ask":
        more = {name: told[name] for name in ASKED if told.get(name)}
        return Outcome(
            "ask", str(told.get("question") or "What is missing?")[:2_000], {"kind": "information", **more}
        )
    if kind == "release":
        usage = {"usage": told["usage"]} if told.get("usage") else {}
        note = str(told.get("note") or _note("The command gave the task back.", words))
        return Outcome("release", note[:NOTE], {"outcome": told.get("how", "handoff"), **usage})
    more = {name: told[name] for name in SAID if told.get(name)}
    return Outcome("submit", str(told.get("summary") or words or "Done.")[:SUMMARY], more)


def _note(why: str, words: str) -> str:
    return f"{why}\n\n{words[-1_500:]}".strip()[:NOTE]


def artifact(name: str, kind: str, text: str) -> dict[str, str]:
    """A text within what an artifact may weigh; a longer one keeps its end for a log and its beginning else."""
    raw = text.encode()
    if len(raw) <= ARTIFACT:
        return {"name": name, "type": kind, "text": text}
    keep = ARTIFACT - 100
    cut = raw[-keep:] if kind == "text/plain" else raw[:keep]
    mark = f"[{len(raw) - keep:,} bytes left out]"
    kept = cut.decode("utf-8", "ignore")
    return {
        "name": name,
        "type": kind,
        "text": f"{mark}\n{kept}" if kind == "text/plain" else f"{kept}\n{mark}\n",
    }
