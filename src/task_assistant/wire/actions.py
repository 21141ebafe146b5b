"""Bodies about action links: which to make, and a token that somebody relays."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from task_assistant.domain import action_links, limits
from task_assistant.wire.fields import Text
from task_assistant.wire.requests import UNSENT, Request

Token = Annotated[str, Text(200, blank=False)]
Verb = Literal["answer", "approve", "send-back", "assign", "defer", "done"]


class ActionWish(Request):
    """One link: the verb, and the `body` that it takes alone; without one, the words come when it is used."""

    verb: Verb
    body: dict[str, Any] = UNSENT


class NewActions(Request):
    """Which links to make; without `actions` those that suit the task as it now is."""

    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = (
        {},
        {"actions": [{"verb": "answer", "body": {"answer": "1.0"}}, {"verb": "done"}], "expires_in": 86_400},
    )

    actions: Annotated[tuple[ActionWish, ...], Field(min_length=1, max_length=action_links.MOST)] = UNSENT
    expires_in: Annotated[
        int,
        Field(
            strict=True,
            ge=action_links.LASTS_SECONDS[0],
            le=action_links.LASTS_SECONDS[1],
            description="Seconds.",
        ),
    ] = int(action_links.LASTS.total_seconds())


class RelayedAction(Request):
    """A token, as a button or link carried it; `text` are the person's words where the link asks for them."""

    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = ({"token": "2J0uS…"}, {"token": "2J0uS…", "text": "1.0"})

    token: Token
    text: Annotated[str, Text(max(limits.ANSWER, limits.FEEDBACK))] = UNSENT
