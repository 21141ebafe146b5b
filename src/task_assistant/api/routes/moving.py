"""Everything out, and in again; and the tasks of other tools in. For the owner only."""

from __future__ import annotations

from typing import IO, Annotated, Any, cast
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from task_assistant.api import problems, replies
from task_assistant.api.auth import allow
from task_assistant.api.context import context_of
from task_assistant.api.contract_route import ContractRoute, takes_file, who
from task_assistant.api.documents import refuses
from task_assistant.api.queries import Query, asked, reads
from task_assistant.domain import limits
from task_assistant.domain.imports import FORMATS, Frame, Imported, Unreadable, guess
from task_assistant.domain.roles import Role
from task_assistant.domain.task import Owner
from task_assistant.services.moving.files import lines_of
from task_assistant.services.moving.house import Brought
from task_assistant.wire.moving import FieldNote, Format, ImportReport, read_items
from task_assistant.wire.problems import explain

router = APIRouter(route_class=ContractRoute, tags=["moving"])
NDJSON = "application/x-ndjson"
FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file as it is; a dump may be compressed by gzip.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class ImportQuery(Query):
    """POST /api/import."""

    format: Annotated[
        Format | None,
        Field(description="What the file is; told from its contents if left out (not todo.txt)."),
    ] = None
    dry_run: Annotated[bool, Field(description="Says what would happen, and changes nothing.")] = False
    update: Annotated[
        bool, Field(description="Tasks that are here already get what changed and nobody edited since.")
    ] = False
    assignee: Annotated[
        Owner, Field(description="Whose the new tasks are that the file says nothing of.")
    ] = Owner.UNASSIGNED


@router.get(
    "/api/export",
    response_class=Response,
    responses={200: {"content": {NDJSON: {"schema": {"type": "string"}}}}},
    summary="Export everything",
)
@allow(Role.OWNER, action="export everything")
async def export_everything(request: Request) -> Response:
    """JSON Lines as docs/dump-format.md says, without secrets. The footer tells that it is whole: look for it."""
    context = context_of(request)
    chunks = context.services.moving.export(who(request))
    name = f"tasks-{context.now():%Y-%m-%d}.jsonl"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "X-Accel-Buffering": "no",
    }
    return StreamingResponse(chunks, 200, headers, NDJSON)


@router.post(
    "/api/import",
    response_model=ImportReport,
    responses=refuses(409),
    openapi_extra=FILE,
    summary="Import a dump, or the tasks of another tool",
)
@takes_file
@reads(ImportQuery)
@allow(Role.OWNER, action="import")
async def import_file(request: Request) -> Response:
    """An export goes into an empty store, whole or not at all; a whole copy with key hashes does not.

    Other tools' tasks come in by their external ids. Sending the same file again creates nothing twice. `dry_run`
    first shows what would happen.
    """
    query, file = asked(request, ImportQuery), cast(IO[bytes], request.state.file)
    kind = query.format or guess(file.read(limits.SNIFFED))
    if kind is None:
        raise _unreadable("it is none of the known formats by its contents; name one in `format`")
    if kind == "dump":
        report = await _take_in(request, file, query)
    else:
        report = await _bring(request, kind, _text(file), query)
    return replies.json(report.model_dump(mode="json"))


async def _take_in(request: Request, file: IO[bytes], query: ImportQuery) -> ImportReport:
    moving = context_of(request).services.moving
    done = await moving.take_in(who(request), lambda: lines_of(file), rehearse=query.dry_run)
    n = done.summary.counts["task"]
    return ImportReport(
        format="dump", dry_run=query.dry_run, tasks=n, created=0 if done.there else n,
        duplicates=n if done.there else 0, sha256=done.summary.sha256,
    )  # fmt: skip


async def _bring(request: Request, kind: str, text: str, query: ImportQuery) -> ImportReport:
    services, caller = context_of(request).services, who(request)
    zone = (await services.preferences.read()).zone or "UTC"
    try:
        found = FORMATS[kind](text, Frame(context_of(request).now(), ZoneInfo(zone)))
    except Unreadable as problem:
        raise _unreadable(str(problem)) from None
    around = {"origin": found.origin, "source_name": found.source, "assignee": query.assignee.value}
    batch = read_items(found.items, around, explain, update=query.update)
    done = await services.moving.bring(caller, batch, found.needs, rehearse=query.dry_run)
    return _report(kind, found, done, query)


def _report(kind: Any, found: Imported, done: Brought, query: ImportQuery) -> ImportReport:
    for _ in done.left_open:
        found.lost("dependency", "the task that it names is not in the file")
    notes: dict[str, list[FieldNote]] = {"kept": [], "mapped": [], "not_mappable": []}
    for note in found.notes:
        notes[note.verdict].append(FieldNote(field=note.field, says=note.says, count=note.count))
    rejected = [{"index": bad.index, "errors": list(bad.errors)} for bad in done.rejected]
    return ImportReport.model_validate(
        {
            "format": kind, "dry_run": query.dry_run, "tasks": len(found.items), "created": done.created,
            "duplicates": done.duplicates, "updated": done.updated, "connected": done.connected,
            "rejected": rejected, **notes,
        }
    )  # fmt: skip


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    content = file.read(limits.FOREIGN_BYTES + 1)
    if len(content) > limits.FOREIGN_BYTES:
        raise problems.of_status(413)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unreadable("it is no UTF-8 text") from None


def _unreadable(why: str) -> problems.HttpProblem:
    return problems.invalid([{"field": "file", "message": f"cannot be imported: {why}"}])
