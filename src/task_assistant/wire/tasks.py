"""Bodies that create or edit a task."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from task_assistant.domain import limits
from task_assistant.domain.task import Owner, ReviewNeed, Status
from task_assistant.wire.fields import (
    AgentName,
    Dependencies,
    Flag,
    Labels,
    Link,
    Priority,
    Slug,
    Text,
    Time,
    Title,
)
from task_assistant.wire.recurrence import Recurs
from task_assistant.wire.requests import UNSENT, Request

Description = Annotated[str, Text(limits.DESCRIPTION)]
SourceName = Annotated[str, Text(limits.SOURCE_NAME)]
SourceContext = Annotated[str, Text(limits.SOURCE_CONTEXT)]
ExternalId = Annotated[str, Text(limits.EXTERNAL_ID, trim=True, blank=False)]
SourceState = Literal["open", "closed"]

DUE_AT = "The deadline. While it is null the server estimates one from the priority."
AGENT = "The one agent key that may claim the task; null for any. Only with assignee codex."
DEPENDS_ON = (
    "Ids of tasks that must be finished first. Circles are refused, and ids that are unknown to the key: that it may "
    "neither read nor has made."
)
REVIEW = "Whether a submit waits for the person. Only the person sets `optional`."
PRIVATE = "Shown to nobody but the person, and claimable by nobody."


class NewTask(Request):
    """A task to create: a title is enough."""

    DOMAIN_NAMES: ClassVar[dict[str, str]] = {"due_at": "due"}
    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = (
        {"title": "Send Alice revised numbers", "assignee": "me", "priority": 2, "origin": "email"},
    )

    title: Title
    description: Description | None = None
    status: Status = Status.BACKLOG
    assignee: Owner = Owner.UNASSIGNED
    agent: Annotated[AgentName | None, Field(description=AGENT)] = None
    origin: Slug = "manual"
    priority: Priority = 3
    due_at: Annotated[Time | None, Field(description=DUE_AT)] = None
    reminder_at: Time | None = None
    source_name: SourceName | None = None
    source_url: Link | None = None
    source_context: SourceContext | None = None
    source_state: SourceState | None = None
    external_id: ExternalId | None = None
    labels: Labels = ()
    depends_on: Annotated[Dependencies, Field(description=DEPENDS_ON)] = ()
    deferred_until: Time | None = None
    recurrence: Recurs | None = None
    review: Annotated[ReviewNeed, Field(description=REVIEW)] = ReviewNeed.REQUIRED
    private: Annotated[Flag, Field(description=PRIVATE)] = False


class TaskPatch(Request):
    """The fields to change; every other keeps its value. Null empties a field that may be empty.

    The person may send all of them. An agent's key may send `status` alone: `in_progress` claims, `waiting_review`
    submits and `backlog` releases the claim so taken.
    """

    DOMAIN_NAMES: ClassVar[dict[str, str]] = {"due_at": "due"}
    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = ({"priority": 1, "due_at": "2026-05-09T10:00:00+02:00"},)

    title: Title = UNSENT
    description: Description | None = None
    status: Status = UNSENT
    assignee: Owner = UNSENT
    agent: Annotated[AgentName | None, Field(description=AGENT)] = None
    origin: Slug = UNSENT
    priority: Priority = UNSENT
    due_at: Annotated[Time | None, Field(description=DUE_AT)] = None
    reminder_at: Time | None = None
    source_name: SourceName | None = None
    source_url: Link | None = None
    source_context: SourceContext | None = None
    source_state: SourceState | None = None
    external_id: ExternalId | None = None
    labels: Labels = UNSENT
    depends_on: Annotated[Dependencies, Field(description=DEPENDS_ON)] = UNSENT
    deferred_until: Time | None = None
    recurrence: Recurs | None = None
    review: Annotated[ReviewNeed, Field(description=REVIEW)] = UNSENT
    private: Annotated[Flag, Field(description=PRIVATE)] = UNSENT


class CommentText(Request):
    """A comment; one by the person reaches the agent that holds the task at its next heartbeat."""

    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = ({"text": "Use the numbers of the second quarter."},)

    text: Annotated[str, Text(limits.COMMENT, blank=False)]
