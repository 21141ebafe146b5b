"""Agents and keys: who holds what and for how long yet, the stop button, what it all used, and who may connect."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from task_assistant.domain.assessment import suggestion
from task_assistant.domain.errors import NotClaimable
from task_assistant.domain.lanes import lane
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.task import Lane, Owner, Task
from task_assistant.services.agents import EVERYBODY
from task_assistant.web import moments
from task_assistant.web.accepting import LOOKED_AT
from task_assistant.web.acting import Told
from task_assistant.web.connect import base_url
from task_assistant.web.forms import Form
from task_assistant.web.frame import show
from task_assistant.web.key_rows import key_groups
from task_assistant.web.rows import Row, row, short
from task_assistant.web.site import Site
from task_assistant.web.spending import DAYS, spent
from task_assistant.web.task_results import usage
from task_assistant.web.visits import Visit

SHOWN = 50  # claims on the page; the rest is in the agents' lane
COUNTED = 100  # claims that are read to say how many each agent holds
SOON_OVER = timedelta(minutes=2)  # a lease that is nearly over: the agent may be gone


@dataclass(frozen=True, slots=True)
class Holding:
    """One agent at work on one task. `left` is how long its lease runs on without a sign of life."""

    task_id: int
    title: str
    agent: str
    attempt: int
    since: moments.Moment
    took: str
    left: str
    soon_over: bool
    note: str
    used: str
    paused: bool

    @property
    def digest(self) -> str:
        """Differs when anything that is shown does."""
        return f"{zlib.crc32(repr(self).encode()):x}"


async def agents(site: Site, request: Request, visit: Visit) -> Response:
    """GET /agents; `revoke` names a key about which the page asks once more, for browsers without scripts."""
    services, now = site.services, site.clock.now()
    held = await services.claiming.held(visit.caller, COUNTED)
    working = (await services.queue.tally(visit.caller)).working
    paused = await services.agents.names()
    keys = await services.keys.all(visit.caller)
    return await show(
        site, request, visit, "agents.html",
        here="agents",
        holdings=[_holding(task, paused, now, visit) for task in held[:SHOWN]],
        more=working - SHOWN,
        ready=await _ready(site, visit, now),
        all_paused=EVERYBODY in paused,
        paused=[name for name in paused if name != EVERYBODY],
        groups=key_groups(keys, paused, _working(held), now, visit.zone),
        spent=spent(await services.usage.days(visit.caller, DAYS)),
        revoking=request.query_params.get("revoke", ""),
        base=base_url(site, request),
    )  # fmt: skip


async def _ready(site: Site, visit: Visit, now: datetime) -> list[Row]:
    """Captures that an agent could take, but that nobody has given to one yet."""
    tasks = await site.queue.top(visit.caller, limit=LOOKED_AT, lane=Lane.TRIAGE)
    return [row(task, now, visit.zone) for task in tasks if suggestion(task) is Owner.CODEX]


def _working(held: Sequence[Task]) -> dict[str, int]:
    """How many tasks each agent holds."""
    counts: dict[str, int] = {}
    for task in held:
        counts[task.claimed().agent] = counts.get(task.claimed().agent, 0) + 1
    return counts


def _holding(task: Task, paused: Sequence[str], now: datetime, visit: Visit) -> Holding:
    claim = task.claimed()
    left = claim.expires_at - now
    return Holding(
        task_id=task.id,
        title=task.title,
        agent=claim.agent,
        attempt=claim.attempt,
        since=moments.past(claim.claimed_at, now, visit.zone),
        took=moments.span(now - claim.claimed_at),
        left=moments.span(left),
        soon_over=left <= SOON_OVER,
        note=short(claim.note or ""),
        used=usage(claim.usage),
        paused=claim.agent in paused,
    )


async def take_back(site: Site, request: Request, visit: Visit, _form: Form) -> Told:
    """POST /do/agents/take-back/{id}: ends the claim; the task stays with agents, and the next one may claim it.

    Raises TaskNotFound, NotClaimable when nobody holds it any more.
    """
    task_id: int = request.path_params["id"]
    now = site.clock.now()
    task = await site.services.tasks.get(visit.caller, task_id)
    if task.claim is None or not task.held(now):
        raise NotClaimable(task_id, "nobody holds it any more", lane(task, now))
    agent = task.claim.agent
    again = {"assignee": Owner.CODEX, "agent": task.agent}
    await site.services.tasks.move(visit.caller, task_id, Command.ASSIGN, again)
    return Told(f"Taken back from {agent}. #{task_id} is ready for agents again", task_id=task_id)


async def pause(site: Site, _request: Request, visit: Visit, form: Form) -> Told:
    """POST /do/agents/pause, one by `name` or all."""
    name = form.get("name") or None
    await site.services.agents.pause(visit.caller, name)
    return Told(f"{name or 'All agents'} paused: no new work, and who is at work is told to stop")


async def resume(site: Site, _request: Request, visit: Visit, form: Form) -> Told:
    """POST /do/agents/resume, one by `name` or every pause."""
    name = form.get("name") or None
    await site.services.agents.resume(visit.caller, name)
    return Told(f"{name or 'All agents'} may work again")
