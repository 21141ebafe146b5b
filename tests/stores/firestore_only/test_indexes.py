"""The declared indexes are those that the queries need: no more, which would cost, and no fewer, which would fail."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from task_assistant.domain.ordering import Sort, key
from task_assistant.domain.ranking import DueBand
from task_assistant.domain.records import Record
from task_assistant.domain.task import Lane, Owner
from task_assistant.domain.visibility import sight
from task_assistant.ports.moving import PARTS
from task_assistant.ports.queries import Wanted
from task_assistant.stores.firestore import FirestoreStore
from task_assistant.stores.firestore.gateway import Ask, Gateway
from tests.factories import NOW, agent, agent_task, changes, claimed_task, document, insert, later, task
from tests.stores.conformance.telling import asking, put, put_one, taking
from tests.stores.firestore_only.emulator import address, project

DECLARED = json.loads((Path(__file__).parents[3] / "deploy" / "firestore.indexes.json").read_text("utf-8"))
ORDERS = {False: "ASCENDING", True: "DESCENDING"}
Index = tuple[str, tuple[tuple[str, str], ...]]  # collection, fields with how each lies in the index


def parts(fields: list[dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    return tuple((f["fieldPath"], f.get("arrayConfig") or f["order"]) for f in fields)


def declared_composites() -> set[Index]:
    return {(index["collectionGroup"], parts(index["fields"])) for index in DECLARED["indexes"]}


def declared_singles() -> set[Index]:
    return {
        (override["collectionGroup"], parts([index | {"fieldPath": override["fieldPath"]}]))
        for override in DECLARED["fieldOverrides"]
        for index in override["indexes"]
    }


def needed(ask: Ask) -> Index:
    """The index that serves a query: the list it looks into, then its order; a range alone is in field order."""
    lists = [name for name, op, _ in ask.where if op.startswith("array")]
    order = ask.order or tuple((name, False) for name, op, _ in ask.where if not op.startswith("array"))[:1]
    ordered = tuple((name, ORDERS[descending]) for name, descending in order)
    return ask.collection, (*((name, "CONTAINS") for name in lists), *ordered)


async def everything(store: FirestoreStore) -> None:
    """Every kind of question that the app asks a store."""
    first = await put_one(
        store, task("Call", reminder_at=NOW, labels=("a",)), Record("comment", 1, {"text": "Hi"})
    )
    await put(
        store, claimed_task("alpha", lease=60),
        agent_task("Wait", depends_on=(first.id,), deferred_until=later(hours=1)),
        *(task(f"Task {n}", priority=1 + n % 5, due=later(hours=20 * n - 40)) for n in range(12)),
    )  # fmt: skip
    limits = sight(agent("alpha", labels=("a", "b")))
    for sort in Sort:
        query = asking(sort=sort, limit=3, include_closed=True)
        page = await store.find(query)
        await store.find(replace(query, after=key(page[-1], sort, NOW)))
        for narrowed in (
            {"label": "a"},
            {"due": DueBand.SOON},
            {"sight": limits},
            {"lanes": frozenset({Lane.AGENT})},
        ):
            await store.find(replace(query, **narrowed))
    await store.find(asking(text="call", assignee=Owner.UNASSIGNED))
    await store.tally(NOW, private=True)
    await store.time_band(NOW)
    await store.claim_next(Wanted(later(minutes=2), "beta", labels=frozenset({"a", "b"})), taking("beta"))
    await store.woken(NOW, 5)
    await store.due_reminders(NOW, limits, 5)
    await store.dated(NOW, limits, 5)
    await store.held_by("alpha", NOW)
    await store.dependents(first.id)
    await store.records(first.id, ["comment"], 5)
    await store.commit(changes(insert(task()), documents=(document(tasks=(first.id,), expires_at=NOW),)))
    await store.documents("source", NOW)
    await store.events(0, 5)
    await store.task_events(first.id, 0, 5)
    await store.latest_events(first.id, None, 5)
    await store.commit(changes(purge=(first.id,)))
    async with store.snapshot() as snapshot:
        for part in PARTS:
            await snapshot.read(part, None, 50)
    await store.drop_expired(later(hours=1))


def reported(place: Path) -> set[Index]:
    """The indexes that the emulator reports as used, without what is in each of them by itself."""
    name = project(place)
    with urllib.request.urlopen(
        f"http://{address()}/emulator/v1/projects/{name}:indexUsage?database=projects/{name}/databases/(default)"
    ) as answer:
        reports = json.load(answer)["reports"]
    found: set[Index] = set()
    for index in (report["index"] for report in reports):
        named = dict(parts(index["fields"]))  # a field that is compared and sorted by is named twice
        fields = [
            (field, how) for field, how in reversed(parts(index["fields"])) if named.pop(field, None) == how
        ]
        ordered = sorted(
            (f for f in reversed(fields) if f[0] != "__name__"), key=lambda f: f[1] != "CONTAINS"
        )
        found.add((index["name"].split("/")[-3], tuple(ordered)))
    return found


async def test_the_declared_indexes_are_those_that_the_queries_need(
    store: FirestoreStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: set[Index] = set()
    query, count = Gateway.query, Gateway.count

    async def noted_query(self: Gateway, ask: Ask) -> Any:
        asked.add(needed(ask))
        return await query(self, ask)

    async def noted_count(self: Gateway, ask: Ask) -> int:
        asked.add(needed(ask))
        return await count(self, ask)

    monkeypatch.setattr(Gateway, "query", noted_query)
    monkeypatch.setattr(Gateway, "count", noted_count)
    await everything(store)
    await (await opened_again(store)).close()
    assert {index for index in asked if len(index[1]) > 1} == declared_composites()
    assert {index for index in asked if len(index[1]) == 1} == declared_singles()


async def opened_again(store: FirestoreStore) -> FirestoreStore:
    """Opening asks, too."""
    again = FirestoreStore(store.project)
    await again.open()
    return again


async def test_the_emulator_reports_the_declared_composite_indexes_as_used(
    store: FirestoreStore, tmp_path: Path
) -> None:
    await everything(store)
    assert reported(tmp_path) == declared_composites()


def test_no_other_field_is_indexed() -> None:
    """Firestore indexes every field by itself unless told not to; texts would cost storage and writes."""
    overrides = DECLARED["fieldOverrides"]
    everywhere = {o["collectionGroup"] for o in overrides if o["fieldPath"] == "*" and not o["indexes"]}
    assert everywhere == {"tasks", "events", "records", "documents", "external", "meta"}


def test_clients_may_neither_read_nor_write() -> None:
    rules = (Path(__file__).parents[3] / "deploy" / "firestore.rules").read_text("utf-8")
    assert "match /{document=**}" in rules
    assert [line.strip() for line in rules.splitlines() if "allow" in line] == [
        "allow read, write: if false;"
    ]
