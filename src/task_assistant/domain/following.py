"""The series of a recurring task: where it begins, and the instance that follows when one is closed.

Times of day are those of the clocks in the series' zone: nine o'clock stays nine o'clock when summer time begins or
ends; a time that the clocks skip counts with the offset before the change (RFC 5545, 3.3.5). There is one open instance
at a time. Dates that passed while it was open are left out; a COUNT counts them all the same.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, tzinfo

from task_assistant.domain.due_dates import WORKDAY_ENDS
from task_assistant.domain.errors import invalid
from task_assistant.domain.recurrence import Recurrence, Wish
from task_assistant.domain.rrule import Rule, days, is_day, parse
from task_assistant.domain.task import CLOSED, Status, Task


def begin(wish: Wish, zone_name: str, zone: tzinfo, due: datetime | None, now: datetime) -> Recurrence:
    """The recurrence that is wished for, of a task with this deadline; without one it begins on its first date.

    Raises InvalidFields (`recurrence`) for a rule that has no date to come.
    """
    rule = parse(wish.rule)
    starts_at = wish.starts_at or due or _first(rule, wish.clock or WORKDAY_ENDS, zone, now)
    if starts_at is None:
        raise invalid("recurrence", "has no date to come; give a rule such as FREQ=WEEKLY;BYDAY=FR")
    return Recurrence(str(rule), zone_name, starts_at.astimezone(UTC), wish.after_done)


def _first(rule: Rule, clock: time, zone: tzinfo, now: datetime) -> datetime | None:
    """The first date from now on: today's, if its time is still to come."""
    today = now.astimezone(zone).date()
    coming = _at(today, clock, zone)
    if is_day(rule, today) and coming > now and (rule.until is None or today <= rule.until):
        return coming
    day = next(days(rule, today), None)
    return None if day is None else _at(day, clock, zone)


def next_instance(task: Task, zone: tzinfo, now: datetime) -> Task | None:
    """The task that comes after this one, which is closed now; None when the series is at its end.

    Only what describes the work is taken along: no claim, question, result or dependency, and no name at a source. A
    reminder and a deferral keep their distance to the date, on the clock.
    """
    series = task.recurrence
    if series is None:
        return None
    found = _next_date(series, zone, now)
    if found is None:
        return None
    at, rule = found
    return Task(
        id=0, title=task.title, created_at=now, updated_at=now, created_by="system", description=task.description,
        status=Status.BACKLOG, assignee=task.assignee, agent=task.agent, origin=task.origin, priority=task.priority,
        due=at, reminder_at=_shifted(task.reminder_at, series.starts_at, at, zone), source_name=task.source_name,
        source_url=task.source_url, source_context=task.source_context, labels=task.labels,
        deferred_until=_shifted(task.deferred_until, series.starts_at, at, zone), review=task.review,
        private=task.private, recurrence=Recurrence(str(rule), series.zone, at, series.after_done),
    )  # fmt: skip


def _next_date(series: Recurrence, zone: tzinfo, now: datetime) -> tuple[datetime, Rule] | None:
    """The next date that is still to come, and the rule that is left then."""
    rule, starts = parse(series.rule), series.starts_at.astimezone(zone)
    first = now.astimezone(zone).date() if series.after_done else starts.date()
    for passed, day in enumerate(days(rule, first), 1):
        left = rule.after(passed)
        if left is None:
            return None
        at = _at(day, starts.time(), zone)
        if at > now:
            return at, left
    return None


def _at(day: date, clock: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)


def _shifted(at: datetime | None, starts: datetime, to: datetime, zone: tzinfo) -> datetime | None:
    if at is None:
        return None
    try:
        distance = _wall(at, zone) - _wall(starts, zone)
        return (_wall(to, zone) + distance).replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return None


def _wall(at: datetime, zone: tzinfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def closed_by(before: str | None, after: str | None) -> bool:
    """Whether a change of status (as events tell it) closes an open task."""
    return before is not None and before not in CLOSED and after in CLOSED


def reopened_by(before: str | None, after: str | None) -> bool:
    """Whether a change of status opens a closed task again."""
    return before in CLOSED and after is not None and after not in CLOSED


def untouched(task: Task) -> bool:
    """Whether nothing has happened to an instance since it came to be, so that it may vanish again."""
    return task.active and task.version == 1 and task.claim is None
