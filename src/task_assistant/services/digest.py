"""Collects the digest from the board as it is now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from task_assistant.domain.digest import Digest, Entry, Section
from task_assistant.domain.lanes import NEEDS_PERSON
from task_assistant.domain.roles import SYSTEM, Caller
from task_assistant.domain.task import Lane, Task
from task_assistant.services.desk import Desk
from task_assistant.services.outward import Outward
from task_assistant.services.queue import Queue

SHOWN = 8  # tasks a section
TITLE = 120
Note = Callable[[Task], str]


class Digests:
    """Reads what a digest tells; six bounded reads, however large the board is."""

    def __init__(self, desk: Desk, queue: Queue, outward: Outward) -> None:
        self._desk, self._queue, self._base = desk, queue, outward.base_url

    async def make(self, caller: Caller = SYSTEM, *, private: bool = False) -> Digest:
        """The digest; titles of private tasks only with `private`, for a channel that is the person's own."""
        now = self._desk.now()
        tally = await self._queue.tally(caller, now)
        held = await self._desk.store.held_by(None, now, SHOWN)

        async def section(heading: str, lane: Lane, note: Note) -> Section:
            tasks = await self._queue.top(caller, limit=SHOWN, lane=lane)
            entries = [self._entry(task, note(task), private=private) for task in tasks]
            return Section(heading, tally.lanes.get(lane, 0), entries, f"{self._base}/tasks?lane={lane}")

        sections = [
            await section("Questions for you", Lane.BLOCKED, _asked),
            await section("To review", Lane.REVIEW, _handed_back),
            await section("To do", Lane.HUMAN, lambda task: _due(task, now)),
            await section("To triage", Lane.TRIAGE, lambda task: task.source_name or ""),
            Section(
                "Agents at work", tally.working,
                [self._entry(task, _holder(task), private=private) for task in held],
                f"{self._base}/agents",
            ),
        ]  # fmt: skip
        needs = sum(tally.lanes.get(lane, 0) for lane in NEEDS_PERSON)
        headline = f"{needs} {'task needs' if needs == 1 else 'tasks need'} you"
        return Digest(headline, [each for each in sections if each.count], f"{self._base}/")

    def _entry(self, task: Task, note: str, *, private: bool) -> Entry:
        url = f"{self._base}/tasks/{task.id}"
        if task.private and not private:
            return Entry(f"#{task.id} (private)", "", url)
        return Entry(_short(task.title), _short(note), url, task.id)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= TITLE else f"{line[: TITLE - 1]}…"


def _asked(task: Task) -> str:
    return task.question.text if task.question else ""


def _handed_back(task: Task) -> str:
    return task.result.summary if task.result else ""


def _holder(task: Task) -> str:
    return task.claim.agent if task.claim else ""


def _due(task: Task, now: datetime) -> str:
    """Only a real deadline is told as one."""
    if task.due is None:
        return ""
    return "overdue" if task.due <= now else f"due {task.due:%Y-%m-%d}"
