"""Which parts of an address are secrets, so that no line of a log holds them."""

from __future__ import annotations

import re

# One-use links, the calendar's token, and what an identity provider sends back with the person (RFC 6749, 4.1.2).
_SECRET = re.compile(r"(/sign-in/|/a/|(?:token|code|state)=)[^\s?&#\"]+")


def masked(address: str) -> str:
    """The address, or a text that has addresses in it, with `…` in place of what nobody else may read."""
    return _SECRET.sub(r"\1…", address)
