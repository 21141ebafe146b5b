"""From whatever is raised while a request runs to its answer: always a problem, or for a person's browser a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match, Route

from task_assistant.api import problems, request_ids
from task_assistant.api.guards import PageFor, Refused
from task_assistant.domain.errors import Refusal
from task_assistant.ports.store import StoreUnavailable
from task_assistant.wire.problems import field_name, message

Handler = Callable[[Request, Any], Any]
# FastAPI says where a field was; the field's own name says enough, and the contract has one name for each.
PLACES = ("body", "query", "path", "header")


def install(app: FastAPI, page_for: PageFor | None = None) -> None:
    """Adds the handlers for everything that may be raised on purpose; the rest ends in `RequestIds`."""

    def handler(translate: Callable[[Request, Any], problems.HttpProblem]) -> Handler:
        async def handle(request: Request, raised: Any) -> Response:
            problem = translate(request, raised)
            page = page_for(request.scope, problem) if page_for is not None else None
            return page or problems.answer(problem, request_ids.of(request.scope))

        return handle

    for kind, translate in TRANSLATIONS.items():
        app.add_exception_handler(kind, handler(translate))


def _refusal(_: Request, raised: Refusal) -> problems.HttpProblem:
    return problems.of_refusal(raised)


def _problem(_: Request, raised: problems.HttpProblem) -> problems.HttpProblem:
    return raised


def _refused(_: Request, raised: Refused) -> problems.HttpProblem:
    return raised.refusal


def _unavailable(_: Request, raised: StoreUnavailable) -> problems.HttpProblem:
    return problems.of_status(503, str(raised), {"Retry-After": "5"})


def _gone(_: Request, __: ClientDisconnect) -> problems.HttpProblem:
    return problems.of_status(400, "The connection ended before the body did.")


def _invalid(_: Request, raised: RequestValidationError) -> problems.HttpProblem:
    return problems.invalid([_field_error(error) for error in raised.errors()])


def _field_error(error: Any) -> dict[str, str]:
    place, *rest = error["loc"]
    location = tuple(rest) if place in PLACES and rest else error["loc"]
    return {"field": field_name(location), "message": message(error)}


def _http(request: Request, raised: HTTPException) -> problems.HttpProblem:
    headers = dict(raised.headers or {})
    if raised.status_code == 405:
        headers["Allow"] = ", ".join(_allowed(request))
    return problems.of_status(raised.status_code, None, headers)


def _allowed(request: Request) -> list[str]:
    """All methods that the address takes; the framework names those of its first route only."""
    routes = [route for route in request.app.routes if isinstance(route, Route)]
    matching = (route for route in routes if route.matches(request.scope)[0] is not Match.NONE)
    return sorted({method for route in matching for method in route.methods or ()})


TRANSLATIONS: dict[type[Exception], Callable[[Request, Any], problems.HttpProblem]] = {
    Refusal: _refusal,
    problems.HttpProblem: _problem,
    Refused: _refused,
    StoreUnavailable: _unavailable,
    ClientDisconnect: _gone,
    RequestValidationError: _invalid,
    HTTPException: _http,
}
