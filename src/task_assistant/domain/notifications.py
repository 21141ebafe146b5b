"""What is worth a message to the person, in one table; when it may be sent; and what the message says.

Nothing else is ever sent. A notice has a key that names its occasion, so that the same occasion is told once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum

from task_assistant.domain.lanes import lane, outside
from task_assistant.domain.plain import to_plain
from task_assistant.domain.reminders import due_for_reminder
from task_assistant.domain.sources import Health, stale
from task_assistant.domain.task import Lane, Task
from task_assistant.domain.times import from_text
from task_assistant.domain.webhooks import Webhook, target

URGENT_PRIORITIES = (1, 2)
UNSEEN = timedelta(hours=2)  # claimable work waits so long, and no agent was seen
SETTLES = timedelta(minutes=2)  # what happens together is told together
APART = timedelta(minutes=30)  # between two messages that are not urgent
SHOWN = 10  # notices that a message tells one by one
TITLE = 120


class Kind(StrEnum):
    """The occasions. Each is a row of TABLE."""

    OVERDUE = "overdue"
    QUESTION = "question"
    PARKED = "parked"
    REVIEW = "review"
    REMINDER = "reminder"
    SOURCE = "source"
    UNCLAIMED = "unclaimed"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Row:
    """How one kind is told. `urgent` goes out at once and in quiet hours, everything else waits and is batched."""

    heading: str
    when: str
    urgent: bool = False


TABLE: dict[Kind, Row] = {
    Kind.OVERDUE: Row(
        "Overdue", "a real deadline of an urgent task (priority 1 or 2) has passed", urgent=True
    ),
    Kind.QUESTION: Row("Asks you", "an agent or source asks something, and the task waits for it"),
    Kind.PARKED: Row("Stuck", "a task was parked: agents could not bring it further"),
    Kind.REVIEW: Row("To review", "an agent handed a result back"),
    Kind.REMINDER: Row("Reminder", "the time of a reminder has come"),
    Kind.SOURCE: Row(
        "Source broken", "a source fails, needs you, or is silent for a day; a webhook was switched off"
    ),
    Kind.UNCLAIMED: Row("No agent", "work has been ready for 2 hours and no agent was seen, once a day"),
    Kind.DIGEST: Row("Digest", "the time of the daily digest has come"),
}
BROKEN = frozenset({Health.FAILED, Health.REAUTH_REQUIRED, Health.MISCONFIGURED, Health.UNAVAILABLE})


@dataclass(frozen=True, slots=True)
class Notice:
    """One occasion. `key` names it for good; `at` is when it came; `task_id` is None where it is about no task.

    `private`: the text holds nothing of the task but its number.
    """

    kind: Kind
    key: str
    text: str
    at: datetime
    task_id: int | None = None
    private: bool = False

    @property
    def urgent(self) -> bool:
        """Goes out at once, in quiet hours as well."""
        return TABLE[self.kind].urgent


# -- what there is to tell ---------------------------------------------------------------------------------------------


def of_task(task: Task, now: datetime) -> list[Notice]:
    """What the task itself is worth telling of now; of a private one the number alone."""
    found = []
    question, result, where = task.question, task.result, lane(task, now)
    by_others = question is not None and question.answer is None and question.asked_by != "human"
    if where is Lane.BLOCKED and question is not None and by_others and not outside(task, now):
        kind = Kind.PARKED if question.about == "parked" else Kind.QUESTION
        text = _words(task, question.text)
        found.append(
            Notice(kind, f"question/{task.id}/{question.id}", text, question.asked_at, task.id, task.private)
        )
    if where is Lane.REVIEW and result is not None:
        key = f"review/{task.id}/{result.round}"
        found.append(
            Notice(Kind.REVIEW, key, _words(task, result.summary), result.submitted_at, task.id, task.private)
        )
    return found + _timed(task, now)


def _timed(task: Task, now: datetime) -> list[Notice]:
    """The reminder and the urgent deadline that have passed and were told to nobody."""
    if not due_for_reminder(task, now):
        return []
    sent, found = task.reminder_last_sent_at, []
    at, due = task.reminder_at, task.due
    if at is not None and at <= now and (sent is None or sent < at):
        key = f"reminder/{task.id}/{to_plain(at)}"
        found.append(Notice(Kind.REMINDER, key, _words(task), at, task.id, task.private))
    urgent = task.priority in URGENT_PRIORITIES
    if urgent and due is not None and due <= now and (sent is None or sent < due):
        found.append(
            Notice(
                Kind.OVERDUE, f"overdue/{task.id}/{to_plain(due)}", _words(task), due, task.id, task.private
            )
        )
    return found


def _words(task: Task, more: str = "") -> str:
    if task.private:
        return f"#{task.id} (private)"
    return f"{_short(task.title)}: {_short(more)}" if more else _short(task.title)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= TITLE else f"{line[: TITLE - 1]}…"


def of_source(source: dict[str, object], now: datetime) -> list[Notice]:
    """A source that is broken or silent; one that breaks again and again on a day is told once."""
    name, status = _short(str(source["source_name"])), Health(str(source["status"]))
    checked = from_text(str(source["last_checked_at"]))
    if status in BROKEN:
        well = str(source.get("last_success_at") or "never")[:10]
        why = _short(str(source.get("error_message") or "")) or str(status).replace("_", " ")
        key = f"source/{source['source_id']}/{status}/{well}"
        return [Notice(Kind.SOURCE, key, f"{name}: {why}", checked)]
    if stale(source, now):
        key = f"source/{source['source_id']}/silent/{to_plain(checked)}"
        return [Notice(Kind.SOURCE, key, f"{name}: nothing heard for a day", checked)]
    return []


def of_webhook(hook: Webhook) -> list[Notice]:
    """A webhook that the server switched off because it always failed."""
    if hook.on or hook.failing_since is None:
        return []
    key = f"webhook/{hook.id}/{to_plain(hook.failing_since)}"
    text = f"Webhook for {target(hook.url).host}: switched off, {hook.disabled_why}"
    return [Notice(Kind.SOURCE, key, text, hook.failing_since)]


def unclaimed(waiting: int, since: datetime | None, seen: datetime | None, today: str) -> list[Notice]:
    """Claimable work that nobody fetches: `since` when the oldest became ready, `seen` when an agent last came."""
    if not waiting or since is None:
        return []
    count = f"{waiting} task is" if waiting == 1 else f"{waiting} tasks are"
    when = f"since {to_plain(seen)[:16].replace('T', ' ')} UTC" if seen is not None else "so far"
    text = f"{count} ready, and no agent was seen {when}"
    return [Notice(Kind.UNCLAIMED, f"unclaimed/{today}", text, since + UNSEEN)]


# -- when it may be told -----------------------------------------------------------------------------------------------

_QUIET = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def clock_time(text: str) -> time | None:
    """A time of day such as 07:30; None for an empty text. Raises ValueError for anything else."""
    if not text:
        return None
    found = _CLOCK.fullmatch(text)
    if not found:
        raise ValueError("must be a time such as 08:00, or empty")
    return time(int(found[1]), int(found[2]))


def quiet_hours(text: str) -> tuple[time, time] | None:
    """Hours such as 22:00-07:00 as from and to, in the person's zone; None for an empty text. Raises ValueError."""
    if not text:
        return None
    if not _QUIET.fullmatch(text) or text[:5] == text[6:]:
        raise ValueError("must be two times such as 22:00-07:00, or empty for none")
    start, end = (time.fromisoformat(part) for part in text.split("-"))
    return start, end


def is_quiet(hours: tuple[time, time] | None, now: datetime, zone: tzinfo) -> bool:
    """Whether `now` lies within the quiet hours, which may go over midnight; the end is not quiet any more."""
    if hours is None:
        return False
    start, end = hours
    local = now.astimezone(zone).time()
    return start <= local < end if start < end else local >= start or local < end


def to_send(
    fresh: Sequence[Notice], now: datetime, *, quiet: bool, last_sent: datetime | None
) -> Sequence[Notice]:
    """Those that go out now. Urgent ones always; with them, or by themselves, the rest when its time has come."""
    urgent = [notice for notice in fresh if notice.urgent]
    if quiet:
        return urgent
    settled = bool(fresh) and min(notice.at for notice in fresh) + SETTLES <= now
    rested = last_sent is None or last_sent + APART <= now
    return fresh if urgent or (settled and rested) else []


def digest_due(at: time | None, now: datetime, zone: tzinfo) -> str | None:
    """The local date whose digest is due, for four hours from its time on, so that none comes late at night."""
    local = now.astimezone(zone)
    if at is None:
        return None
    begins = datetime.combine(local.date(), at, local.tzinfo)
    return local.date().isoformat() if begins <= local < begins + timedelta(hours=4) else None


# -- what a message says -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One notice in a message: where its task or page is, and buttons as (label, address)."""

    notice: Notice
    url: str
    buttons: tuple[tuple[str, str], ...] = ()


def title(notices: Sequence[Notice]) -> str:
    """The subject of a message."""
    kinds = {notice.kind for notice in notices}
    if len(notices) == 1:
        return TABLE[notices[0].kind].heading
    heading = TABLE[notices[0].kind].heading if len(kinds) == 1 else "Needs you"
    return f"{heading} ({len(notices)})"


def body(lines: Sequence[Line], more: int, home: str) -> str:
    """The message as plain text, which every service shows as it is: foreign text has no mark-up to break out of."""
    told = []
    for line in lines:
        told.append(f"{TABLE[line.notice.kind].heading}: {line.notice.text}\n{line.url}")
        told += [f"  {label}: {url}" for label, url in line.buttons]
    if more:
        told.append(f"and {more} more: {home}")
    return "\n".join(told)


def in_order(notices: Sequence[Notice]) -> list[Notice]:
    """By the order of the table, the oldest first."""
    kinds = list(TABLE)
    return sorted(notices, key=lambda notice: (kinds.index(notice.kind), notice.at, notice.key))
