"""Query parameters of the lists, as models: FastAPI reads and documents them, the contract route knows their names."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field

from task_assistant.domain import limits
from task_assistant.domain.ordering import Sort
from task_assistant.domain.ranking import DueBand
from task_assistant.domain.task import Lane, Owner, Status
from task_assistant.wire.fields import Label, Slug, Text, Time

SEARCH = 500
Cursor = Annotated[
    str | None, Text(1_000), Field(description="Where to go on, from the Link header of the page before.")
]
Full = Annotated[bool, Field(description="Sends long texts whole instead of cutting them to 280 characters.")]
Offset = Annotated[int, Field(ge=0, le=limits.ID, description="How many rows to pass over.")]
Seq = Annotated[int, Field(ge=0, le=limits.ID)]
PageLimit = Annotated[int, Field(ge=1, le=limits.PAGE)]


def _plus(value: Any) -> Any:
    """A "+" that was not escaped arrives as a space: `09:00:00 02:00` was meant as an offset."""
    if isinstance(value, str) and len(value) > 6 and value[-6] == " ":
        return f"{value[:-6]}+{value[-5:]}"
    return value


QueryTime = Annotated[Time, BeforeValidator(_plus)]


class Filters(BaseModel):
    """What lists and queue have in common."""

    status: Annotated[list[Status], Field(description="May be repeated; names closed ones to see them.")] = []
    lane: Annotated[list[Lane], Field(description="May be repeated.")] = []
    assignee: Owner | None = None
    due: Annotated[
        Literal["overdue", "soon"] | None, Field(description="Past its due time, or due within 24 hours.")
    ] = None
    include_done: Annotated[bool, Field(description="Shows done and cancelled tasks, too.")] = False
    full: Full = False
    cursor: Cursor = None

    @property
    def band(self) -> DueBand | None:
        """The due filter as the rules name it."""
        return DueBand(self.due) if self.due else None


class TaskQuery(Filters):
    """GET /api/tasks."""

    origin: Slug | None = None
    label: Label | None = None
    q: Annotated[
        str | None, Text(SEARCH), Field(description="Full text; newest first unless `sort` says otherwise.")
    ] = None
    sort: Sort | None = None
    limit: PageLimit = 50
    offset: Offset = 0


class QueueQuery(Filters):
    """GET /api/agent/queue."""

    sort: Sort = Sort.SMART
    limit: Annotated[int, Field(ge=1, le=limits.QUEUE_PAGE)] = 50


class PageQuery(BaseModel):
    """A list with nothing to filter."""

    limit: PageLimit = 100
    cursor: Cursor = None


class ShortList(BaseModel):
    """A list that is read from its beginning only."""

    limit: PageLimit = 100


class FeedQuery(BaseModel):
    """GET /api/events."""

    after: Annotated[Seq, Field(description="The last `seq` seen; 0 is the beginning.")] = 0
    limit: PageLimit = 100
    wait: Annotated[int, Field(ge=0, le=limits.WAIT_SECONDS, description="Seconds to wait for an event.")] = 0


class StreamQuery(BaseModel):
    """GET /api/events/stream."""

    after: Annotated[
        Seq | None, Field(description="The last `seq` seen; new events only when it is left out.")
    ] = None


class ReminderQuery(BaseModel):
    """GET /api/reminders/due."""

    now: Annotated[
        QueryTime | None, Field(description="The time to judge by; the server's own if left out.")
    ] = None
    limit: PageLimit = 100
