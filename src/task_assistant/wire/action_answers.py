"""Answers about action links."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from task_assistant.wire.actions import Verb
from task_assistant.wire.task_answers import Answer


class ActionLink(Answer):
    """One link: the words on its button, the token that is told this once, and the page that does the same."""

    verb: Verb
    label: str
    asks: Literal["answer", "feedback"] | None
    token: str
    url: str


class ActionLinks(Answer):
    """Fresh links of one task, the likeliest first. A new question, result or owner ends them before their time."""

    task_id: int
    expires_at: datetime
    actions: list[ActionLink]


class ActionDone(Answer):
    """What the person did by a link."""

    task_id: int
    verb: Verb
    label: str
    status: str
    lane: str | None
