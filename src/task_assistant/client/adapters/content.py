"""What a source's item becomes: a ticket is one task, a message is the tasks that its text names, or one card."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from difflib import SequenceMatcher
from typing import Any, Final

from task_assistant.domain import limits
from task_assistant.domain.extraction import Found, extract
from task_assistant.domain.extraction.extracting import shortened

LIKE: Final = 0.6  # how alike two titles are that are taken for one line, edited
UNTITLED: Final = "(without a title)"


@dataclass(frozen=True, slots=True)
class Ticket:
    """One task of a tracker. `id` is stable at the source and never reused, such as `owner/repo#12`.

    `changed_at` orders its versions: an older one that arrives later changes nothing. `closed` asks the person.
    """

    id: str
    title: str
    text: str = ""
    changed_at: datetime | None = None
    url: str | None = None
    context: str = ""
    priority: int | None = None
    due_at: datetime | None = None
    labels: tuple[str, ...] = ()
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """A text whose lines may name tasks. `mine`: the person wrote it, so that its prefixes count.

    `context` is put before the text for whoever works on a task of it; `withdrawn`: deleted at the source.
    """

    id: str
    text: str
    title: str = ""
    changed_at: datetime | None = None
    url: str | None = None
    context: str = ""
    mine: bool = False
    withdrawn: bool = False
    sent_at: datetime | None = None


Item = Ticket | Message


@dataclass(frozen=True, slots=True)
class Known:
    """A task that an earlier version of the item became."""

    id: int
    external_id: str
    title: str
    source_state: str | None


@dataclass(frozen=True, slots=True)
class Drafted:
    """The tasks of an item for the ingest; `passed_over` were done at the source before they were first seen."""

    tasks: list[dict[str, Any]] = field(default_factory=list)
    passed_over: int = 0


def fingerprint(item: Item) -> str:
    """What this version of the item looks like: when it changed, and a digest of what it says."""
    said = {name: getattr(item, name) for name in item.__dataclass_fields__ if name != "changed_at"}
    digest = hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:32]
    return f"{_stamp(item.changed_at)}|{digest}"


def outdated(fresh: str, known: str) -> bool:
    """True when the known version is newer, or says the same."""
    stamp, _, digest = fresh.partition("|")
    known_stamp, _, known_digest = known.partition("|")
    return digest == known_digest or bool(stamp and known_stamp and stamp < known_stamp)


def _stamp(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if at else ""


def external_id(adapter: str, item_id: str, part: str = "") -> str:
    """What makes the ingest idempotent: the adapter, the item and, in a text with several tasks, the part."""
    whole = f"{adapter}:{item_id}#{part}" if part else f"{adapter}:{item_id}"
    if len(whole) <= limits.EXTERNAL_ID:
        return whole
    return f"{adapter}:{hashlib.sha256(whole.encode()).hexdigest()[:40]}"


def draft(item: Item, adapter: str, known: Sequence[Known], now: datetime, zone: tzinfo) -> Drafted:
    """The tasks to ingest for this version, `known` being those of the version before."""
    if isinstance(item, Ticket):
        return _ticket(item, adapter, known)
    if item.withdrawn:
        closed = [
            {"title": one.title, "external_id": one.external_id, "source_state": "closed"} for one in known
        ]
        return Drafted(closed, 0 if known else 1)
    return _message(item, adapter, known, now, zone)


def _ticket(item: Ticket, adapter: str, known: Sequence[Known]) -> Drafted:
    if item.closed and not known:
        return Drafted(passed_over=1)
    labels = list(
        dict.fromkeys(label.strip().lower()[: limits.LABEL] for label in item.labels if label.strip())
    )
    task = {
        "title": shortened(item.title) or UNTITLED, "description": clipped(item.text, limits.DESCRIPTION) or None,
        "due_at": in_utc(item.due_at), "labels": labels[: limits.LABELS], "priority": item.priority,
        "source_state": "closed" if item.closed else "open", "external_id": external_id(adapter, item.id),
    }  # fmt: skip
    return Drafted([_whole(task) | _around(item)])


def _message(item: Message, adapter: str, known: Sequence[Known], now: datetime, zone: tzinfo) -> Drafted:
    found = extract(item.text, item.sent_at or now, zone, mine=item.mine).found or (_card(item),)
    names = _names(item.id, adapter, found, known)
    drafted, passed_over = [], 0
    for one, name in zip(found, names, strict=True):
        before = next((task for task in known if task.external_id == name), None)
        if one.ticked and before is None:
            passed_over += 1
            continue
        drafted.append(_part(one, before) | {"external_id": name} | _around(item))
    return Drafted(drafted, passed_over)


def _card(item: Message) -> Found:
    """One card for a text in which no line was recognised: nothing is dropped."""
    first = next((line for line in item.text.splitlines() if line.strip()), "")
    title = shortened(item.title) or shortened(first) or UNTITLED
    return Found({"title": title, "description": clipped(item.text, limits.DESCRIPTION) or None})


def _part(found: Found, before: Known | None) -> dict[str, Any]:
    given = dict(found.fields)
    task = {"due_at": in_utc(given.pop("due", None)), "description": given.pop("description", None)}
    if found.suggestion:
        task["description"] = f"The sender suggests: {found.suggestion}."
    for name in ("reminder_at", "deferred_until"):
        if name in given:
            given[name] = in_utc(given[name])
    if found.ticked:
        task["source_state"] = "closed"
    elif before is not None and before.source_state == "closed":
        task["source_state"] = "open"
    return _whole(task | given | {"labels": list(given.get("labels", ()))})


def _names(item_id: str, adapter: str, found: Sequence[Found], known: Sequence[Known]) -> list[str]:
    """An external id for each task, the one it had before: the same title, else the most alike, else its own."""
    names = [external_id(adapter, item_id, key) for key in _keys(found)]
    left = {task.external_id: task.title for task in known}
    for name in names:
        left.pop(name, None)
    fresh = [n for n, name in enumerate(names) if not any(name == task.external_id for task in known)]
    alone = len(known) == len(found) == 1
    for n in fresh:
        best = max(left, key=lambda name: _alike(left[name], found[n].title), default=None)
        if best is not None and (alone or _alike(left[best], found[n].title) >= LIKE):
            names[n] = best
            del left[best]
    return names


def _keys(found: Sequence[Found]) -> list[str]:
    """A key of each title; a title that is there again is counted, so that its tasks stay apart."""
    keys: list[str] = []
    for one in found:
        key = hashlib.sha256(" ".join(one.title.casefold().split()).encode()).hexdigest()[:12]
        again = sum(1 for other in keys if other.partition("-")[0] == key)
        keys.append(f"{key}-{again + 1}" if again else key)
    return keys


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False).ratio()


def _around(item: Item) -> dict[str, Any]:
    url = item.url if item.url and len(item.url) <= limits.SOURCE_URL else None
    context = "\n".join(part for part in (item.context, item.text) if part)
    return {"source_url": url, "source_context": clipped(context, limits.SOURCE_CONTEXT) or None}


def _whole(task: dict[str, Any]) -> dict[str, Any]:
    """Without what is not said; a missing due time and description are said, for they may have been taken away."""
    always = ("title", "due_at", "description")
    return {name: value for name, value in task.items() if value is not None or name in always}


def clipped(text: str, most: int) -> str:
    """The text without what no task can hold, at most so long, saying what was left out."""
    clean = "".join(c for c in text if c != "\0" and not "\ud800" <= c <= "\udfff").strip()
    if len(clean) <= most:
        return clean
    note = f"\n… ({len(clean)} characters; the rest is at the source)"
    return clean[: most - len(note)] + note


def in_utc(at: datetime | None) -> str | None:
    """The time as the contract writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
