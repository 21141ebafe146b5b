"""How tasks look in a terminal: plain words first, colour only where a terminal shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from task_assistant.cli.terminal import Words, line, say, table

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
    """Where the task is: its lane in words, or how it ended; undoing its capture deletes it."""
    lane = task["lane"]
    if lane is None:
        return task["status"] if task["status"] in ("done", "cancelled") else "deleted", "dim"
    word, style = LANES[lane]
    held = task.get("claim")
    return (f"{word} · {held['agent']}" if held else word), style


def rows(tasks: Sequence[Mapping[str, Any]], nothing: str) -> None:
    """A list of tasks, a line each."""
    if not tasks:
        say((nothing, "dim"))
        return
    table(
        [[_number(task), _priority(task), (task["title"], ""), place(task), due(task)] for task in tasks],
        wide=2,
    )


def _number(task: Mapping[str, Any]) -> Words:
    return f"#{task['id']}", "dim"


def _priority(task: Mapping[str, Any]) -> Words:
    return f"P{task['priority']}", {1: URGENT, 2: "bold"}.get(task["priority"], "dim")


def card(task: Mapping[str, Any]) -> None:
    """One task in full."""
    say(_number(task), (" ", ""), (task["title"], "bold"))
    labels = "".join(f" #{label}" for label in task["labels"])
    say(
        place(task),
        (f" · P{task['priority']} · due ", ""),
        due(task),
        (f" {labels}" if labels else "", "dim"),
    )
    for name, text in _facts(task):
        say((f"{name}: ", "dim"), (text, ""))
    for name, style in (("description", ""), ("source_context", "dim")):
        if task[name]:
            say(("\n" + task[name], style))
    if task["assignee"] == "unassigned":
        wished(task.get("proposal"))
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


def wished(proposal: Mapping[str, Any] | None) -> None:
    """The owner that the key which brought the task asked for; accepting gives it to them."""
    if proposal and proposal["assignee"]:
        owner = {"codex": "agent", "me": "you"}.get(proposal["assignee"], proposal["assignee"])
        say(
            (f"\n{line(proposal['by'])} suggests: {line(owner)}", "bold"),
            (" (the owner came with the task)", "dim"),
        )


def assessed(found: Mapping[str, Any] | None) -> None:
    """Who should do the next step, how sure that is, and why; or what to ask first."""
    if not found:
        return
    owner, p = found["suggested_assignee"], found["agent_probability"]
    sure = f"{p if owner == 'codex' else 1 - p:.0%} sure"
    head = {"codex": f"suggested: agent, {sure}", "me": f"suggested: you, {sure}"}.get(owner, "ask first")
    by = "" if found["assessed_by"] == "builtin" else f" (by {line(found['assessed_by'])})"
    say((f"\n{head}", "bold"), (by, "dim"))
    for reason in found["reasons"][:REASONS]:
        against = "" if reason["points"] >= 0 else "  (speaks against it)"
        say((f"  {line(reason['signal'])}: “{line(reason['evidence'])}”{against}", "dim"))
    for name, text in (("missing", ", ".join(found["missing"])), ("question", found["question"])):
        if text:
            say((f"  {name}: {line(text)}", ""))


def asked(question: Mapping[str, Any] | None) -> None:
    """A question that waits for its answer."""
    if not question or question["answer"] is not None:
        return
    say((f"\n{question['asked_by']} asks: ", "bold"), (question["text"], ""))
    for number, option in enumerate(question["options"], start=1):
        mark = "  (recommended)" if option == question["recommendation"] else ""
        say((f"  {number}. {option}{mark}", ""))


def handed_back(result: Mapping[str, Any] | None) -> None:
    """What an agent handed back."""
    if not result:
        return
    say((f"\nresult {result['round']} by {result['submitted_by']}", "magenta"))
    say((result["summary"], ""))
    for name in ("evidence", "not_done"):
        if result[name]:
            say((f"{name.replace('_', ' ')}: ", "dim"), (result[name], ""))
    if used := _used(result["usage"] or {}):
        say(("used: ", "dim"), (used, ""))
    for link in (*result["links"], *result["refs"]):
        say((f"  {link}", ""))
    for artifact in result["artifacts"]:
        say((f"  [{artifact['n']}] {artifact['name']} ({artifact['size']} bytes)", "dim"))


def _used(usage: Mapping[str, Any]) -> str:
    """What it took, as far as it was reported."""
    tokens = (usage.get("input_tokens") or 0) + (usage.get("output_tokens") or 0)
    cost = " ".join(str(usage[name]) for name in ("cost", "currency") if usage.get(name))
    return ", ".join(part for part in (f"{tokens:,} tokens" if tokens else "", cost) if part)


def event(told: Mapping[str, Any]) -> None:
    """One line of the history."""
    tail = " — ".join(part for part in (_changes(told), told.get("text")) if part)
    at = datetime.fromisoformat(told["at"]).astimezone()
    number = f"#{told['task_id']} " if told["task_id"] is not None else ""
    head = f"{at:%m-%d %H:%M}  {number}{told['type'].replace('_', ' ')} by {told['actor']}"
    say((head, ""), (f"  {tail}" if tail else "", "dim"))


def _changes(told: Mapping[str, Any]) -> str:
    """What changed, in words; of a new task its title, and nothing of what `pta show` shows better."""
    if told["type"] == "created":
        return _short(told["changes"].get("title", (None, ""))[1])
    plain = {
        name: pair
        for name, pair in told["changes"].items()
        if name != "completed_at" and not any(isinstance(value, dict) for value in pair)
    }
    return ", ".join(
        f"{name}: {' → '.join(_value(name, value) for value in pair)}" for name, pair in plain.items()
    )


def _value(name: str, value: Any) -> str:
    """A value of the history; times as people say them."""
    return when(value) if value and name.endswith(("_at", "_until")) else _short(value)


def events(lines: Sequence[Mapping[str, Any]]) -> None:
    """The history of a task."""
    for told in lines:
        event(told)


def comments(said: Sequence[Mapping[str, Any]]) -> None:
    """What was said about a task."""
    for entry in said:
        say((f"{entry['by']}: ", "dim"), (entry["text"], ""))


def _short(value: Any) -> str:
    text = "–" if value is None else ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 40 else text[:39] + "…"
