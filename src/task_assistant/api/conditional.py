"""Headers that say on which terms: `If-Match`, `If-None-Match` with their ETags, and `Prefer`."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

from starlette.types import Scope

from task_assistant.api.sessions import header
from task_assistant.services.desk import Versions

_WAIT = re.compile(r"wait *= *([0-9]{1,3})", re.IGNORECASE)
_TAG = re.compile(r'\s*(?:W/)?(?:"([^"]*)"|([0-9]+))\s*(?:,|$)')


def etag(version: int) -> str:
    """The ETag of one task: its version."""
    return f'"{version}"'


def versions(scope: Scope) -> Versions:
    """What `If-Match` allows: None without the header or with `*`, else the versions it names.

    `"3"`, `W/"3"` and a bare 3 name version 3; a tag that no task of ours can have names none, which never matches.
    """
    value = header(scope, b"if-match")
    if value is None:
        return None
    text = value.decode("latin-1").strip()
    if text == "*":
        return None
    tags = [quoted or bare for quoted, bare in _TAG.findall(text)]
    return frozenset(int(tag) for tag in tags if tag.isascii() and tag.isdigit() and len(tag) <= 19)


def patience(scope: Scope) -> timedelta | None:
    """How long the sender is ready to wait: `Prefer: wait=5` (RFC 7240). What else is preferred goes unheeded."""
    preferred = (header(scope, b"prefer") or b"").decode("latin-1").split(",")
    waits = [found[1] for one in preferred if (found := _WAIT.fullmatch(one.strip()))]
    return timedelta(seconds=int(waits[0])) if waits else None


def weak_tag(*parts: str) -> bytes:
    """A weak ETag that names what the parts say together."""
    return b'W/"' + hashlib.blake2b("\0".join(parts).encode(), digest_size=12).hexdigest().encode() + b'"'


def unchanged(scope: Scope, tag: bytes) -> bool:
    """True if `If-None-Match` names the tag: the reader has this answer already (weak comparison)."""
    known = None
    for name, value in scope["headers"]:
        if name == b"if-none-match":
            known = value if known is None else known + b"," + value
    if known is None:
        return False
    return known.strip() == b"*" or tag.removeprefix(b"W/") in known
