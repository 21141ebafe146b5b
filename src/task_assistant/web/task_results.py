"""What agents handed back, round by round: summary, links, artifacts opened in place, feedback, and what it used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from task_assistant.domain import plain
from task_assistant.domain.records import Record
from task_assistant.domain.task import ArtifactInfo, Result, Status, Task
from task_assistant.domain.times import from_text
from task_assistant.services.dossier import Dossier
from task_assistant.web import moments
from task_assistant.web.artifacts.blocks import View
from task_assistant.web.artifacts.plain_text import visible
from task_assistant.web.moments import Moment
from task_assistant.web.rows import safe_link
from task_assistant.web.task_words import OUTCOMES, Reader, who


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it was handed back; `href` None where it is no web address and so stays text."""

    text: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Artifact:
    """One text of a result: `view` None until it is opened."""

    n: int
    name: str
    type: str
    size: str
    view: View | None = None


@dataclass(frozen=True, slots=True)
class Feedback:
    """What the person said when sending a round back."""

    text: str
    when: Moment


@dataclass(frozen=True, slots=True)
class Round:
    """One result. `current` is the one that a verdict is about."""

    number: int
    who: str
    when: Moment
    summary: str
    not_done: str
    evidence: str
    links: tuple[Link, ...]
    refs: tuple[str, ...]
    artifacts: tuple[Artifact, ...]
    feedback: tuple[Feedback, ...]
    usage: str
    current: bool
    to_review: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """One time that an agent held the task; `live` while it does."""

    number: int
    who: str
    when: Moment
    took: str
    outcome: str
    note: str
    usage: str
    live: bool = False


def rounds(dossier: Dossier, opened: Mapping[int, View], reader: Reader) -> tuple[Round, ...]:
    """The results, newest first; `opened` are the views of artifacts that the page shows at once, by number."""
    said = [record.data for record in dossier.records["feedback"] if record.data]
    results = [plain.result(record.data) for record in dossier.records["result"] if record.data]
    return tuple(_round(dossier.task, result, said, opened, reader) for result in results)


def _round(
    task: Task, result: Result, said: Sequence[dict[str, Any]], opened: Mapping[int, View], reader: Reader
) -> Round:
    current = task.result is not None and task.result.round == result.round
    return Round(
        number=result.round,
        who=who(result.submitted_by),
        when=moments.past(result.submitted_at, reader.now, reader.zone),
        summary=result.summary,
        not_done=result.not_done or "",
        evidence=visible(result.evidence or ""),
        links=tuple(Link(link, safe_link(link)) for link in result.links),
        refs=result.refs,
        artifacts=tuple(artifact(info, opened.get(info.n)) for info in result.artifacts),
        feedback=tuple(_feedback(data, reader) for data in said if data.get("round") == result.round),
        usage=usage(result.usage),
        current=current,
        to_review=current and task.status is Status.WAITING_REVIEW,
    )


def artifact(info: ArtifactInfo, view: View | None = None) -> Artifact:
    """An artifact's head, with its view if it is open."""
    return Artifact(info.n, visible(info.name), info.type, size(info.size), view)


def size(count: int) -> str:
    """Bytes in words: "812 bytes", "12 kB"."""
    return f"{count} bytes" if count < 1_000 else f"{count / 1_000:.0f} kB"


def _feedback(data: Mapping[str, Any], reader: Reader) -> Feedback:
    return Feedback(str(data["text"]), moments.past(from_text(data["at"]), reader.now, reader.zone))


# -- attempts and what they used ---------------------------------------------------------------------------------------


def attempts(dossier: Dossier, reader: Reader) -> tuple[Attempt, ...]:
    """Who tried and how it ended, newest first; the claim that is held now before all others."""
    ended = tuple(_ended(record, reader) for record in dossier.records["attempt"] if record.data)
    held = dossier.task.claim
    if held is None:
        return ended
    since = moments.past(held.claimed_at, reader.now, reader.zone)
    left = held.expires_at - reader.now
    outcome = f"is on it, lease left: {moments.span(left)}" if held.live(reader.now) else OUTCOMES["expired"]
    took = moments.span(reader.now - held.claimed_at)
    live = held.live(reader.now)
    now = Attempt(held.attempt, held.agent, since, took, outcome, held.note or "", usage(held.usage), live)
    return (now, *ended)


def _ended(record: Record, reader: Reader) -> Attempt:
    data: dict[str, Any] = record.data or {}
    began, ended = from_text(data["claimed_at"]), from_text(data["ended_at"])
    return Attempt(
        number=data["attempt"],
        who=data["agent"],
        when=moments.past(ended, reader.now, reader.zone),
        took=moments.span(ended - began),
        outcome=OUTCOMES.get(data["outcome"], str(data["outcome"])),
        note=data.get("note") or "",
        usage=usage(data.get("usage")),
    )


def usage(given: Mapping[str, object] | None) -> str:
    """What one piece of work used: "1,500 tokens · 0.12 USD · model"."""
    return _used([given]) + (f" · {given['model']}" if given and given.get("model") else "") if given else ""


def total(dossier: Dossier) -> str:
    """What all attempts that are shown used together; empty when nobody said."""
    held = dossier.task.claim
    reports = [record.data.get("usage") for record in dossier.records["attempt"] if record.data]
    return _used([*reports, held.usage if held else None])


def _used(reports: Iterable[Mapping[str, object] | None]) -> str:
    tokens, costs = 0, dict[str, Decimal]()
    for report in reports:
        if not report:
            continue
        tokens += sum(int(str(report.get(name) or 0)) for name in ("input_tokens", "output_tokens"))
        if (cost := _decimal(report.get("cost"))) is not None:
            currency = str(report.get("currency") or "")
            costs[currency] = costs.get(currency, Decimal()) + cost
    money = [f"{cost} {currency}".rstrip() for currency, cost in costs.items()]
    return " · ".join([*([f"{tokens:,} tokens"] if tokens else []), *money])


def _decimal(said: object) -> Decimal | None:
    try:
        return Decimal(str(said)) if said is not None else None
    except InvalidOperation:
        return None
