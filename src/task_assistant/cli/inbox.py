"""`triage` and `review`: one card after the other, one key each."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

import typer

from task_assistant.cli import keypress, showing
from task_assistant.cli.dates import moment
from task_assistant.cli.deciding import last_change
from task_assistant.cli.frame import AsJson, client, complain, emit
from task_assistant.cli.terminal import clean
from task_assistant.client import Client, Problem, run

if TYPE_CHECKING:
    from task_assistant.client.shapes import Task

PAGE = 200
TRIAGE_KEYS = "[m]e [g] agent [y] accept [1-5] prio [d]efer [x] cancel [u]ndo [s]kip [q]uit > "
UNSURE_KEYS = TRIAGE_KEYS.replace("[y] accept ", "")  # where nothing is suggested
REVIEW_KEYS = "[a]pprove [b] send back [v]iew artifacts [u]ndo [s]kip [q]uit > "


def triage(as_json: AsJson = False) -> None:
    """Say whose each capture is, one key each; the suggestion is accepted by `y`."""
    talk = client()
    cards = run(talk.tasks(lane="triage", sort="smart", limit=PAGE, full="true"))
    emit(cards, as_json, lambda: _walk(talk, cards, _triage_keys, _triaged, "Nothing waits for triage."))


def review(as_json: AsJson = False) -> None:
    """Approve results or send them back, one key each."""
    talk = client()
    cards = run(talk.tasks(lane="review", sort="smart", limit=PAGE, full="true"))
    emit(
        cards,
        as_json,
        lambda: _walk(talk, cards, lambda _: REVIEW_KEYS, _reviewed, "Nothing waits for review."),
    )


def _triage_keys(card: Task) -> str:
    """`y` is offered where there is a suggestion to accept."""
    proposal = card.get("proposal") or {}
    found = card["assessment"]
    suggested = proposal.get("assignee") or (found and found["suggested_assignee"])
    return TRIAGE_KEYS if suggested else UNSURE_KEYS


def _walk(talk: Client, cards: Sequence[Task], keys: Callable[[Task], str], act: Any, nothing: str) -> None:
    """Shows each card until it is dealt with; a refusal is shown and the card stays."""
    if not cards:
        typer.echo(nothing)
    for number, card in enumerate(cards, start=1):
        typer.echo(f"\n{number} of {len(cards)}")
        showing.card(card)
        while True:
            pressed = keypress.key(keys(card))
            if pressed == "q":
                return
            try:
                if pressed == "s" or act(talk, card, pressed):
                    break
            except Problem as problem:
                complain(problem)
            except typer.BadParameter as problem:
                typer.echo(problem.message, err=True)


def _triaged(talk: Client, card: Task, pressed: str) -> bool:
    """Does what the key says; True when the card is dealt with."""
    number = card["id"]
    if pressed in ("m", "g"):
        _told(talk.verb(number, "assign", assignee="me" if pressed == "m" else "codex"))
    elif pressed == "y":
        _told(talk.verb(number, "accept-assessment"))
    elif pressed == "d":
        _told(talk.verb(number, "defer", until=moment(keypress.line("until? "))))
    elif pressed == "x":
        _told(talk.verb(number, "cancel"))
    elif pressed in "12345":
        run(talk.edit(number, priority=int(pressed)))
        typer.echo(f"Priority {pressed}.")
        return False
    else:
        if pressed == "u":
            _take_back(talk)
        return False
    return True


def _told(call: Coroutine[Any, Any, Task]) -> None:
    """Does it, and says where the task is now."""
    where, _ = showing.place(run(call))
    typer.echo(f"→ {where}")


def _take_back(talk: Client) -> None:
    last = last_change(talk, None)
    if last is None:
        typer.echo("There is nothing to take back.")
        return
    task = run(talk.undo(last["id"]))
    typer.echo(f"Took back “{last['type']}” of #{task['id']} {clean(task['title'])}")


def _reviewed(talk: Client, card: Task, pressed: str) -> bool:
    """Does what the key says; True when the card is dealt with."""
    result = card["result"]
    current = result["round"] if result else None
    if pressed == "a":
        _told(talk.verb(card["id"], "approve", round=current))
        return True
    if pressed == "b":
        feedback = keypress.line("what to do better? ")
        if feedback:
            _told(talk.verb(card["id"], "send-back", feedback=feedback, round=current))
        return bool(feedback)
    if pressed == "v":
        for artifact in result["artifacts"] if result else ():
            typer.echo(f"--- {artifact['name']}")
            typer.echo(clean(run(talk.artifact(card["id"], artifact["n"]))))
    if pressed == "u":
        _take_back(talk)
    return False
