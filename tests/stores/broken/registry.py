"""The table of broken stores, and which tests of the suite must notice each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from task_assistant.stores.memory import MemoryStore

Kind = TypeVar("Kind", bound=type[MemoryStore])


@dataclass(frozen=True)
class Broken:
    """A memory store that breaks one promise, and the names of the tests that each must fail on it."""

    store: type[MemoryStore]
    noticed_by: tuple[str, ...]
    by_story: bool


BROKEN: list[Broken] = []


def noticed_by(*tests: str, story: bool = False) -> Callable[[Kind], Kind]:
    """Enters the store in the table. `story`: the state machine must notice it as well."""

    def enter(kind: Kind) -> Kind:
        BROKEN.append(Broken(kind, tests, story))
        return kind

    return enter
