"""The adapter kit: everything that is the same for every source, so that an adapter is one small file.

An adapter says what it is called, what it needs from the environment, how its source proves itself, and how a delivery
becomes items (`Ticket`, `Message`). The kit checks signatures, asks the server's memory what is new, ingests it without
duplicates, remembers, reports the source's health, backs off, and keeps secrets out of every text. docs/adapters.md
writes one in an evening; `pta adapter new NAME` begins it and `pta adapter check FILE` holds it to the contract.
"""

from __future__ import annotations

from task_assistant.client.adapters.adapter import Adapter, FileAdapter, Page, PollingAdapter, WebhookAdapter
from task_assistant.client.adapters.configuration import Configuration, Setting
from task_assistant.client.adapters.content import Item, Message, Ticket
from task_assistant.client.adapters.delivery import Answer, Delivery, Fields
from task_assistant.client.adapters.hypertext import text_of_html
from task_assistant.client.adapters.running import main
from task_assistant.client.adapters.signatures import Hmac, TimedHmac, fresh, same
from task_assistant.client.adapters.sync import Note, TwoWay
from task_assistant.client.adapters.times import from_iso, from_milliseconds, from_seconds
from task_assistant.client.adapters.trouble import (
    BadSignature,
    Malformed,
    Misconfigured,
    RateLimited,
    SignInNeeded,
    SourceTrouble,
    Unavailable,
    WrongSettings,
)
from task_assistant.domain.extraction import own_words

__all__ = [
    "Adapter", "Answer", "BadSignature", "Configuration", "Delivery", "Fields", "FileAdapter", "Hmac", "Item",
    "Malformed", "Message", "Misconfigured", "Note", "Page", "PollingAdapter", "RateLimited", "Setting", "SignInNeeded",
    "SourceTrouble", "Ticket", "TimedHmac", "TwoWay", "Unavailable", "WebhookAdapter", "WrongSettings", "fresh",
    "from_iso", "from_milliseconds", "from_seconds", "main", "own_words", "same", "text_of_html",
]  # fmt: skip
