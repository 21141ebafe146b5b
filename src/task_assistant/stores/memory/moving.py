"""Moving house with the board: a copy of it as it is now, and items that are put on it as they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from task_assistant.domain.errors import invalid
from task_assistant.domain.history import Event
from task_assistant.domain.task import Task
from task_assistant.ports.moving import PARTS, Filed, Item, Kept, Part, Place, place
from task_assistant.stores.memory.board import Board, plain


class MemorySnapshot:
    """`ports.moving.Snapshot` of a board."""

    def __init__(self, board: Board) -> None:
        found = {
            "task": _tasks(board),
            "entry": _entries(board),
            "event": board.feed,
            "document": _documents(board),
        }
        self._items: dict[Part, list[Item]] = {part: sorted(found[part], key=place) for part in PARTS}

    async def count(self, part: Part) -> int:
        """See the port."""
        return len(self._items[part])

    async def read(self, part: Part, after: Place | None, limit: int) -> list[Item]:
        """See the port."""
        beyond = (item for item in self._items[part] if after is None or place(item) > after)
        return [item for item, _ in zip(beyond, range(limit), strict=False)]


def _tasks(board: Board) -> Iterator[Item]:
    digests = {owner: digest for digest, owner in board.external.items()}
    for task in board.tasks.values():
        workers = sorted(agent for agent, ids in board.worked_on.items() if task.id in ids)
        digest = digests.get(task.id) if task.purged else None
        yield Kept(task, board.written_at[task.id], tuple(workers), digest)


def _entries(board: Board) -> Iterator[Item]:
    for task_id, file in board.files.items():
        for records in file.values():
            yield from (Filed(task_id, replace(each, data=plain(each.data))) for each in records.values())


def _documents(board: Board) -> Iterator[Item]:
    for kind in board.documents.values():
        yield from (replace(document, data=plain(document.data)) for document in kind.values())


def load(board: Board, items: Sequence[Item]) -> None:
    """Puts the items on the board, all or nothing."""
    there = board.tasks.keys() | {item.task.id for item in items if isinstance(item, Kept)}
    needed = {i for item in items if isinstance(item, Kept) for i in item.task.depends_on}
    if unknown := sorted(needed - there):
        raise invalid("depends_on", f"there is no task {unknown[0]}")
    touched: set[int] = set()
    for item in items:
        if isinstance(item, Kept):
            touched.update(_put(board, item))
        elif isinstance(item, Filed):
            board.file(item.task_id, item.record)
        elif isinstance(item, Event):
            _enter(board, item)
        else:
            board.put_document(item)
    board.recount(touched)


def _put(board: Board, kept: Kept) -> Iterator[int]:
    task: Task = kept.task
    before = board.tasks.get(task.id)
    board.put(task, kept.written_at)
    if kept.digest is not None:
        board.external[kept.digest] = task.id
    for agent in kept.workers:
        board.worked_on[agent].add(task.id)
    yield from (task.id, *task.depends_on, *(before.depends_on if before else ()))
    yield from board.dependents[task.id]


def _enter(board: Board, event: Event) -> None:
    there = board.seqs.get(event.id)
    if there is None:
        board.enter(event)
    else:
        board.feed[board.after(there - 1)] = event
