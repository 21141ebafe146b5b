"""Houses to move: small boards with a bit of everything, and dumps as bytes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime

from task_assistant.domain.history import EventType
from task_assistant.domain.records import Record
from task_assistant.ports.store import Store
from task_assistant.services.moving import Keys, dump, load, verify
from task_assistant.services.moving.loading import Loaded
from tests.factories import changes, claimed_task, document, event, full_task, insert, later, task, update

LATER = later(days=1)


async def furnished(store: Store, many: int = 7) -> None:
    """Tasks with history, files and documents; some depend on later ones."""
    full = insert(
        full_task(), Record("comment", 1, {"text": "Grüße"}), Record("artifact", 1, {"n": 1}, "+ a\n")
    )
    held = insert(claimed_task("beta", lease=600))
    plain = [insert(task(f"Task {n}", external_id=f"x{n}", labels=("a",))) for n in range(many)]
    documents = [
        document("1" * 64, {"id": "k1", "name": "alpha", "role": "agent"}, kind="key"),
        document("n" * 64, {"id": "k1"}, kind="key_name"),
        document("secret", {"of": "a browser"}, kind="session", expires_at=later(days=30)),
        document("zone", {"value": "Europe/Zurich"}, kind="preferences"),
        document("over", {"cost": "1"}, kind="usage", expires_at=later(hours=1)),
    ]
    board = event(EventType.KEY_CREATED, text="agent key alpha")
    done = await store.commit(changes(full, held, *plain, events=(board,), documents=tuple(documents)))
    first, last = done.tasks[2], done.tasks[-1]
    for before, edges in ((first, (last.id,)), (done.tasks[3], (done.tasks[0].id,))):
        told = event(task_id=before.id, version=2, changes={"depends_on": ([], list(edges))})
        await store.commit(changes(update(before, events=(told,), depends_on=edges, version=2)))
    await store.commit(changes(purge=(last.id,), now=later(minutes=1)))


async def dumped(store: Store, keys: Keys = Keys.HASHED, now: datetime = LATER) -> bytes:
    """The whole dump."""
    async with store.snapshot() as snapshot:
        return b"".join([line async for line in dump(snapshot, now, keys)])


def lines(content: bytes) -> Callable[[], AsyncIterator[bytes]]:
    """Its lines, as often as they are asked for."""
    return lambda: each(content.splitlines(keepends=True))


async def each(items: Iterable[bytes]) -> AsyncIterator[bytes]:
    for item in items:
        yield item


async def loaded(store: Store, content: bytes, now: datetime = LATER) -> Loaded:
    """Verifies the dump and loads it."""
    return await load(store, lines(content), await verify(lines(content)()), now)
