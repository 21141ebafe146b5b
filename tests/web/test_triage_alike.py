"""Which captured tasks may have one answer together."""

from __future__ import annotations

import pytest

from task_assistant.domain.task import Task
from task_assistant.web.alike import alike, first_word
from tests.factories import task


def numbered(*tasks: Task) -> list[Task]:
    return [each.having(id=n) for n, each in enumerate(tasks, 1)]


def test_tasks_of_one_named_source_are_alike() -> None:
    tasks = numbered(
        task("Book a room", origin="meeting", source_name="Weekly minutes"),
        task("Order lunch", origin="meeting", source_name="weekly Minutes"),
        task("Order lunch", origin="meeting", source_name="Daily minutes"),
    )
    found = alike(tasks[0], tasks)
    assert found is not None
    assert (found.tasks, found.why) == ((tasks[1],), "from Weekly minutes")


def test_without_a_named_source_the_first_word_of_the_same_origin_counts() -> None:
    tasks = numbered(
        task("Invoice 4711", origin="email"),
        task("“invoice”, again", origin="email"),
        task("Invoice 4713", origin="slack"),
        task("Other invoice", origin="email"),
    )
    found = alike(tasks[0], tasks)
    assert found is not None
    assert (found.tasks, found.why) == ((tasks[1],), "begin with “Invoice”")


def test_a_source_with_one_task_falls_back_to_the_first_word() -> None:
    tasks = numbered(task("Buy milk", source_name="Shop"), task("Buy bread"))
    found = alike(tasks[0], tasks)
    assert found is not None
    assert found.tasks == (tasks[1],)


def test_a_task_is_not_alike_to_itself() -> None:
    (only,) = numbered(task("Buy milk", source_name="Shop"))
    assert alike(only, [only]) is None


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("Buy milk", "buy"),
        ("- Ärger: klären", "ärger"),
        ("The invoice", ""),
        ("Re: invoice", ""),
        ("… !!", ""),
        ("", ""),
    ],
)
def test_a_first_word_that_says_nothing_is_none(title: str, word: str) -> None:
    assert first_word(title) == word
