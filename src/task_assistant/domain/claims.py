"""Claims: an agent's exclusive, fenced, expiring hold on a task. Tokens are compared by their SHA-256.

A claim cannot wedge: it carries a lease, every write by the holder renews it, and whatever ends it clears all of it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from task_assistant.domain import limits
from task_assistant.domain.errors import ClaimHeld, ClaimLost, NeverHeld, NotClaimable
from task_assistant.domain.history import EventType
from task_assistant.domain.lanes import claimable, lane
from task_assistant.domain.lifecycle import Command, lead
from task_assistant.domain.parking import Limits, park
from task_assistant.domain.plain import to_plain
from task_assistant.domain.records import Record, Step
from task_assistant.domain.roles import Caller, Role
from task_assistant.domain.task import Claim, Declined, Owner, Status, Task

# How a claim may have ended by the person or a source; its holder is told to stop, not that it lost a race.
STOPPED_BECAUSE = {
    "cancelled": "The task was cancelled.",
    "done": "The person closed the task as done.",
    "reassigned": "The task was given to somebody else.",
    "moved": "The person took the task back.",
    "deferred": "The person deferred the task.",
    "blocked": "The person blocked the task.",
    "deleted": "The person deleted the task.",
    "undone": "The person undid the claim.",
    "source_closed": "The task was closed at its source; the person is asked what to do.",
}


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a new claim needs: the agent's name, lease in seconds, token hash, and optional session and scoped key."""

    agent: str
    lease_seconds: int
    token_hash: str
    session: str | None = None
    scoped_key_hash: str | None = None


def digest(secret: str) -> str:
    """SHA-256 in hex: tokens are long and random, so a slow hash would protect nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()


def same_secret(secret: str, secret_hash: str | None) -> bool:
    """Constant-time comparison with a stored hash."""
    return secret_hash is not None and hmac.compare_digest(digest(secret), secret_hash)


def check_claimable(task: Task, agent: str, now: datetime) -> None:
    """For a named task. Raises ClaimHeld (by whom, until when, what to do) or NotClaimable (why)."""
    if task.held(now):
        _refuse_held(task, task.claimed(), agent)
    where = lane(task, now)
    if not claimable(task, now):
        why = f"it is in lane {where}" if where else f"it is {task.status}"
        raise NotClaimable(task.id, why, where)
    if task.agent is not None and task.agent != agent:
        raise NotClaimable(task.id, f"it is meant for {task.agent}", where)


def _refuse_held(task: Task, claim: Claim, agent: str) -> None:
    if claim.agent == agent:
        advice = 'this is your own claim: send "resume": true to get a fresh token for it'
        raise ClaimHeld(task.id, agent, claim.expires_at, advice)
    raise ClaimHeld(task.id, claim.agent, claim.expires_at)


def claim(task: Task, ticket: Ticket, role: Role, now: datetime) -> Step:
    """The task with a fresh claim; the caller has seen that it is claimable."""
    serial = task.number("claim")
    new = Claim(
        agent=ticket.agent, attempt=task.failures + 1, claimed_at=now,
        expires_at=now + timedelta(seconds=ticket.lease_seconds), lease_seconds=ticket.lease_seconds, serial=serial,
        token_hash=ticket.token_hash, session=ticket.session, scoped_key_hash=ticket.scoped_key_hash,
    )  # fmt: skip
    status = lead(Command.CLAIM, role, task)
    taken = task.having(status=status, claim=new, declined=None).numbered("claim", serial)
    return Step(taken, EventType.CLAIMED)


def resume(task: Task, ticket: Ticket, now: datetime) -> Step:
    """The holder's own claim with a fresh token and a renewed lease; older tokens are stale from now on."""
    held = task.claimed()
    expires = now + timedelta(seconds=ticket.lease_seconds)
    again = replace(
        held, token_hash=ticket.token_hash, expires_at=expires, lease_seconds=ticket.lease_seconds,
        session=ticket.session or held.session, scoped_key_hash=ticket.scoped_key_hash,
    )  # fmt: skip
    return Step(task.having(claim=again), EventType.RESUMED)


def renewed(held: Claim, now: datetime, **changes: Any) -> Claim:
    """The claim with its lease running anew from `now`, having told its holder everything so far."""
    expires = now + timedelta(seconds=held.lease_seconds)
    return replace(held, expires_at=max(expires, held.expires_at), changed=(), messages=(), **changes)


def holds(task: Task, caller: Caller, token: str | None, now: datetime) -> bool:
    """True when the token is the one of the live claim, sent by who holds it; without a token the key alone counts."""
    held = task.claim
    return (
        held is not None
        and held.live(now)
        and held.agent == caller.name
        and (token is None or same_secret(token, held.token_hash))
    )


def lost(
    task: Task, caller: Caller, attempts: Sequence[dict[str, Any]], now: datetime
) -> ClaimLost | NeverHeld:
    """Why a token does not count.

    Who holds the task now, or that this caller never held it. `attempts` newest first.
    """
    mine = [attempt for attempt in attempts if attempt["agent"] == caller.name]
    own = task.claim is not None and task.claim.agent == caller.name
    held = task.claim if task.held(now) else None
    if not mine and not own:
        return NeverHeld(task.id, held.agent if held else None)
    if own and held:
        return ClaimLost(task.id, "it was resumed with a newer token", held.agent, held.expires_at)
    if held:
        return ClaimLost(task.id, f"{held.agent} holds the task now", held.agent, held.expires_at)
    if own:
        return ClaimLost(task.id, "its lease has run out")
    return ClaimLost(task.id, _ended(mine[0]))


def _ended(attempt: dict[str, Any]) -> str:
    if attempt["outcome"] == "expired":
        return "its lease has run out"
    return STOPPED_BECAUSE.get(attempt["outcome"], f"it ended as {attempt['outcome']}").rstrip(".").lower()


def stopped(attempts: Sequence[dict[str, Any]], caller: Caller, token: str | None) -> str | None:
    """Why the person or a source ended the claim that this token was for; None when it ended otherwise.

    Without a token it is the caller's newest attempt. `attempts` newest first.
    """
    for attempt in attempts:
        mine = attempt["agent"] == caller.name
        if mine if token is None else same_secret(token, attempt["token_hash"]):
            return STOPPED_BECAUSE.get(attempt["outcome"])
    return None


def end(task: Task, outcome: str, now: datetime, **said: Any) -> tuple[Task, tuple[Record, ...]]:
    """The task without its claim, and the attempt for its file; nothing happens to an unclaimed task."""
    held = task.claim
    if held is None:
        return task, ()
    data = {
        "serial": held.serial, "attempt": held.attempt, "agent": held.agent, "outcome": outcome,
        "session": held.session,
        "note": said.get("note") or held.note, "summary": said.get("summary"), "token_hash": held.token_hash,
        "usage": said.get("usage") or held.usage, "claimed_at": to_plain(held.claimed_at), "ended_at": to_plain(now),
    }  # fmt: skip
    return task.having(claim=None), (Record("attempt", held.serial, data),)


def release(
    task: Task, caller: Caller, outcome: str, said: dict[str, Any], most: Limits, now: datetime
) -> tuple[Step, ...]:
    """Gives the task back: `handoff`, `failed` (counts as an attempt, may park) or `declined` (back to triage).

    However it ended, the releasing agent is not offered the task again for half an hour unless it changes or is named.
    """
    free, records = end(task, outcome, now, note=said.get("note"), usage=said.get("usage"))
    until = now + timedelta(minutes=limits.DECLINE_MINUTES)
    free = free.having(
        status=lead(Command.RELEASE, caller.role, task),
        declined=Declined(caller.name, until, task.version + 1),
        failures=task.failures + (outcome == "failed"),
    )
    if outcome == "declined":
        free = free.having(assignee=Owner.UNASSIGNED, agent=None)
    given_back = Step(free, EventType.RELEASED, said.get("note"), records)
    return (given_back, *park_if_tried_enough(free, most, now))


def expire(task: Task, most: Limits, now: datetime) -> tuple[Step, ...]:
    """The server takes back a task whose lease has run out; it counts as an attempt and may park the task."""
    free, records = end(task, "expired", now)
    status = lead(Command.EXPIRE, Role.SYSTEM, task) if task.status is Status.IN_PROGRESS else task.status
    free = free.having(status=status, failures=task.failures + 1)
    taken_back = Step(free, EventType.LEASE_EXPIRED, None, records, actor="system")
    return (taken_back, *park_if_tried_enough(free, most, now))


def park_if_tried_enough(task: Task, most: Limits, now: datetime) -> tuple[Step, ...]:
    """Parks a task after too many failed or expired attempts; nothing otherwise."""
    if task.failures < most.attempts:
        return ()
    return (park(task, f"{task.failures} attempts at it have failed.", now),)


def previous(attempts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The attempts as the next worker reads them."""
    return [
        {name: attempt[name] for name in ("attempt", "agent", "outcome", "note", "summary")}
        for attempt in attempts
    ]


def told(task: Task, **news: Any) -> Task:
    """The task whose holder will hear, at its next heartbeat, of changed fields and messages."""
    held = task.claim
    if held is None:
        return task
    fields = tuple(dict.fromkeys((*held.changed, *news.get("changed", ()))))
    messages = (*held.messages, *news.get("messages", ()))[-limits.OPTIONS :]
    return task.having(claim=replace(held, changed=fields, messages=messages))
