"""Accepting many suggestions at once: what would be accepted is shown first, and each line can be left out."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from task_assistant.domain import limits
from task_assistant.domain.errors import invalid
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.task import Lane, Owner, Task
from task_assistant.web import toasts
from task_assistant.web.acting import Told
from task_assistant.web.forms import Form
from task_assistant.web.frame import show
from task_assistant.web.site import Site
from task_assistant.web.suggestions import Suggestion, suggestion
from task_assistant.web.visits import Visit

LOOKED_AT = 200  # captures among which suggestions are looked for
CHOICES = (95, 90, 85, 80, 70)
USUAL = 90
OWNERS = {"codex": Owner.CODEX, "me": Owner.ME}


@dataclass(frozen=True, slots=True)
class Line:
    """One suggestion that would be accepted."""

    id: int
    title: str
    suggested: Suggestion

    @property
    def value(self) -> str:
        """What the form sends: the task, and the suggestion that was looked at."""
        return f"{self.id}:{self.suggested.value}"

    @property
    def digest(self) -> str:
        """Differs when anything that is shown does."""
        return f"{zlib.crc32(repr(self).encode()):x}"


def sure_enough(tasks: Sequence[Task], sure: int, only: str = "") -> list[Line]:
    """Those of the tasks with a suggestion of at least this confidence (percent), for one owner or for all."""
    lines = [Line(task.id, task.title, found) for task in tasks if (found := suggestion(task)) is not None]
    return [
        line
        for line in lines
        if line.suggested.value and line.suggested.sure >= sure and only in ("", line.suggested.value)
    ]


async def preview(site: Site, request: Request, visit: Visit) -> Response:
    """GET /triage/accept: what would be accepted from `sure` percent on, `only` for one owner."""
    query = request.query_params
    sure = int(query["sure"]) if query.get("sure", "") in map(str, CHOICES) else USUAL
    only = query.get("only", "") if query.get("only", "") in OWNERS else ""
    tasks = await site.queue.top(visit.caller, limit=LOOKED_AT, lane=Lane.TRIAGE)
    return await show(
        site, request, visit, "accept.html",
        here="triage", lines=sure_enough(tasks, sure, only), sure=sure, only=only, choices=CHOICES,
        looked_at=len(tasks),
    )  # fmt: skip


async def accept(site: Site, _request: Request, visit: Visit, form: Form) -> Told:
    """POST /do/triage/accept with `accept` (repeated): `42:codex`, the task and the suggestion that was looked at.

    A task whose suggestion is another by now, or that has an owner, is left as it is.
    """
    seen = _seen(form.all("accept"))
    mark = await site.services.trail.start()
    outcomes = await site.services.tasks.bulk(
        visit.caller, list(seen), Command.ACCEPT_ASSESSMENT, {"seen": seen}
    )
    events = await site.services.trail.left(visit.caller, mark)
    toast = toasts.of_many(outcomes, events, site.clock.now(), visit.zone)
    return Told(toast, [event.id for event in events])


def _seen(sent: list[str]) -> dict[int, Owner]:
    seen: dict[int, Owner] = {}
    for text in sent:
        number, _, owner = text.partition(":")
        if not (number.isascii() and number.isdigit() and len(number) <= 16 and owner in OWNERS):
            raise invalid("accept", "must name a task and its suggestion, such as 42:codex")
        seen[int(number)] = OWNERS[owner]
    if not 1 <= len(seen) <= limits.BATCH:
        raise invalid("accept", f"must name 1 to {limits.BATCH} tasks")
    return seen
