"""Back out: what becomes of a task is told where it came from, by following the event feed.

An adapter that wants it is a `TwoWay` and runs a second time with `--sync`. Its own changes are no news (echo
suppression); each note carries a marker that the adapter looks for first, so that a repeat after a crash does no harm;
the place in the feed is saved after the note, so that none is skipped. A change younger than ten seconds waits, so that
the person's undo recalls it.
"""

from __future__ import annotations

import logging
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Final

from task_assistant.client import Client, run
from task_assistant.client.adapters.adapter import Adapter
from task_assistant.client.adapters.ending import Ending, Outcome
from task_assistant.client.adapters.health import Health
from task_assistant.client.adapters.intake import Counts
from task_assistant.client.adapters.redaction import Redactor
from task_assistant.client.adapters.times import from_iso
from task_assistant.client.problems import Missing
from task_assistant.client.shapes import Event, Task

log = logging.getLogger("pta.adapter")
PLACE: Final = "told"
GRACE: Final = 10.0  # seconds in which the person's undo recalls a note
AT_ONCE: Final = 200
WAIT: Final = 20  # seconds that the server holds a request for the next event
_PART: Final = re.compile(r"#[0-9a-f]{12}(?:-[0-9]+)?$")


@dataclass(frozen=True, slots=True)
class Note:
    """What to tell at the source: at which item, in which words, whether it closes (True) or opens (False) it.

    `marker` is the same for the same event, however often it is told.
    """

    target: str
    text: str
    marker: str
    task: Task
    closes: bool | None = None
    since: str = ""


class TwoWay(ABC):
    """What an adapter adds to tell its source. `sync_needs` names settings that only this way needs."""

    sync_needs: ClassVar[tuple[str, ...]] = ()

    def told(self, event: Event, task: Task) -> str | None:
        """The words for an event, None for one that is not told; without more, only the ends of tasks are."""
        before, after = _status(event)
        if after == "done" and task["status"] == "done":
            return "Done."
        if after == "cancelled" and task["status"] == "cancelled":
            return "This will not be done."
        return (
            "Taken back: this is not done after all."
            if before == "done" and task["status"] != "done"
            else None
        )

    def said(self, note: Note) -> bool:  # noqa: ARG002 -- for those whose source can be asked
        """Whether a note with this marker is there already."""
        return False

    @abstractmethod
    def say(self, client: Client, note: Note) -> None:
        """Tells it. Raises SourceTrouble."""

    def settle(self, note: Note) -> None:  # noqa: B027 -- most have none
        """Closes or opens the item, as often as it is asked. Raises SourceTrouble."""


class Sync:
    """Tells one source what happens."""

    def __init__(self, adapter: Adapter, two_way: TwoWay, client: Client, redactor: Redactor) -> None:
        self._adapter, self._source, self._client = adapter, two_way, client
        self._health = Health(adapter, client, redactor, way="out")
        self._ending = Ending(adapter, self._health)
        self.counts = Counts()

    def once(self, wait: int = 0) -> Outcome:
        """Tells what has happened since; waits up to `wait` seconds for news. Never raises for what others may do."""
        self.counts = Counts()
        try:
            ripe = self._tell_news(wait)
            self._health.beat(self.counts)
        except Exception as problem:  # noqa: BLE001 -- whatever it is, it is logged, and the next round comes
            return self._ending.badly(problem)
        return self._ending.well(0.0 if ripe else GRACE)

    def _tell_news(self, wait: int) -> bool:
        """False when the next event is too young to be told."""
        kept = self._adapter.state.read(PLACE)
        if kept is None:
            self._begin()
            return True
        me = run(self._client.me())["actor"]
        events, after = run(self._client.events(int(kept), AT_ONCE, wait))
        for event in events:
            if not _ripe(event):
                return False
            self._tell(event, me)
            self._adapter.state.keep(PLACE, str(event["seq"]))
        self._adapter.state.keep(PLACE, str(after))
        return True

    def _begin(self) -> None:
        """The first start tells nothing of what was before."""
        events, after = run(self._client.events(0, AT_ONCE))
        while events:
            events, after = run(self._client.events(after, AT_ONCE))
        self._adapter.state.keep(PLACE, str(after))

    def _tell(self, event: Event, me: str) -> None:
        self.counts.items_checked += 1
        note = None if event["actor"] == me else self._note(event)
        if note is None:
            self.counts.ignored += 1
            return
        if self._source.said(note):
            self.counts.duplicates += 1
        else:
            self._source.say(self._client, note)
            self.counts.created += 1
        if note.closes is not None:
            self._source.settle(note)

    def _note(self, event: Event) -> Note | None:
        """The note of an event, for a task of this adapter that is still there."""
        if event["task_id"] is None:
            return None
        try:
            task = run(self._client.task(event["task_id"]))
        except Missing:
            return None
        mine, _, item = (task["external_id"] or "").partition(":")
        words = self._source.told(event, task) if mine == self._adapter.name else None
        if words is None:
            return None
        before, after = _status(event)
        closes = True if after == "done" else False if before == "done" else None
        return Note(_PART.sub("", item), words, f"pta-{event['id']}", task, closes, event["at"])


def _status(event: Event) -> tuple[str | None, str | None]:
    before, after = event["changes"].get("status", (None, None))
    return before, after


def _ripe(event: Event) -> bool:
    at = from_iso(event["at"])
    return at is None or (datetime.now(UTC) - at).total_seconds() >= GRACE
