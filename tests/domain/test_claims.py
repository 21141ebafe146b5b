"""Claims: exclusive, fenced by a token, ending by themselves, and cleared as a whole."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from task_assistant.domain import claims, limits
from task_assistant.domain.errors import ClaimHeld, ClaimLost, NeverHeld, NotClaimable
from task_assistant.domain.history import EventType
from task_assistant.domain.lanes import claimable
from task_assistant.domain.parking import Limits
from task_assistant.domain.records import Record
from task_assistant.domain.roles import Role
from task_assistant.domain.task import Message, Owner, Status, Task
from tests.factories import (
    MICROSECOND,
    NOW,
    agent,
    agent_task,
    claim,
    claimed_task,
    later,
    owner,
    question,
    task,
)

MOST = Limits(attempts=3, rounds=5)


def ticket(name: str = "alpha", token: str = "token", lease: int = 600) -> claims.Ticket:
    return claims.Ticket(name, lease, claims.digest(token))


def held(name: str = "alpha", token: str = "token", **fields: Any) -> Task:
    return claims.claim(agent_task(id=1, **fields), ticket(name, token), Role.AGENT, NOW).task


def attempt(records: tuple[Record, ...]) -> dict[str, Any]:
    (record,) = records
    assert record.kind == "attempt"
    assert record.data is not None
    return record.data


def test_a_claim_begins_a_lease_and_an_attempt() -> None:
    there = held(failures=1, numbers={"claim": 4})
    taken = there.claimed()
    assert (there.status, taken.agent, taken.attempt, taken.serial) == (Status.IN_PROGRESS, "alpha", 2, 5)
    assert (taken.claimed_at, taken.expires_at, taken.lease_seconds) == (NOW, later(seconds=600), 600)
    assert there.numbers["claim"] == 5


def test_a_claim_keeps_only_the_hash_of_its_token() -> None:
    assert "token-1" not in repr(held(token="token-1"))


def test_a_lease_is_live_up_to_its_end() -> None:
    there = held()
    assert there.held(later(seconds=600) - MICROSECOND)
    assert not there.held(later(seconds=600))


@pytest.mark.parametrize(
    ("who", "token", "at", "counts"),
    [
        ("alpha", "token", NOW, True),
        ("alpha", "other", NOW, False),
        ("beta", "token", NOW, False),
        ("alpha", "token", later(seconds=600), False),
    ],
    ids=["the holder", "another token", "another agent", "too late"],
)
def test_only_the_holder_with_its_token_works_on_a_task_while_the_lease_runs(
    who: str, token: str, at: Any, counts: bool
) -> None:
    assert claims.holds(held(), agent(who), token, at) is counts


def test_a_task_that_somebody_holds_is_refused_with_who_and_until_when() -> None:
    with pytest.raises(ClaimHeld) as refusal:
        claims.check_claimable(held("alpha"), "beta", NOW)
    assert (refusal.value.holder, refusal.value.expires_at) == ("alpha", later(seconds=600))
    assert "2026-05-07T09:10:00Z" in str(refusal.value)


def test_ones_own_claim_is_refused_with_the_way_to_resume_it() -> None:
    with pytest.raises(ClaimHeld, match="resume"):
        claims.check_claimable(held("alpha"), "alpha", NOW)


@pytest.mark.parametrize(
    "fields",
    [
        {"assignee": Owner.ME}, {"assignee": Owner.UNASSIGNED}, {"status": Status.DONE}, {"status": Status.BLOCKED},
        {"status": Status.WAITING_REVIEW}, {"deferred_until": later(hours=1)}, {"open_dependencies": 1},
        {"agent": "beta"},
    ],
    ids=str,
)  # fmt: skip
def test_a_task_that_cannot_be_claimed_says_why(fields: dict[str, Any]) -> None:
    with pytest.raises(NotClaimable) as refusal:
        claims.check_claimable(agent_task(id=1, **fields), "alpha", NOW)
    assert refusal.value.why


def test_a_task_is_claimable_again_after_its_lease() -> None:
    claims.check_claimable(held("beta"), "alpha", later(seconds=600))


def test_resuming_makes_older_tokens_stale_and_renews_the_lease() -> None:
    again = claims.resume(held(token="old"), ticket(token="new", lease=900), later(seconds=300))
    assert again.type is EventType.RESUMED
    there = again.task
    assert not claims.holds(there, agent("alpha"), "old", later(seconds=301))
    assert claims.holds(there, agent("alpha"), "new", later(seconds=1_199))
    assert (there.claimed().serial, there.claimed().attempt, there.claimed().claimed_at) == (1, 1, NOW)


def test_renewing_never_shortens_a_lease_and_tells_the_holder_everything_once() -> None:
    news = claim(lease=600, changed=("title",), messages=(Message(1, "Hello", NOW),))
    later_on = claims.renewed(news, later(seconds=300))
    assert (later_on.expires_at, later_on.changed, later_on.messages) == (later(seconds=900), (), ())
    assert claims.renewed(later_on, NOW).expires_at == later(seconds=900)


def test_ending_a_claim_clears_all_of_it_and_keeps_the_attempt() -> None:
    there = held().having(claim=claim(note="halfway", usage={"cost": "1"}, session="s"))
    free, records = claims.end(there, "handoff", later(minutes=1), note="over to you")
    kept = attempt(records)
    assert free.claim is None
    assert (kept["outcome"], kept["note"], kept["usage"], kept["agent"]) == (
        "handoff",
        "over to you",
        {"cost": "1"},
        "alpha",
    )
    assert claims.end(there, "expired", NOW)[1][0].data["note"] == "halfway"  # type: ignore[index]
    assert claims.end(free, "handoff", NOW) == (free, ())


@pytest.mark.parametrize(
    ("outcome", "failures", "assignee"),
    [("handoff", 1, Owner.CODEX), ("failed", 2, Owner.CODEX), ("declined", 1, Owner.UNASSIGNED)],
)
def test_only_a_failed_release_counts_and_a_declined_one_returns_to_triage(
    outcome: str, failures: int, assignee: Owner
) -> None:
    (step,) = claims.release(held(failures=1), agent("alpha"), outcome, {"note": "why"}, MOST, NOW)
    assert (step.task.failures, step.task.assignee, step.task.status) == (failures, assignee, Status.BACKLOG)
    assert attempt(step.records)["outcome"] == outcome
    assert (step.type, step.text) == (EventType.RELEASED, "why")


def test_who_released_a_task_is_not_offered_it_until_it_changes() -> None:
    (step,) = claims.release(held(version=4), agent("alpha"), "handoff", {}, MOST, NOW)
    said = step.task.declined
    assert said is not None
    assert (said.agent, said.until, said.version) == ("alpha", later(minutes=limits.DECLINE_MINUTES), 5)


@pytest.mark.parametrize("how", ["failed", "expired"])
def test_too_many_attempts_park_the_task_with_a_question(how: str) -> None:
    there = held(failures=2)
    if how == "failed":
        steps = claims.release(there, agent("alpha"), "failed", {}, MOST, NOW)
    else:
        steps = claims.expire(there, MOST, later(hours=1))
    parked = steps[-1]
    assert (len(steps), parked.type, parked.actor) == (2, EventType.PARKED, "system")
    assert parked.task.status is Status.BLOCKED
    assert parked.task.question is not None
    assert parked.task.question.options == ("Try again", "I do it", "Cancel")
    assert "3 attempts" in parked.task.question.text


def test_an_expired_lease_gives_the_task_back_and_counts() -> None:
    (step,) = claims.expire(held(), MOST, later(hours=1))
    assert (step.type, step.actor, step.task.failures) == (EventType.LEASE_EXPIRED, "system", 1)
    assert claimable(step.task, later(hours=1))
    assert attempt(step.records)["outcome"] == "expired"


def ended(outcome: str, name: str = "alpha") -> list[dict[str, Any]]:
    _, records = claims.end(held(name), outcome, NOW)
    return [attempt(records)]


def test_who_never_held_a_task_hears_so() -> None:
    refusal = claims.lost(held("beta"), agent("alpha"), ended("expired", "beta"), NOW)
    assert isinstance(refusal, NeverHeld)
    assert refusal.holder == "beta"


@pytest.mark.parametrize(
    ("there", "attempts", "at", "why", "holder"),
    [
        (held("beta"), ended("expired"), NOW, "beta holds the task now", "beta"),
        (held("alpha"), [], NOW, "resumed with a newer token", "alpha"),
        (held("alpha"), [], later(hours=1), "lease has run out", None),
        (task(id=1), ended("expired"), NOW, "lease has run out", None),
        (task(id=1), ended("cancelled"), NOW, "the task was cancelled", None),
        (task(id=1), ended("handoff"), NOW, "ended as handoff", None),
    ],
    ids=["held by another", "resumed", "just lapsed", "lapsed and swept", "cancelled", "released"],
)
def test_a_lost_claim_says_why_and_who_holds_the_task_now(
    there: Task, attempts: list[dict[str, Any]], at: Any, why: str, holder: str | None
) -> None:
    refusal = claims.lost(there, agent("alpha"), attempts, at)
    assert isinstance(refusal, ClaimLost)
    assert why in refusal.why
    assert refusal.holder == holder


@pytest.mark.parametrize("outcome", claims.STOPPED_BECAUSE)
def test_a_holder_that_was_stopped_hears_why_by_its_token(outcome: str) -> None:
    attempts = ended(outcome)
    assert claims.stopped(attempts, agent("alpha"), "token") == claims.STOPPED_BECAUSE[outcome]
    assert claims.stopped(attempts, agent("alpha"), "other") is None


def test_a_claim_that_simply_ended_stopped_nobody() -> None:
    assert claims.stopped(ended("submitted"), agent("alpha"), "token") is None


def test_the_holder_hears_each_changed_field_once_and_the_newest_messages() -> None:
    there = claims.told(claimed_task(), changed=("title", "due_at"))
    there = claims.told(there, changed=("title",), messages=tuple(Message(n, "x", NOW) for n in range(99)))
    assert there.claimed().changed == ("title", "due_at")
    assert there.claimed().messages[-1].id == 98
    assert len(there.claimed().messages) <= limits.OPTIONS
    assert claims.told(task(), changed=("title",)) == task()


def test_the_next_worker_reads_no_token() -> None:
    shown = claims.previous(ended("handoff"))
    assert set(shown[0]) == {"attempt", "agent", "outcome", "note", "summary"}


def test_an_owners_claim_is_held_by_its_name() -> None:
    there = claims.claim(agent_task(id=1), ticket("owner"), Role.OWNER, NOW).task
    assert claims.holds(there, owner(), "token", NOW)


def test_a_claim_does_not_touch_the_question_that_was_answered() -> None:
    answered = question(answer="1.0", answered_at=NOW)
    assert held(question=answered).question == answered
    assert held().claimed().expires_at - NOW == timedelta(seconds=600)
