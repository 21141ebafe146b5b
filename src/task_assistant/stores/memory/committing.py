"""A commit in two halves: check everything against the board as it would be, then change it, which cannot fail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from task_assistant.domain.dependencies import circle
from task_assistant.domain.errors import DependencyCycle, ExternalIdTaken, invalid
from task_assistant.domain.history import Event
from task_assistant.domain.purging import external_digest
from task_assistant.ports.documents import Document
from task_assistant.ports.store import ChangeSet, Committed, DocumentConflict, Stale, Write
from task_assistant.stores.memory.board import Board


def commit(board: Board, changes: ChangeSet) -> Committed:
    """Does the whole ChangeSet or, raising what the port names, nothing of it."""
    writes = _numbered(board, changes.writes)
    _check_documents(board, changes)
    _check_revisions(board, writes)
    _check_external_ids(board, writes)
    _check_dependencies(board, writes)
    return _apply(board, changes, writes)


def live(document: Document | None, now: datetime) -> Document | None:
    """The document unless it has expired."""
    expired = document is not None and document.expires_at is not None and document.expires_at <= now
    return None if expired else document


def _numbered(board: Board, writes: tuple[Write, ...]) -> list[Write]:
    fresh = iter(range(board.last_id + 1, board.last_id + len(writes) + 1))
    return [replace(w, task=w.task.having(id=next(fresh))) if w.expected is None else w for w in writes]


def _check_documents(board: Board, changes: ChangeSet) -> None:
    for document in changes.documents:
        there = live(board.documents[document.kind].get(document.key), changes.now) is not None
        if document.expect != "any" and there is not (document.expect == "present"):
            raise DocumentConflict(document.kind, document.key)


def _check_revisions(board: Board, writes: list[Write]) -> None:
    for write in writes:
        if write.expected is not None:
            there = board.tasks.get(write.task.id)
            if there is None or there.revision != write.expected:
                raise Stale(write.task.id)


def _check_external_ids(board: Board, writes: list[Write]) -> None:
    owners: dict[str, int | None] = {}
    for task in (write.task for write in writes):
        before = board.tasks.get(task.id)
        if before is not None and before.external_id is not None:
            owners[external_digest(before.external_id)] = None
        if task.external_id is None:
            continue
        name = external_digest(task.external_id)
        owner = owners[name] if name in owners else board.external.get(name)
        if owner is not None and owner != task.id:
            raise ExternalIdTaken(owner)
        owners[name] = task.id


def _check_dependencies(board: Board, writes: list[Write]) -> None:
    staged = {write.task.id: write.task for write in writes}

    def edges(task_id: int) -> tuple[int, ...]:
        return (staged.get(task_id) or board.tasks[task_id]).depends_on

    for task in staged.values():
        unknown = [there for there in task.depends_on if there not in board.tasks and there not in staged]
        if unknown:
            raise invalid("depends_on", f"there is no task {unknown[0]}")
    for task in staged.values():
        path = circle(task.id, task.depends_on, edges) if task.depends_on else None
        if path is not None:
            raise DependencyCycle(path)


def _apply(board: Board, changes: ChangeSet, writes: list[Write]) -> Committed:
    before = board.position
    touched = set(_touched(board, writes, changes.purge))
    for write in writes:
        board.put(write.task, changes.now)
        for record in write.records:
            board.file(write.task.id, record)
    for task_id in changes.purge:
        if task_id in board.tasks:
            board.purge(task_id, changes.now, before=before)
    board.recount(touched.union(_touched(board, writes, changes.purge)))
    events = tuple(board.append(event) for event in _events(changes, writes))
    for document in changes.documents:
        board.put_document(replace(document, tasks=tuple(_resolved(document, writes))))
    return Committed(tuple(board.tasks[write.task.id] for write in writes), events)


def _touched(board: Board, writes: list[Write], purge: tuple[int, ...]) -> Iterator[int]:
    """The tasks of the commit, what they depend on and what depends on them, as far as they are on the board."""
    for task_id in (*(write.task.id for write in writes), *purge):
        if task_id in board.tasks:
            yield task_id
            yield from board.tasks[task_id].depends_on
            yield from board.dependents[task_id]


def _events(changes: ChangeSet, writes: list[Write]) -> Iterator[Event]:
    for write in writes:
        for event in write.events:
            yield replace(event, task_id=write.task.id)
    yield from changes.events


def _resolved(document: Document, writes: list[Write]) -> Iterator[int]:
    for task_id in document.tasks:
        yield task_id if task_id > 0 else writes[-task_id - 1].task.id
