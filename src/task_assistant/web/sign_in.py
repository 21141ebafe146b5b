"""Signing in and out: by an owner key, by a one-use link, and the page that a browser gets which is not signed in.

A GET here never changes anything: links are opened by mail scanners and chat previews, so a link shows one button.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from task_assistant.api import guards, sessions
from task_assistant.api.guards import Sender, sent_by_own_page
from task_assistant.api.sign_in import Local, TooManyAttempts
from task_assistant.services.sessions import Session
from task_assistant.web.forms import here, own_path, read_form
from task_assistant.web.site import Endpoint, Page, Site

WRONG_KEY = "That is not an owner key of this server. Nothing was changed; check the key and try again."
USED_LINK = "This link has been used already, or is older than 15 minutes. Make a new one, or use the key."


def signed_in(site: Site, page: Page) -> Endpoint:
    """The page for a signed-in browser; for any other the sign-in page in its place, with 401 and no redirect."""

    async def endpoint(request: Request) -> Response:
        visit = await site.door.visit(request)
        if visit is None:
            return sign_in_page(site, request, 401)
        response = await page(site, request, visit)
        if visit.cookie is not None:
            response.headers.append("set-cookie", visit.cookie)
        return response

    return endpoint


def sign_in_page(
    site: Site, request: Request, status: int, *, go_on: str | None = None, problem: str | None = None
) -> Response:
    """The form for a key, and the link to go on where this is the person's own computer."""
    then = here(request) if go_on is None else own_path(go_on)
    local = site.door.local.judge(request.scope)
    answer = site.templates.answer(
        "sign_in.html",
        status,
        go_on=then,
        at_home=local is not Local.NO,
        led_here=local is Local.CONTINUE,
        problem=problem,
        ways=site.ways,
    )
    if status == 401:
        answer.headers["www-authenticate"] = "Bearer"
    return answer


async def show(site: Site, request: Request) -> Response:
    """GET /sign-in."""
    return sign_in_page(site, request, 200, go_on=request.query_params.get("next", ""))


async def by_key(site: Site, request: Request) -> Response:
    """POST /sign-in with `key`, and `next` for where to go on."""
    _prove(site, request)
    fields = await read_form(request)
    go_on = own_path(fields.get("next", ""))
    try:
        begun = await site.door.sign_in.by_key(request.scope, fields.get("key", "").strip())
    except TooManyAttempts as problem:
        return later(site, request, problem)
    if begun is None:
        return sign_in_page(site, request, 401, go_on=go_on, problem=WRONG_KEY)
    return go(site, request, begun, go_on)


async def show_link(site: Site, request: Request) -> Response:
    """GET /sign-in/{token}: one button. Whether the link is still good shows only when it is used."""
    return site.templates.answer("sign_in_link.html", token=request.path_params["token"])


async def by_link(site: Site, request: Request) -> Response:
    """POST /sign-in/{token}: uses the link up."""
    _prove(site, request)
    try:
        begun = await site.door.sign_in.by_link(request.scope, request.path_params["token"])
    except TooManyAttempts as problem:
        return later(site, request, problem)
    if begun is None:
        return sign_in_page(site, request, 401, go_on="/", problem=USED_LINK)
    return go(site, request, begun, "/")


async def sign_out(site: Site, request: Request) -> Response:
    """POST /sign-out with `csrf_token`: ends the session on the server, so that a kept cookie is worthless."""
    _prove(site, request)
    visit = await site.door.visit(request)
    if visit is None:
        return sign_in_page(site, request, 401)
    fields = await read_form(request)
    if not sessions.csrf_matches(visit.session, fields.get("csrf_token")):
        raise guards.Refused(guards.CSRF_TOKEN)
    await site.door.sign_in.end(request.scope)
    answer = site.templates.answer("signed_out.html")
    forget = sessions.clear_cookie(request.scope, https=site.door.addresses.https)
    answer.headers.append("set-cookie", forget)
    return answer


def _prove(site: Site, request: Request) -> None:
    """Raises unless a page of ours sent the form; before signing in there is no token yet that could prove it."""
    if not sent_by_own_page(Sender.of(request.scope), site.door.addresses):
        raise guards.Refused(guards.FOREIGN_PAGE)


def go(site: Site, request: Request, begun: tuple[str, Session], path: str) -> Response:
    """Goes on to that page, signed in."""
    secret, session = begun
    answer = RedirectResponse(path, 303)
    answer.headers.append("set-cookie", site.door.cookie(request, secret, session))
    return answer


def later(site: Site, request: Request, problem: TooManyAttempts) -> Response:
    """The sign-in page for somebody who was wrong too often."""
    minutes = -(-problem.retry_after // 60)
    words = f"Too many wrong attempts from this address. Wait {minutes} min and try again."
    answer = sign_in_page(site, request, 429, go_on="/", problem=words)
    answer.headers["retry-after"] = str(problem.retry_after)
    return answer
