"""The view model of a task's page, put together from its parts."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from task_assistant.domain import lanes, ranking
from task_assistant.domain.ranking import Reason
from task_assistant.domain.task import Lane, Task
from task_assistant.services.dossier import Dossier
from task_assistant.web import moments
from task_assistant.web.artifacts.blocks import View
from task_assistant.web.moments import Moment
from task_assistant.web.rows import CLOSED, WORDS, LaneWords, safe_link
from task_assistant.web.suggestions import Suggestion, suggestion
from task_assistant.web.task_comments import Comment, comments
from task_assistant.web.task_history import Entry, entries
from task_assistant.web.task_moves import Moves, moves
from task_assistant.web.task_properties import Property, properties
from task_assistant.web.task_questions import Asked, questions
from task_assistant.web.task_results import Attempt, Round, attempts, rounds, total
from task_assistant.web.task_words import STATUS, Reader, owners, who


@dataclass(frozen=True, slots=True)
class Source:
    """Where the task came from, and the text that came with it: outside text, whatever it says."""

    name: str
    link: str | None
    text: str
    brought_by: str
    when: Moment
    external_id: str
    closed: bool


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A task that this one waits for, or that waits for it; `holds` while it does."""

    id: int
    title: str
    state: str
    holds: bool


@dataclass(frozen=True, slots=True)
class TaskView:
    """Everything that the page says. `words` None for a deleted task; `question` the one that blocks it, if any."""

    task: Task
    words: LaneWords | None
    state: str
    moves: Moves
    properties: tuple[Property, ...]
    reasons: tuple[Reason, ...]
    source: Source | None
    suggestion: Suggestion | None
    question: Asked | None
    questions: tuple[Asked, ...]
    current: Round | None
    rounds: tuple[Round, ...]
    attempts: tuple[Attempt, ...]
    total: str
    waits_for: tuple[Neighbour, ...]
    waited_for_by: tuple[Neighbour, ...]
    comments: tuple[Comment, ...]
    more_comments: bool
    history: tuple[Entry, ...]
    more_history: bool
    deleted_by: str | None
    created: Moment
    updated: Moment


def task_view(dossier: Dossier, opened: Mapping[int, View], reader: Reader) -> TaskView:
    """The page of this dossier; `opened` are the artifacts that are shown at once."""
    task, now = dossier.task, reader.now
    lane = lanes.lane(task, now)
    asked, handed = questions(dossier, reader), rounds(dossier, opened, reader)
    current = next((each for each in handed if each.to_review), None)
    question = next((each for each in asked if each.blocking), None)
    return TaskView(
        task=task,
        words=WORDS[lane] if lane else CLOSED.get(task.status),
        state=_state(task, reader),
        moves=moves(task, now),
        properties=properties(task, reader),
        reasons=tuple(r for r in ranking.reasons(task, now) if r.points > -1000) if task.active else (),
        source=_source(task, reader),
        suggestion=suggestion(task),
        question=question,
        questions=tuple(each for each in asked if each is not question),
        current=current,
        rounds=tuple(each for each in handed if each is not current),
        attempts=attempts(dossier, reader),
        total=total(dossier),
        waits_for=tuple(neighbour(each) for each in dossier.waits_for),
        waited_for_by=tuple(neighbour(each) for each in dossier.waited_for_by),
        comments=comments(dossier, reader),
        more_comments="comment" in dossier.more,
        history=entries(task, dossier.events, reader),
        more_history=dossier.more_events,
        deleted_by=_deletion(dossier),
        created=moments.past(task.created_at, now, reader.zone),
        updated=moments.past(task.updated_at, now, reader.zone),
    )


def drawn(part: object) -> str:
    """Differs when anything in this part of the view does; how a page knows which parts to draw anew."""
    return f"{zlib.crc32(repr(part).encode('utf-8', 'surrogatepass')):x}"


def _state(task: Task, reader: Reader) -> str:
    """One phrase for where the task stands, beyond the name of its lane."""
    if task.deleted_at is not None:
        return f"deleted {moments.past(task.deleted_at, reader.now, reader.zone).text}"
    if not task.active:
        when = (
            f" {moments.past(task.completed_at, reader.now, reader.zone).text}" if task.completed_at else ""
        )
        return when.strip()
    if task.claim is not None and task.claim.live(reader.now):
        claim = task.claim
        return f"{claim.agent} is working on it, attempt {claim.attempt}"
    if task.deferred_until is not None and lanes.deferred(task, reader.now):
        return f"deferred until {moments.soon(task.deferred_until, reader.now, reader.zone)}"
    if lanes.lane(task, reader.now) is Lane.WAITING:
        return "needs another task first" if task.open_dependencies == 1 else "needs other tasks first"
    return ""


def _source(task: Task, reader: Reader) -> Source | None:
    if not (task.source_name or task.source_url or task.source_context or task.origin != "manual"):
        return None
    return Source(
        name=task.source_name or task.origin,
        link=safe_link(task.source_url),
        text=task.source_context or "",
        brought_by=who(task.created_by),
        when=moments.past(task.created_at, reader.now, reader.zone),
        external_id=task.external_id or "",
        closed=task.source_state == "closed",
    )


def neighbour(task: Task) -> Neighbour:
    """A task beside this one."""
    status = "Deleted" if task.deleted_at is not None else STATUS[task.status]
    owner = f", {owners()[task.assignee].lower()}" if task.active else ""
    return Neighbour(task.id, task.title, f"{status}{owner}".lower(), task.active)


def _deletion(dossier: Dossier) -> str | None:
    """The event whose undo brings a deleted task back."""
    if dossier.task.deleted_at is None:
        return None
    found = (e.id for e in dossier.events if e.changes.get("deleted_at", (0, None))[1] is not None)
    return next(found, None)
