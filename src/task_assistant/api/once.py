"""`Idempotency-Key`: a request with the same credential, key and body within 24 hours happens once.

The commit itself carries the mark (`services.desk`), so a crash between the change and its answer cannot make it happen
twice. The first 2xx answer is kept beside the mark, without claim tokens: those are derived anew from a kept nonce. An
answer that was lost in a crash is made again from the task as it is now, where that says the same; else 409 tells that
the request was carried out.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from task_assistant.api import problems, replies
from task_assistant.api.context import ApiContext
from task_assistant.domain.errors import Refusal
from task_assistant.domain.roles import Caller, Once
from task_assistant.services.answers import Remembered
from task_assistant.services.claiming import Wish
from task_assistant.services.desk import AlreadyDone

MOST_KEY = 255
KEPT_HEADERS = ("location", "etag", "cache-control")
SEALED = "sealed_answer"
REPLAYED = {"Idempotency-Replayed": "true"}
# How long to wait for a twin that another process carries out right now, before its answer counts as lost.
PATIENCE = 5.0
CarryOut = Callable[[], Awaitable[Response]]


def of(request: Request, key: bytes, raw: bytes) -> Once:
    """The mark for this request. Raises the problem 422 for a key that is empty, too long or not printable ASCII."""
    if not 1 <= len(key) <= MOST_KEY or not all(0x21 <= byte < 0x7F for byte in key):
        message = f"must be 1 to {MOST_KEY} printable ASCII characters without spaces, sent once"
        raise problems.invalid([{"field": "Idempotency-Key", "message": message}])
    scope = request.scope
    asked = b"\n".join((scope["method"].encode(), scope["path"].encode(), scope["query_string"], raw))
    return Once(key.decode(), hashlib.sha256(asked).hexdigest())


def never_kept(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """Notes on an endpoint that its answer holds a secret that is shown once only."""
    endpoint.__never_kept__ = True  # type: ignore[attr-defined]  # functions take attributes
    return endpoint


async def answer(
    context: ApiContext, request: Request, caller: Caller, mark: Once, carry_out: CarryOut
) -> Response:
    """The first answer again, or this request's own. Raises KeyReused when the key was for another request.

    `carry_out` runs the request as `caller` with the mark.
    """
    caller = replace(caller, once=mark)
    place = (caller.credential, mark.key)
    while (twin := context.under_way.get(place)) is not None:
        await twin.wait()
    context.under_way[place] = asyncio.Event()
    try:
        return await _first_or_again(context, request, caller, carry_out)
    finally:
        context.under_way.pop(place).set()


async def _first_or_again(
    context: ApiContext, request: Request, caller: Caller, carry_out: CarryOut
) -> Response:
    known = await context.services.answers.find(caller)
    if known is None:
        try:
            return await _kept(context, request, caller, await carry_out())
        except (AlreadyDone, Refusal):
            # A twin in another process may have been faster, so that the state refuses what it has just brought about.
            known = await context.services.answers.find(caller)
            if known is None:
                raise
    return await _again(context, request, caller, known)


async def _kept(context: ApiContext, request: Request, caller: Caller, response: Response) -> Response:
    if not 200 <= response.status_code < 300:
        return response
    keep: replies.Keep = getattr(request.state, "keep", replies.Keep())
    data: Any = orjson.loads(response.body) if response.body else None
    if keep.claim is not None:
        data = {name: value for name, value in data.items() if name not in ("claim_token", "claim_key")}
    if keep.secret:
        data = {SEALED: context.services.desk.secrets.seal(SEALED, bytes(response.body).decode())}
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    remembered = {
        "status": response.status_code,
        "headers": headers,
        "body": data,
        "claim": keep.claim,
        "scoped_key": keep.scoped_key,
    }
    await context.services.answers.keep(caller, remembered, keep.tasks)
    return response


async def _again(context: ApiContext, request: Request, caller: Caller, known: Remembered | None) -> Response:
    """The answer of the twin, which another process may still be about to keep."""
    store = context.services.desk.store
    loop = asyncio.get_running_loop()
    until = loop.time() + PATIENCE
    while known is not None and known.answer is None and (left := until - loop.time()) > 0:
        await store.changed(await store.stamp(), min(left, 0.2))
        known = await context.services.answers.find(caller)
    if known is None:  # its task was purged meanwhile, and the answer with it
        raise _lost(())
    if known.answer is None:
        return await _rebuilt(context, request, caller, known.tasks)
    return _replayed(context, known.answer)


def _replayed(context: ApiContext, kept: dict[str, Any]) -> Response:
    data, nonce = kept["body"], kept["claim"]
    if isinstance(data, dict) and SEALED in data:
        data = orjson.loads(context.services.desk.secrets.unseal(SEALED, data[SEALED]))
    if nonce is not None:
        claiming = context.services.claiming
        data = {**data, "claim_token": claiming.token(nonce)}
        if kept["scoped_key"]:
            data["claim_key"] = claiming.scoped_key(data["id"], nonce)
    headers = {**kept["headers"], **REPLAYED}
    return (
        replies.json(data, kept["status"], headers)
        if data is not None
        else Response(None, kept["status"], headers)
    )


async def _rebuilt(context: ApiContext, request: Request, caller: Caller, tasks: tuple[int, ...]) -> Response:
    """The answer that a crash lost: the one task as it is now; a claim is resumed, which gives it a fresh token."""
    route = request.scope["route"]
    if len(tasks) != 1 or route.response_model not in replies.REBUILDABLE:
        raise _lost(tasks)
    caller = replace(caller, once=None)
    if route.response_model is replies.CLAIM:
        claimed = await context.services.claiming.claim(caller, Wish(task_id=tasks[0], resume=True))
        return replies.claimed(request, claimed, context.now())
    task = await context.services.tasks.get(caller, tasks[0])
    return replies.task(request, task, context.now(), created=route.status_code == 201)


def _lost(tasks: tuple[int, ...]) -> problems.HttpProblem:
    detail = "This request was carried out before, but its answer is gone; read the tasks that it changed."
    return problems.HttpProblem(409, "answer_lost", "Carried out before", detail, facts={"tasks": tasks})
