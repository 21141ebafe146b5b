"""Tasks: list, create, read, change, delete; their history, comments and artifacts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from task_assistant.api import lists, paging, replies
from task_assistant.api.auth import EVERYONE, allow
from task_assistant.api.conditional import versions
from task_assistant.api.context import context_of
from task_assistant.api.contract_route import ContractRoute, first, who
from task_assistant.api.documents import IF_MATCH, IF_NONE_MATCH, refuses
from task_assistant.api.queries import DeleteQuery, PageQuery, TaskQuery, asked, reads
from task_assistant.domain import limits
from task_assistant.domain.errors import FieldForbidden
from task_assistant.domain.lifecycle import WRITERS, Command, roles_for
from task_assistant.domain.roles import Caller, Role
from task_assistant.domain.visibility import sight
from task_assistant.ports.queries import Query as Window
from task_assistant.services.claiming import Claimed
from task_assistant.wire import answers, render
from task_assistant.wire.tasks import CommentText, NewTask, TaskPatch

router = APIRouter(route_class=ContractRoute, tags=["tasks"])
TaskId = Annotated[int, Path(ge=1, le=limits.ID, description="The task's number.")]
Link = Mapping[str, str]
TASK = "/api/tasks/{task_id:number}"


@router.get(
    "/api/tasks",
    response_model=list[answers.ListedTask],
    responses=refuses(304),
    openapi_extra={"parameters": [IF_NONE_MATCH]},
    summary="List tasks",
)
@reads(TaskQuery)
@allow(*EVERYONE, action="list tasks")
async def list_tasks(request: Request) -> Response:
    """Done and cancelled tasks are hidden unless `include_done` or `status` asks for them."""
    query = asked(request, TaskQuery)

    async def build() -> tuple[Any, Any]:
        page = await lists.page(request, _window(request, query), query.cursor)
        return lists.rows(page.tasks, page.now, full=query.full), {**page.link, **_depth(request, query)}

    return await lists.hot(request, build)


def _depth(request: Request, query: TaskQuery) -> Mapping[str, str]:
    """Says how far a search has looked, where the store does not look through everything."""
    depth = context_of(request).services.desk.store.search_depth
    return {"Search-Depth": str(depth)} if query.q and depth is not None else {}


def _window(request: Request, query: TaskQuery) -> Window:
    return Window(
        now=context_of(request).now(),
        sight=sight(who(request)),
        limit=query.limit,
        statuses=frozenset(query.status),
        lanes=frozenset(query.lane),
        assignee=query.assignee,
        due=query.band,
        origin=query.origin,
        label=query.label,
        text=query.q or None,
        include_closed=query.include_done,
        sort=query.sort,
        offset=query.offset,
    )


@router.post(
    "/api/tasks",
    status_code=201,
    response_model=answers.Task,
    responses=refuses(409),
    summary="Create a task",
)
@allow(*WRITERS, action="create tasks", advice="use an agent's, adapter's or owner's key")
async def create_task(request: Request, body: NewTask) -> Response:
    """Text from outside starts no work: what an agent's or adapter's key may not set becomes a proposal."""
    context = context_of(request)
    task = await context.services.capture.create(who(request), body.given())
    return replies.task(request, task, context.now(), created=True)


@router.get(TASK, response_model=answers.Task, responses=refuses(404), summary="Read a task in full")
@allow(*EVERYONE, action="read tasks")
async def read_task(request: Request, task_id: TaskId) -> Response:
    """Carries the version as ETag, for If-Match on writes; never 304."""
    context = context_of(request)
    return replies.task(request, await context.services.tasks.get(who(request), task_id), context.now())


def _may_patch(caller: Caller, data: Any) -> None:
    """By an agent's key only `status` may be patched; any other field is 403 whatever it says."""
    if caller.role is Role.AGENT and isinstance(data, dict):
        other = next((name for name in data if name != "status"), None)
        if other is not None:
            raise FieldForbidden(caller.role.value, str(other), ("status",))


@router.patch(
    TASK,
    response_model=answers.Task | answers.ClaimedTask,
    responses=refuses(404, 409, 412),
    openapi_extra={"parameters": [IF_MATCH]},
    summary="Change fields of a task",
)
@first(_may_patch)
@allow(Role.OWNER, Role.AGENT, action="edit a task")
async def patch_task(request: Request, task_id: TaskId, body: TaskPatch) -> Response:
    """The person may set every field and any status from any other. An agent's key may send `status` alone."""
    context, caller = context_of(request), who(request)
    wanted, given = versions(request.scope), body.given()
    if caller.role is Role.AGENT and given:
        found = await context.services.work.patch_status(caller, task_id, given["status"], wanted)
        if isinstance(found, Claimed):
            return replies.claimed(request, found, context.now())
        return replies.task(request, found, context.now())
    if caller.role is Role.AGENT:
        found = await context.services.tasks.get(caller, task_id)
    else:
        found = await context.services.tasks.edit(caller, task_id, given, wanted)
    return replies.task(request, found, context.now())


@router.delete(
    TASK,
    status_code=204,
    response_class=Response,
    responses=refuses(404, 409, 412),
    openapi_extra={"parameters": [IF_MATCH]},
    summary="Delete or purge a task",
)
@reads(DeleteQuery)
@allow(*roles_for(Command.DELETE), action="delete a task")
async def delete_task(request: Request, task_id: TaskId) -> Response:
    """Undoable for 30 days, unless it is purged: then its texts are gone everywhere, at once."""
    tasks, caller, wanted = context_of(request).services.tasks, who(request), versions(request.scope)
    if asked(request, DeleteQuery).purge:
        await tasks.purge(caller, task_id, wanted)
    else:
        await tasks.move(caller, task_id, Command.DELETE, {}, wanted)
    return Response(status_code=204)


@router.get(
    f"{TASK}/events",
    response_model=list[answers.Event],
    responses=refuses(404),
    summary="The history of a task",
)
@reads(PageQuery)
@allow(*EVERYONE, action="read tasks")
async def list_task_events(request: Request, task_id: TaskId) -> Response:
    """Oldest first."""
    query = asked(request, PageQuery)
    context = context_of(request)
    now = context.now()
    place = paging.read(request.scope, query.cursor, now) if query.cursor else paging.Place(now, 0, (0,))
    found = await context.services.tasks.history(who(request), task_id, place.key[0], query.limit + 1)
    events = found[: query.limit]
    link: Link = {}
    if len(found) > len(events):
        link = paging.next_link(request.scope, paging.Place(now, 0, (events[-1].seq,)))
    return replies.json([render.event(event) for event in events], 200, link)


@router.get(
    f"{TASK}/comments",
    response_model=list[answers.Comment],
    responses=refuses(404),
    summary="The comments on a task",
)
@reads(PageQuery)
@allow(*EVERYONE, action="read tasks")
async def list_comments(request: Request, task_id: TaskId) -> Response:
    """Newest first."""
    query = asked(request, PageQuery)
    context = context_of(request)
    start = paging.Place(context.now(), 0, (limits.ID,))
    place = paging.read(request.scope, query.cursor, start.now) if query.cursor else start
    most = place.passed + query.limit + 1
    records = await context.services.tasks.file(who(request), task_id, "comment", most)
    rest = [record for record in records if record.n < place.key[0]]
    shown = rest[: query.limit]
    link: Link = {}
    if len(rest) > len(shown):
        link = paging.next_link(
            request.scope, paging.Place(place.now, place.passed + len(shown), (shown[-1].n,))
        )
    return replies.json([record.data for record in shown], 200, link)


@router.post(
    f"{TASK}/comments",
    status_code=201,
    response_model=answers.Comment,
    responses=refuses(404),
    summary="Comment on a task",
)
@allow(*roles_for(Command.COMMENT), action="comment on a task")
async def create_comment(request: Request, task_id: TaskId, body: CommentText) -> Response:
    """The agent that holds the task reads it with its next heartbeat."""
    made = await context_of(request).services.tasks.comment(who(request), task_id, body.text)
    return replies.about(request, made, [task_id], 201)


@router.get(
    f"{TASK}/artifacts/{{n:number}}",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **refuses(404)},
    summary="The text of an artifact",
)
@allow(*EVERYONE, action="read tasks")
async def read_artifact(
    request: Request, task_id: TaskId, n: Annotated[int, Path(ge=1, le=limits.ID)]
) -> Response:
    """The text alone. It comes as plain text whatever type the agent gave it, so that no browser runs it."""
    record = await context_of(request).services.tasks.artifact(who(request), task_id, n)
    data = record.data or {}
    headers = {"X-Artifact-Type": data["type"], "Content-Disposition": "attachment"}
    return Response(record.text or "", 200, headers, "text/plain")
