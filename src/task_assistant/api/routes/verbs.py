"""The person's verbs, one by one and in bulk, and undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from task_assistant.api import problems, replies, request_ids
from task_assistant.api.auth import Endpoint, allow
from task_assistant.api.conditional import versions
from task_assistant.api.context import context_of
from task_assistant.api.contract_route import ContractRoute, who
from task_assistant.api.documents import IF_MATCH, refuses
from task_assistant.api.routes.tasks import TASK, TaskId
from task_assistant.domain.lifecycle import TABLE, Command, in_words, roles_for
from task_assistant.services.tasks import Outcome
from task_assistant.wire import answers, render
from task_assistant.wire.problems import explain
from task_assistant.wire.requests import Request as Body
from task_assistant.wire.verbs import (
    BULK_VERBS,
    Accept,
    Answer,
    Approve,
    Assign,
    Block,
    Bulk,
    Cancel,
    Defer,
    Done,
    Nothing,
    SendBack,
    Undo,
)

router = APIRouter(route_class=ContractRoute, tags=["person"])


def _verb(command: Command, summary: str) -> Callable[[Endpoint], Endpoint]:
    """The decorators that all verbs share: address, roles and document come from the lifecycle's own table."""
    line = TABLE[command]

    def decorate(endpoint: Endpoint) -> Endpoint:
        allowed = allow(*line.roles, action=in_words(command), advice=line.advice)(endpoint)
        return router.post(
            f"{TASK}/{command.value}",
            response_model=answers.Task,
            responses=refuses(404, 409, 412),
            openapi_extra={"parameters": [IF_MATCH]},
            summary=summary,
        )(allowed)

    return decorate


async def _move(request: Request, task_id: int, command: Command, body: Body | None) -> Response:
    context = context_of(request)
    said = body.given() if body is not None else {}
    task = await context.services.tasks.move(who(request), task_id, command, said, versions(request.scope))
    return replies.task(request, task, context.now())


@_verb(Command.ANSWER, "Answer the question")
async def answer_question(request: Request, task_id: TaskId, body: Answer) -> Response:
    """The task goes on. An answer to a task that has moved on is kept for the next claim and changes no status."""
    return await _move(request, task_id, Command.ANSWER, body)


@_verb(Command.APPROVE, "Approve the result")
async def approve_result(request: Request, task_id: TaskId, body: Approve | None = None) -> Response:
    """The task is done. With `round`, only if that result is still the current one (else 409 `result_changed`)."""
    return await _move(request, task_id, Command.APPROVE, body)


@_verb(Command.SEND_BACK, "Send the result back")
async def send_back_result(request: Request, task_id: TaskId, body: SendBack) -> Response:
    """The next worker reads the feedback first. After too many rounds the task is parked with a question."""
    return await _move(request, task_id, Command.SEND_BACK, body)


@_verb(Command.ASSIGN, "Assign the task")
async def assign_task(request: Request, task_id: TaskId, body: Assign) -> Response:
    """Ends a live claim."""
    return await _move(request, task_id, Command.ASSIGN, body)


@_verb(Command.DEFER, "Defer the task")
async def defer_task(request: Request, task_id: TaskId, body: Defer) -> Response:
    """Nothing to do until then; null ends a deferral."""
    return await _move(request, task_id, Command.DEFER, body)


@_verb(Command.BLOCK, "Block the task")
async def block_task(request: Request, task_id: TaskId, body: Block) -> Response:
    """Says what is missing; the block ends with its answer."""
    return await _move(request, task_id, Command.BLOCK, body)


@_verb(Command.DONE, "Close the task as done")
async def complete_task(request: Request, task_id: TaskId, body: Done | None = None) -> Response:
    """Only the person closes."""
    return await _move(request, task_id, Command.DONE, body)


@_verb(Command.CANCEL, "Cancel the task")
async def cancel_task(request: Request, task_id: TaskId, body: Cancel | None = None) -> Response:
    """Only the person closes."""
    return await _move(request, task_id, Command.CANCEL, body)


@_verb(Command.REOPEN, "Reopen the task")
async def reopen_task(request: Request, task_id: TaskId, body: Nothing | None = None) -> Response:
    """A closed task becomes active again, with its owner."""
    return await _move(request, task_id, Command.REOPEN, body)


@_verb(Command.ACCEPT_ASSESSMENT, "Accept what was proposed")
async def accept_assessment(request: Request, task_id: TaskId, body: Accept | None = None) -> Response:
    """Assigns the task as its assessment or proposal suggests. What it says about review changes nothing."""
    return await _move(request, task_id, Command.ACCEPT_ASSESSMENT, body)


@router.post(
    "/api/tasks/bulk",
    response_model=answers.BulkAnswer,
    response_model_exclude_none=True,
    summary="One change or verb for many tasks",
)
@allow(*roles_for(Command.EDIT), action="change tasks in bulk")
async def change_in_bulk(request: Request, body: Bulk) -> Response:
    """One commit; each task stands or falls by itself."""
    context, caller = context_of(request), who(request)
    command, said = (None, body.change.given()) if "change" in body.model_fields_set else _spoken(body)
    outcomes = await context.services.tasks.bulk(caller, body.ids, command, said)
    now, request_id = context.now(), request_ids.of(request.scope)

    def told(outcome: Outcome) -> dict[str, Any]:
        if outcome.refusal is not None:
            problem = problems.as_object(problems.of_refusal(outcome.refusal), request_id)
            return {"id": outcome.id, "ok": False, "problem": problem}
        task = render.task(outcome.task, now) if outcome.task is not None else None
        return {"id": outcome.id, "ok": True, "task": task}

    return replies.about(request, {"results": [told(outcome) for outcome in outcomes]}, body.ids)


def _spoken(body: Bulk) -> tuple[Command, dict[str, Any]]:
    """The verb as a command, with its body judged as that verb's own route would."""
    try:
        said = BULK_VERBS[body.verb].model_validate(body.body or {})
    except ValidationError as problem:
        errors = [_for_verb(body.verb, error) for error in explain(problem)]
        raise problems.invalid(errors) from None
    return Command(body.verb), said.given()


def _for_verb(verb: str, error: dict[str, str]) -> dict[str, str]:
    return {"field": f"body.{error['field']}", "message": f"for the verb {verb}: {error['message']}"}


@router.post(
    "/api/events/{event_id}/undo",
    response_model=answers.Task,
    responses=refuses(404, 409),
    summary="Undo an event",
)
@allow(*roles_for(Command.UNDO), action="undo")
async def undo_event(
    request: Request, event_id: Annotated[str, Path(max_length=100)], body: Undo | None = None
) -> Response:
    """Restores task fields, never a claim. 409 `undo_conflict` names later events that it would overwrite."""
    context = context_of(request)
    force = body.force if body is not None else False
    task = await context.services.tasks.undo(who(request), event_id, force=force)
    return replies.task(request, task, context.now())
