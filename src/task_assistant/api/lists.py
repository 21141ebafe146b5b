"""Pages of tasks: the hot reads, with their ETag, their cached bytes and the link to the next page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from task_assistant.api import paging
from task_assistant.api.answer_cache import HOT_PATHS, Headers, Ready
from task_assistant.api.conditional import unchanged, weak_tag
from task_assistant.api.context import context_of
from task_assistant.api.contract_route import who
from task_assistant.domain.ordering import Sort, key
from task_assistant.domain.task import Task
from task_assistant.ports.queries import Query
from task_assistant.wire import render

COMMON: Headers = ((b"vary", b"Authorization, Cookie"), (b"cache-control", b"private, no-cache"))


@dataclass(frozen=True, slots=True)
class Page:
    """Some tasks of a list, the time at which the list was as it is told, and the link to the next page."""

    tasks: Sequence[Task]
    now: datetime
    passed: int
    link: Mapping[str, str]


async def page(request: Request, query: Query, cursor: str | None) -> Page:
    """The page that the query names, from the cursor's place on if there is one."""
    place = paging.read(request.scope, cursor, query.now) if cursor else None
    begin = paging.Place(query.now, query.offset, ()) if place is None else place
    window = _window(query, begin)
    rows = await context_of(request).services.queue.find(window)
    tasks = rows[: query.limit]
    link: Mapping[str, str] = {}
    if len(rows) > query.limit:
        last = key(tasks[-1], _order(query), begin.now)
        link = paging.next_link(request.scope, paging.Place(begin.now, begin.passed + len(tasks), last))
    return Page(tasks, begin.now, begin.passed, link)


def _order(query: Query) -> Sort:
    return query.sort or (Sort.SMART if query.text is None else Sort.CREATED)


def _window(query: Query, begin: paging.Place) -> Query:
    after = begin.key or None
    offset = 0 if after else query.offset
    return replace(query, now=begin.now, after=after, offset=offset, limit=query.limit + 1)


Build = Callable[[], Awaitable[tuple[Any, Mapping[str, str]]]]


async def hot(request: Request, build: Build) -> Response:
    """The answer of a read that is polled: 304 where the reader has it, else made by `build` and kept as bytes."""
    context, scope = context_of(request), request.scope
    state = await context.services.queue.state()
    caller = who(request)
    asked = scope["query_string"].decode("latin-1")
    tag = weak_tag(state.tag, context.version, caller.credential, scope["path"], asked)
    if unchanged(scope, tag):
        return _raw(304, (*COMMON, (b"etag", tag)), b"")
    data, extra = await build()
    body = render.to_json(data)
    more = tuple((name.lower().encode(), value.encode()) for name, value in extra.items())
    size = (b"content-length", str(len(body)).encode())
    headers: Headers = (*COMMON, (b"etag", tag), (b"content-type", b"application/json"), size, *more)
    if scope["path"] in HOT_PATHS:
        ready = Ready(state, tag, headers, (*COMMON, (b"etag", tag)), body)
        context.cache.put((caller.credential, scope["path"], scope["query_string"]), ready)
    return _raw(200, headers, body)


def _raw(status: int, headers: Headers, body: bytes) -> Response:
    response = Response(body, status)
    response.raw_headers = list(headers)
    return response


def rows(tasks: Sequence[Task], now: datetime, *, full: bool = False) -> list[render.Rendered]:
    """Tasks as a list shows them."""
    return [render.listed(task, now, full=full) for task in tasks]
