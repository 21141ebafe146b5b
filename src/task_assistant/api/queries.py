"""Query parameters as models, read and documented the same way for every route.

FastAPI's own reading of a model costs more than all the rest of a poll, so the contract route reads it: one pass over
the query, one validation, and a parameter that is not in the model is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from starlette.requests import Request

from task_assistant.api import problems
from task_assistant.api.auth import Endpoint
from task_assistant.domain import limits
from task_assistant.domain.ordering import Sort
from task_assistant.domain.ranking import DueBand
from task_assistant.domain.task import Lane, Owner, Status
from task_assistant.wire.fields import Label, Slug, Text, Time
from task_assistant.wire.problems import explain

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


class Query(BaseModel):
    """The parameters that a route knows; by itself none."""

    model_config = ConfigDict(frozen=True)


Model = TypeVar("Model", bound=Query)


def reads(model: type[Query]) -> Callable[[Endpoint], Endpoint]:
    """Notes on an endpoint which query parameters it takes."""

    def note(endpoint: Endpoint) -> Endpoint:
        endpoint.__reads__ = model  # type: ignore[attr-defined]  # functions take attributes
        return endpoint

    return note


def asked(request: Request, model: type[Model]) -> Model:
    """What the request's query asked for, as the contract route read it."""
    query = request.state.query
    if not isinstance(query, model):
        raise TypeError(f"the endpoint does not say @reads({model.__name__})")
    return query


def read(query_string: bytes, model: type[Query]) -> Query:
    """The parameters. Raises the problem 422 for unknown names (with the known ones) and bad values."""
    given: dict[str, Any] = {}
    unknown: dict[str, None] = {}
    fields = model.model_fields
    for name, value in parse_qsl(query_string.decode("latin-1"), keep_blank_values=True):
        if name not in fields:
            unknown[name] = None
        elif fields[name].default == ():
            given.setdefault(name, []).append(value)
        else:
            given[name] = value
    if unknown:
        known = ", ".join(sorted(fields)) or "none"
        text = f"is not a query parameter here; known parameters: {known}"
        raise problems.invalid([{"field": _printable(name), "message": text} for name in unknown])
    try:
        return model.model_validate(given)
    except ValidationError as problem:
        raise problems.invalid(explain(problem)) from None


def _printable(name: str) -> str:
    return name.encode(errors="backslashreplace").decode()[:100]


class Filters(Query):
    """What lists and queue have in common."""

    status: Annotated[
        tuple[Status, ...], Field(description="May be repeated; names closed ones to see them.")
    ] = ()
    lane: Annotated[tuple[Lane, ...], Field(description="May be repeated.")] = ()
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
        str | None,
        Text(SEARCH),
        Field(
            description="Full text; newest first unless `sort` says otherwise. A store that looks through the newest "
            "tasks only (Firestore) says through how many in the header `Search-Depth`."
        ),
    ] = None
    sort: Sort | None = None
    limit: PageLimit = 50
    offset: Offset = 0


class QueueQuery(Filters):
    """GET /api/agent/queue."""

    sort: Sort = Sort.SMART
    limit: Annotated[int, Field(ge=1, le=limits.QUEUE_PAGE)] = 50


class PageQuery(Query):
    """A list with nothing to filter."""

    limit: PageLimit = 100
    cursor: Cursor = None


class TriageQuery(PageQuery):
    """GET /api/agent/triage."""

    full: Full = False


class DeleteQuery(Query):
    """DELETE /api/tasks/{id}."""

    purge: Annotated[bool, Field(description="Erases texts and history contents for good.")] = False


class FeedQuery(Query):
    """GET /api/events."""

    after: Annotated[Seq, Field(description="The last `seq` seen; 0 is the beginning.")] = 0
    limit: PageLimit = 100
    wait: Annotated[int, Field(ge=0, le=limits.WAIT_SECONDS, description="Seconds to wait for an event.")] = 0


class StreamQuery(Query):
    """GET /api/events/stream."""

    after: Annotated[
        Seq | None, Field(description="The last `seq` seen; new events only when it is left out.")
    ] = None


class ReminderQuery(Query):
    """GET /api/reminders/due."""

    now: Annotated[
        QueryTime | None, Field(description="The time to judge by; the server's own if left out.")
    ] = None
    limit: PageLimit = 100
