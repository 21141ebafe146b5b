"""What the writer of a message wrote, apart from what was quoted, forwarded or signed below it."""

from __future__ import annotations

import re

_QUOTED = re.compile(r"\s*>")
_REST_IS_OLD = re.compile(
    r"\s*(?:-- ?$"  # the signature, after the line of RFC 3676, section 4.3
    r"|on .{4,200} wrote:\s*$|am .{4,200} schrieb .{0,200}:\s*$|le .{4,200} a écrit\s?:\s*$"
    r"|-{2,}\s*(?:original message|forwarded message|ursprüngliche nachricht)\s*-{2,}\s*$"
    r"|begin forwarded message:\s*$|_{20,}\s*$)",
    re.IGNORECASE,
)


def own_words(text: str) -> str:
    """The text without quoted lines and without everything after a signature or a quoted message."""
    kept = []
    for line in text.splitlines():
        if _REST_IS_OLD.match(line):
            break
        if not _QUOTED.match(line):
            kept.append(line)
    return "\n".join(kept).strip()
