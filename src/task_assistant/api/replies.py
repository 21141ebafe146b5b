"""Answers of the routes: rendered by `wire.render`, sent as bytes, with what `once` needs to keep them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from task_assistant.api.conditional import etag
from task_assistant.domain.task import Task
from task_assistant.services.claiming import Claimed
from task_assistant.wire import answers, render

# What `once` can make again from the task alone.
CLAIM = answers.ClaimedTask
REBUILDABLE = (answers.Task, CLAIM)


@dataclass(frozen=True, slots=True)
class Keep:
    """How to keep an answer for its Idempotency-Key: the tasks whose texts it holds, and how a claim is rebuilt.

    `claim` is the nonce of `services.claiming`; `scoped_key` True when the answer also has a `claim_key`. `secret` True
    when the answer tells something this once: then it is kept encrypted.
    """

    tasks: tuple[int, ...] = ()
    claim: str | None = None
    scoped_key: bool = False
    secret: bool = False


def json(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Any object, rendered."""
    return Response(render.to_json(data), status, {**(headers or {})}, "application/json")


def about(request: Request, data: Any, tasks: Iterable[int], status: int = 200) -> Response:
    """An answer that holds texts of these tasks."""
    request.state.keep = Keep(tuple(tasks))
    return json(data, status)


def secret(
    request: Request, data: Any, tasks: Iterable[int] = (), *, location: str | None = None
) -> Response:
    """A created thing with what is told of it this once."""
    request.state.keep = Keep(tuple(tasks), secret=True)
    where = {"Location": location} if location else {}
    return json(data, 201, {"Cache-Control": "no-store", **where})


def task(request: Request, it: Task, now: datetime, *, created: bool = False) -> Response:
    """One task in full with its ETag; a created one with its Location."""
    request.state.keep = Keep((it.id,))
    headers = {"ETag": etag(it.version)} | ({"Location": f"/api/tasks/{it.id}"} if created else {})
    return json(render.task(it, now), 201 if created else 200, headers)


def claimed(request: Request, it: Claimed, now: datetime) -> Response:
    """A claimed task with its token and context. The token is in no store: `Keep` holds what it is derived from."""
    request.state.keep = Keep((it.task.id,), it.nonce, it.key is not None)
    data = {**render.task(it.task, now), "claim_token": it.token, "context": it.context}
    if it.key is not None:
        data["claim_key"] = it.key
    return json(data, 200, {"ETag": etag(it.task.version)})
