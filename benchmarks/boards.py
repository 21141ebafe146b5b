"""Seeded boards: the same tasks for the same size, written through the store's own commit, kept in a cache directory.

Times are counted from the day on which a board is made, so a board of an earlier day is made anew. An eleventh of the
tasks is closed already: a board of 1,000 has 1,000 active tasks and 100 closed ones.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.words import Writer
from task_assistant.bootstrap.clock import SystemClock, SystemSecrets
from task_assistant.domain.history import EventType
from task_assistant.domain.records import Step
from task_assistant.domain.roles import Caller, Role
from task_assistant.domain.task import Claim, Owner, Question, QuestionKind, Result, Status, Task
from task_assistant.ports.store import ChangeSet, Store
from task_assistant.services.desk import Desk
from task_assistant.services.house import Services
from task_assistant.services.learning import BATCH as LEARNED
from task_assistant.services.learning import ROUNDS as LEARNED_ROUNDS
from task_assistant.stores.sql import SqliteStore

SEED = 20260507
BATCH = 500
DATED = ("written_at", "assessment")  # columns with the moment at which a board is made
SMALL = 300  # tasks on the board that tells whether a cached one may be used
CLOSED_SHARE = 10  # one closed task for so many active ones
PERSON = Caller(Role.OWNER, "benchmark", "benchmark", via="cli")
ORIGINS = ("email", "slack", "linear", "github", "meeting", "manual")
LABELS = tuple(f"label-{n}" for n in range(40))
# How many of a hundred active tasks are of which kind.
KINDS = {
    "human": 25,
    "agent": 35,
    "triage": 12,
    "review": 8,
    "blocked": 8,
    "deferred": 5,
    "dependent": 5,
    "held": 2,
}


@dataclass(frozen=True, slots=True)
class _Author:
    """Makes the tasks of one board."""

    rng: random.Random
    texts: Writer
    now: datetime

    def tasks(self, active: int) -> Iterator[Task]:
        """All tasks of a board with so many active ones."""
        kinds = self.rng.choices(list(KINDS), list(KINDS.values()), k=active)
        for number, kind in enumerate(kinds):
            yield self.task(number, kind)
            if number % CLOSED_SHARE == 0:
                yield self.task(number, "closed")

    def task(self, number: int, kind: str) -> Task:
        """One task of a kind."""
        made = self.now - timedelta(minutes=self.rng.randrange(60 * 24 * 25))
        return Task(
            id=0, title=self.texts.title(number), created_at=made, updated_at=made, created_by="human",
            description=self.texts.words(self.rng.randint(10, 60)) if number % 2 else None,
            origin=self.rng.choice(ORIGINS), priority=self.rng.choice((1, 2, 2, 3, 3, 3, 3, 4, 4, 5)),
            due=self._due(), labels=tuple(sorted(self.rng.sample(LABELS, self.rng.choice((0, 0, 1, 2))))),
            source_name="Gmail thread" if number % 3 else None,
            source_context=self.texts.words(80) if number % 4 == 0 else None,
            external_id=f"{kind}-{number}" if number % 3 else None, **self._by_kind(kind),
        )  # fmt: skip

    def _due(self) -> datetime | None:
        days = self.rng.randint(-5, 60) if self.rng.random() < 0.4 else None
        return None if days is None else self.now + timedelta(days=days, minutes=self.rng.randrange(1440))

    def _by_kind(self, kind: str) -> dict[str, Any]:
        now, codex = self.now, Owner.CODEX
        later = now + timedelta(days=self.rng.randint(5, 50))
        if kind == "held":
            claim = Claim(
                agent=f"agent-{self.rng.randrange(8)}", attempt=1, claimed_at=now, expires_at=later,
                lease_seconds=1800, serial=1, token_hash="none",
            )  # fmt: skip
            return {"assignee": codex, "status": Status.IN_PROGRESS, "claim": claim, "numbers": {"claim": 1}}
        if kind == "review":
            result = Result(1, self.texts.words(30), "agent:agent-1", now, evidence=self.texts.words(20))
            return {
                "assignee": codex,
                "status": Status.WAITING_REVIEW,
                "result": result,
                "numbers": {"result": 1},
            }
        if kind == "blocked":
            asked = Question(1, QuestionKind.DECISION, self.texts.words(12), "agent:agent-1", now)
            return {
                "assignee": codex,
                "status": Status.BLOCKED,
                "question": asked,
                "numbers": {"question": 1},
            }
        plain: dict[str, dict[str, Any]] = {
            "human": {"assignee": Owner.ME},
            "agent": {"assignee": codex},
            "triage": {},
            "deferred": {"assignee": Owner.ME, "deferred_until": later},
            "dependent": {"assignee": codex, "depends_on": (self.rng.randint(1, BATCH),)},
            "closed": {"assignee": Owner.ME, "status": Status.DONE, "completed_at": now},
        }
        return plain[kind]


async def fill(store: Store, active: int) -> None:
    """Writes the board of this size into an empty store."""
    now = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    desk = Desk(store, SystemClock(), SystemSecrets("benchmark"))
    rng = random.Random(SEED)
    tasks = _Author(rng, Writer(rng), now).tasks(active)
    first = True
    while batch := list(islice(tasks, BATCH)):
        if first:  # nothing there yet to depend on
            batch = [task.having(depends_on=()) for task in batch]
        writes = tuple(desk.write(PERSON, None, [Step(task, EventType.CREATED)]) for task in batch)
        await store.commit(ChangeSet(desk.now(), writes))
        first = False


def cache_directory() -> Path:
    """Where boards are kept between runs: outside the checkout."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(given) if given.startswith("/") else Path(tempfile.gettempdir())
    return base / f"task-assistant-benchmarks-{os.getuid() if hasattr(os, 'getuid') else 'me'}"


async def prepare(active: int, directory: Path) -> Path:
    """A fresh copy of the board of this size as `directory`/tasks.db, made and cached if need be."""
    cached = cache_directory() / f"{active}-{datetime.now(UTC):%Y%m%d}-{await _fingerprint()}.db"
    if not cached.exists():
        await _make(active, cached)
    return _copy(cached, directory)


def _copy(cached: Path, directory: Path) -> Path:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    copy = directory / "tasks.db"
    shutil.copyfile(cached, copy)
    copy.chmod(0o600)
    return copy


async def _make(active: int, cached: Path) -> None:
    cached.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in cached.parent.glob(f"{active}-*"):
        old.unlink()
    draft = cached.with_suffix(".draft")
    await _write(active, draft)
    draft.rename(cached)


async def _write(active: int, file: Path) -> None:
    store = SqliteStore(file)
    await store.open()
    try:
        await fill(store, active)
        await _count(store)
    finally:
        await store.close()


async def _count(store: Store) -> None:
    """Counts and learns from what happened, as a server that was there: else it would do so amid the measurement."""
    services = Services(Desk(store, SystemClock(), SystemSecrets("benchmark")))
    services.desk.rests.idle = 0.0
    await services.usage.count()
    await services.insights.count()
    for _ in range(await store.position() // (LEARNED * LEARNED_ROUNDS) + 1):
        await services.learning.follow()


async def _fingerprint() -> str:
    """A digest of what this program writes: a cached board is used again only where it would be written the same."""
    with tempfile.TemporaryDirectory() as place:
        small = Path(place) / "small.db"
        await _write(SMALL, small)
        with closing(sqlite3.connect(small)) as file:
            told = hashlib.sha256(
                repr(file.execute("SELECT sql FROM sqlite_master ORDER BY 1").fetchall()).encode()
            )
            for table in ("tasks", "shelf_counts", "due_counts"):
                rows = file.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3")
                names = [column[0] for column in rows.description]
                for row in rows:
                    kept = [value for name, value in zip(names, row, strict=True) if name not in DATED]
                    told.update(repr(kept).encode())
            counted = file.execute("SELECT kind, count(*) FROM documents GROUP BY kind ORDER BY kind")
            told.update(repr(counted.fetchall()).encode())
    return told.hexdigest()[:12]
