"""Which documents move house, and what an export keeps of them: people pass it on, so it holds no secret.

Copies and backups keep the hashes of keys, so that the keys go on working.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

from task_assistant.domain.task import Claim, Task
from task_assistant.ports.documents import Document
from task_assistant.ports.moving import Item, Kept

Told = Callable[[Document], Document | None]


class Keys(StrEnum):
    """Whether a dump holds the hashes of keys and claim tokens, or none of them."""

    HASHED = "hashed"
    NONE = "none"


MARK = "moving"  # how far a load has come

# What is of use for minutes only, or in one browser: nothing of it is ever in a dump.
LEFT_OUT = frozenset({"answer", "login", "session", "sign_in_link", MARK})
NO_SECRET = "without-secret:"  # noqa: S105  # no digest begins so: nobody can sign in with such a key


def _whole(document: Document) -> Document:
    return document


def _not_at_all(_: Document) -> None:
    """What somebody who reads the file could use, and messages on their way out."""


def _unkeyed(document: Document) -> Document:
    """A key under its id in place of its hash: it is listed and can be revoked, and opens nothing."""
    return replace(document, key=f"{NO_SECRET}{(document.data or {}).get('id', '')}")


# What an export holds of each kind; a kind that is not here is not in an export (a test names it).
EXPORTED: dict[str, Told] = {
    "action_link": _not_at_all,
    "action_link_used": _not_at_all,
    "assign_rule": _whole,
    "calendar": _not_at_all,  # its address goes on working where the board was copied, for nobody else
    "decision": _whole,
    "first-steps": _whole,
    "insights_ages": _whole,
    "insights_cursor": _whole,
    "insights_day": _whole,
    "insights_task": _whole,
    "key": _unkeyed,
    "key_name": _whole,
    "last_message": _not_at_all,
    "message": _not_at_all,
    "message_try": _not_at_all,
    "next_instance": _whole,
    "notified": _whole,
    "opinion": _not_at_all,  # places of a day's budget, of use for that day only
    "pause": _whole,
    "preferences": _whole,
    "readiness": _whole,
    "review_rule": _whole,
    "saved_view": _whole,
    "source": _whole,
    "usage": _whole,
    "usage_cursor": _whole,
    "webhook": _not_at_all,  # its address may hold a secret; without its signing secret it is of no use
    "webhook_cursor": _not_at_all,
    "webhook_dead": _not_at_all,
    "webhook_delivery": _not_at_all,
    "webhook_secret": _not_at_all,
    "webhook_try": _not_at_all,
    "webhook_turn": _not_at_all,
}


def moved(item: Item, keys: Keys) -> Item | None:
    """The item as it is in a dump, None if it is not in it. What is in one stays as it is: a reader relies on that."""
    if isinstance(item, Document):
        return _document(item, keys)
    if isinstance(item, Kept) and item.task.claim is not None:
        return replace(item, task=_without_tokens(item.task, keys))
    return item


def _document(document: Document, keys: Keys) -> Document | None:
    if document.kind in LEFT_OUT:
        return None
    if keys is Keys.HASHED:
        return document
    told = EXPORTED.get(document.kind)
    return told(document) if told else None


def _without_tokens(task: Task, keys: Keys) -> Task:
    """The task; in an export its claim has no token hashes, so its holder takes it up anew (`resume`)."""
    held: Claim | None = task.claim
    if keys is Keys.HASHED or held is None:
        return task
    return task.having(claim=replace(held, token_hash="", scoped_key_hash=None))
