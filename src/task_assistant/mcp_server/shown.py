"""Tasks and claims as agents read them: few fields, nothing empty, words from outside within the fence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from task_assistant.domain.assessment import BUILTIN
from task_assistant.domain.assessment import shown as assessed
from task_assistant.domain.lanes import lane
from task_assistant.domain.task import Task
from task_assistant.mcp_server.fence import Fence, by_other, outside
from task_assistant.services.claiming import Claimed

LISTED_TITLE = 100  # characters of a title in a list; the whole one is in the task
ENTRIES = 10
ENTRY = 2_000  # characters of one entry of the context
CAPTURED = 600  # characters of a text of a capture in the triage list
CONTEXT = 12_000  # characters of the source context in one answer


def brief(task: Task, now: datetime, fence: Fence) -> dict[str, Any]:
    """One line of a list."""
    title = task.title if len(task.title) <= LISTED_TITLE else task.title[: LISTED_TITLE - 1] + "…"
    where = lane(task, now)
    line: dict[str, Any] = {
        "id": task.id,
        "title": fence.around(title, outside=outside(task)),
        "lane": where.value if where else task.status.value,
        "priority": task.priority,
    }
    if task.due is not None:
        line["due"] = _at(task.due)
    return line


def whole(task: Task, now: datetime, fence: Fence) -> dict[str, Any]:
    """One task with everything that its worker may read."""
    far = outside(task)
    full = {
        **brief(task, now, fence),
        "title": fence.around(task.title, outside=far),
        "status": task.status.value,
        "description": fence.around(task.description, outside=far),
        "from": fence.provenance(task) if far else None,
        "source_url": fence.around(task.source_url),
        "source_context": fence.around(_cut(task.source_context, CONTEXT)),
        "labels": fence.labels(task),
        "review": "required" if task.review.value == "required" else "optional: a submit closes the task",
        "held_by": task.claim.agent if task.held(now) and task.claim else None,
    }
    if task.question is not None:
        asked = task.question
        full["question"] = {
            "text": fence.around(asked.text, outside=by_other(asked.asked_by)),
            "answer": asked.answer,
        }
    if task.result is not None:
        full["result"] = fence.around(task.result.summary, outside=by_other(task.result.submitted_by))
    return present(full)


def capture(task: Task, fence: Fence) -> dict[str, Any]:
    """One capture of the triage: its words, and what the assessment says so far."""
    far = outside(task)
    line: dict[str, Any] = {
        "id": task.id,
        "title": fence.around(task.title, outside=far),
        "description": fence.around(_cut(task.description, CAPTURED), outside=far),
        "source_context": fence.around(_cut(task.source_context, CAPTURED)),
        "from": fence.provenance(task) if far else None,
        "labels": fence.labels(task),
    }
    if (found := assessed(task)) is not None:
        why = ", ".join(f"{reason.signal}: {reason.evidence}" for reason in found.reasons)
        line["assessment"] = {
            "suggested_assignee": found.suggested_assignee or "ask",
            "agent_probability": found.agent_probability,
            "by": found.assessed_by,
            "why": fence.around(why, outside=far or found.assessed_by != BUILTIN),
        }
    return present(line)


def claimed(found: Claimed, now: datetime, fence: Fence) -> dict[str, Any]:
    """The answer to a claim: reviewer's feedback first, then the task, then what others left behind."""
    held = found.task.claimed()
    task = whole(found.task, now, fence)
    task.pop("held_by", None)
    return present(
        {
            "feedback": [f["text"] for f in found.context["feedback"][:ENTRIES]],
            "task": task,
            "answers": [_answer(a, fence) for a in found.context["answers"][:ENTRIES]],
            "previous": [_attempt(p, fence) for p in found.context["previous"][:ENTRIES]],
            "comments": [_comment(c, fence) for c in found.context["comments"][:ENTRIES]],
            "dependencies": [_dependency(d, fence) for d in found.context["dependencies"][:ENTRIES]],
            "claim_token": found.token,
            "attempt": held.attempt,
            "expires_at": _at(held.expires_at),
        }
    )


def present(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is empty: every token is paid for."""
    return {name: value for name, value in answer.items() if value not in (None, "", [], {})}


def _answer(entry: Mapping[str, Any], fence: Fence) -> dict[str, Any]:
    return {"question": fence.around(_cut(entry["question"], ENTRY)), "answer": entry["answer"]}


def _attempt(entry: Mapping[str, Any], fence: Fence) -> dict[str, Any]:
    said = entry["summary"] or entry["note"]
    return present(
        {"attempt": entry["attempt"], "outcome": entry["outcome"], "note": fence.around(_cut(said, ENTRY))}
    )


def _comment(entry: Mapping[str, Any], fence: Fence) -> dict[str, Any]:
    text = fence.around(_cut(entry["text"], ENTRY), outside=by_other(entry["by"]))
    return {"by": entry["by"], "text": text}


def _dependency(entry: Mapping[str, Any], fence: Fence) -> dict[str, Any]:
    title, summary = fence.around(entry["title"]), fence.around(_cut(entry["summary"], ENTRY))
    return present({"id": entry["id"], "title": title, "summary": summary})


def _cut(text: str | None, most: int) -> str | None:
    return (
        text if text is None or len(text) <= most else f"{text[:most]}… ({len(text) - most} more characters)"
    )


def _at(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def messages(found: Sequence[Any]) -> list[str]:
    """What the person said to the holder since the last report."""
    return [message.text for message in found]
