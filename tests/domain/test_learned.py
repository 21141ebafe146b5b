"""What is learned is a fold over the events: whoever follows them, in whatever bites, learns the same."""

from __future__ import annotations

from itertools import count
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from task_assistant.domain import learned
from task_assistant.domain.history import Event, EventType
from task_assistant.domain.learned import RECENT, Learned
from task_assistant.domain.lessons import taken_back
from task_assistant.domain.readiness import Matter, features
from tests.factories import later

TITLES = (
    "Call the dentist",
    "Draft the release notes",
    "Buy milk",
    "Compare three laptops",
    "Water the plants",
)
NUMBERS = count(1)


def decided(title: str = TITLES[0], *, agent: bool = True, n: int = 1, **said: Any) -> Event:
    """The person gave a task with this title to an agent, or took it."""
    lesson = {
        "agent": agent, "weight": 1.0, "features": features(Matter(title)).dump(), "decides": True, "seen": True,
        "suggested": "codex", "p": 0.8, "missing": [], "origin": "manual", "labels": [], **said,
    }  # fmt: skip
    at = later(days=n)
    return Event(f"event-{n}", EventType.ASSIGNED, "human", "browser", at, task_id=n, lesson=lesson)


def undone(event: Event, n: int) -> Event:
    """That decision was taken back."""
    lesson = taken_back(event.lesson)
    at = later(days=n)
    return Event(f"event-{n}", EventType.UNDONE, "human", "browser", at, 1, undoes=event.id, lesson=lesson)


def fold(events: list[Event], begin: Learned | None = None) -> Learned:
    """Everything that these events teach."""
    found = begin or Learned()
    for event in events:
        found = found.told(event)
    return found


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Decisions, some taken back soon or late, perhaps a reset."""
    events: list[Event] = []
    made: list[Event] = []
    for n in range(1, draw(st.integers(0, 12)) + 1):
        what = draw(st.sampled_from(("decide", "decide", "decide", "undo", "reset")))
        if what == "undo" and made:
            events.append(undone(made.pop(draw(st.integers(0, len(made) - 1))), n))
        elif what == "reset":
            events.append(Event(f"event-{n}", EventType.LEARNING_RESET, "human", "browser", later(days=n)))
        else:
            made.append(decided(draw(st.sampled_from(TITLES)), agent=draw(st.booleans()), n=n))
            events.append(made[-1])
    return events


@given(histories(), st.data())
@settings(max_examples=40, deadline=None)
def test_following_with_snapshots_learns_what_rebuilding_from_all_events_does(
    events: list[Event], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(events)))
    live = fold(events[cut:], Learned.load(fold(events[:cut]).dump()))
    rebuilt = fold(events)
    assert live == rebuilt
    assert live.now.delta.dump() == rebuilt.now.delta.dump()


def test_a_decision_moves_the_signs_of_its_task_and_is_measured() -> None:
    found = fold([decided("Call the dentist", n=1), decided("Call Alice", agent=True, n=2)]).now
    assert found.delta.count == 2
    assert dict(found.delta.explain(20))["head:call"] > 0
    assert found.measures.precision("all", "codex").share == 1.0


def test_a_decision_that_is_undone_leaves_no_trace() -> None:
    first, second = decided("Call the dentist", n=1), decided("Buy milk", agent=False, n=2)
    assert fold([first, second, undone(first, 3)]) == fold([second])


def test_an_old_decision_that_is_undone_is_unlearned_and_no_longer_counted() -> None:
    first = decided("Call the dentist", n=1)
    others = [decided("Water the plants", agent=False, n=n) for n in range(2, RECENT + 3)]
    kept, after = fold([first, *others]).now.delta, fold([first, *others, undone(first, 500)]).now.delta
    assert after.count == kept.count - 1
    assert after.points("head:call") < kept.points("head:call")


def test_a_reset_forgets_habits_and_precision_but_not_how_it_went() -> None:
    event = Event("event-9", EventType.LEARNING_RESET, "human", "browser", later(days=9))
    found = fold([decided(n=1), event]).now
    assert found.delta.weights == {}
    assert found.measures.precision("all", "codex").of == 0
    assert [week.decided for week in found.measures.weeks.values()] == [1]


def test_the_order_in_which_a_store_keeps_features_does_not_matter() -> None:
    event = decided()
    said = event.lesson or {}
    turned = {"n": dict(reversed(said["features"]["n"].items())), "h": said["features"]["h"][::-1]}
    other = decided(features=turned)
    assert fold([event]).now.delta.dump() == fold([other]).now.delta.dump()


def test_precision_is_of_the_last_hundred_in_its_scope() -> None:
    wrong = [decided(agent=False, n=n, origin="email", labels=[7]) for n in range(1, 31)]
    right = [decided(n=n, origin="email", labels=[7]) for n in range(31, 111)]
    found = fold([*wrong, *right]).now.measures
    for scope in ("all", "origin:email", "label:7"):
        assert (found.precision(scope, "codex").right, found.precision(scope, "codex").of) == (80, 100)
    assert found.precision("origin:slack", "codex").of == 0


def test_confidence_missing_and_other_proposers_are_counted() -> None:
    said: dict[str, Any] = {"by": "agent:beta", "proposed": "me", "missing": ["decision"], "p": 0.97}
    found = fold([decided(n=1, **said), decided(n=2, agent=False, **said)]).now.measures
    assert found.bands["codex 0.95"] == (2, 1)
    assert found.missing == {"decision": 2}
    assert found.others["agent:beta"] == (2, 1, 1)


def test_what_was_not_to_be_seen_or_was_no_choice_of_an_owner_is_not_measured() -> None:
    found = fold([decided(n=1, seen=False), decided(n=2, decides=False)]).now
    assert found.measures.weeks == {}
    assert found.delta.count == 2


def test_a_snapshot_keeps_no_more_than_the_recent_lessons() -> None:
    assert len(fold([decided(n=n) for n in range(1, RECENT + 10)]).dump()["recent"]) == learned.RECENT
