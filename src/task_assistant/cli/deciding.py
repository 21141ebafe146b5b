"""The person's verbs: capture, assign, put off, answer, judge, close, take back."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from task_assistant.cli import showing
from task_assistant.cli.dates import captures, moment
from task_assistant.cli.frame import AsJson, TaskId, client, emit
from task_assistant.cli.terminal import clean
from task_assistant.client import Client, run

if TYPE_CHECKING:
    from task_assistant.client.shapes import Event, Task

OWNERS = {"me": "me", "agent": "codex", "codex": "codex", "nobody": "unassigned", "unassigned": "unassigned"}
LOOKED_BACK = 500  # events that are searched for the last change


def add(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="TEXT", help="One task; `-` reads lines from standard input."),
    ] = None,
    description: Annotated[
        str | None, typer.Option("--description", "-d", help="What the title does not say.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Capture a task: `pta add Send Alice the numbers !2 @me #finance fri 9am`."""
    text = " ".join(words or ["-"])
    if text == "-" and sys.stdin.isatty():
        typer.echo("One task a line; Ctrl-D ends.", err=True)
    found = list(captures(sys.stdin.read() if text == "-" else text))
    if not found:
        raise typer.BadParameter("there is no line that says something")
    if len(found) == 1:
        task = run(client().create(**found[0], description=description))
        emit(task, as_json, lambda: _done("Captured", task))
        return
    made = run(client().ingest("manual", found))["created"]
    emit(made, as_json, lambda: showing.rows(made, ""))


def assign(
    task: TaskId,
    owner: Annotated[str, typer.Argument(help="me, agent (any agent), nobody, or an agent's name.")],
    as_json: AsJson = False,
) -> None:
    """Say who does the next step."""
    agent = None if owner in OWNERS else _known(owner)
    _verb(task, "assign", "Assigned", as_json, assignee=OWNERS.get(owner, "codex"), agent=agent)


def _known(agent: str) -> str:
    """The name of an agent; for any other the task would wait for ever. Raises BadParameter."""
    names = [key["name"] for key in run(client().keys()) if key["role"] == "agent"]
    if agent not in names:
        raise typer.BadParameter(
            f"{agent!r} is no agent with a key; there are: {', '.join([*OWNERS, *names])}"
        )
    return agent


def prio(
    task: TaskId,
    priority: Annotated[int, typer.Argument(min=1, max=5, help="1 is the most urgent.")],
    as_json: AsJson = False,
) -> None:
    """Set the priority."""
    found = run(client().edit(task, priority=priority))
    emit(found, as_json, lambda: _done("Changed", found))


def defer(
    task: TaskId,
    until: Annotated[
        list[str], typer.Argument(metavar="UNTIL", help="tomorrow, fri 9am, in 2 weeks, 2026-05-09")
    ],
    as_json: AsJson = False,
) -> None:
    """Put a task off until a date."""
    _verb(task, "defer", "Deferred", as_json, until=moment(" ".join(until)))


def answer(
    task: TaskId,
    text: Annotated[
        list[str], typer.Argument(metavar="ANSWER", help="The answer, or the number of an option.")
    ],
    as_json: AsJson = False,
) -> None:
    """Answer the question that blocks a task."""
    words = " ".join(text)
    talk = client()
    question = run(talk.task(task))["question"]
    options = question["options"] if question else []
    if words.isdigit() and 1 <= int(words) <= len(options):
        words = options[int(words) - 1]
    named = question["id"] if question else None
    found = run(talk.verb(task, "answer", answer=words, question_id=named))
    emit(found, as_json, lambda: _done("Answered", found))


def approve(
    task: TaskId,
    note: Annotated[str | None, typer.Option("--note", help="A word about it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Approve a result, which closes the task."""
    _judge(task, "approve", "Approved", as_json, note=note)


def send_back(
    task: TaskId,
    feedback: Annotated[list[str], typer.Argument(metavar="FEEDBACK", help="What to do better.")],
    as_json: AsJson = False,
) -> None:
    """Send a result back with feedback."""
    _judge(task, "send-back", "Sent back", as_json, feedback=" ".join(feedback))


def comment(
    task: TaskId,
    text: Annotated[list[str], typer.Argument(metavar="TEXT", help="What to say.")],
    as_json: AsJson = False,
) -> None:
    """Leave a comment, which an agent at work on the task hears of."""
    said = run(client().comment(task, " ".join(text)))
    emit(said, as_json, lambda: typer.echo(f"Commented on #{task}."))


def block(
    task: TaskId,
    text: Annotated[list[str], typer.Argument(metavar="WHY", help="What is missing.")],
    until: Annotated[
        str | None, typer.Option("--until", help="Ask again then, if it waits for the outside.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Block a task and say what is missing."""
    said: dict[str, Any] = {"text": " ".join(text)}
    if until:
        said |= {"kind": "external", "until": moment(until)}
    _verb(task, "block", "Blocked", as_json, **said)


def done(
    task: TaskId,
    note: Annotated[str | None, typer.Option("--note", help="A word about it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Close a task as done."""
    _verb(task, "done", "Done", as_json, note=note)


def cancel(
    task: TaskId,
    reason: Annotated[str | None, typer.Option("--reason", help="Why.")] = None,
    as_json: AsJson = False,
) -> None:
    """Close a task as cancelled."""
    _verb(task, "cancel", "Cancelled", as_json, reason=reason)


def reopen(task: TaskId, as_json: AsJson = False) -> None:
    """Open a closed task again."""
    _verb(task, "reopen", "Reopened", as_json)


def undo(
    task: Annotated[
        int | None, typer.Argument(metavar="TASK", help="The last change of this task, else of any.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Also when newer changes would be lost.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take your last change back."""
    talk = client()
    last = last_change(talk, task)
    if last is None:
        raise typer.BadParameter("there is no change of yours to take back")
    found = run(talk.undo(last["id"], force=force))
    emit(found, as_json, lambda: _done(f"Took back “{last['type']}”;", found))


def last_change(talk: Client, task: int | None) -> Event | None:
    """The newest change by the person that was not taken back; of one task, or among the board's last events."""
    events = run(talk.history(task)) if task is not None else run(talk.latest(LOOKED_BACK, least=1))[0]
    taken_back = {event.get("undoes") for event in events}
    mine = [
        event
        for event in events
        if event["actor"] == "human" and event["task_id"] is not None
        and event["type"] != "undone" and event["id"] not in taken_back
    ]  # fmt: skip
    return max(mine, key=lambda event: event["seq"], default=None)


def _judge(task: int, verb: str, word: str, as_json: bool, **said: Any) -> None:
    """A verdict on the result as it is now; the server refuses it if another one arrives meanwhile."""
    result = run(client().task(task))["result"]
    _verb(task, verb, word, as_json, round=result["round"] if result else None, **said)


def _verb(task: int, verb: str, word: str, as_json: bool, **said: Any) -> None:
    found = run(client().verb(task, verb, **said))
    emit(found, as_json, lambda: _done(word, found))


def _done(word: str, task: Task) -> None:
    where, _ = showing.place(task)
    typer.echo(f"{word} #{task['id']} {clean(task['title'])} ({where})")
