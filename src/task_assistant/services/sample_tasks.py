"""Sample tasks: one board with something in every lane, to look around in. Loading them again adds nothing.

They are made as everything else is: captured by the person and by adapters, claimed, asked about and handed back by
agents, answered and sent back by the person. All have an external id that begins with `sample-`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from task_assistant.domain.lifecycle import Command
from task_assistant.domain.roles import Caller, Role
from task_assistant.domain.task import Owner, QuestionKind, Task
from task_assistant.services.capture import Batch, Capture
from task_assistant.services.claiming import Claiming, Wish
from task_assistant.services.desk import Desk
from task_assistant.services.sample_results import ACME, ACME_FEEDBACK, ACME_FIRST, MOUNTS, NOTES_QUESTION
from task_assistant.services.tasks import Tasks
from task_assistant.services.work import Work

FIRST = "sample-numbers"
SCOUT, SCRIBE = (Caller(Role.AGENT, name, f"sample-{name}", via="system") for name in ("scout", "scribe"))
MAIL, CHAT = (Caller(Role.ADAPTER, name, f"sample-{name}", via="system") for name in ("mail", "chat"))
A_DAY = 86_400  # seconds; the longest lease

ME, CODEX = Owner.ME, Owner.CODEX
# `hours` is the due time, counted from when they are loaded; without it the due time is estimated.
MINE: Sequence[dict[str, Any]] = (
    {"external_id": FIRST, "title": "Send Alice revised numbers", "assignee": ME, "priority": 2, "hours": 7,
     "origin": "email", "source_name": "Gmail thread from Alice", "labels": ("finance",),
     "source_context": "Alice asked for revised numbers by tonight."},
    {"external_id": "sample-dentist", "title": "Call the dentist about Thursday", "assignee": ME},
    {"external_id": "sample-passport", "title": "Renew passport before the summer trip", "assignee": ME, "priority": 4},
    {"external_id": "sample-notes", "title": "Draft the release notes for 1.0", "assignee": CODEX, "priority": 1,
     "origin": "github", "source_name": "GitHub issue 118", "labels": ("release",), "hours": -2,
     "source_url": "https://github.com/example/fusefs/issues/118",
     "source_context": "Please cut 1.0 this week. The migration must be mentioned, see the changelog."},
    {"external_id": "sample-acme", "title": "Summarise the Acme thread and draft a reply", "assignee": CODEX,
     "priority": 2, "origin": "email", "source_name": "Gmail thread with Acme", "hours": 5},
    {"external_id": "sample-flaky", "title": "Find out why test_sync fails on Windows", "assignee": CODEX,
     "origin": "linear", "labels": ("bug",)},
    {"external_id": "sample-mounts", "title": "Add an auto_unmount option for fuse mounts", "assignee": CODEX,
     "origin": "linear", "source_name": "Linear FUS-31", "hours": 30},
    {"external_id": "sample-backups", "title": "Compare three backup services for the team", "assignee": CODEX},
    {"external_id": "sample-changelog", "title": "Tidy the changelog of the last two releases", "assignee": CODEX,
     "priority": 4, "labels": ("release",)},
    {"external_id": "sample-taxes", "title": "Collect receipts for the tax return", "assignee": ME},
    {"external_id": "sample-lease", "title": "Sign the lease for the new office", "assignee": ME, "priority": 2},
)  # fmt: skip
FROM_CHAT: Sequence[dict[str, Any]] = (
    {"external_id": "sample-desks", "title": "Research standing desks under 600 €", "origin": "telegram",
     "assignee": CODEX, "source_name": "Telegram, saved messages",
     "source_context": "The old one wobbles. Max 600, 160 cm wide, delivered before the 15th if possible."},
    {"external_id": "sample-tickets", "title": "Jets tickets", "origin": "trello", "priority": 4},
)  # fmt: skip
FROM_MAIL: Sequence[dict[str, Any]] = (
    {"external_id": "sample-offsite", "title": "Book a room for the offsite", "origin": "meeting", "hours": 52,
     "source_name": "Team meeting", "assignee": ME,
     "source_context": "Minutes: somebody should book a room for 12 in the first week of the month."},
)  # fmt: skip


class SampleTasks:
    """Loads the sample tasks and takes them away again."""

    def __init__(self, desk: Desk, capture: Capture, claiming: Claiming, tasks: Tasks, work: Work) -> None:
        self._desk = desk
        self._capture, self._claiming, self._tasks, self._work = capture, claiming, tasks, work

    async def loaded(self) -> bool:
        """True once they have been loaded, whatever became of them since."""
        return bool(await self._desk.store.by_external_ids([FIRST]))

    async def load(self, person: Caller) -> int:
        """Adds those that are not there yet; how many."""
        person = replace(person, once=None)
        made = await self._ingest(person, MINE)
        made |= await self._ingest(CHAT, FROM_CHAT)
        made |= await self._ingest(MAIL, FROM_MAIL)
        for external_id, task in made.items():
            await self._tell(person, external_id, task)
        return len(made)

    async def remove(self, person: Caller) -> list[int]:
        """Deletes those that are still there, undoably; their ids."""
        names = [str(item["external_id"]) for item in (*MINE, *FROM_CHAT, *FROM_MAIL)]
        found = await self._desk.store.by_external_ids(names)
        ids = sorted(task.id for task in found.values() if task.deleted_at is None)
        if ids:
            await self._tasks.bulk(person, ids, Command.DELETE, {})
        return ids

    async def _ingest(self, caller: Caller, items: Sequence[Mapping[str, Any]]) -> dict[str, Task]:
        now = self._desk.now()
        given = [{name: value for name, value in item.items() if name != "hours"} for item in items]
        for item, fields in zip(items, given, strict=True):
            if "hours" in item:
                fields["due"] = now + timedelta(hours=item["hours"])
        ingested = await self._capture.ingest(caller, Batch(list(enumerate(given))))
        return {str(task.external_id): task for task in ingested.created}

    async def _tell(self, person: Caller, external_id: str, task: Task) -> None:
        """What has happened to the task so far."""
        match external_id:
            case "sample-notes":
                token = await self._claim(SCOUT, task)
                await self._work.ask(SCOUT, task.id, token, NOTES_QUESTION)
            case "sample-acme":
                await self._hand_back(SCRIBE, task, ACME_FIRST)
                await self._tasks.move(person, task.id, Command.SEND_BACK, {"feedback": ACME_FEEDBACK})
                await self._hand_back(SCRIBE, task, ACME)
            case "sample-mounts":
                await self._hand_back(SCOUT, task, MOUNTS)
            case "sample-flaky":
                token = await self._claim(SCRIBE, task)
                said = {"note": "reproduced with Python 3.12, bisecting the lock change"}
                await self._work.progress(SCRIBE, task.id, token, said)
            case "sample-taxes":
                until = self._desk.now() + timedelta(days=20)
                await self._tasks.move(person, task.id, Command.DEFER, {"until": until})
            case "sample-lease":
                until = self._desk.now() + timedelta(days=3)
                block = {
                    "text": "The landlord sends the contract.",
                    "kind": QuestionKind.EXTERNAL,
                    "until": until,
                }
                await self._tasks.move(person, task.id, Command.BLOCK, block)

    async def _claim(self, agent: Caller, task: Task) -> str:
        claimed = await self._claiming.claim(agent, Wish(task_id=task.id, lease_seconds=A_DAY))
        return claimed.token

    async def _hand_back(self, agent: Caller, task: Task, result: dict[str, Any]) -> None:
        await self._work.submit(agent, task.id, await self._claim(agent, task), result)
