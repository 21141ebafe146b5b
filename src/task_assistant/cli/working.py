"""The agent's verbs: claim, ask, report, hand back, give back."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from task_assistant.cli import held, showing
from task_assistant.cli.fence import Fence
from task_assistant.cli.frame import AsJson, TaskId, client, emit
from task_assistant.cli.terminal import clean
from task_assistant.client import run
from task_assistant.client.problems import ClaimLost

if TYPE_CHECKING:
    from task_assistant.client.shapes import ClaimedTask, Pulse

Usage = Annotated[str | None, typer.Option("--cost", help="What it cost so far, such as 0.12.")]


def claim(
    task: Annotated[int | None, typer.Argument(metavar="TASK", help="This task; else the next one.")] = None,
    wait: Annotated[int, typer.Option("--wait", min=0, max=50, help="Wait so many seconds for work.")] = 0,
    lease: Annotated[
        int, typer.Option("--lease", min=30, max=86_400, help="Hold it for so many seconds.")
    ] = 1_800,
    label: Annotated[list[str] | None, typer.Option("--label", help="Only with one of these labels.")] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Your own claim again, with a fresh token.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Claim the next task, with everything that is needed to do it. Ends with 3 when there is none."""
    talk = client()
    wish: dict[str, Any] = {"wait_seconds": wait, "lease_seconds": lease, "labels": label, "resume": resume}
    found = run(talk.claim(task, **wish))
    held.keep(talk, found["id"], found["claim_token"])
    emit(found, as_json, lambda: _given(found))


def ask(
    task: TaskId,
    question: Annotated[list[str], typer.Argument(metavar="QUESTION", help="What you need from the person.")],
    kind: Annotated[
        str, typer.Option("--kind", help="decision, credential, information, approval or external.")
    ] = "information",
    option: Annotated[
        list[str] | None, typer.Option("--option", help="An answer to choose; may repeat.")
    ] = None,
    recommend: Annotated[str | None, typer.Option("--recommend", help="The answer that you advise.")] = None,
    as_json: AsJson = False,
) -> None:
    """Ask the person, which ends the claim."""
    more = {"options": option or None, "recommendation": recommend}
    _finish(
        task, "ask", as_json, "Asked; the task is blocked until the answer.", " ".join(question), kind, **more
    )


def progress(
    task: TaskId,
    note: Annotated[list[str], typer.Argument(metavar="NOTE", help="How far it is.")],
    cost: Usage = None,
    as_json: AsJson = False,
) -> None:
    """Say how far the work is and keep the lease. The answer says whether to go on or stop."""
    talk = client()
    usage = {"cost": cost} if cost else None
    pulse = run(talk.progress(task, held.token(talk, task), " ".join(note), usage))
    emit(pulse, as_json, lambda: _told(pulse))


def submit(
    task: TaskId,
    summary: Annotated[list[str], typer.Argument(metavar="SUMMARY", help="What was done, for the reviewer.")],
    link: Annotated[
        list[str] | None, typer.Option("--link", help="An address to look at; may repeat.")
    ] = None,
    ref: Annotated[list[str] | None, typer.Option("--ref", help="Such as repo@branch; may repeat.")] = None,
    artifact: Annotated[
        list[Path] | None,
        typer.Option("--artifact", exists=True, dir_okay=False, help="A text file; may repeat."),
    ] = None,
    evidence: Annotated[str | None, typer.Option("--evidence", help="How you know that it works.")] = None,
    not_done: Annotated[str | None, typer.Option("--not-done", help="What is left.")] = None,
    cost: Usage = None,
    as_json: AsJson = False,
) -> None:
    """Hand the result back for review, which ends the claim."""
    more = {
        "links": link or None,
        "refs": ref or None,
        "artifacts": [_artifact(path) for path in artifact or ()] or None,
        "evidence": evidence,
        "not_done": not_done,
        "usage": {"cost": cost} if cost else None,
    }
    _finish(task, "submit", as_json, "Submitted for review.", " ".join(summary), **more)


def release(
    task: TaskId,
    note: Annotated[
        list[str] | None, typer.Argument(metavar="NOTE", help="What the next worker must know.")
    ] = None,
    outcome: Annotated[str, typer.Option("--outcome", help="handoff, failed or declined.")] = "handoff",
    as_json: AsJson = False,
) -> None:
    """Give a task back."""
    _finish(task, "release", as_json, "Released.", " ".join(note or ()) or None, outcome)


def _finish(task: int, verb: str, as_json: bool, word: str, *said: Any, **more: Any) -> None:
    """What ends a claim; the token is forgotten, also when the claim was lost."""
    talk = client()
    secret = held.token(talk, task)
    calls: dict[str, Callable[..., Any]] = {"ask": talk.ask, "submit": talk.submit, "release": talk.release}
    try:
        found = run(calls[verb](task, secret, *said, **more))
    except ClaimLost:
        held.forget(talk, task)
        raise
    held.forget(talk, task)
    emit(found, as_json, lambda: typer.echo(word))


def _artifact(path: Path) -> dict[str, str]:
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        raise typer.BadParameter(f"{path} is not UTF-8 text; artifacts are texts") from None
    kind = mimetypes.guess_type(path.name)[0] or "text/plain"
    return {"name": path.name, "type": kind, "text": text}


def _told(pulse: Pulse) -> None:
    typer.echo("Go on." if pulse["state"] == "continue" else f"Stop. {pulse.get('why') or ''}".rstrip())
    for message in pulse["messages"]:
        typer.echo(f"The person says: {clean(message['text'])}")
    if pulse["changed"]:
        typer.echo(f"Changed meanwhile: {', '.join(pulse['changed'])}")


def _given(task: ClaimedTask) -> None:
    """The task for whoever works on it: what the person said first, the rest within a fence."""
    context, fence = task["context"], Fence()
    for entry in context["feedback"]:
        typer.echo(f"\nSent back: {clean(entry['text'])}")
    for entry in context["answers"]:
        typer.echo(f"\nAsked: {fence.around(entry['question'])}\nAnswer: {clean(entry['answer'])}")
    with fence.lines():
        showing.card(task)
        _before(context)
    held_until = task["claim"]["expires_at"] if task["claim"] else None
    typer.echo(f"\nYours until {showing.when(held_until)}. Then: pta submit {task['id']} SUMMARY")


def _before(context: Mapping[str, Any]) -> None:
    """What the task builds on, and what happened to it before."""
    for entry in context["dependencies"]:
        typer.echo(f"\nAfter #{entry['id']} {clean(entry['title'])}: {clean(entry['summary'] or '')}")
    for entry in context["previous"]:
        said = entry["summary"] or entry["note"] or ""
        typer.echo(f"\nAttempt {entry['attempt']} ({entry['outcome']}): {clean(said)}")
    for entry in context["comments"]:
        typer.echo(f"\n{entry['by']}: {clean(entry['text'])}")
