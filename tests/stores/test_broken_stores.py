"""The shared suite notices every broken promise: a test that cannot fail proves nothing."""

from __future__ import annotations

import asyncio
import inspect
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from task_assistant.stores.memory import MemoryStore
from tests.stores.broken import BROKEN, Broken
from tests.stores.conformance import Capabilities, StoreContract
from tests.stores.conformance.machine import StoreMachine
from tests.stores.conformance.properties import Check, Rows

WHATEVER_BREAKS = (Exception, pytest.fail.Exception)
PATIENCE = 0.3  # seconds until a test that waits for a signal of a broken store counts as failed


class Suite(StoreContract):
    """The suite on one kind of memory store, test by test."""

    capabilities = Capabilities(consecutive_seq=True, shared=False)

    def __init__(self, kind: type[MemoryStore], patience: float = PATIENCE) -> None:
        self.kind = kind
        self.patience = patience
        self.fell = False

    def make(self, place: Path) -> MemoryStore:
        return self.kind()

    def cases(self, name: str) -> list[dict[str, Any]]:
        """The arguments of each case of a parametrized test; one empty case otherwise."""
        cases: list[dict[str, Any]] = [{}]
        for mark in getattr(getattr(self, name), "pytestmark", []):
            if mark.name == "parametrize":
                argument, values = mark.args
                cases = [{**case, argument: value} for case in cases for value in values]
        return cases

    def passes(self, name: str) -> bool:
        """True when every case of the test passes."""
        test = getattr(self, name)
        self.fell = False
        try:
            for case in self.cases(name):
                if inspect.iscoroutinefunction(test):
                    asyncio.run(self._play(name, case))
                else:
                    test(**case)
        except WHATEVER_BREAKS:
            self.fell = True
        return not self.fell

    def on(self, rows: Rows, check: Check) -> None:
        """Notes that a property does not hold, without a search for the smallest board on which it does not."""
        try:
            super().on(rows, check)
        except WHATEVER_BREAKS:
            self.fell = True

    async def _play(self, name: str, case: dict[str, Any]) -> None:
        test = getattr(self, name)
        async with self.at_home() as home, asyncio.timeout(self.patience):
            wants = inspect.signature(test).parameters
            given = {"home": home} if "home" in wants else {"store": await home.open()}
            await test(**given, **case)


def named(broken: Broken) -> str:
    return broken.store.__name__


@pytest.mark.parametrize("broken", BROKEN, ids=named)
def test_the_suite_notices_a_store_that(broken: Broken) -> None:
    suite = Suite(broken.store)
    passed = [name for name in broken.noticed_by if suite.passes(name)]
    assert not passed, f"{named(broken)} went unnoticed"


@pytest.mark.parametrize("broken", [broken for broken in BROKEN if broken.by_story], ids=named)
def test_the_state_machine_notices_a_store_that(broken: Broken) -> None:
    story = type("Story", (StoreMachine,), {"backend": Suite(broken.store)})
    search = settings(max_examples=60, stateful_step_count=30, phases=[Phase.generate], print_blob=False)
    with pytest.raises(Exception):  # noqa: B017, PT011 -- whatever a broken store breaks
        run_state_machine_as_test(story, settings=search)


def test_every_test_that_must_notice_something_passes_on_the_honest_store() -> None:
    suite = Suite(MemoryStore, patience=60)
    names = sorted({name for broken in BROKEN for name in broken.noticed_by})
    quick = [
        name for name in names if inspect.iscoroutinefunction(getattr(suite, name))
    ]  # test_memory runs the others
    assert [name for name in (*quick, "test_the_tally_equals_counting") if not suite.passes(name)] == []


def test_every_broken_store_is_named_once() -> None:
    names = [named(broken) for broken in BROKEN]
    assert len(names) == len(set(names))
    assert all(broken.noticed_by for broken in BROKEN)
