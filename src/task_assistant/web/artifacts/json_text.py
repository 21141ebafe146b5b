"""JSON set out in lines. Only white space between its parts changes: numbers and repeated names stay as written."""

from __future__ import annotations

import json
import re

_PARTS = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s"{}\[\],:]+')
DEEPEST = 60


def set_out(text: str) -> str | None:
    """The same JSON with one member or element a line; None if it is not JSON, or nested beyond reading."""
    try:
        json.loads(text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return None
    out: list[str] = []
    depth, parts = 0, _PARTS.findall(text)
    for before, part in zip(["", *parts], parts, strict=False):
        if part in "}]":
            depth -= 1
            out.append(part if before in "{[" else f"{_line(depth)}{part}")
            continue
        if before in ("{", "[", ","):
            out.append(_line(depth))
        out.append(": " if part == ":" else part)
        depth += part in ("{", "[")
        if depth > DEEPEST:
            return None
    return "".join(out)


def _line(depth: int) -> str:
    return "\n" + "  " * depth
