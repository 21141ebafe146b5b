"""One task as one row: what kind of decision it is, its title, and why it is here in the words of whoever needs it.

Typed view models; the templates only place them. All texts are plain: escaping is the template's, always.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from task_assistant.domain import lanes, ranking
from task_assistant.domain.task import Lane, QuestionKind, Status, Task
from task_assistant.web import moments
from task_assistant.web.moments import Moment
from task_assistant.web.owner_label import agents_first
from task_assistant.web.row_acts import Act, acts_of
from task_assistant.web.suggestions import EVIDENCE, suggestion

WHY_LENGTH = 180  # characters of somebody's text that fit a row; the whole is on the task's own page
SHOWN_LABELS = 4


@dataclass(frozen=True, slots=True)
class LaneWords:
    """How the pages name a lane, or the end of a task. `act` says what a row asks, for who cannot see the glyph."""

    lane: Lane | None
    name: str
    glyph: str
    act: str
    empty: str

    @property
    def label(self) -> str:
        """The name; the agents' lane is called as the person calls agents."""
        return agents_first() if self.lane is Lane.AGENT else self.name

    @property
    def css(self) -> str:
        """The lane as the style sheet names it."""
        return self.lane.value if self.lane is not None else "closed"


WORDS: dict[Lane, LaneWords] = {
    words.lane: words
    for words in (
        LaneWords(Lane.BLOCKED, "Blocked", "?", "Answer", "Questions from agents will appear here."),
        LaneWords(Lane.REVIEW, "Review", "✓", "Review", "Results that agents hand back will appear here."),
        LaneWords(Lane.HUMAN, "Yours", "→", "Do", "What you take on yourself will appear here."),
        LaneWords(
            Lane.TRIAGE, "Triage", "+", "Triage", "What you capture, or adapters bring in, lands here first."
        ),
        LaneWords(
            Lane.AGENT,
            "Agents",
            "A",
            "With agents",
            "What you give to agents waits here to be claimed.",
        ),
        LaneWords(
            Lane.WAITING,
            "Waiting",
            "…",
            "Waiting",
            "What is deferred, or needs another task first.",
        ),
    )
    if words.lane is not None
}
CLOSED = {
    Status.DONE: LaneWords(None, "Done", "✓", "Done", "What is done will appear here."),
    Status.CANCELLED: LaneWords(None, "Cancelled", "×", "Cancelled", "What is cancelled will appear here."),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a sentence. `quoted` marks words that somebody wrote, as against ours."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """What the list shows of a task."""

    id: int
    words: LaneWords
    title: str
    why: tuple[Piece, ...]
    due: Moment
    priority: str
    source: str
    link: str | None
    labels: tuple[str, ...]
    private: bool
    version: int
    acts: tuple[Act, ...]
    rank: str

    @property
    def digest(self) -> str:
        """Differs when anything that the row shows does; how a page knows which rows to draw anew."""
        return f"{zlib.crc32(repr(self).encode()):x}"


def row(task: Task, now: datetime, zone: tzinfo) -> Row:
    """The row of a task with what can be done about it in place. Raises KeyError for a deleted one."""
    lane = lanes.lane(task, now)
    why = _closed(task, now, zone) if lane is None else _WHY[lane](task, now, zone)
    return Row(
        id=task.id,
        words=CLOSED[task.status] if lane is None else WORDS[lane],
        title=task.title,
        why=tuple(why),
        due=_when(task, lane, now, zone),
        priority=f"P{task.priority}",
        source=task.source_name or ("" if task.origin == "manual" else task.origin),
        link=safe_link(task.source_url),
        labels=task.labels[:SHOWN_LABELS],
        private=task.private,
        version=task.version,
        acts=acts_of(task, lane, now),
        rank=_rank(task, lane, now),
    )


def _rank(task: Task, lane: Lane | None, now: datetime) -> str:
    """Why it ranks here, and how old it is: "Priority 1 · Overdue · 3 h old"; a closed task ranks nowhere."""
    age = now - task.created_at
    old = "new" if age < timedelta(minutes=1) else f"{moments.span(age)} old"
    why = [] if lane is None else [reason.why for reason in ranking.reasons(task, now)]
    return " · ".join([*why, old])


def _when(task: Task, lane: Lane | None, now: datetime, zone: tzinfo) -> Moment:
    """When it is due; for a closed task when that was done."""
    if lane is None:
        return moments.past(task.completed_at or task.updated_at, now, zone)
    return moments.due(task.due_at, now, zone, estimated=task.due_is_estimated)


def safe_link(url: str | None) -> str | None:
    """The address if it is http(s), else None: whatever a store holds, a page never offers `javascript:`."""
    return url if url is not None and url.lower().startswith(("https://", "http://")) else None


def short(text: str, length: int = WHY_LENGTH) -> str:
    """The text in one line, cut at a word with an ellipsis."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    return line[: length - 1].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"


def person(actor: str) -> str:
    """An actor as the pages name it: you, the agent's or adapter's own name, or the server."""
    kind, _, name = actor.partition(":")
    return {"human": "you", "system": "the server"}.get(kind, name or kind)


# -- why a task is in its lane -----------------------------------------------------------------------------------------


def _review(task: Task, _now: datetime, _zone: tzinfo) -> list[Piece]:
    result = task.result
    if result is None:
        return [Piece("waits for your verdict")]
    said = [Piece(f"{person(result.submitted_by)} handed back{_round(result.round)}")]
    if result.artifacts:
        said.append(Piece(" · " + ", ".join(artifact.name for artifact in result.artifacts[:3])))
    if result.not_done:
        said += [Piece(" · not done: "), Piece(short(result.not_done), quoted=True)]
    elif result.summary:
        said += [Piece(" · "), Piece(short(result.summary), quoted=True)]
    return said


def _round(number: int) -> str:
    return f", round {number}" if number > 1 else ""


def _blocked(task: Task, now: datetime, zone: tzinfo) -> list[Piece]:
    question = task.question
    if question is None or question.answer is not None:
        return [Piece("blocked without an open question")]
    asker = person(question.asked_by)
    if question.kind is QuestionKind.EXTERNAL:
        until = f" until {moments.soon(question.until, now, zone)}" if question.until else ""
        return [Piece(f"waits for something outside{until}: "), Piece(short(question.text), quoted=True)]
    verb = "you noted " if asker == "you" else f"{asker} asks "
    said = [Piece(verb), Piece(short(question.text), quoted=True)]
    if question.recommendation:
        said += [Piece(" · suggests "), Piece(short(question.recommendation, 60), quoted=True)]
    return said


def _human(task: Task, _now: datetime, _zone: tzinfo) -> list[Piece]:
    told = task.created_by == "human" or task.source_name is not None
    return [] if told else [Piece(f"captured by {person(task.created_by)}")]


def _triage(task: Task, now: datetime, zone: tzinfo) -> list[Piece]:
    found = suggestion(task)
    if found is None:
        return _human(task, now, zone)
    if not found.owner:
        by = f"{found.by} asks first: " if found.by else "ask first: "
        return [Piece(by), Piece(short(found.question), quoted=True)]
    said = f"{found.by} suggests {found.owner}" if found.by else f"suggested: {found.owner}"
    sure = f", {found.sure}% sure" if found.sure else ""
    if not found.reasons:
        return [Piece(said + sure)]
    why = found.reasons[0]
    return [Piece(f"{said}{sure} · {why.signal} "), Piece(short(why.words, EVIDENCE), quoted=True)]


def _agent(task: Task, now: datetime, _zone: tzinfo) -> list[Piece]:
    claim = task.claim
    if claim is not None and claim.live(now):
        said = [Piece(f"{claim.agent} is working on it, {moments.span(now - claim.claimed_at)}")]
        return [*said, Piece(" · "), Piece(short(claim.note), quoted=True)] if claim.note else said
    whom = f"ready for {task.agent}" if task.agent else "ready"
    return [Piece(f"{whom}, sent back with your feedback" if task.sent_back else whom)]


def _closed(task: Task, _now: datetime, _zone: tzinfo) -> list[Piece]:
    done = task.status is Status.DONE and task.result is not None
    return [Piece(f"by {person(task.result.submitted_by)}")] if done and task.result else []


def _waiting(task: Task, now: datetime, zone: tzinfo) -> list[Piece]:
    said = []
    if task.deferred_until is not None and lanes.deferred(task, now):
        said.append(f"deferred until {moments.soon(task.deferred_until, now, zone)}")
    if task.open_dependencies:
        count = (
            "an unfinished task"
            if task.open_dependencies == 1
            else f"{task.open_dependencies} unfinished tasks"
        )
        said.append(f"needs {count} first")
    return [Piece(" · ".join(said))]


_WHY: dict[Lane, Callable[[Task, datetime, tzinfo], list[Piece]]] = {
    Lane.BLOCKED: _blocked,
    Lane.REVIEW: _review,
    Lane.HUMAN: _human,
    Lane.TRIAGE: _triage,
    Lane.AGENT: _agent,
    Lane.WAITING: _waiting,
}
