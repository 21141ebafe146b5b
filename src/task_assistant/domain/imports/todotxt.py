"""todo.txt: one task a line (github.com/todotxt/todo.txt: `x`, `(A)`, dates, `+project`, `@context`, `key:value`)."""

from __future__ import annotations

import re

from task_assistant.domain.imports.notes import WORKDAY_ENDS, WORKDAY_STARTS, Frame, Imported, day

DATE = r"\d{4}-\d{2}-\d{2}"
LINE = re.compile(
    rf"(?P<done>x )?(?:\((?P<priority>[A-Z])\) )?(?P<dates>(?:{DATE} ){{0,2}})(?P<text>.*)", re.DOTALL
)
PAIR = re.compile(r"(?<!\S)(?P<name>[A-Za-z][\w-]*):(?P<value>[^\s/:][^\s]*)")
TAG = re.compile(r"(?<!\S)[+@](\S+)")
RECURS = re.compile(r"(\+?)([1-9]\d{0,2})?([dwmy])")  # `+`: from the date on, else from when it was done
UNITS = {"d": "day", "w": "week", "m": "month", "y": "year"}


def read(text: str, frame: Frame) -> Imported:
    """Every line that is not blank. Its words name it: finished or with another priority it is the same task."""
    found = Imported("todotxt", "todo.txt")
    for line in text.splitlines():
        if line.strip():
            _add(found, line.strip(), frame)
    return found


def _add(found: Imported, line: str, frame: Frame) -> None:
    parts = LINE.match(line)
    assert parts is not None  # noqa: S101  # every part of the pattern may be empty
    words, pairs = parts["text"], dict[str, str]()
    for pair in PAIR.finditer(words):
        pairs[pair["name"]] = pair["value"]
    title = PAIR.sub("", words)
    labels = TAG.findall(title)
    for _ in labels:
        found.mapped("+project and @context", "labels")
    title = TAG.sub("", title) if TAG.sub("", title).strip() else title
    found.kept("text", "title")
    found.add(
        found.stable_id(" ".join(word for word in words.split() if not word.startswith("pri:"))),
        title,
        [f"todo.txt: {line}"],
        labels=labels,
        **_dates(found, parts["dates"].split(), done=bool(parts["done"])),
        **_priority(found, parts["priority"] or pairs.pop("pri", "")),
        **_pairs(found, pairs, frame, done=bool(parts["done"])),
        **({"status": "done"} if parts["done"] else {}),
    )


def _dates(found: Imported, dates: list[str], *, done: bool) -> dict[str, str]:
    for name in ("completion date", "creation date")[-len(dates) if not done else 0 :][: len(dates)]:
        found.mapped(name, "part of the source context")
    if done:
        found.mapped("x", "status done, completed now")
    return {}


def _priority(found: Imported, letter: str) -> dict[str, int]:
    if not re.fullmatch("[A-Z]", letter):
        return {}
    found.mapped("priority", "A to D are 1 to 4, later letters 5")
    return {"priority": min(ord(letter) - ord("A") + 1, 5)}


def _pairs(found: Imported, pairs: dict[str, str], frame: Frame, *, done: bool) -> dict[str, str]:
    """`due` and the threshold `t` (or `deferred`) are common; every other pair stays readable in the context."""
    said: dict[str, str] = {}
    for name, value in pairs.items():
        due, start = day(value, WORKDAY_ENDS, frame), day(value, WORKDAY_STARTS, frame)
        if name == "due" and due:
            said["due_at"] = due
            found.mapped("due:", "due at 17:00 of that day")
        elif name == "t" and start:
            said["deferred_until"] = start
            found.mapped("t:", "deferred until 9:00 of that day")
        elif name == "rec" and done:
            found.mapped("rec: of a finished task", "part of the source context; its next one is in the file")
        elif name == "rec" and (again := RECURS.fullmatch(value)):
            said["recurrence"] = _words(*again.groups())
            found.mapped("rec:", "recurrence; without + counted from when it was done")
        else:
            found.lost(f"{name}:", "no such field; written in the source context")
    return said


def _words(strictly: str, count: str, unit: str) -> str:
    """`rec:2w` in the words of the field `recurrence`."""
    every = UNITS[unit] if int(count or 1) == 1 else f"{int(count)} {UNITS[unit]}s"
    return f"every {every}" if strictly else f"every {every} after done"
