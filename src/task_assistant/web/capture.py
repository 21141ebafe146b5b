"""Capture: one line or many, a file or an e-mail, turned into tasks, with a preview of what was understood."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from task_assistant.domain import times
from task_assistant.domain.errors import invalid
from task_assistant.domain.history import EventType
from task_assistant.domain.quick_add.spoken import EMPTY
from task_assistant.services.capture import Batch
from task_assistant.web.acting import Told, by_script
from task_assistant.web.capture_defaults import begun, missing
from task_assistant.web.capture_source import read_source
from task_assistant.web.forms import Form, read_fields
from task_assistant.web.frame import show
from task_assistant.web.given import given
from task_assistant.web.quick_preview import Reading, put_back, read
from task_assistant.web.rows import short
from task_assistant.web.site import Site
from task_assistant.web.toasts import ABOUT
from task_assistant.web.visits import Visit
from task_assistant.wire.tasks import NewTask

OF_SOURCE = ("source_name", "source_url", "source_context", "origin")
TEXTS = ("title", "description", *OF_SOURCE)
TYPED = timedelta(days=30)  # how long what was kept offline still means the day on which it was typed
IN_ADDRESS = 1_500  # characters of what was not captured that a browser without scripts is led back to


async def capture_page(site: Site, request: Request, visit: Visit) -> Response:
    """GET /capture, with `text` to begin with: the same form as the dialog that `c` opens."""
    return await _page(site, request, visit, Form(request.query_params.multi_items()))


async def preview(site: Site, request: Request, visit: Visit) -> Response:
    """POST /capture/preview with the form: what would be created. For a script only that part of the page.

    `keep` (a chip's `start:end:line`) puts something that was understood back into the title.
    """
    form = _kept(await read_fields(request))
    if not by_script(request):
        return await _page(site, request, visit, form)
    return site.templates.answer("parts/preview.html", reading=_read(site, visit, form), typed=_text(form))


async def source(site: Site, request: Request, _: Visit) -> Response:
    """POST /capture/source with `name` and `text` of a file: the fields of the form that hold it as a source."""
    form = await read_fields(request)
    found = read_source(form.get("name"), form.get("text"))
    values = {"source_name": found.name, "source_context": found.context, "origin": found.origin}
    return site.templates.answer(
        "parts/source.html", values=values | {"source_url": "", "source_title": found.title}, found=found
    )


async def capture(site: Site, request: Request, visit: Visit, form: Form) -> Told:
    """POST /do/capture with the form: everything that was understood, in one transaction; the rest is given back."""
    reading = _read(site, visit, form)
    fields = _fields(site, visit, form, reading)
    if not fields:
        raise invalid("title", _why_nothing(reading))
    mark = await site.services.trail.start()
    if len(fields) == 1:
        await site.services.capture.create(visit.caller, fields[0])
    else:
        await site.services.capture.ingest(visit.caller, Batch(list(enumerate(fields))))
    events = await site.services.trail.left(visit.caller, mark)
    made = [event for event in events if event.type is EventType.CREATED]
    rest = reading.rest
    go = f"/capture?text={quote(rest[:IN_ADDRESS], safe='')}" if rest and not by_script(request) else None
    one = made[0].task_id if len(made) == 1 else None
    return Told(_toast(fields, reading), [event.id for event in made], one, go, {"rest": rest})


def _read(site: Site, visit: Visit, form: Form) -> Reading:
    how = form.get("how")
    chosen = how if how != form.get("guessed") else ""  # a guess does not outlive the text that it was about
    at = _typed_at(form, site.clock.now())
    return begun(read(_text(form), chosen, at, visit.zone), visit.preferences, at)


def _typed_at(form: Form, now: datetime) -> datetime:
    """When it was typed, if the page says so and it can be: "tomorrow" kept offline stays the same day."""
    try:
        at = times.from_text(form.get("typed_at")).astimezone(UTC)
    except (ValueError, OverflowError):
        return now
    return at if now - TYPED <= at <= now else now


def _fields(site: Site, visit: Visit, form: Form, reading: Reading) -> list[dict[str, Any]]:
    """Every draft with the source of the form; the source alone is a task, too. Raises InvalidFields."""
    pairs = [(name, form.get(name)) for name in OF_SOURCE if form.get(name).strip()]
    drafts = [draft.fields for draft in reading.drafts]
    if not drafts and not reading.failed and pairs:
        title = form.get("source_title").strip() or form.get("source_name").strip()
        drafts = [{"title": title} | missing({}, visit.preferences)] if title else []
    return [_checked(dict(pairs) | fields, site, visit) for fields in drafts]


def _checked(fields: dict[str, Any], site: Site, visit: Visit) -> dict[str, Any]:
    """The fields, their texts within the rules of the API's own body. Raises InvalidFields."""
    texts = [(name, fields[name]) for name in TEXTS if name in fields]
    return fields | given(NewTask, Form(texts), site.clock.now(), visit.zone)


def _why_nothing(reading: Reading) -> str:
    if reading.failed:
        return reading.failed[0].error
    return "has its box ticked, so there is nothing to do" if reading.done else EMPTY


def _toast(fields: list[dict[str, Any]], reading: Reading) -> str:
    if len(fields) == 1:
        said = f"Captured · {short(str(fields[0]['title']), ABOUT)}"
    else:
        said = f"{len(fields)} tasks captured"
    if reading.done:
        said += f", {len(reading.done)} ticked left out"
    return f"{said}. What is left could not be captured" if reading.rest else said


def _kept(form: Form) -> Form:
    """The form after a chip was put back into the title."""
    back = form.get("keep")
    return Form([*form.pairs, ("text", put_back(_text(form), back))]) if back else form


def _text(form: Form) -> str:
    return form.get("text").replace("\r\n", "\n")


async def _page(site: Site, request: Request, visit: Visit, form: Form) -> Response:
    values = {name: form.get(name) for name in (*OF_SOURCE, "source_title")}
    reading = _read(site, visit, form) if _text(form).strip() else None
    return await show(
        site, request, visit, "capture.html",
        here="capture", typed=_text(form), reading=reading, values=values, found=None,
    )  # fmt: skip
