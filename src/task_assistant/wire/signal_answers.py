"""Answers about what leaves the server: messages and the digest."""

from __future__ import annotations

from datetime import datetime

from task_assistant.wire.task_answers import Answer


class Notifying(Answer):
    """Where messages to the person go, without secrets, and how the last one went."""

    targets: list[str]
    last_at: datetime | None
    failed: list[str]


class NotifyRound(Answer):
    """What one round sent: messages, the occasions in them, and the addresses that did not take theirs."""

    messages: int
    notices: int
    failed: list[str]


class Digest(Answer):
    """What needs the person and what agents do now, as Markdown and as HTML that mail programs show."""

    headline: str
    markdown: str
    html: str
