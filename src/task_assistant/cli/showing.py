"""How tasks look in a terminal: plain words first, colour only where a terminal shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

# The words of the product. Only colours that both a dark and a light terminal show well: no yellow or cyan, which fade
# on white, and no blue, which fades on black.
LANES = {
    "human": ("you", "bold"),
    "agent": ("agent", ""),
    "review": ("review", "bold magenta"),
    "blocked": ("blocked", "bold red"),
    "triage": ("triage", "magenta"),
    "waiting": ("waiting", "dim"),
}
URGENT = "red"
DAY = 86_400
REASONS = 4


def console() -> Console:
    """Where to print; it finds out by itself whether colour is wanted (NO_COLOR, pipes)."""
    # Imported late: `pta --help` and JSON need none of it.
    from rich.console import Console

    return Console(highlight=False, soft_wrap=False)


def when(text: str | None, now: datetime | None = None) -> str:
    """A time of the contract as people say it, in the zone of this computer: `today 14:00`, `Fri 9 May`."""
    if text is None:
        return ""
    now = (now or datetime.now(UTC)).astimezone()
    at = datetime.fromisoformat(text).astimezone(now.tzinfo)
    days = (at.date() - now.date()).days
    clock = f"{at:%H:%M}"
    near = {-1: f"yesterday {clock}", 0: f"today {clock}", 1: f"tomorrow {clock}"}
    if days in near:
        return near[days]
    year = "" if at.year == now.year else f" {at.year}"
    return f"{at:%a} {at.day} {at:%b}{year}"


def due(task: Mapping[str, Any], now: datetime | None = None) -> tuple[str, str]:
    """The due time in words, an estimate marked with `~`, and its style."""
    at = datetime.fromisoformat(task["due_at"])
    late = at < (now or datetime.now(UTC)) and not task["completed_at"]
    mark = "~" if task["due_is_estimated"] else ""
    return mark + when(task["due_at"], now), URGENT if late else "dim" if mark else ""


def place(task: Mapping[str, Any]) -> tuple[str, str]:
    """Where the task is: its lane in words, or how it ended."""
    lane = task["lane"]
    if lane is None:
        return task["status"], "dim"
    word, style = LANES[lane]
    held = task.get("claim")
    return (f"{word} · {held['agent']}" if held else word), style


def rows(tasks: Sequence[Mapping[str, Any]], nothing: str) -> None:
    """A list of tasks, a line each."""
    from rich.table import Table

    out = console()
    if not tasks:
        out.print(nothing, style="dim")
        return
    table = Table(box=None, pad_edge=False, show_header=False, expand=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    for task in tasks:
        number, title = _styled((f"#{task['id']}", "dim")), _styled((task["title"], ""))
        table.add_row(number, _priority(task), title, _styled(place(task)), _styled(due(task)))
    out.print(table)


def _priority(task: Mapping[str, Any]) -> Text:
    style = {1: URGENT, 2: "bold"}.get(task["priority"], "dim")
    return _styled((f"P{task['priority']}", style))


def _styled(pair: tuple[str, str]) -> Text:
    """Text as it is: nothing in it is taken for markup, and no control character reaches the terminal."""
    from rich.text import Text

    words, style = pair
    return Text().append(
        clean(words), style=style
    )  # of these words alone: what is appended has its own style


def clean(text: str) -> str:
    """Text without control characters, which could drive the reader's terminal; line breaks and tabs stay."""
    return "".join(mark for mark in text if mark in "\n\t" or mark.isprintable())


def card(task: Mapping[str, Any]) -> None:
    """One task in full."""
    out = console()
    out.print(_styled((f"#{task['id']} ", "dim")).append(clean(task["title"]), style="bold"))
    where, style = place(task)
    line = _styled((where, style)).append(f" · P{task['priority']} · due ").append_text(_styled(due(task)))
    if task["labels"]:
        line.append("  #" + " #".join(task["labels"]), style="dim")
    out.print(line)
    for name, text in _facts(task):
        out.print(_styled((f"{name}: ", "dim")).append(clean(text)))
    for name in ("description", "source_context"):
        if task[name]:
            out.print()
            out.print(_styled((clean(str(task[name])), "" if name == "description" else "dim")))
    assessed(task.get("assessment"))
    asked(task.get("question"))
    handed_back(task.get("result"))


def _facts(task: Mapping[str, Any]) -> list[tuple[str, str]]:
    source = " ".join(part for part in (task["source_name"], task["source_url"]) if part)
    deferred = when(task["deferred_until"]) if task["lane"] == "waiting" else ""
    waits = ", ".join(f"#{n}" for n in task["depends_on"])
    again = (task.get("recurrence") or {}).get("words", "")
    pairs = [("from", source), ("deferred until", deferred), ("after", waits), ("again", again)]
    return [(name, text) for name, text in pairs if text]


def assessed(found: Mapping[str, Any] | None) -> None:
    """Who should do the next step, how sure that is, and why; or what to ask first."""
    if not found:
        return
    out = console()
    owner, p = found["suggested_assignee"], found["agent_probability"]
    sure = f"{p if owner == 'codex' else 1 - p:.0%} sure"
    head = {"codex": f"suggested: agent, {sure}", "me": f"suggested: you, {sure}"}.get(owner, "ask first")
    by = "" if found["assessed_by"] == "builtin" else f" (by {found['assessed_by']})"
    out.print()
    out.print(_styled((head, "bold")).append(clean(_line(by)), style="dim"))
    for reason in found["reasons"][:REASONS]:
        against = "" if reason["points"] >= 0 else "  (speaks against it)"
        out.print(_styled((f"  {_line(reason['signal'])}: “{_line(reason['evidence'])}”{against}", "dim")))
    for name, text in (("missing", ", ".join(found["missing"])), ("question", found["question"])):
        if text:
            out.print(_styled((f"  {name}: {_line(text)}", "")))


def _line(text: str) -> str:
    """Text on one line: what somebody else wrote begins no lines of its own."""
    return " ".join(text.split())


def asked(question: Mapping[str, Any] | None) -> None:
    """A question that waits for its answer."""
    if not question or question["answer"] is not None:
        return
    out = console()
    out.print()
    out.print(_styled((f"{question['asked_by']} asks: ", "bold")).append(clean(question["text"])))
    for number, option in enumerate(question["options"], start=1):
        mark = "  (recommended)" if option == question["recommendation"] else ""
        out.print(_styled((f"  {number}. {option}{mark}", "")))


def handed_back(result: Mapping[str, Any] | None) -> None:
    """What an agent handed back."""
    if not result:
        return
    out = console()
    out.print()
    out.print(_styled((f"result {result['round']} by {result['submitted_by']}", "magenta")))
    out.print(_styled((result["summary"], "")))
    for name in ("evidence", "not_done"):
        if result[name]:
            out.print(_styled((f"{name.replace('_', ' ')}: ", "dim")).append(clean(result[name])))
    for link in (*result["links"], *result["refs"]):
        out.print(_styled((f"  {link}", "")))
    for artifact in result["artifacts"]:
        out.print(_styled((f"  [{artifact['n']}] {artifact['name']} ({artifact['size']} bytes)", "dim")))


def event(line: Mapping[str, Any]) -> None:
    """One line of the history."""
    text = line.get("text") or ""
    tail = " — ".join(clean(part) for part in (_changes(line), text) if part)
    at = datetime.fromisoformat(line["at"]).astimezone()
    number = f"#{line['task_id']} " if line["task_id"] is not None else ""
    head = f"{at:%m-%d %H:%M}  {number}{line['type'].replace('_', ' ')} by {line['actor']}"
    console().print(_styled((head, "")).append(f"  {tail}" if tail else "", style="dim"))


def _changes(line: Mapping[str, Any]) -> str:
    """What changed, in words; of a new task its title, and nothing of what `pta show` shows better."""
    if line["type"] == "created":
        return _short(line["changes"].get("title", (None, ""))[1])
    plain = {
        name: pair for name, pair in line["changes"].items() if not any(isinstance(v, dict) for v in pair)
    }
    return ", ".join(f"{name}: {_short(before)} → {_short(after)}" for name, (before, after) in plain.items())


def events(lines: Sequence[Mapping[str, Any]]) -> None:
    """The history of a task."""
    for line in lines:
        event(line)


def comments(said: Sequence[Mapping[str, Any]]) -> None:
    """What was said about a task."""
    for entry in said:
        console().print(_styled((f"{entry['by']}: ", "dim")).append(clean(entry["text"])))


def _short(value: Any) -> str:
    text = "–" if value is None else ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 40 else text[:39] + "…"
