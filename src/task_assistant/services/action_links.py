"""One-use links and buttons by which the person acts from a message: made by the server, kept as SHA-256, used once.

Whoever uses one acts as the person for this one task, verb and occasion, and gains no right beyond it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from task_assistant.domain import action_links
from task_assistant.domain.action_links import LASTS, Offer
from task_assistant.domain.claims import digest
from task_assistant.domain.errors import ActionLinkGone, ActionLinkOutdated, RoleForbidden, TaskNotFound
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.plain import to_plain
from task_assistant.domain.records import Step
from task_assistant.domain.roles import Caller, Role
from task_assistant.domain.task import Task
from task_assistant.domain.times import from_text
from task_assistant.ports.documents import Document
from task_assistant.ports.store import ChangeSet, DocumentConflict
from task_assistant.services.desk import Desk
from task_assistant.services.tasks import Tasks

KIND, USED = "action_link", "action_link_used"


@dataclass(frozen=True, slots=True)
class Minted:
    """Fresh links of one task: what each does, with its token, which is told this once."""

    task: Task
    expires_at: datetime
    links: tuple[tuple[Offer, str], ...]


@dataclass(frozen=True, slots=True)
class Used:
    """What a link did, and the task as it now is."""

    task: Task
    offer: Offer


class ActionLinks:
    """Makes, shows and uses links."""

    def __init__(self, desk: Desk, tasks: Tasks) -> None:
        self._desk = desk
        self._tasks = tasks

    async def mint(
        self, caller: Caller, task_id: int, wanted: Sequence[Offer] | None = None, lasts: timedelta = LASTS
    ) -> Minted:
        """Links for a task that the caller may read; without `wanted` those that suit it as it now is.

        Only the person makes them, and an adapter's key that they allowed to relay. Raises RoleForbidden,
        TaskNotFound, and what `action_links.bound` names.
        """
        relays = caller.role is Role.ADAPTER and caller.may_relay
        if caller.role not in (Role.OWNER, Role.SYSTEM) and not relays:
            raise RoleForbidden(caller.role.value, "make action links", "ask for a key with may_relay")
        task, now = await self._desk.see(caller, task_id), self._desk.now()
        chosen = action_links.offers(task, now) if wanted is None else wanted
        offers = [action_links.bound(task, offer) for offer in chosen]
        links = tuple((offer, self._desk.secrets.token()) for offer in offers)
        documents = tuple(_document(task, offer, token, now + lasts) for offer, token in links)
        if documents:
            await self._desk.put(caller, ChangeSet(now, documents=documents))
        return Minted(task, now + lasts, links)

    async def look(self, token: str) -> Used:
        """What the link would do to the task as it now is; changes nothing. Raises as `use`."""
        document, task = await self._find(token)
        return Used(task, _offer(document))

    async def _find(self, token: str) -> tuple[Document, Task]:
        now, key = self._desk.now(), digest(token)
        document = await self._desk.store.document(KIND, key, now)
        if document is None or document.data is None:
            used = await self._desk.store.document(USED, key, now)
            raise ActionLinkGone(from_text(used.data["at"]) if used and used.data else None)
        task = await self._desk.store.get(document.data["task_id"])
        if task is None or task.deleted_at is not None:
            raise ActionLinkGone
        _check_occasion(document, task)
        return document, task

    async def use(self, token: str, words: str | None, via: Caller) -> Used:
        """Does what the link says, as the person, and uses it up in the same commit; `via` is who brought the token.

        Raises ActionLinkGone (used, too old, or never made), ActionLinkOutdated, InvalidFields for `words` that are
        missing or not asked for, RoleForbidden for agents, and what the verb raises. Nothing is used up then.
        """
        if via.role not in (Role.OWNER, Role.ADAPTER):
            raise RoleForbidden(via.role.value, "act for the person")
        document, task = await self._find(token)
        offer = _offer(document)
        said = _typed(action_links.with_words(offer, words))
        try:
            task = await self._desk.change(
                _person(via), task.id, partial(self._steps, document, via, offer.command, said),
                documents=_spent(document, self._desk.now()),
            )  # fmt: skip
        except DocumentConflict as conflict:
            raise ActionLinkGone(self._desk.now()) from conflict
        except TaskNotFound as gone:
            raise ActionLinkGone from gone
        return Used(task, offer)

    async def _steps(
        self, document: Document, via: Caller, command: Command, said: dict[str, Any], task: Task
    ) -> Sequence[Step]:
        """The verb's steps, if the task is still as it was; the first event tells which key relayed it."""
        _check_occasion(document, task)
        first, *rest = await self._tasks.steps(_person(via), command, said, task)
        if via.owner:
            return [first, *rest]
        return [replace(first, extra={**first.extra, "relayed_by": (None, via.actor)}), *rest]


def _person(via: Caller) -> Caller:
    """The person, by the way on which the token came; the mark of an Idempotency-Key stays with the relaying key."""
    return Caller(Role.OWNER, "link", via.credential, via.via, request_id=via.request_id, once=via.once)


def _check_occasion(document: Document, task: Task) -> None:
    if action_links.occasion(task, _offer(document).command) != (document.data or {})["occasion"]:
        raise ActionLinkOutdated(task.id)


def _document(task: Task, offer: Offer, token: str, expires_at: datetime) -> Document:
    data = {
        "task_id": task.id,
        "occasion": action_links.occasion(task, offer.command),
        "command": offer.command.value,
        "said": offer.said,
    }
    return Document(KIND, digest(token), data, expires_at=expires_at, tasks=(task.id,))


def _spent(document: Document, now: datetime) -> tuple[Document, ...]:
    """Takes the link away, and remembers for as long as it would have lasted that it was used."""
    used = replace(document, kind=USED, data={"at": to_plain(now)})
    return replace(document, data=None, expect="present", expires_at=None), used


def _offer(document: Document) -> Offer:
    data = document.data or {}
    return Offer(Command(data["command"]), data["said"])


def _typed(said: dict[str, Any]) -> dict[str, Any]:
    """What the verb says, in domain values."""
    return {name: from_text(value) if name == "until" and value else value for name, value in said.items()}
