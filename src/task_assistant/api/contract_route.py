"""What every route of the JSON API does before its endpoint runs, in this order.

1. Who calls, and may this role (`@allow`)? 401 and 403 depend on nothing else of the request.
2. The query is read (`@reads`). A parameter that the route does not know is 422 by name: a mistyped filter must not
   look like no filter.
3. The body is read: 413, 415, 400.
4. A POST with an `Idempotency-Key` that was carried out before gets its first answer again.
5. FastAPI validates path and body (422), and the endpoint runs.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from fastapi.routing import APIRoute
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response

from task_assistant.api import bodies, documents, once, queries, request_ids
from task_assistant.api.auth import Access, access_of
from task_assistant.api.context import context_of
from task_assistant.api.sessions import header
from task_assistant.domain import limits
from task_assistant.domain.errors import ScopedKey
from task_assistant.domain.roles import Caller

WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
Handler = Callable[[Request], Coroutine[Any, Any, Response]]
Precheck = Callable[[Caller, Any], None]


class Number(Convertor[str]):
    """`{task_id:number}`: digits, left as text, so that one that is too large is 422 and a word is no such address."""

    regex = "-?[0-9]{1,40}"

    def convert(self, value: str) -> str:
        """The digits as they came."""
        return value

    def to_string(self, value: str) -> str:
        """The digits as they are."""
        return str(value)


register_url_convertor("number", Number())


class ContractRequest(Request):
    """A request whose body was read and parsed already."""

    def __init__(self, request: Request, raw: bytes, data: Any) -> None:
        super().__init__(request.scope, request.receive)
        self._body = raw
        self._json = data


def who(request: Request) -> Caller:
    """The caller of this request, as the route admitted it."""
    caller: Caller = request.state.caller
    return caller


def first(check: Precheck) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Notes a check of the parsed body that comes before its validation: what a role may not send is 403, not 422."""

    def note(endpoint: Callable[..., Any]) -> Callable[..., Any]:
        endpoint.__first__ = check  # type: ignore[attr-defined]  # functions take attributes
        return endpoint

    return note


def takes_file(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """Notes that the body is a file of any kind, large ones too: the endpoint finds it in `request.state.file`."""
    endpoint.__takes_file__ = True  # type: ignore[attr-defined]  # functions take attributes
    return endpoint


class ContractRoute(APIRoute):
    """An endpoint of the API. It must carry `@allow`; its document tells roles, headers and problems."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        self._access: Access = access_of(endpoint)
        self._first: Precheck | None = getattr(endpoint, "__first__", None)
        self._once = "POST" in (options.get("methods") or ()) and not getattr(
            endpoint, "__never_kept__", False
        )
        self._takes_file = getattr(endpoint, "__takes_file__", False)
        options["operation_id"] = options.get("operation_id") or endpoint.__name__
        self.query: type[queries.Query] = getattr(endpoint, "__reads__", queries.Query)
        self._no_query = self.query()
        documents.describe(options, self._access, self.query, once=self._once)
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Handler:
        """FastAPI's handler behind the five steps."""
        run = super().get_route_handler()

        async def handle(request: Request) -> Response:
            caller = await self._admit(request)
            text = request.scope["query_string"]
            request.state.caller = caller
            request.state.query = queries.read(text, self.query) if text else self._no_query
            if self._takes_file:
                return await self._run_with_file(request, run)
            raw, data = await _read(request)
            if self._first is not None:
                self._first(caller, data)
            key = self._key(request)
            ready = ContractRequest(request, raw, data)
            return await run(ready) if key is None else await self._run_once(ready, key, raw, run)

        return handle

    def _key(self, request: Request) -> bytes | None:
        return header(request.scope, b"idempotency-key") if self._once else None

    async def _run_with_file(self, request: Request, run: Handler) -> Response:
        key = self._key(request)
        with await bodies.spooled(request.receive, limits.IMPORT_BYTES) as file:
            request.state.file = file
            ready = ContractRequest(request, b"", None)
            if key is None:
                return await run(ready)
            return await self._run_once(ready, key, await bodies.digest(file), run)

    async def _admit(self, request: Request) -> Caller:
        caller = await context_of(request).gate.admit(request.scope, self._access)
        if caller.task_id is not None:
            _check_scoped(request, caller.task_id)
        return replace(caller, request_id=request_ids.of(request.scope))

    async def _run_once(self, request: ContractRequest, key: bytes, raw: bytes, run: Handler) -> Response:
        caller, mark = who(request), once.of(request, key, raw)
        request.state.caller = replace(caller, once=mark)
        return await once.answer(context_of(request), request, caller, mark, lambda: run(request))


async def _read(request: Request) -> tuple[bytes, Any]:
    if request.method not in WITH_BODY:
        return b"", None
    raw = await bodies.read(request.scope, request.receive)
    if not raw:
        return b"", None
    bodies.check_content_type(request.scope)
    return raw, bodies.parse(raw)


def _check_scoped(request: Request, task_id: int) -> None:
    """A key that was made for one claim changes nothing but its task; what it may read is the services' rule."""
    named = request.path_params.get("task_id")
    if (named is None and request.method != "GET") or (named is not None and named != str(task_id)):
        raise ScopedKey(task_id)
