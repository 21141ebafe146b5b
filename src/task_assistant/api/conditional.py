"""ETags: strong versions of single tasks for `If-Match`, weak tags of reads for `If-None-Match`."""

from __future__ import annotations

import hashlib
import re

from starlette.types import Scope

from task_assistant.api.sessions import header
from task_assistant.services.desk import Versions

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
