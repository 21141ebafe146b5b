"""What events count for: stages and how long they lasted, who got and closed what, what became of suggestions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from task_assistant.domain.history import Event, EventType
from task_assistant.domain.insights import Count, Known, Stage, follow, waited
from tests.factories import NOW, later

Told = list[tuple[str, str, int]]


def told(*steps: tuple[EventType, datetime, dict[str, Any]], lesson: Any = None) -> tuple[Known | None, Told]:
    """The story's end: what is known, and what the last event counted for."""
    known: Known | None = None
    counts: list[Count] = []
    for n, (kind, at, fields) in enumerate(steps, 1):
        changes = {name: (None, value) for name, value in fields.items()}
        last = n == len(steps)
        known, counts = follow(
            known, Event(str(n), kind, "human", "api", at, 1, n, changes, lesson=lesson if last else None)
        )
    return known, [(each.what, each.whom, each.n) for each in counts]


MADE = (
    EventType.CREATED,
    NOW,
    {"status": "backlog", "assignee": "unassigned", "origin": "email", "priority": 2},
)
GIVEN = (EventType.ASSIGNED, later(minutes=2), {"assignee": "codex"})
CLAIMED = (EventType.CLAIMED, later(hours=1), {"status": "in_progress"})
RESULT = {"status": "waiting_review", "result": {"submitted_by": "agent:alpha", "round": 1}}
SUBMITTED = (EventType.SUBMITTED, later(hours=3), RESULT)
APPROVED = (EventType.APPROVED, later(hours=4), {"status": "done"})


def test_a_captured_task_counts_for_its_day_and_origin_and_waits_in_triage() -> None:
    known, counts = told(MADE)
    assert counts == [("created", "", 1), ("from", "email", 1)]
    assert known is not None
    assert (known.stage, known.since) == (Stage.TRIAGE, NOW)


def test_a_task_given_to_agents_ends_its_wait_in_triage() -> None:
    known, counts = told(MADE, GIVEN)
    assert counts == [
        ("given", "codex", 1),
        ("stage:triage", "n", 1),
        ("stage:triage", "seconds", 120),
        ("stage:triage", "within 300", 1),
    ]
    assert known is not None
    assert known.stage is Stage.READY


def test_an_approval_counts_for_the_agent_the_round_the_origin_and_the_estimate() -> None:
    known, counts = told(MADE, GIVEN, CLAIMED, SUBMITTED, APPROVED)
    assert known is not None
    assert known.stage is None
    assert ("approved", "alpha", 1) in counts
    assert ("rounds", "1", 1) in counts
    assert ("stage:review", "seconds", 3600) in counts
    assert ("done", "", 1) in counts
    assert ("done_from", "email", 1) in counts
    assert ("done_by", "agents", 1) in counts
    assert ("estimate", "P2 met", 1) in counts
    assert ("priority:P2", "seconds", 4 * 3600) in counts


def test_a_given_deadline_is_met_or_not_and_never_counts_as_an_estimate() -> None:
    due = (EventType.EDITED, later(minutes=1), {"due_at": "2026-05-07T10:00:00Z"})
    for at, word in ((later(minutes=50), "met"), (later(hours=2), "late")):
        _, counts = told(MADE, due, (EventType.COMPLETED, at, {"status": "done"}))
        assert ("deadline", word, 1) in counts
        assert not [each for each in counts if each[0] in ("estimate", "priority:P2")]


def test_a_question_waits_on_the_person_and_an_outside_block_on_others() -> None:
    for kind, stage in (("decision", Stage.ASKED), ("external", Stage.OUTSIDE)):
        asked = (EventType.ASKED, later(hours=1), {"status": "blocked", "question": {"kind": kind}})
        known, _ = told(MADE, asked)
        assert known is not None
        assert known.stage is stage


def test_what_is_deleted_is_neither_open_nor_done_and_comes_back() -> None:
    gone = (EventType.DELETED, later(hours=1), {"deleted_at": "2026-05-07T10:00:00Z"})
    known, counts = told(MADE, gone)
    assert known is not None
    assert known.stage is None
    assert not [each for each in counts if each[0] in ("done", "cancelled")]
    back, counts = told(MADE, gone, (EventType.UNDONE, later(hours=2), {"deleted_at": None}))
    assert back is not None
    assert (back.stage, back.since) == (Stage.TRIAGE, later(hours=2))
    assert ("reopened", "", 1) in counts


def test_a_choice_counts_against_the_suggestion_that_was_seen() -> None:
    for suggested, agent, word in (("codex", True, "right"), ("me", True, "wrong"), (None, False, "open")):
        lesson = {"seen": True, "suggested": suggested, "agent": agent, "weight": 1.0}
        _, counts = told(MADE, GIVEN, lesson=lesson)
        assert ("routed", word, 1) in counts
        undone = {**lesson, "agent": not agent, "undone": True}
        _, counts = told(MADE, GIVEN, lesson=undone)
        assert ("routed", word, -1) in counts


def test_a_choice_without_a_suggestion_in_sight_is_no_routing() -> None:
    _, counts = told(MADE, GIVEN, lesson={"seen": False, "agent": True, "weight": 1.0})
    assert "routed" not in [each[0] for each in counts]


def test_an_event_of_an_unknown_task_counts_for_what_it_says_by_itself() -> None:
    assert told(GIVEN) == (None, [])


def test_a_duration_goes_into_the_class_that_holds_it() -> None:
    assert [each.whom for each in waited("x", later(minutes=1) - NOW)] == ["n", "seconds", "within 60"]
    assert [each.whom for each in waited("x", later(days=99) - NOW)][-1] == "within 0"
    assert [each.n for each in waited("x", NOW - later(minutes=1))] == [1, 0, 1]
