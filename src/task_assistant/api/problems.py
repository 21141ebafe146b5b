"""Every error as one shape (RFC 9457), from one table: code → status and title.

Rules raise facts (`domain.errors`), plumbing raises `HttpProblem`; both become `application/problem+json` here, and
nothing else in the API makes an error answer. A test holds the table to the list of all refusals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response

from task_assistant.domain.errors import InvalidBatch, InvalidFields, Paused, Refusal
from task_assistant.wire.ingest import WHOLE_TASK
from task_assistant.wire.render import to_json

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:pta:problem:"

# Refusals of the rules. 404 also for what the caller may not see, so that a guess teaches nothing.
REFUSALS: Mapping[str, tuple[int, str]] = {
    "not_signed_in": (401, "Not signed in"),
    "role_forbidden": (403, "Not for this role"),
    "field_forbidden": (403, "Not for this role"),
    "outside_key_limits": (403, "Outside the limits of this key"),
    "scoped_key": (403, "A key for one claim only"),
    "task_not_found": (404, "No such task"),
    "not_found": (404, "Not found"),
    "action_link_gone": (410, "Used already, or too old"),
    "action_link_outdated": (409, "The task has moved on"),
    "no_claimable_task": (404, "Nothing to do"),
    "paused": (404, "Paused"),
    "illegal_move": (409, "Not possible from here"),
    "claim_held": (409, "Held by another worker"),
    "not_claimable": (409, "Cannot be claimed"),
    "claim_lost": (409, "The claim is over"),
    "never_held": (403, "Never held this task"),
    "no_question": (409, "No open question"),
    "result_changed": (409, "The result has changed"),
    "no_assessment": (409, "No assessment"),
    "already_triaged": (409, "Triaged already"),
    "version_mismatch": (412, "The task has changed"),
    "external_id_taken": (409, "Captured already"),
    "dependency_cycle": (422, "Depends on itself"),
    "name_taken": (409, "Name taken"),
    "undo_conflict": (409, "Newer work in the way"),
    "not_undoable": (409, "Cannot be undone"),
    "idempotency_key_reused": (422, "Idempotency-Key used before"),
    "busy": (503, "Busy"),
    "dump_refused": (422, "Not a whole dump"),
    "store_not_empty": (409, "Not empty"),
    "not_the_same": (409, "Not the same"),
    "validation_error": (422, "Not valid"),
    "invalid_batch": (422, "A task of the batch is not valid"),
}
BUSY_FOR = 1  # seconds until a request that met too many others is worth sending again


@dataclass(eq=False)
class HttpProblem(Exception):
    """A request that fails for how it was sent, before any rule is asked."""

    status: int
    code: str
    title: str
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


# The plumbing's own codes; `of_status` serves what the framework raises.
BY_STATUS: Mapping[int, tuple[str, str, str]] = {
    400: ("bad_request", "Bad request", "The request could not be read; check its syntax."),
    404: (
        "no_such_path",
        "No such address",
        "There is nothing at this address; GET /openapi.json lists what there is.",
    ),
    405: (
        "method_not_allowed",
        "Method not allowed",
        "This address does not take that method; the Allow header says which it does.",
    ),
    413: (
        "body_too_large",
        "Body too large",
        "The body may have at most 5,000,000 bytes; send less at a time.",
    ),
    414: (
        "address_too_long",
        "Address too long",
        "The address with its query is too long; shorten the query.",
    ),
    415: (
        "unsupported_media_type",
        "Not JSON",
        "Send the body as JSON, with the header Content-Type: application/json.",
    ),
    431: ("headers_too_large", "Headers too large", "The headers are too large; send fewer or shorter ones."),
    500: (
        "internal_error",
        "This did not work",
        "The error is on our side. Look for the request_id in the server's log.",
    ),
    503: ("not_ready", "Not ready", "The server cannot answer right now; try again in a moment."),
}

# Every 422 names what is not valid; these refusals are always about the same field or header.
FIELD_OF: Mapping[str, str] = {
    "idempotency_key_reused": "Idempotency-Key",
    "dependency_cycle": "depends_on",
    "dump_refused": "line",
}


def of_status(
    status: int, detail: str | None = None, headers: Mapping[str, str] | None = None
) -> HttpProblem:
    """The problem for a bare status; `detail` replaces the table's sentence."""
    code, title, sentence = BY_STATUS.get(status, (f"http_{status}", "Refused", "The request was refused."))
    return HttpProblem(status, code, title, detail or sentence, headers or {})


def of_refusal(refusal: Refusal) -> HttpProblem:
    """The problem that a refusal is over HTTP, with its facts."""
    status, title = REFUSALS[refusal.code]
    return HttpProblem(status, refusal.code, title, str(refusal), _headers(refusal, status), _facts(refusal))


def _headers(refusal: Refusal, status: int) -> dict[str, str]:
    if status == 401:
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(refusal, Paused):
        return {"Retry-After": str(refusal.retry_after)}
    return {"Retry-After": str(BUSY_FOR)} if status == 503 else {}


def _facts(refusal: Refusal) -> dict[str, Any]:
    facts = refusal.facts()
    if isinstance(refusal, InvalidBatch):
        facts["errors"] = [
            {**error, "field": _within(refusal.index, error["field"])} for error in refusal.errors
        ]
    if refusal.code in FIELD_OF:
        facts["errors"] = [{"field": FIELD_OF[refusal.code], "message": str(refusal)}]
    return facts


def _within(index: int, field: str) -> str:
    return f"tasks[{index}]" if field == WHOLE_TASK else f"tasks[{index}].{field}"


def invalid(errors: list[dict[str, str]]) -> HttpProblem:
    """422 with what is wrong, field by field."""
    return of_refusal(InvalidFields(tuple(errors)))


def as_object(problem: HttpProblem, request_id: str | None) -> dict[str, Any]:
    """The problem as an answer's object; facts never replace the members that every problem has."""
    return {
        **{name: value for name, value in problem.facts.items() if value is not None},
        "type": f"{TYPE_PREFIX}{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "request_id": request_id,
    }


def answer(problem: HttpProblem, request_id: str | None) -> Response:
    """The answer that carries the problem."""
    body = to_json(as_object(problem, request_id))
    return Response(body, problem.status, {**problem.headers}, MEDIA_TYPE)
