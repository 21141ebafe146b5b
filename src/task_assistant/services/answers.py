"""Remembered answers: the same Idempotency-Key with the same request gets the first answer again, for 24 hours.

The mark is committed with the change itself (Desk.marked), so a request happens once even if its answer is
lost; the answer is added afterwards. Claim answers keep a nonce instead of tokens.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from task_assistant.domain.errors import KeyReused
from task_assistant.domain.roles import Caller
from task_assistant.ports.documents import Document
from task_assistant.ports.store import ChangeSet
from task_assistant.services.desk import REMEMBERED, Desk, once_key


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is known of an earlier use: the answer (plain JSON, whatever the surface kept), or None if it was lost.

    `tasks` are the tasks that the request wrote, for rebuilding a lost answer.
    """

    answer: dict[str, Any] | None
    tasks: tuple[int, ...]


class Answers:
    """Looks up and keeps answers by the caller's `once`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def find(self, caller: Caller) -> Remembered | None:
        """The earlier use of this key by this credential. Raises KeyReused when it was for another request."""
        if caller.once is None:
            return None
        document = await self._desk.store.document("answer", once_key(caller, caller.once), self._desk.now())
        if document is None or document.data is None:
            return None
        if document.data["request"] != caller.once.request:
            raise KeyReused
        return Remembered(document.data["answer"], document.tasks)

    async def keep(self, caller: Caller, answer: dict[str, Any], tasks: tuple[int, ...]) -> None:
        """Keeps the answer (plain JSON without secrets); `tasks` are all whose texts it holds, for a purge."""
        if caller.once is None:
            return
        now = self._desk.now()
        data = {"request": caller.once.request, "answer": answer}
        document = Document(
            "answer", once_key(caller, caller.once), data, expires_at=now + REMEMBERED, tasks=tasks
        )
        await self._desk.store.commit(ChangeSet(now, documents=(document,)))
        written = await self._desk.store.get_many(tasks)
        if any(task.purged for task in written.values()):  # between the change and this
            await self._desk.store.commit(ChangeSet(now, documents=(replace(document, data=None),)))
