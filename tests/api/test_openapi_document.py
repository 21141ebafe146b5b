"""The document at /openapi.json says all of the contract; its committed copy says what it said at the last review."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from task_assistant.domain.history import EventType
from task_assistant.wire import answers, examples
from tests.api.openapi_snapshot import SNAPSHOT, made, text
from tests.api.server import Server


@pytest.fixture
def paths() -> dict[str, Any]:
    found: dict[str, Any] = made()["paths"]
    return found


def operations(paths: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in paths.items():
        for method, operation in methods.items():
            yield path, method, operation


def test_the_committed_copy_is_current() -> None:
    advice = "run `python -m tests.api.openapi_snapshot` and read the difference"
    assert SNAPSHOT.read_text(encoding="utf-8") == text(), advice


async def test_anybody_may_read_the_document(server: Server) -> None:
    found = await server.client(None).get("/openapi.json")
    assert found["info"]["title"] == "Personal Task Assistant"


def test_every_operation_of_the_api_names_its_roles_and_its_problems(paths: dict[str, Any]) -> None:
    for path, method, operation in operations(paths):
        if path.startswith("/api"):
            assert operation["x-roles"], (method, path)
            assert {"401", "403", "422"} <= set(operation["responses"]), (method, path)
            assert operation["summary"], (method, path)


def test_every_post_but_that_of_a_key_takes_an_idempotency_key(paths: dict[str, Any]) -> None:
    ref = {"$ref": "#/components/parameters/Idempotency-Key"}
    taking = {path for path, method, op in operations(paths) if ref in op.get("parameters", ())}
    posts = {path for path, method, _ in operations(paths) if method == "post"}
    assert posts - taking == {"/api/keys"}
    assert taking <= posts


def test_operation_ids_are_the_names_of_the_endpoints(paths: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(paths)]
    assert len(set(ids)) == len(ids)
    assert {"read_queue", "claim_task", "create_task", "ingest_context"} <= set(ids)


@pytest.mark.parametrize(
    ("model", "example"),
    [
        (answers.Task, examples.TASK),
        (answers.ListedTask, examples.LISTED_TASK),
        (answers.Queue, examples.QUEUE),
        (answers.ClaimedTask, examples.CLAIMED_TASK),
        (answers.Pulse, examples.PULSE),
        (answers.Event, examples.EVENT),
    ],
)
def test_examples_are_what_they_are_examples_of(
    model: type[answers.Answer], example: examples.Example
) -> None:
    model.model_validate(example, extra="forbid")


def test_request_examples_are_valid() -> None:
    from task_assistant.wire import ingest, keys, tasks, verbs, work
    from task_assistant.wire.requests import Request

    shown = 0
    for module in (ingest, keys, tasks, verbs, work):
        for model in vars(module).values():
            if isinstance(model, type) and issubclass(model, Request):
                for example in model.EXAMPLES:
                    model.model_validate(example)
                    shown += 1
    assert shown > 15


def test_the_event_types_are_part_of_the_document() -> None:
    schemas = made()["components"]["schemas"]
    assert schemas["EventType"]["enum"] == [kind.value for kind in EventType]
