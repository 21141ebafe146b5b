"""The page of a one-use action link. Its GET changes nothing: mail scanners and chat previews open every link.

Whoever has the link may act by it, signed in or not; so the page shows what it does and nothing else of the board.
"""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from task_assistant.api import guards, request_ids
from task_assistant.api.guards import Sender, sent_by_own_page
from task_assistant.domain.errors import ActionLinkGone, ActionLinkOutdated, Refusal
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.roles import Caller, Role
from task_assistant.services.action_links import Used
from task_assistant.web import refusals
from task_assistant.web.forms import read_fields
from task_assistant.web.site import Site

BY_LINK = Caller(Role.OWNER, "link", "action_link", via="browser")
LONGEST = 100_000  # bytes; feedback of 10,000 characters, percent-encoded


async def show(site: Site, request: Request) -> Response:
    """GET /a/{token}: what it would do, with a button."""
    try:
        seen = await site.services.action_links.look(request.path_params["token"])
    except (ActionLinkGone, ActionLinkOutdated) as refusal:
        return _refused(site, refusal)
    return _page(site, request, seen)


async def use(site: Site, request: Request) -> Response:
    """POST /a/{token} with `text` where the link asks for words: does it, once."""
    if not sent_by_own_page(Sender.of(request.scope), site.door.addresses):
        raise guards.Refused(guards.FOREIGN_PAGE)
    words = (await read_fields(request, LONGEST)).get("text").strip() or None
    token, caller = request.path_params["token"], replace(BY_LINK, request_id=request_ids.of(request.scope))
    try:
        used = await site.services.action_links.use(token, words, caller)
    except Refusal as refusal:
        return _refused(site, refusal)
    return site.templates.answer("action_link_done.html", task=used.task, did=_did(used))


def _page(site: Site, request: Request, seen: Used) -> Response:
    answer = seen.offer.command is Command.ANSWER
    return site.templates.answer(
        "action_link.html",
        token=request.path_params["token"],
        task=seen.task,
        offer=seen.offer,
        question=seen.task.question if answer else None,
        result=seen.task.result if seen.offer.command in (Command.APPROVE, Command.SEND_BACK) else None,
    )


def _did(used: Used) -> str:
    words = {
        Command.ANSWER: "Answered",
        Command.APPROVE: "Approved",
        Command.SEND_BACK: "Sent back with your feedback",
    }
    return words.get(used.offer.command, used.offer.label)


def _refused(site: Site, refusal: Refusal) -> Response:
    """A plain page with what happened; 404 for a task that is gone would tell the same."""
    problem = refusals.for_person(refusal)
    return site.templates.answer(
        "action_link_refused.html",
        problem.status,
        title=problem.title,
        detail=problem.detail,
        task_id=getattr(refusal, "task_id", None),
    )
