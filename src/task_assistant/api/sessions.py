"""Browser sessions on the wire: their cookies, and the proof that a change by cookie was meant.

The cookie holds a random secret; the server keeps only its hash (`services.sessions`). A signed-in browser is the
person, so its caller is the owner.
"""

from __future__ import annotations

import re
import secrets

from starlette.types import Scope

from task_assistant.domain.roles import Caller, Role
from task_assistant.services.sessions import Session

# 256 random bits in base64url and their signature; anything else was not set by us.
_SECRET = re.compile(r"[A-Za-z0-9_.-]{20,128}")
# What must come back unchanged from the identity provider: random bits, a time, a page to go on to.
_TICKET = re.compile(r"[A-Za-z0-9_-]{20,128}\.[0-9]{1,12}\.[A-Za-z0-9_-]{1,2732}")
SESSION = "session"
LOGIN = "login"
_PORT = re.compile(rb":([0-9]{1,5})$")


def caller_of(session: Session) -> Caller:
    """The person, by their browser."""
    return Caller(Role.OWNER, "owner", f"session:{session.id}", via="browser")


def header(scope: Scope, name: bytes) -> bytes | None:
    """The value of a header that was sent exactly once; None if absent, `b""` if it was sent several times."""
    found: bytes | None = None
    for key, value in scope["headers"]:
        if key == name:
            if found is not None:
                return b""
            found = value
    return found


def cookie_name(scope: Scope, *, https: bool, kind: str = SESSION) -> str:
    """The cookie's name as seen from this request.

    Cookies do not know ports, so two instances on one laptop would sign each other out: the port is in the name.
    With https the `__Host-` prefix keeps neighbours on a shared domain from planting one.
    """
    if https:
        return f"__Host-pta_{kind}"
    port = _PORT.search(header(scope, b"host") or b"")
    return f"pta_{kind}_{port[1].decode()}" if port else f"pta_{kind}"


def secret_in(scope: Scope, *, https: bool) -> str | None:
    """The session secret that the browser sent, None without one or with two that differ (one of them was planted)."""
    return _found(scope, cookie_name(scope, https=https), _SECRET)


def ticket_in(scope: Scope, *, https: bool) -> str | None:
    """The ticket with which this browser set out to the identity provider, None without one."""
    return _found(scope, cookie_name(scope, https=https, kind=LOGIN), _TICKET)


def _found(scope: Scope, wanted: str, pattern: re.Pattern[str]) -> str | None:
    found: set[str] = set()
    for key, value in scope["headers"]:
        if key != b"cookie":
            continue
        for pair in value.decode("latin-1").split(";"):
            name, _, text = pair.strip().partition("=")
            if name == wanted:
                found.add(text)
    secret = found.pop() if len(found) == 1 else ""
    return secret if pattern.fullmatch(secret) else None


def set_cookie(scope: Scope, secret: str, seconds: int, *, https: bool, kind: str = SESSION) -> str:
    """The `Set-Cookie` value that the browser keeps for `seconds` at most: by its session it is signed in."""
    name = cookie_name(scope, https=https, kind=kind)
    secure = "; Secure" if https else ""
    return f"{name}={secret}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Lax{secure}"


def clear_cookie(scope: Scope, *, https: bool, kind: str = SESSION) -> str:
    """The `Set-Cookie` value that makes the browser forget the session, or the ticket."""
    return set_cookie(scope, "", 0, https=https, kind=kind)


def csrf_matches(session: Session, given: str | None) -> bool:
    """True if `given` is the session's token; compared in constant time."""
    if not given or not given.isascii():
        return False
    return secrets.compare_digest(given, session.csrf_token)
