"""The OpenAPI document: what every operation has in common is written here once.

`GET /openapi.json` answers it; `tests/api/openapi.json` is a committed copy, so that a changed word is seen in review.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel

from task_assistant.api import problems
from task_assistant.api.auth import Access
from task_assistant.wire.problems import FieldError, Problem, ValidationProblem

MEANINGS = {
    304: "Nothing has changed since the answer whose ETag was sent in If-None-Match.",
    400: "The body is not JSON.",
    401: "No key, or a wrong one.",
    403: "The role of this key, or its limits, do not allow this.",
    404: "There is no such thing that this key may read.",
    409: "The state of the task does not allow this; the problem says who or what stands in the way.",
    410: "This link was used already, is too old, or was never made.",
    412: "The task has changed since the version in If-Match.",
    413: "The body is larger than 5 MB.",
    415: "The body is not sent as application/json.",
    422: "Some fields are not valid; nothing was changed.",
    503: "Too many changes at once, or the store is not ready; send it again.",
}
REQUEST_ID = {
    "X-Request-ID": {
        "description": "Names the request in the log and in events.",
        "schema": {"type": "string"},
    }
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Same credential, key and request within 24 hours: the first answer again. Another request: 422.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": 'The version that the change is meant for, as in ETag: "3" (W/"3" and 3 are understood too).',
    "schema": {"type": "string"},
    "example": '"3"',
}
IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of the answer that is known already: 304 if nothing has changed.",
    "schema": {"type": "string"},
}
PREFER_WAIT = {
    "name": "Prefer",
    "in": "header",
    "required": False,
    "description": "`wait=5` (RFC 7240): the answer may take so many seconds, so that every task in it is assessed.",
    "schema": {"type": "string"},
    "example": "wait=5",
}
LAST_EVENT_ID = {
    "name": "Last-Event-ID",
    "in": "header",
    "required": False,
    "description": "The `seq` of the last event seen; browsers send it by themselves.",
    "schema": {"type": "string"},
}
SECURITY_SCHEMES = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key of one of the roles owner, agent, adapter, reader. TASK_TRACKER_API_KEY is an owner key.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "pta_session",
        "description": "A signed-in browser, which is the owner. Changes also need the header X-CSRF-Token.",
    },
}
EXAMPLES: dict[int, dict[str, Any]] = {
    401: {"code": "not_signed_in"},
    403: {"code": "role_forbidden", "role": "agent", "action": "close tasks"},
    404: {"code": "task_not_found", "task_id": 42},
    409: {"code": "claim_held", "task_id": 42, "holder": "beta", "expires_at": "2026-05-07T09:30:00Z"},
    410: {"code": "action_link_gone", "used_at": "2026-05-07T09:30:00Z"},
    412: {"code": "version_mismatch", "task_id": 42, "expected": "3", "current": 4},
    422: {
        "code": "validation_error",
        "errors": [{"field": "title", "message": "must not be blank"}],
    },
}


def refuses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problem answers of an operation, for its `responses`."""
    return {status: _problem(status) for status in statuses}


def _problem(status: int) -> dict[str, Any]:
    if status == 304:
        return {"description": MEANINGS[304]}
    model = "ValidationProblem" if status == 422 else "Problem"
    code = EXAMPLES.get(status, {}).get("code") or problems.of_status(status).code
    title = problems.REFUSALS.get(code, (status, problems.of_status(status).title))[1]
    example = {
        "type": f"{problems.TYPE_PREFIX}{code}",
        "title": title,
        "status": status,
        "detail": MEANINGS[status],
        "code": code,
        "request_id": "0f2a6c3e9b1d4f7a8c5e2b6d9f0a1c3e",
        **EXAMPLES.get(status, {}),
    }
    schema = {"$ref": f"#/components/schemas/{model}"}
    content = {problems.MEDIA_TYPE: {"schema": schema, "example": example}}
    return {"description": MEANINGS[status], "content": content, "headers": REQUEST_ID}


def describe(options: dict[str, Any], access: Access, query: type[BaseModel], *, once: bool) -> None:
    """Completes the options of a route with what its kind brings along."""
    methods = options.get("methods") or ()
    usual = [401, 403, 422, 503]
    if {"POST", "PATCH"} & set(methods):
        usual += [400, 413, 415]
    if once:
        usual += [409]  # carried out before, and the answer is gone
    options.setdefault("response_description", "As asked.")
    options["responses"] = refuses(*sorted(usual)) | (options.get("responses") or {})
    extra = dict(options.get("openapi_extra") or {})
    extra["x-roles"] = sorted(role.value for role in access.roles)
    extra["security"] = [{"key": []}, {"session": []}]
    idempotency = [IDEMPOTENCY_KEY] if once else []
    extra["parameters"] = [*query_parameters(query), *extra.get("parameters", ()), *idempotency]
    options["openapi_extra"] = extra


def query_parameters(model: type[BaseModel]) -> list[dict[str, Any]]:
    """The model's fields as parameters, all of them optional."""
    properties = model.model_json_schema(ref_template=SCHEMA_REF).get("properties", {})
    found = []
    for name, schema in properties.items():
        default = schema.pop("default", None)
        alternatives = [inner for inner in schema.pop("anyOf", ()) if inner != {"type": "null"}]
        spec = {**schema, **(alternatives[0] if alternatives else {})}
        if default not in (None, []):
            spec["default"] = default
        parameter = {"name": name, "in": "query", "required": False, "schema": spec}
        if text := spec.pop("description", None):
            parameter["description"] = text
        found.append(parameter)
    return found


SCHEMA_REF = "#/components/schemas/{model}"
DESCRIPTION = """\
The task queue between one person and their AI agents.

Times are RFC 3339 in UTC; input may carry any offset. Errors are `application/problem+json`: `detail` says what to do,
`code` is stable, facts are further members. Every operation names the roles that may call it in `x-roles`.
Clients ignore answer fields that they do not know; fields are only ever added.
"""
TAGS = [
    {"name": "tasks", "description": "Tasks, their history, comments and artifacts."},
    {"name": "person", "description": "The person's verbs: only the person closes."},
    {"name": "agents", "description": "Get the next piece of work, keep the lease, ask, hand back."},
    {"name": "triage", "description": "Read what nobody owns yet, and propose whose it is."},
    {"name": "ingest", "description": "Bring tasks in from other places."},
    {
        "name": "sources",
        "description": "How healthy what brings tasks in is, and what it need not process again.",
    },
    {"name": "reminders", "description": "What to remind the person of."},
    {"name": "calendar", "description": "The person's dates for calendar programs."},
    {"name": "insights", "description": "How well work is routed, how it flows, and what waits."},
    {"name": "events", "description": "The append-only history of everything, as a feed."},
    {"name": "keys", "description": "Keys, who the caller is, and the stop button."},
    {"name": "moving", "description": "Everything out, and in again; the tasks of other tools in."},
    {"name": "server", "description": "Is it up?"},
]


def openapi(app: FastAPI) -> dict[str, Any]:
    """The whole document, made once."""
    if app.openapi_schema is None:
        routes = [route for route in app.routes if isinstance(route, APIRoute)]
        document = get_openapi(
            title="Personal Task Assistant",
            version=app.version,
            description=DESCRIPTION,
            routes=routes,
            tags=TAGS,
        )
        components = document.setdefault("components", {})
        components["securitySchemes"] = SECURITY_SCHEMES
        schemas = components.setdefault("schemas", {})
        for model in (FieldError, Problem, ValidationProblem):
            schemas[model.__name__] = _schema(model)
        for route in routes:
            schemas.update(_named_by(getattr(route, "query", None)))
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        _share(document)
        app.openapi_schema = document
    return app.openapi_schema


def _share(document: dict[str, Any]) -> None:
    """Problem answers and header parameters, which are the same everywhere, go to `components`."""
    responses = document["components"].setdefault("responses", {})
    parameters = document["components"].setdefault("parameters", {})
    for operation in (o for path in document["paths"].values() for o in path.values()):
        for status, response in operation["responses"].items():
            if problems.MEDIA_TYPE in response.get("content", {}):
                responses[f"Problem{status}"] = response
                operation["responses"][status] = {"$ref": f"#/components/responses/Problem{status}"}
        for index, parameter in enumerate(operation.get("parameters", ())):
            if parameter["in"] == "header":
                parameters[parameter["name"]] = parameter
                operation["parameters"][index] = {"$ref": f"#/components/parameters/{parameter['name']}"}


def _named_by(query: type[BaseModel] | None) -> dict[str, Any]:
    """The schemas that query parameters refer to."""
    if query is None:
        return {}
    named: dict[str, Any] = query.model_json_schema(ref_template=SCHEMA_REF).get("$defs", {})
    return named


def _schema(model: type[Problem] | type[FieldError]) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template=SCHEMA_REF)
    schema.pop("$defs", None)
    return schema
