"""The round trip of a browser through the identity provider: setting out, and coming back.

Setting out is a link, not a form: the policy `form-action 'self'` also holds for where a form is redirected to.
"""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from task_assistant.api import sessions
from task_assistant.api.sign_in import TooManyAttempts
from task_assistant.services.provider_sign_in import TICKET_AGE, NotAdmitted, ProviderSignIn, Why
from task_assistant.web.forms import own_path
from task_assistant.web.sign_in import go, later, sign_in_page
from task_assistant.web.site import Site

LONGEST = 4_096  # characters of a code; providers promise less than that
DECLINED = "Nobody was signed in: the provider says that it was declined."
NOT_SET_UP = "Signing in with a provider is not set up on this server."
# Status and words for every reason.
WORDS: dict[Why, tuple[int, str]] = {
    Why.FORGED: (
        400,
        "This sign-in was not begun in this browser, or more than 10 minutes ago. Begin again here.",
    ),
    Why.USED: (400, "This sign-in has been used already. Begin again here."),
    Why.UNPROVEN: (
        403,
        "The provider's answer does not prove who you are, so nobody was signed in. Begin again here.",
    ),
    Why.UNVERIFIED: (
        403,
        "The provider has not verified your e-mail address. Verify it there, then begin again.",
    ),
    Why.NOT_LISTED: (
        403,
        "Your address is not on the list ALLOWED_GOOGLE_EMAILS of this server. Use another account.",
    ),
    Why.UNAVAILABLE: (
        503,
        "The provider cannot be reached at the moment. Try again soon, or sign in another way.",
    ),
}


async def start(site: Site, request: Request) -> Response:
    """GET /sign-in/start: off to the provider. Changes nothing but this browser's ticket."""
    provider, page = site.ways.provider, own_path(request.query_params.get("next", ""))
    if provider is None:
        return _refused(site, request, 404, NOT_SET_UP)
    home = urlsplit(provider.redirect_uri)
    if request.headers.get("host") != home.netloc:
        # The provider sends the browser back to one address only; the ticket's cookie must be at home there.
        query = urlencode({"next": page})
        return RedirectResponse(f"{home.scheme}://{home.netloc}{request.url.path}?{query}", 303)
    try:
        address, ticket = await provider.begin(page)
    except NotAdmitted as problem:
        return _refused(site, request, *WORDS[problem.why])
    answer = RedirectResponse(address, 303)
    age, https = int(TICKET_AGE.total_seconds()), site.door.addresses.https
    cookie = sessions.set_cookie(request.scope, ticket, age, https=https, kind=sessions.LOGIN)
    answer.headers.append("set-cookie", cookie)
    return answer


async def callback(site: Site, request: Request) -> Response:
    """GET /sign-in/callback: back from the provider, with a code or with an error, and always with our state."""
    provider = site.ways.provider
    if provider is None:
        return _refused(site, request, 404, NOT_SET_UP)
    try:
        answer = await _come_back(site, request, provider)
    except NotAdmitted as problem:
        answer = _refused(site, request, *WORDS[problem.why])
    except TooManyAttempts as problem:
        answer = later(site, request, problem)
    forget = sessions.clear_cookie(request.scope, https=site.door.addresses.https, kind=sessions.LOGIN)
    answer.headers.append("set-cookie", forget)
    return answer


async def _come_back(site: Site, request: Request, provider: ProviderSignIn) -> Response:
    said = request.query_params
    brought = sessions.ticket_in(request.scope, https=site.door.addresses.https)
    ticket = provider.check(brought, _once(request, "state"))
    code = _once(request, "code")
    if "error" in said or not code:
        return _refused(site, request, 403, DECLINED)
    begun, page = await site.door.sign_in.by_provider(request.scope, provider, ticket, code)
    return go(site, request, begun, own_path(page))


def _once(request: Request, name: str) -> str:
    """The value of a parameter that was sent exactly once; "" for anything else."""
    found = request.query_params.getlist(name)
    return found[0] if len(found) == 1 and len(found[0]) <= LONGEST else ""


def _refused(site: Site, request: Request, status: int, words: str) -> Response:
    return sign_in_page(site, request, status, go_on="/", problem=words)
