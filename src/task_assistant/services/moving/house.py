"""What the owner takes out and brings in while the server runs: everything as a dump, or another tool's tasks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from task_assistant.domain.errors import Refusal, RoleForbidden, invalid
from task_assistant.domain.limits import BATCH
from task_assistant.domain.roles import Caller
from task_assistant.services.capture import Batch, Capture, Rejected
from task_assistant.services.desk import Desk
from task_assistant.services.moving.dumping import dump
from task_assistant.services.moving.kinds import Keys
from task_assistant.services.moving.loading import Lines, Loaded, load, look
from task_assistant.services.moving.reading import verify
from task_assistant.services.tasks import Tasks

CHUNK = 64 * 1024  # bytes that are sent together
WHOLE_COPY = (
    "is a whole copy, with the hashes of keys: bring it back with `pta restore FILE` on the machine of the database, "
    "or send what `pta export` writes"
)


@dataclass(slots=True)
class Brought:
    """What became of another tool's tasks; `connected` have dependencies now. Of a rehearsal: what would."""

    created: int = 0
    duplicates: int = 0
    updated: int = 0
    connected: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    left_open: list[str] = field(default_factory=list)


class Moving:
    """For the owner only; every method raises RoleForbidden for anybody else."""

    def __init__(self, desk: Desk, capture: Capture, tasks: Tasks) -> None:
        self._desk, self._capture, self._tasks = desk, capture, tasks
        self.loading = (
            False  # while it is, whatever the server does by itself must wait: half a board is there
        )

    def export(self, caller: Caller) -> AsyncIterator[bytes]:
        """The whole dump without secrets, in chunks, as everything was when the first was asked for."""
        self._check_owner(caller, "export everything")
        return self._exported()

    async def _exported(self) -> AsyncIterator[bytes]:
        waiting, size = list[bytes](), 0
        async with self._desk.store.snapshot() as snapshot:
            async for line in dump(snapshot, self._desk.now(), Keys.NONE):
                waiting.append(line)
                size += len(line)
                if size >= CHUNK:
                    yield b"".join(waiting)
                    waiting, size = [], 0
        yield b"".join(waiting)

    async def take_in(self, caller: Caller, lines: Lines, *, rehearse: bool = False) -> Loaded:
        """An export into this store, which must be empty; nothing is written before every line of it was read.

        A whole copy, with hashes of keys, would let in whoever made the file: only who can write the database anyway
        brings one back. Raises DumpRefused, InvalidFields for a whole copy, StoreNotEmpty, NotTheSame.
        """
        self._check_owner(caller, "import")
        summary, now = await verify(lines()), self._desk.now()
        if summary.keys is not Keys.NONE:
            raise invalid("file", WHOLE_COPY)
        if rehearse:
            return await look(self._desk.store, summary, now)
        self.loading = True
        try:
            return await load(self._desk.store, lines, summary, now)
        finally:
            self.loading = False

    async def bring(
        self, caller: Caller, batch: Batch, needs: Mapping[str, Sequence[str]], *, rehearse: bool = False
    ) -> Brought:
        """Items of another tool by their external ids, as often as somebody likes; `needs` are their dependencies."""
        self._check_owner(caller, "import")
        # Many commits cannot share the one mark of an Idempotency-Key; external ids keep a second run from doing harm.
        caller, done = replace(caller, once=None), Brought(rejected=list(batch.rejected))
        created: list[int] = []
        for part in _parts(batch):
            if rehearse:
                counts = await self._capture.foresee(caller, part)
                new, rejected = counts.created, counts.rejected
                done.duplicates += counts.duplicates
                done.updated += counts.updated
            else:
                ingested = await self._capture.ingest(caller, part)
                created += [task.id for task in ingested.created]
                new, rejected = len(ingested.created), ingested.rejected
                done.duplicates += len(ingested.duplicates)
                done.updated += len(ingested.updated)
            done.created += new
            done.rejected += rejected
        await self._connect(caller, created, needs, done)
        done.rejected.sort(key=lambda rejected: rejected.index)
        return done

    async def _connect(
        self, caller: Caller, created: Sequence[int], needs: Mapping[str, Sequence[str]], done: Brought
    ) -> None:
        """New tasks wait for those that they waited for where they come from, as far as these came, too."""
        for task in (await self._desk.store.get_many(created)).values():
            wanted = needs.get(task.external_id or "", ())
            known = await self._desk.store.by_external_ids(list(wanted)) if wanted else {}
            done.left_open += [name for name in wanted if name not in known]
            if not known:
                continue
            try:
                await self._tasks.edit(
                    caller, task.id, {"depends_on": tuple(sorted(t.id for t in known.values()))}
                )
                done.connected += 1
            except Refusal:
                done.left_open += list(wanted)

    def _check_owner(self, caller: Caller, action: str) -> None:
        if not caller.owner:
            raise RoleForbidden(caller.role.value, action)


def _parts(batch: Batch) -> Iterator[Batch]:
    """As many at a time as one ingest takes."""
    for start in range(0, len(batch.items), BATCH):
        items: Sequence[tuple[int, dict[str, Any]]] = batch.items[start : start + BATCH]
        yield replace(batch, items=items, partial=True, rejected=())
