"""The calendar as iCalendar text (RFC 5545): one VEVENT an entry, since few programs show VTODO.

Times are written in UTC, so that no time zone rules travel along: whoever shows them knows the rules of their own zone,
summer and winter. Nothing but the entry decides what its lines say, so an unchanged calendar is the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import lru_cache

import icalendar

from task_assistant.domain.calendar import RINGS, Entry, EntryKind

MEDIA_TYPE = "text/calendar; charset=utf-8"
REFRESH = timedelta(minutes=30)
WORDS = {EntryKind.DEADLINE: "Due", EntryKind.REMINDER: "Remember", EntryKind.ESTIMATE: "~ Estimated"}
OWNERS = {"me": "you", "codex": "an AI agent", "unassigned": "nobody yet"}
PRIORITIES = {1: 1, 2: 3, 3: 5, 4: 7, 5: 9}  # RFC 5545, 3.8.1.9: 1 is the highest, 9 the lowest


def to_ical(entries: Iterable[Entry], base: str) -> bytes:
    """The whole calendar; `base` is where the server is reached, for the links to the tasks."""
    head, foot = _frame()
    return b"".join((head, *(_event(entry, base) for entry in entries), foot))


def _frame() -> tuple[bytes, bytes]:
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Personal Task Assistant//Calendar//EN")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", "Tasks")
    calendar.add("x-wr-calname", "Tasks")
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    head, end, foot = calendar.to_ical().partition(b"END:VCALENDAR")
    return head, end + foot


@lru_cache(4_000)
def _event(entry: Entry, base: str) -> bytes:
    """The lines of one entry; making them takes most of a millisecond, so those of unchanged entries are kept."""
    event = icalendar.Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.version)
    event.add("dtstamp", entry.updated_at)
    event.add("created", entry.created_at)
    event.add("last-modified", entry.updated_at)
    event.add("dtstart", entry.at)
    event.add("summary", f"{WORDS[entry.kind]}: {_line(entry.title)}")
    event.add("description", _description(entry, base))
    event.add("url", f"{base}/tasks/{entry.task_id}")
    event.add("priority", PRIORITIES[entry.priority])
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")  # a date is no meeting: the time stays free
    event.add("status", "TENTATIVE" if entry.kind is EntryKind.ESTIMATE else "CONFIRMED")
    event.add("categories", [entry.kind.value, *map(_line, entry.labels)])
    if entry.kind in RINGS:
        event.add_component(_alarm(entry))
    return bytes(event.to_ical())


def _description(entry: Entry, base: str) -> str:
    parts = [f"#{entry.task_id}, priority {entry.priority}, owner: {OWNERS[entry.owner]}"]
    if entry.kind is EntryKind.ESTIMATE:
        parts.append("Nobody gave a deadline: this is what the server estimated from the priority.")
    return "\n".join([*parts, f"{base}/tasks/{entry.task_id}"])


def _alarm(entry: Entry) -> icalendar.Alarm:
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _line(entry.title))
    alarm.add("trigger", -RINGS[entry.kind])
    return alarm


def _line(text: str) -> str:
    """Text from outside without control characters, which have no place in iCalendar (RFC 5545, 3.1)."""
    return "".join(sign if sign >= " " and sign != "\x7f" else " " for sign in text)
