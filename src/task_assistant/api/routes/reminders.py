"""What to remind the person of, and that they were."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from task_assistant.api import lists, replies
from task_assistant.api.auth import EVERYONE, allow
from task_assistant.api.context import context_of
from task_assistant.api.contract_route import ContractRoute, who
from task_assistant.api.documents import refuses
from task_assistant.api.queries import ReminderQuery, asked, reads
from task_assistant.api.routes.tasks import TaskId
from task_assistant.domain.lifecycle import Command, roles_for
from task_assistant.wire import answers
from task_assistant.wire.ingest import ReminderSent

router = APIRouter(route_class=ContractRoute, tags=["reminders"])


@router.get(
    "/api/reminders/due", response_model=list[answers.ListedTask], summary="What to remind the person of"
)
@reads(ReminderQuery)
@allow(*EVERYONE, action="read reminders")
async def list_due_reminders(request: Request) -> Response:
    """Active tasks with a reminder or due time passed that nobody was reminded of yet, earliest first."""
    query = asked(request, ReminderQuery)
    context = context_of(request)
    now = query.now or context.now()
    tasks = await context.services.reminders.due(who(request), now, query.limit)
    return replies.json(lists.rows(tasks, now))


@router.post(
    "/api/reminders/{task_id:number}/sent",
    response_model=answers.Task,
    responses=refuses(404),
    summary="The person was reminded",
)
@allow(*roles_for(Command.REMIND), action="remind")
async def mark_reminder_sent(request: Request, task_id: TaskId, body: ReminderSent | None = None) -> Response:
    """Settles every reminder and due time up to `at`; again, or with an earlier time, it changes nothing."""
    context = context_of(request)
    at = body.at if body is not None else None
    task = await context.services.reminders.sent(who(request), task_id, at)
    return replies.task(request, task, context.now())
