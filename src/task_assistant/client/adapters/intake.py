"""From deliveries to tasks: ask what is new, ingest it, then remember. Whatever breaks in between may be done again."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from task_assistant.client import Client, Problem, Unreachable, run
from task_assistant.client.adapters.adapter import Adapter
from task_assistant.client.adapters.content import (
    Drafted,
    Item,
    Known,
    draft,
    external_id,
    fingerprint,
    outdated,
)
from task_assistant.client.adapters.delivery import Delivery
from task_assistant.client.adapters.redaction import Redactor
from task_assistant.client.adapters.trouble import Malformed, SourceTrouble
from task_assistant.client.problems import Missing
from task_assistant.client.shapes import Ingested, Task

log = logging.getLogger("pta.adapter")
AT_ONCE: Final = 100  # items in one question to the memory
REFUSED: Final = frozenset({400, 409, 413, 422})  # what the same request would be answered again
REMEMBERED: Final = 160  # tasks of one item whose numbers fit into a reason, with room for why it failed
_TASKS: Final = re.compile(r"#([0-9]+)")


@dataclass(slots=True)
class Counts:
    """What became of the items of one round, in the words of a source's report."""

    items_checked: int = 0
    candidates: int = 0
    created: int = 0
    duplicates: int = 0
    ignored: int = 0
    suppressed: int = 0
    rejected: list[str] = field(default_factory=list)

    def as_report(self) -> dict[str, int]:
        """The numbers."""
        names = ("items_checked", "candidates", "created", "duplicates", "ignored", "suppressed")
        return {name: getattr(self, name) for name in names}


class Intake:
    """One adapter's way in. `dry`: says what it would do, and asks and changes nothing at the server."""

    def __init__(self, adapter: Adapter, client: Client, redactor: Redactor, *, dry: bool = False) -> None:
        self._adapter, self._client, self._redactor, self._dry = adapter, client, redactor, dry
        self.counts = Counts()

    def read(self, delivery: Delivery) -> list[Item]:
        """The items of a delivery. Raises Malformed, also for a payload that the adapter stumbles over."""
        try:
            if not self._dry:
                self._adapter.act(self._client, delivery)
            return list(self._adapter.read(delivery))
        except (Malformed, SourceTrouble, Problem, Unreachable):
            raise
        except Exception as problem:
            log.exception("%s stumbled over a delivery", self._adapter.name)
            raise Malformed(f"the adapter stumbled over it ({type(problem).__name__})") from problem

    def take(self, items: Sequence[Item]) -> None:
        """Brings items in, each once; of several versions of one the newest. Raises Problem, Unreachable."""
        newest: dict[str, Item] = {}
        for item in items:
            known = newest.get(item.id)
            if known is None or not outdated(fingerprint(item), fingerprint(known)):
                newest[item.id] = item
        whole = list(newest.values())
        for first in range(0, len(whole), AT_ONCE):
            self._take_some(whole[first : first + AT_ONCE])

    def _take_some(self, items: Sequence[Item]) -> None:
        self.counts.items_checked += len(items)
        if self._dry:
            self._say(items)
            return
        asked = [{"source_item_id": _short(i.id), "content_fingerprint": fingerprint(i)} for i in items]
        answers = run(self._client.check_items(self._adapter.source_id, asked))
        for item, answer in zip(items, answers, strict=True):
            known = answer["existing_decision"]
            if not answer["should_process"] or (
                known
                and known["decision"] != "failed"
                and outdated(fingerprint(item), known["content_fingerprint"])
            ):
                self.counts.duplicates += 1
            else:
                self._bring(item, self._became(known))

    def _became(self, decision: dict[str, Any] | None) -> list[Known]:
        """The tasks of the version before; those that are gone or no longer ours are left out."""
        found = []
        for number in _TASKS.findall((decision or {}).get("reason") or ""):
            try:
                task = run(self._client.task(int(number)))
            except Missing:
                continue
            found.append(Known(task["id"], task["external_id"] or "", task["title"], task["source_state"]))
        return found

    def _bring(self, item: Item, known: Sequence[Known]) -> None:
        drafted = self._drafted(item, known)
        if not drafted.tasks:
            self.counts.suppressed += 1
            self._decide(item, "ignored", "it was closed at the source before it was first seen")
            return
        self.counts.candidates += len(drafted.tasks)
        try:
            answer = run(
                self._client.ingest(self._adapter.origin, drafted.tasks, **self._envelope(drafted.tasks))
            )
        except Problem as problem:
            if problem.status not in REFUSED:
                raise
            self._reject(item, str(problem), [task.id for task in known])
            return
        self._remember(item, answer)

    def _envelope(self, tasks: list[dict[str, Any]]) -> dict[str, Any]:
        """What the tasks share is said once: 500 lines with the whole text each would be too large a request."""
        shared = {name: tasks[0].get(name) for name in ("source_url", "source_context")}
        for task in tasks:
            for name in shared:
                task.pop(name, None)
        return {"source_name": self._adapter.source_name, "on_duplicate": "update", "partial": True, **shared}

    def _reject(self, item: Item, why: str, tasks: Sequence[int]) -> None:
        """An item that the server does not take holds up no other: it is reported, and tried when it comes again."""
        self.counts.rejected.append(f"{item.id}: {why}")
        self._decide(item, "failed", f"{_numbers(tasks)}; {why[:1_000]}", tasks[0] if tasks else None)

    def _drafted(self, item: Item, known: Sequence[Known]) -> Drafted:
        drafted = draft(item, self._adapter.name, known, datetime.now(UTC), self._adapter.config.zone)
        return replace(drafted, tasks=[self._cleaned(task) for task in drafted.tasks])

    def _cleaned(self, task: dict[str, Any]) -> dict[str, Any]:
        """A secret that a source echoes must not become a task's text."""
        return {n: self._redactor.clean(v) if isinstance(v, str) else v for n, v in task.items()}

    def _remember(self, item: Item, answer: Ingested) -> None:
        self.counts.created += len(answer["created"])
        self.counts.duplicates += len(answer["duplicates"]) + len(answer["updated"])
        tasks = [task["id"] for task in (*answer["created"], *answer["updated"], *answer["duplicates"])]
        rejected = answer.get("rejected", [])
        if rejected:
            why = "; ".join(f"{e['field']} {e['message']}" for bad in rejected for e in bad["errors"])
            self._reject(item, why, tasks)
            return
        self._answer(answer["created"])
        decision = "created" if answer["created"] else "duplicate"
        self._decide(item, decision, _numbers(tasks), tasks[0] if tasks else None)

    def _answer(self, created: Sequence[Task]) -> None:
        """Lets the adapter answer at the source; that it could not is no reason to take the item again."""
        try:
            self._adapter.captured(self._client, created)
        except SourceTrouble as trouble:
            log.warning("%s was not told of a capture: %s", self._adapter.source_name, trouble)

    def _decide(self, item: Item, decision: str, reason: str, task_id: int | None = None) -> None:
        said = {
            "source_id": self._adapter.source_id, "source_item_id": _short(item.id),
            "content_fingerprint": fingerprint(item), "decision": decision, "decided_by": "adapter",
            "reason": self._redactor.clean(reason), "task_id": task_id,
        }  # fmt: skip
        run(self._client.decide_item(**said))

    def _say(self, items: Iterable[Item]) -> None:
        for item in items:
            for task in self._drafted(item, ()).tasks:
                self.counts.candidates += 1
                log.info("would ingest %s", json.dumps(task, ensure_ascii=False))


def _numbers(tasks: Sequence[int]) -> str:
    """The tasks of an item as the memory tells them, to people too; only whole numbers, as many as have room."""
    numbers = [f"#{task}" for task in tasks[:REMEMBERED]]
    return f"tasks {' '.join(numbers)}"


def _short(item_id: str) -> str:
    """The item's id as the memory holds it."""
    return external_id("", item_id)[1:]
