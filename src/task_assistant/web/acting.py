"""One way for a page to change something: a posted form, answered for a script as JSON, else by going back to the page.

An action is a function from the form to what to tell. The proof that our own page sent it, the session, the
Idempotency-Key and the words of a refusal are the same for all and live here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from task_assistant.api import guards, problems, replies, request_ids, sessions
from task_assistant.api.guards import Sender, sent_by_own_page
from task_assistant.domain.errors import NotSignedIn, Refusal
from task_assistant.domain.roles import Caller, Once
from task_assistant.services.desk import AlreadyDone
from task_assistant.web import refusals, told_cookie
from task_assistant.web.forms import Form, came_from, own_path, read_fields
from task_assistant.web.sign_in import sign_in_page
from task_assistant.web.site import Endpoint, Site
from task_assistant.web.visits import Visit

SCRIPT = "x-pta-fetch"  # sent by our own scripts, which show the answer themselves
MOST_ONCE = 64


@dataclass(frozen=True, slots=True)
class Told:
    """What became of an action: a sentence for the toast, and the events that Undo takes back, oldest first.

    `go` is the page to go on to where the present one has lost its subject. `page` is shown in place of going back, to
    browsers without scripts, by an action that tells something this once.
    """

    toast: str
    undo: Sequence[str] = ()
    task_id: int | None = None
    go: str | None = None
    facts: dict[str, object] = field(default_factory=dict)
    page: Response | None = None


Action = Callable[[Site, Request, Visit, Form], Awaitable[Told]]


def acting(site: Site, action: Action) -> Endpoint:
    """The endpoint of an action. A script gets JSON, or the problem as the API words it for the person."""

    async def endpoint(request: Request) -> Response:
        visit = await site.door.visit(request)
        if visit is None:
            return _signed_out(site, request)
        form = await _proven(site, request, visit)
        caller = _caller(request, visit, form)
        try:
            told = await action(site, request, replace(visit, acting=caller), form)
        except AlreadyDone:
            told = Told("This was done already.")
        except Refusal as refusal:
            raise refusals.for_person(refusal) from refusal
        return _answer(site, request, visit, form, told)

    return endpoint


def by_script(request: Request) -> bool:
    """True if one of our scripts asked and will show the answer."""
    return SCRIPT in request.headers


async def _proven(site: Site, request: Request, visit: Visit) -> Form:
    """The form, if a page of ours sent it for this session. Raises Refused."""
    if not sent_by_own_page(Sender.of(request.scope), site.door.addresses):
        raise guards.Refused(guards.FOREIGN_PAGE)
    form = await read_fields(request)
    token = request.headers.get("x-csrf-token") or form.get("csrf_token")
    if not sessions.csrf_matches(visit.session, token):
        raise guards.Refused(guards.CSRF_TOKEN)
    return Form([*request.query_params.multi_items(), *form.pairs])


def _caller(request: Request, visit: Visit, form: Form) -> Caller:
    """The person, with the request's id, and with a mark if the page may send the same again."""
    caller = replace(visit.caller, request_id=request_ids.of(request.scope))
    key = request.headers.get("idempotency-key", "")
    if not key or len(key) > MOST_ONCE or not key.isascii():
        return caller
    said = sorted(pair for pair in form.pairs if pair[0] != "csrf_token")
    return replace(
        caller, once=Once(key, hashlib.sha256(repr((request.url.path, said)).encode()).hexdigest())
    )


def _signed_out(site: Site, request: Request) -> Response:
    if by_script(request):
        raise problems.of_refusal(NotSignedIn())
    return sign_in_page(site, request, 401, go_on=came_from(request))


def _answer(site: Site, request: Request, visit: Visit, form: Form, told: Told) -> Response:
    if by_script(request):
        undo = ",".join(told.undo) or None
        answer = {"toast": told.toast, "undo": undo, "task_id": told.task_id, "go": told.go, **told.facts}
        return replies.json(answer)
    if told.page is not None:
        return told.page
    wanted = form.get("next")
    response = RedirectResponse(told.go or (own_path(wanted) if wanted else came_from(request)), 303)
    note = told_cookie.Note(told.toast, tuple(told.undo))
    response.headers.append("set-cookie", told_cookie.keep(site, visit.session, note))
    return response
