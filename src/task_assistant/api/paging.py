"""Cursors: a place in a list that stays put while the list moves on.

A cursor holds the time at which the first page was read, how many rows came before, and what the last row sorted by.
It is opaque, not secret: it says nothing that its reader did not see, and every page applies the reader's sight anew.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode

import orjson
from starlette.types import Scope

from task_assistant.domain.errors import InvalidFields, invalid
from task_assistant.domain.ordering import EPOCH, micros

KEPT = timedelta(days=1)
NOT_PART_OF_THE_LIST = frozenset({"cursor", "limit", "offset", "full"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next page begins: after the row with `key`, as the list was at `now`; `passed` rows came before."""

    now: datetime
    passed: int
    key: tuple[int, ...]


def write(scope: Scope, place: Place) -> str:
    """The cursor for this place in the list that the request's query names."""
    data = [_list_of(scope), micros(place.now), place.passed, *place.key]
    return base64.urlsafe_b64encode(orjson.dumps(data)).decode().rstrip("=")


def read(scope: Scope, cursor: str, now: datetime) -> Place:
    """The place that a cursor names. Raises InvalidFields for anything that this server did not write for this list."""
    try:
        data = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        listed, at, passed, *key = data
    except (ValueError, TypeError, binascii.Error):
        raise _unknown() from None
    if not all(type(part) is int for part in (at, passed, *key)) or not key or not 0 <= passed < 2**53:
        raise _unknown()
    if listed != _list_of(scope):
        raise invalid(
            "cursor", "belongs to another query; leave the query as it was, or start without a cursor"
        )
    frozen = now - timedelta(microseconds=micros(now) - at) if abs(micros(now) - at) < 2**53 else EPOCH
    if not now - KEPT <= frozen <= now:
        raise invalid("cursor", "is too old; start again without a cursor")
    return Place(frozen, passed, tuple(key))


def _unknown() -> InvalidFields:
    return invalid(
        "cursor", "is not a cursor of this server; take it from the Link header, or start without one"
    )


def _list_of(scope: Scope) -> str:
    """Names the list: its path and everything in the query that decides which rows it has, in which order."""
    pairs = sorted(pair for pair in _query(scope) if pair[0] not in NOT_PART_OF_THE_LIST)
    return hashlib.blake2b(repr((scope["path"], pairs)).encode(), digest_size=6).hexdigest()


def _query(scope: Scope) -> Sequence[tuple[str, str]]:
    return parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)


def next_link(scope: Scope, place: Place) -> Mapping[str, str]:
    """The Link header to the page that begins there: the same query with that cursor."""
    kept = [(name, value) for name, value in _query(scope) if name not in ("cursor", "offset")]
    query = urlencode([*kept, ("cursor", write(scope, place))])
    return {"Link": f'<{scope["path"]}?{query}>; rel="next"'}
