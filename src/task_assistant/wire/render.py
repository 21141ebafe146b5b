"""From domain records to answers, by hand and fast: no Pydantic on the way out.

Renderers give plain objects whose times are datetimes in UTC and whose enums are enums; `to_json` writes those as the
contract wants them (`2026-05-07T09:00:00Z`, microseconds only when there are any). The models in `answers` describe the
same shapes, and tests hold both together. Internal fields are never rendered: every key is written out here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson

from task_assistant.domain import limits
from task_assistant.domain.assessment import shown
from task_assistant.domain.history import Event
from task_assistant.domain.lanes import lane
from task_assistant.domain.ranking import reasons
from task_assistant.domain.task import Assessment, Claim, Lane, Proposal, Question, Result, Task
from task_assistant.services.capture import Ingested
from task_assistant.services.keys import Key
from task_assistant.services.queue import Summary
from task_assistant.services.work import Pulse
from task_assistant.wire import recurrence

# A record handed to orjson whole would show its internal fields: dataclasses are an error instead.
OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_PASSTHROUGH_DATACLASS
CUT = limits.CUT
Rendered = dict[str, Any]


def to_json(answer: Any) -> bytes:
    """The answer's bytes."""
    return orjson.dumps(answer, option=OPTIONS)


def plain(answer: Any) -> Any:
    """The answer as JSON data without datetimes and enums, for surfaces that do not send bytes."""
    return orjson.loads(to_json(answer))


def task(it: Task, now: datetime) -> Rendered:
    """A task in full."""
    claimed = it.claim if it.claim is not None and it.claim.live(now) else None
    where = lane(it, now)
    return {
        "id": it.id,
        "title": it.title,
        "description": it.description,
        "status": it.status,
        "assignee": it.assignee,
        "agent": it.agent,
        "lane": where,
        "origin": it.origin,
        "priority": it.priority,
        "due_at": it.due_at,
        "due_is_estimated": it.due is None,
        "reminder_at": it.reminder_at,
        "reminder_last_sent_at": it.reminder_last_sent_at,
        "source_name": it.source_name,
        "source_url": it.source_url,
        "source_context": it.source_context,
        "source_state": it.source_state,
        "external_id": it.external_id,
        "labels": it.labels,
        "depends_on": it.depends_on,
        "deferred_until": it.deferred_until,
        "recurrence": None if it.recurrence is None else recurrence.shown(it.recurrence),
        "review": it.review,
        "private": it.private,
        "claimable": where is Lane.AGENT and claimed is None,
        "claim": None if claimed is None else claim(claimed),
        "question": None if it.question is None else question(it.question),
        "result": None if it.result is None else result(it.result),
        "assessment": None if (said := shown(it)) is None else assessment(said),
        "proposal": None if it.proposal is None else proposal(it.proposal),
        "version": it.version,
        "created_at": it.created_at,
        "updated_at": it.updated_at,
        "completed_at": it.completed_at,
    }


def listed(it: Task, now: datetime, *, full: bool = False) -> Rendered:
    """A task of a list: long texts cut to 280 characters and named in `truncated`, unless `full`."""
    row = task(it, now)
    row["truncated"] = () if full else tuple(_cut(row))
    return row


def _cut(row: Rendered) -> Iterable[str]:
    for name in ("description", "source_context"):
        text = row[name]
        if text is not None and len(text) > CUT:
            row[name] = text[:CUT]
            yield name


def ranked(it: Task, now: datetime, position: int, *, full: bool = False) -> Rendered:
    """A task of the queue, with why it stands where it stands; `position` counts from 1."""
    why = reasons(it, now)
    row = listed(it, now, full=full)
    row["rank"] = {
        "position": position,
        "score": sum(reason.points for reason in why),
        "reasons": [{"factor": r.factor, "points": r.points, "why": r.why} for r in why],
    }
    return row


def claim(it: Claim) -> Rendered:
    """Who holds the task until when; never the token or its hash."""
    return {
        "agent": it.agent,
        "attempt": it.attempt,
        "claimed_at": it.claimed_at,
        "expires_at": it.expires_at,
        "note": it.note,
        "session": it.session,
    }


def question(it: Question) -> Rendered:
    """What is asked and, once there, the answer."""
    return {
        "id": it.id,
        "kind": it.kind,
        "text": it.text,
        "options": it.options,
        "recommendation": it.recommendation,
        "asked_by": it.asked_by,
        "asked_at": it.asked_at,
        "answer": it.answer,
        "answered_at": it.answered_at,
        "until": it.until,
        "about": it.about,
    }


def result(it: Result) -> Rendered:
    """What was handed back; the texts of artifacts are read one by one."""
    return {
        "round": it.round,
        "summary": it.summary,
        "links": it.links,
        "refs": it.refs,
        "evidence": it.evidence,
        "not_done": it.not_done,
        "artifacts": [{"n": a.n, "name": a.name, "type": a.type, "size": a.size} for a in it.artifacts],
        "usage": it.usage,
        "submitted_by": it.submitted_by,
        "submitted_at": it.submitted_at,
    }


def proposal(it: Proposal) -> Rendered:
    """What a key without the right to assign asked for."""
    return {"by": it.by, "assignee": it.assignee, "review": it.review}


def assessment(it: Assessment) -> Rendered:
    """The readiness judgement, with its reasons."""
    return {
        "suggested_assignee": it.suggested_assignee,
        "agent_probability": it.agent_probability,
        "missing": it.missing,
        "review": it.review,
        "next_action": it.next_action,
        "question": it.question,
        "assessed_by": it.assessed_by,
        "assessed_at": it.assessed_at,
        "reasons": [{"signal": r.signal, "evidence": r.evidence, "points": r.points} for r in it.reasons],
    }


def event(it: Event) -> Rendered:
    """One line of history; `text` and `undoes` only where there is one."""
    row: Rendered = {
        "seq": it.seq,
        "id": it.id,
        "type": it.type,
        "task_id": it.task_id,
        "actor": it.actor,
        "via": it.via,
        "at": it.at,
        "version": it.version,
        "changes": it.changes,
        "request_id": it.request_id,
    }
    if it.text is not None:
        row["text"] = it.text
    if it.undoes is not None:
        row["undoes"] = it.undoes
    return row


def summary(it: Summary) -> Rendered:
    """The counts of the board."""
    return {name: getattr(it, name) for name in Summary.__slots__}


def pulse(it: Pulse) -> Rendered:
    """The answer to a heartbeat; fields that changed go by the names of the contract."""
    row: Rendered = {"expires_at": it.expires_at, "state": it.state}
    if it.why is not None:
        row["why"] = it.why
    row["changed"] = ["due_at" if name == "due" else name for name in it.changed]
    row["messages"] = [{"id": m.id, "text": m.text, "at": m.at} for m in it.messages]
    return row


def key(it: Key) -> Rendered:
    """A key without its secret."""
    return {name: getattr(it, name) for name in Key.__slots__}


def ingested(it: Ingested, now: datetime, *, partial: bool) -> Rendered:
    """What became of a batch. Of a duplicate that its sender may not read, only the id and its external id."""

    def rows(tasks: Iterable[Task]) -> list[Rendered]:
        hidden = it.hidden
        return [
            {"id": t.id, "external_id": t.external_id} if t.id in hidden else listed(t, now) for t in tasks
        ]

    answer = {"created": rows(it.created), "duplicates": rows(it.duplicates), "updated": rows(it.updated)}
    if partial:
        answer["rejected"] = [{"index": bad.index, "errors": bad.errors} for bad in it.rejected]
    return answer
