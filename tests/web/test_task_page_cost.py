"""What the page of a task costs: the same number of reads however long its history and however large the board."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from task_assistant.domain.task import Owner, Task
from tests.web.task_visit import PERSON, Desk

READS = (
    "get", "get_many", "find", "tally", "records", "record", "task_events", "latest_events", "event", "document",
    "documents", "dependents", "held_by", "position", "stamp", "by_external_ids", "worked_on", "time_band",
)  # fmt: skip


async def reads(desk: Desk, monkeypatch: pytest.MonkeyPatch, path: str) -> Counter[str]:
    """How often the page asks the store, by kind of read."""
    asked: Counter[str] = Counter()
    with monkeypatch.context() as patched:
        for name in READS:
            original = getattr(desk.doorstep.store, name)

            async def counted(*args: Any, _name: str = name, _read: Any = original, **named: Any) -> Any:
                asked[_name] += 1
                return await _read(*args, **named)

            patched.setattr(desk.doorstep.store, name, counted)
        await desk.page(path)
    return asked


async def _grown(desk: Desk, there: Task) -> None:
    """The same task after a long life, on a full board."""
    for n in range(60):
        await desk.doorstep.services.tasks.edit(PERSON, there.id, {"title": f"Title {n}"})
        await desk.doorstep.services.tasks.comment(PERSON, there.id, f"Comment {n}")
        await desk.task(f"Other {n}", assignee=Owner.ME, depends_on=(there.id,) if n % 2 else ())


@pytest.mark.parametrize("path", ["/tasks/1", "/tasks/1?pane=1"])
async def test_a_long_life_on_a_full_board_costs_the_same_number_of_reads(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk()
    there = await desk.task(assignee=Owner.ME)
    await desk.task()
    few = await reads(desk, monkeypatch, path)
    await _grown(desk, there)
    assert await reads(desk, monkeypatch, path) == few
    assert sum(few.values()) <= 20


async def test_a_page_of_history_holds_a_bounded_number_of_lines() -> None:
    desk = Desk()
    there = await desk.task(assignee=Owner.ME)
    await _grown(desk, there)
    page = await desk.page("/tasks/1")
    assert sum(value.startswith("event-") for value in page.values("id")) == 20
    assert sum(value.startswith("comment-") and value[8:].isdigit() for value in page.values("id")) == 20


async def test_artifacts_are_read_ahead_only_as_far_as_the_page_shows_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = Desk()
    many = tuple({"name": f"{n}.log", "type": "text/plain", "text": "line\n" * 5_000} for n in range(8))
    await desk.handed_back(await desk.task(), artifacts=many)
    assert (await reads(desk, monkeypatch, "/tasks/1"))["record"] == 4
    page = await desk.page("/tasks/1")
    assert page.said.count("Show 4,940 more lines") == 4
    assert len(page.html) < 60_000
    whole = await desk.page("/tasks/1/artifacts/8")
    assert "Only the beginning is shown here" in whole.said
    assert "2,000 more lines" in whole.said
