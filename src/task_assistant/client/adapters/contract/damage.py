"""What a source would never send: payloads and signatures that something has broken on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

MUTATIONS: Final = 600  # damaged payloads, at most


def garbled(value: str) -> str:
    """Another text of the same length."""
    return value[:-2] + ("00" if value[-2:] != "00" else "11")


def damaged(body: bytes) -> Iterator[bytes]:
    """Bodies that are no payload, and the payload with one value after the other of another type."""
    yield from (b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe\x00", b'{"a": 1}', b"[" * 100_000)
    yield from (body[: len(body) * n // 12] for n in range(1, 12))
    try:
        whole = json.loads(body)
    except ValueError:
        return
    for n, (holder, key) in enumerate(list(_places(whole))):
        if n >= MUTATIONS // 4:
            return
        kept = holder[key]
        for value in (None, 7, ["x"], {"x": 1}):
            holder[key] = value
            yield json.dumps(whole).encode()
        holder[key] = kept


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(inside):
        yield value, key
        yield from _places(inner)
