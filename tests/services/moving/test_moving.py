"""Everything out and in again: byte-equal, whole or not at all, resumable, without secrets where people pass it on."""

from __future__ import annotations

import ast
import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from task_assistant.domain.claims import digest
from task_assistant.domain.errors import DumpRefused, NotTheSame, StoreNotEmpty
from task_assistant.ports.moving import PARTS, Item, Kept
from task_assistant.services.moving import Keys, half_loaded, load, verify
from task_assistant.services.moving import loading as loading_module
from task_assistant.services.moving.kinds import EXPORTED, LEFT_OUT, MARK
from task_assistant.services.moving.lines import encoded, line
from task_assistant.stores.memory import MemoryStore
from task_assistant.stores.sql import SqliteStore
from tests.factories import NOW, changes, claimed_task, document, insert, task
from tests.services.moving.houses import LATER, dumped, furnished, lines, loaded
from tests.stores.sql_only.files import empty_file, hurried

SOURCES = Path(__file__).parents[3] / "src" / "task_assistant"


@pytest.fixture
async def store() -> MemoryStore:
    made = MemoryStore()
    await furnished(made)
    return made


@pytest.mark.parametrize("keys", Keys)
async def test_a_dump_that_was_loaded_is_dumped_byte_equal(
    store: MemoryStore, keys: Keys, tmp_path: Path
) -> None:
    content = await dumped(store, keys)
    with hurried():
        file = SqliteStore(empty_file(tmp_path / "tasks.db"))
        await file.open()
        await loaded(file, content)
        assert await dumped(file, keys) == content
        again = MemoryStore()
        await loaded(again, await dumped(file, keys))
        assert await dumped(again, keys) == content
        await file.close()


async def test_a_dump_says_first_and_last_what_is_in_it(store: MemoryStore) -> None:
    header, *rest, footer = map(json.loads, (await dumped(store)).splitlines())
    assert header["header"] == {
        "format": "task-assistant-dump", "version": 1, "keys": "hashed",
        "counts": {"task": 9, "entry": 2, "event": 12, "document": 3},
    }  # fmt: skip
    assert footer["footer"]["counts"] == header["header"]["counts"]
    assert [next(iter(line)) for line in rest] == ["task"] * 9 + ["entry"] * 2 + ["event"] * 12 + [
        "document"
    ] * 3


async def test_what_is_of_use_for_minutes_or_has_expired_is_in_no_dump(store: MemoryStore) -> None:
    kinds = [json.loads(line)["document"]["kind"] for line in (await dumped(store)).splitlines()[-4:-1]]
    assert kinds == ["key", "key_name", "preferences"]


async def test_an_export_holds_no_hash_by_which_somebody_gets_in(store: MemoryStore) -> None:
    whole, export = await dumped(store), await dumped(store, Keys.NONE)
    for secret in (b"1" * 64, b"hash of beta", b"scoped"):
        assert secret in whole
        assert secret not in export
    assert b'"without-secret:k1"' in export
    assert b'"name":"alpha"' in export


async def test_nobody_can_sign_in_with_a_key_of_an_export() -> None:
    assert all(character in "0123456789abcdef" for character in digest("anything"))


def test_every_kind_of_document_is_in_the_table_of_what_moves() -> None:
    known = EXPORTED.keys() | LEFT_OUT
    assert {kind for path in SOURCES.rglob("*.py") for kind in kinds_written(path)} <= known


def kinds_written(path: Path) -> set[str]:
    """The kinds of the documents that a module makes, as far as they are written out there."""
    text = path.read_text("utf-8")
    if "Document(" not in text:
        return set()
    tree = ast.parse(text)
    named: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                named.update(_constants(target, node.value))
    firsts = [
        node.args[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Document"
        and node.args
    ]
    found = {str(first.value) for first in firsts if isinstance(first, ast.Constant)}
    return found | {named[first.id] for first in firsts if isinstance(first, ast.Name) and first.id in named}


def _constants(target: ast.expr, value: ast.expr) -> dict[str, str]:
    pairs = zip(target.elts, value.elts, strict=True) if _tuples(target, value) else [(target, value)]  # type: ignore[attr-defined]
    return {
        name.id: given.value
        for name, given in pairs
        if isinstance(name, ast.Name) and isinstance(given, ast.Constant) and isinstance(given.value, str)
    }


def _tuples(target: ast.expr, value: ast.expr) -> bool:
    return isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)


# -- whole or not at all -----------------------------------------------------------------------------------------------


async def test_every_truncation_is_refused(store: MemoryStore) -> None:
    content = await dumped(store)
    ends = [0, 1, *(content.index(line) for line in content.splitlines()[1:]), len(content) - 1]
    for end in ends:
        with pytest.raises(DumpRefused):
            await verify(lines(content[:end])())


async def test_every_altered_byte_is_refused(store: MemoryStore) -> None:
    content = await dumped(store)
    for at in range(0, len(content), 41):
        altered = bytearray(content)
        altered[at] ^= 1
        with pytest.raises(DumpRefused):
            await verify(lines(bytes(altered))())


async def test_a_line_more_or_twice_or_in_another_place_is_refused(store: MemoryStore) -> None:
    whole = (await dumped(store)).splitlines(keepends=True)
    for wrong in (
        [*whole, whole[1]],
        [whole[0], whole[1], *whole[1:]],
        [whole[0], whole[2], whole[1], *whole[3:]],
    ):
        with pytest.raises(DumpRefused):
            await verify(lines(b"".join(wrong))())


async def test_a_later_format_says_that_the_program_is_too_old(store: MemoryStore) -> None:
    content = (await dumped(store)).replace(b'"version":1}}', b'"version":2}}', 1)
    with pytest.raises(DumpRefused, match="update it"):
        await verify(lines(content)())


async def test_a_store_that_is_not_empty_refuses_and_stays_as_it_is(store: MemoryStore) -> None:
    other = MemoryStore()
    await other.commit(changes(insert(task("Mine"))))
    before = await dumped(other)
    with pytest.raises(StoreNotEmpty):
        await loaded(other, await dumped(store))
    assert await dumped(other) == before


async def test_sessions_alone_do_not_make_a_store_full(store: MemoryStore) -> None:
    other = MemoryStore()
    await other.commit(changes(documents=(document(kind="session"),)))
    assert not (await loaded(other, await dumped(store))).there


async def test_loading_the_same_again_finds_everything_there(store: MemoryStore) -> None:
    content = await dumped(store)
    assert (await loaded(store, content)).there
    assert await dumped(store) == content


# -- what a foreign file could bring along ----------------------------------------------------------------------------

PLANTED = {
    "key": document("2" * 64, {"id": "k9", "name": "guest", "role": "owner"}, kind="key"),
    "key under another's id": document("without-secret:k1", {"id": "k9", "role": "owner"}, kind="key"),
    **{
        kind: document("2" * 64, {}, kind=kind)
        for kind, told in EXPORTED.items()
        if told(document(kind=kind)) is None
    },
    "unheard_of": document("2" * 64, {}, kind="unheard_of"),
}
NEVER = {kind: document("2" * 64, {}, kind=kind) for kind in sorted(LEFT_OUT)}


async def planted(*items: Item, keys: Keys) -> bytes:
    """A dump that somebody made by hand: well-formed, with counts and checksum that fit."""
    counts = {part: sum(part == part_of(item) for item in items) for part in PARTS}
    header = {"format": "task-assistant-dump", "version": 1, "keys": keys, "counts": counts}
    content = line("header", header) + b"".join(encoded(item) for item in items)
    sha256 = hashlib.sha256(content).hexdigest()
    return content + line("footer", {"counts": counts, "sha256": sha256})


def part_of(item: Item) -> str:
    return "task" if isinstance(item, Kept) else "document"


@pytest.mark.parametrize(
    ("item", "keys"),
    [
        *(pytest.param(item, Keys.NONE, id=name) for name, item in (PLANTED | NEVER).items()),
        *(pytest.param(item, Keys.HASHED, id=f"{name} in a copy") for name, item in NEVER.items()),
        pytest.param(Kept(replace(claimed_task("beta"), id=1), NOW), Keys.NONE, id="claim"),
    ],
)
async def test_an_export_that_brings_a_secret_is_refused_before_anything_is_written(
    item: Item, keys: Keys
) -> None:
    content, other = await planted(item, keys=keys), MemoryStore()
    with pytest.raises(DumpRefused, match=r"line 2: a dump of keys .* never holds"):
        await loaded(other, content)
    async with other.snapshot() as snapshot:
        assert [await snapshot.count(part) for part in PARTS] == [0, 0, 0, 0]


async def test_a_key_under_its_id_and_a_whole_copys_hashes_are_taken() -> None:
    listed = document("without-secret:k9", {"id": "k9", "role": "owner"}, kind="key")
    for item, keys in ((listed, Keys.NONE), (PLANTED["key"], Keys.HASHED)):
        assert (await verify(lines(await planted(item, keys=keys))())).counts["document"] == 1


# -- resumable ---------------------------------------------------------------------------------------------------------


class Killed(Exception):
    """What ends a load before its time."""


class Mortal(MemoryStore):
    """A store whose process ends with the load number `dies`, before or after it was written."""

    def __init__(self, dies: int, *, written: bool) -> None:
        super().__init__()
        self.left, self.written = dies, written

    async def load(self, items: Sequence[Item]) -> None:
        self.left -= 1
        if self.left == 0 and not self.written:
            raise Killed
        await super().load(items)
        if self.left == 0:
            raise Killed


@pytest.mark.parametrize("written", [False, True])
async def test_a_load_that_was_killed_anywhere_goes_on_and_completes(
    store: MemoryStore, written: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading_module, "BATCH_ITEMS", 3)
    content = await dumped(store)
    for dies in range(1, 100):
        other = Mortal(dies, written=written)
        try:
            await loaded(other, content)
        except Killed:
            half = await half_loaded(other, LATER)
            assert half is (await loaded(other, content)).resumed
            assert await dumped(other) == content
            assert not await half_loaded(other, LATER)
        else:
            break
    assert dies > 8


async def test_half_of_one_dump_does_not_take_the_rest_of_another(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading_module, "BATCH_ITEMS", 3)
    other = Mortal(3, written=True)
    with pytest.raises(Killed):
        await loaded(other, await dumped(store))
    await store.commit(changes(insert(task("New"))))
    with pytest.raises(StoreNotEmpty, match="half of another"):
        await loaded(other, await dumped(store))


async def test_somebody_who_writes_meanwhile_is_noticed(store: MemoryStore) -> None:
    class Visited(MemoryStore):
        async def load(self, items: Sequence[Item]) -> None:
            await super().load(items)
            await super().commit(changes(documents=(document("guest", kind="preferences"),)))

    with pytest.raises(NotTheSame):
        await loaded(Visited(), await dumped(store))


async def test_progress_is_told(store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading_module, "BATCH_ITEMS", 4)
    content, told = await dumped(store), list[int]()
    await load(MemoryStore(), lines(content), await verify(lines(content)()), LATER, told.append)
    assert told == sorted(told)
    assert told[-1] == 26


async def test_a_dump_lets_others_run_between_its_pages(store: MemoryStore) -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    waiting = asyncio.create_task(others())
    await dumped(store)
    waiting.cancel()
    assert turns > 3


def test_the_mark_of_a_load_is_never_part_of_a_dump() -> None:
    assert MARK in LEFT_OUT
