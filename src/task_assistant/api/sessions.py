"""Browser sessions on the wire: the cookie, and the proof that a change by cookie was meant.

The cookie holds a random secret; the server keeps only its hash (`services.sessions`). A signed-in browser is the
person, so its caller is the owner.
"""

from __future__ import annotations

import re
import secrets

from starlette.types import Scope

from task_assistant.domain.roles import Caller, Role
from task_assistant.services.sessions import Session

# Up to 256 bits in base64url, with room for what services may add; anything else was not set by us.
_SECRET = re.compile(r"[A-Za-z0-9_-]{20,128}")
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


def cookie_name(scope: Scope, *, https: bool) -> str:
    """The session cookie's name as seen from this request.

    Cookies do not know ports, so two instances on one laptop would sign each other out: the port is in the name.
    With https the `__Host-` prefix keeps neighbours on a shared domain from planting one.
    """
    if https:
        return "__Host-pta_session"
    port = _PORT.search(header(scope, b"host") or b"")
    return f"pta_session_{port[1].decode()}" if port else "pta_session"


def secret_in(scope: Scope, *, https: bool) -> str | None:
    """The session secret that the browser sent, None without one or with two that differ (one of them was planted)."""
    wanted = cookie_name(scope, https=https)
    found: set[str] = set()
    for key, value in scope["headers"]:
        if key != b"cookie":
            continue
        for pair in value.decode("latin-1").split(";"):
            name, _, text = pair.strip().partition("=")
            if name == wanted:
                found.add(text)
    secret = found.pop() if len(found) == 1 else ""
    return secret if _SECRET.fullmatch(secret) else None


def set_cookie(scope: Scope, secret: str, seconds: int, *, https: bool) -> str:
    """The `Set-Cookie` value that signs the browser in for `seconds` at most."""
    return _cookie(scope, secret, seconds, https=https)


def clear_cookie(scope: Scope, *, https: bool) -> str:
    """The `Set-Cookie` value that makes the browser forget the session."""
    return _cookie(scope, "", 0, https=https)


def _cookie(scope: Scope, value: str, max_age: int, *, https: bool) -> str:
    name = cookie_name(scope, https=https)
    secure = "; Secure" if https else ""
    return f"{name}={value}; Max-Age={max_age}; Path=/; HttpOnly; SameSite=Lax{secure}"


def csrf_matches(session: Session, given: str | None) -> bool:
    """True if `given` is the session's token; compared in constant time."""
    if not given or not given.isascii():
        return False
    return secrets.compare_digest(given, session.csrf_token)
