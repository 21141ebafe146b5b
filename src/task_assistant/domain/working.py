"""What the holder of a claim does with it.

Note progress, ask the person, hand back. `ask` and `submit` end the claim.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from task_assistant.domain import limits
from task_assistant.domain.claims import end, renewed, told
from task_assistant.domain.history import EventType
from task_assistant.domain.lifecycle import Command, lead
from task_assistant.domain.moves import closing
from task_assistant.domain.parking import ask as ask_person
from task_assistant.domain.plain import to_plain
from task_assistant.domain.records import Record, Step
from task_assistant.domain.roles import Caller
from task_assistant.domain.task import (
    ArtifactInfo,
    Message,
    Question,
    QuestionKind,
    Result,
    ReviewNeed,
    Status,
    Task,
)


def heartbeat(task: Task, caller: Caller, now: datetime) -> list[Step]:
    """Renews the lease and nothing else: neither version nor history."""
    lead(Command.HEARTBEAT, caller.role, task)
    return [Step(task.having(claim=renewed(task.claimed(), now)), None)]


def progress(task: Task, caller: Caller, said: dict[str, Any], now: datetime) -> list[Step]:
    """Renews the lease and leaves a note of how far the work is (`usage` is what this attempt used so far)."""
    lead(Command.PROGRESS, caller.role, task)
    held = task.claimed()
    usage = said.get("usage") or held.usage
    noted = task.having(claim=renewed(held, now, note=said["note"], usage=usage))
    return [Step(noted, EventType.PROGRESS, said["note"])]


def ask(task: Task, caller: Caller, said: dict[str, Any], now: datetime) -> list[Step]:
    """Blocks the task with a question to the person and ends the claim; once answered anyone may claim it."""
    lead(Command.ASK, caller.role, task)
    free, records = end(task, "asked", now)
    question = Question(
        task.number("question"), QuestionKind(said["kind"]), said["question"], caller.actor, now,
        options=tuple(said.get("options") or ()), recommendation=said.get("recommendation"),
    )  # fmt: skip
    asked, record = ask_person(free, question)
    return [Step(asked, EventType.ASKED, question.text, (*records, record))]


def submit(task: Task, caller: Caller, said: dict[str, Any], now: datetime) -> list[Step]:
    """Hands a result back and ends the claim. Where the person set review to optional, that policy closes the task."""
    status = lead(Command.SUBMIT, caller.role, task)
    free, attempt = end(task, "submitted", now, summary=said["summary"], usage=said.get("usage"))
    artifacts = _artifacts(task, said.get("artifacts") or ())
    result = _result(task, caller, said, tuple(info for info, _ in artifacts), now)
    records = (
        *attempt,
        Record("result", result.round, to_plain(result)),
        *(record for _, record in artifacts),
    )
    last = artifacts[-1][0].n if artifacts else task.numbers.get("artifact", 0)
    handed = free.having(status=status, result=result, sent_back=False)
    handed = handed.numbered("result", result.round).numbered("artifact", last)
    submitted = Step(handed, EventType.SUBMITTED, result.summary, records)
    if task.review is not ReviewNeed.OPTIONAL:
        return [submitted]
    closed = closing(handed, Status.DONE, now)
    return [
        submitted,
        Step(closed, EventType.COMPLETED, "Closed by the policy review: optional.", actor="system"),
    ]


def _artifacts(task: Task, given: Any) -> list[tuple[ArtifactInfo, Record]]:
    first = task.number("artifact")
    made = []
    for n, artifact in enumerate(given, first):
        info = ArtifactInfo(n, artifact["name"], artifact["type"], len(artifact["text"].encode()))
        made.append((info, Record("artifact", n, to_plain(info), artifact["text"])))
    return made


def _result(
    task: Task, caller: Caller, said: dict[str, Any], artifacts: tuple[ArtifactInfo, ...], now: datetime
) -> Result:
    return Result(
        task.number("result"), said["summary"], caller.actor, now,
        links=tuple(said.get("links") or ()), refs=tuple(said.get("refs") or ()), evidence=said.get("evidence"),
        not_done=said.get("not_done"), artifacts=artifacts, usage=said.get("usage"),
    )  # fmt: skip


TEXTS = ("question", "summary", "evidence", "not_done", "note")
KEPT = (*TEXTS, "links", "artifacts")


def keep_work(task: Task, caller: Caller, said: dict[str, Any], now: datetime) -> list[Step]:
    """Keeps what was sent with a stale token, so that no work is lost: texts as a comment, artifacts as artifacts."""
    artifacts = _artifacts(task, said.get("artifacts") or ())
    named = "\n".join(f"Artifact {info.n}: {info.name}" for info, _ in artifacts)
    text = f"{kept_text(said)}\n\n{named}" if named else kept_text(said)
    steps = comment(task, caller, text, now)
    if not artifacts:
        return steps
    kept = steps[-1].task.numbered("artifact", artifacts[-1][0].n)
    records = (*steps[-1].records, *(record for _, record in artifacts))
    return [replace(steps[-1], task=kept, records=records)]


def kept_text(said: dict[str, Any]) -> str:
    """Every text of a refused ask, submit, progress or release, within the size of a comment."""
    parts = [said.get(name) for name in TEXTS]
    texts = "\n\n".join(part for part in (*parts, *(said.get("links") or ())) if part)
    room = limits.COMMENT - limits.ARTIFACTS * (limits.ARTIFACT_NAME + len("Artifact 9999999: ")) - 100
    return f"(sent after the claim had ended)\n\n{texts[:room]}".rstrip()


def comment(task: Task, caller: Caller, text: str, now: datetime) -> list[Step]:
    """Adds a comment; a comment by the person reaches the holder at its next heartbeat."""
    lead(Command.COMMENT, caller.role, task)
    n = task.number("comment")
    data = {"id": n, "text": text, "by": caller.actor, "at": to_plain(now)}
    noted = task.numbered("comment", n)
    if caller.owner:  # text from outside must not reach a working agent as if the person had said it
        noted = told(noted, messages=(Message(n, text, now),))
    return [
        Step(noted, EventType.COMMENTED, text, (Record("comment", n, data),), extra={"comment": (None, data)})
    ]
