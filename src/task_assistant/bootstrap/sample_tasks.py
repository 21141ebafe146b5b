"""Sample tasks: one board with something in every lane, to look around in. Loading them again adds nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from task_assistant.domain.lifecycle import Command
from task_assistant.domain.roles import Caller, Role
from task_assistant.domain.task import Owner, Task
from task_assistant.services.capture import Batch
from task_assistant.services.claiming import Wish
from task_assistant.services.house import Services

PERSON = Caller(Role.OWNER, "setup", "setup", via="cli")
AGENT = Caller(Role.AGENT, "sample-agent", "setup-agent", via="cli")

ME, CODEX = Owner.ME, Owner.CODEX
SAMPLES: tuple[dict[str, Any], ...] = (
    {"external_id": "sample-numbers", "title": "Send Alice revised numbers", "assignee": ME, "priority": 2,
     "origin": "email", "source_name": "Gmail thread from Alice", "labels": ("finance",),
     "source_context": "Alice asked for revised numbers by Friday."},
    {"external_id": "sample-dentist", "title": "Call the dentist about Thursday", "assignee": ME},
    {"external_id": "sample-passport", "title": "Renew passport before the summer trip", "assignee": ME, "priority": 4},
    {"external_id": "sample-notes", "title": "Draft the release notes for 1.0", "assignee": CODEX, "priority": 1,
     "origin": "github", "source_name": "GitHub issue 118", "labels": ("release",),
     "source_context": "Please cut 1.0 this week. The migration must be mentioned, see the changelog."},
    {"external_id": "sample-acme", "title": "Summarise the Acme thread and draft a reply", "assignee": CODEX,
     "priority": 2, "origin": "email", "source_name": "Gmail thread with Acme"},
    {"external_id": "sample-flaky", "title": "Find out why test_sync fails on Windows", "assignee": CODEX,
     "origin": "linear", "labels": ("bug",)},
    {"external_id": "sample-mounts", "title": "Add an auto_unmount option for fuse mounts", "assignee": CODEX,
     "origin": "linear", "priority": 4},
    {"external_id": "sample-desks", "title": "Research standing desks under 600 €", "origin": "telegram"},
    {"external_id": "sample-tickets", "title": "Jets tickets", "origin": "trello", "priority": 4},
    {"external_id": "sample-offsite", "title": "Minutes: book a room for the offsite", "origin": "meeting",
     "source_name": "Team meeting", "source_context": "Somebody should book a room for 12 in the first week of May."},
    {"external_id": "sample-taxes", "title": "Collect receipts for the tax return", "assignee": ME, "priority": 3},
)  # fmt: skip


async def load(services: Services) -> int:
    """Adds the sample tasks that are not there yet; how many."""
    ingested = await services.capture.ingest(PERSON, Batch(list(enumerate(SAMPLES))))
    made = {task.external_id: task for task in ingested.created}
    if "sample-notes" in made:
        await _ask(services, made["sample-notes"])
    if "sample-acme" in made:
        await _hand_back(services, made["sample-acme"])
    if "sample-taxes" in made:
        until = services.desk.now() + timedelta(days=20)
        await services.tasks.move(PERSON, made["sample-taxes"].id, Command.DEFER, {"until": until})
    return len(made)


async def _ask(services: Services, task: Task) -> None:
    claimed = await services.claiming.claim(AGENT, Wish(task_id=task.id))
    question = {"question": "Which version number should the notes carry?", "kind": "decision",
                "options": ("1.0", "0.9"), "recommendation": "1.0"}  # fmt: skip
    await services.work.ask(AGENT, task.id, claimed.token, question)


async def _hand_back(services: Services, task: Task) -> None:
    claimed = await services.claiming.claim(AGENT, Wish(task_id=task.id))
    draft = "Hi Sam,\n\nthanks for the summary of the open points. We can do the second option by the end of May.\n"
    result = {
        "summary": "Five open points found in the thread; a reply is drafted.",
        "not_done": "The price table: its numbers are in a locked sheet.",
        "artifacts": ({"name": "draft.md", "type": "text/markdown", "text": draft},),
    }
    await services.work.submit(AGENT, task.id, claimed.token, result)
