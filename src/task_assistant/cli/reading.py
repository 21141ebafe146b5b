"""`next`, `ls`, `show`, `search`: what is there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from task_assistant.cli import fence, showing
from task_assistant.cli.frame import AsJson, Exit, TaskId, client, emit
from task_assistant.cli.terminal import clean
from task_assistant.client import Client, each, run

if TYPE_CHECKING:
    from task_assistant.client.shapes import Task

MINE = ("review", "blocked", "human")  # what a person can clear, the quickest first
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=500, help="At most so many.")]


def next_(as_json: AsJson = False) -> None:
    """What to do next: for you what needs you, for an agent's key what it could claim. Nothing changes.

    Ends with 3 when there is nothing to do.
    """
    talk = client()
    me = run(talk.me())
    if me["role"] == "agent":
        ranked = each(talk.ranked(lane="agent", full="true"))
        mine = (task for task in ranked if task["claimable"] and task["agent"] in (None, me["name"]))
        found = next(mine, None)
    else:
        found = next(iter(run(talk.queue(lane=MINE, limit=1, full="true"))["tasks"]), None)
    if found is None:
        emit(None, as_json, lambda: showing.rows([], "Nothing to do."))
        raise typer.Exit(Exit.NOTHING)
    emit(found, as_json, lambda: fence.show(me["role"], lambda: showing.card(found)))


def ls(
    lane: Annotated[
        list[str] | None,
        typer.Option("--lane", "-l", help="human, agent, review, blocked, triage or waiting."),
    ] = None,
    assignee: Annotated[str | None, typer.Option("--owner", help="me, codex or unassigned.")] = None,
    due: Annotated[str | None, typer.Option("--due", help="overdue or soon.")] = None,
    label: Annotated[str | None, typer.Option("--label", help="Only with this label.")] = None,
    origin: Annotated[str | None, typer.Option("--origin", help="Only from there: email, slack, …")] = None,
    sort: Annotated[
        str, typer.Option("--sort", help="smart, due, created, updated, priority or owner.")
    ] = "smart",
    done: Annotated[bool, typer.Option("--all", "-a", help="Done and cancelled ones too.")] = False,
    limit: Limit = 20,
    as_json: AsJson = False,
) -> None:
    """List tasks, ranked."""
    filters: dict[str, Any] = {
        "lane": lane,
        "assignee": assignee,
        "due": due,
        "label": label,
        "origin": origin,
    }
    talk = client()
    found = run(talk.tasks(**filters, sort=sort, include_done=str(done).lower(), limit=limit))
    _listed(talk, found, as_json, "No such tasks.")


def search(
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="What to look for.")],
    limit: Limit = 20,
    as_json: AsJson = False,
) -> None:
    """Search titles, descriptions, sources and comments, the newest first."""
    talk = client()
    found = run(talk.tasks(q=" ".join(words), include_done="true", limit=limit))
    _listed(talk, found, as_json, "Nothing found.")


def _listed(talk: Client, found: Sequence[Task], as_json: bool, nothing: str) -> None:
    def shown() -> None:
        fence.show(run(talk.me())["role"] if found else "", partial(showing.rows, found, nothing))

    emit(found, as_json, shown)


def show(
    task: TaskId,
    history: Annotated[bool, typer.Option("--history", help="Everything that happened to it.")] = False,
    comments: Annotated[bool, typer.Option("--comments", help="What was said about it.")] = False,
    artifact: Annotated[
        int | None, typer.Option("--artifact", metavar="N", help="The text of this artifact.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show one task in full."""
    talk = client()
    answer: Any
    if artifact is not None:
        answer = run(talk.artifact(task, artifact))
        shown = partial(typer.echo, clean(answer))
    elif history:
        answer = run(talk.history(task))
        shown = partial(showing.events, answer)
    elif comments:
        answer = run(talk.comments(task))
        shown = partial(showing.comments, answer)
    else:
        answer = run(talk.task(task))
        shown = partial(showing.card, answer)
    emit(answer, as_json, lambda: fence.show(run(talk.me())["role"], shown))
