"""The board: a column for each status, cards that move by drag, by key or by button."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import datetime

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from task_assistant.domain.ordering import Sort
from task_assistant.domain.task import CLOSED, Status, Task
from task_assistant.domain.visibility import sight
from task_assistant.web.board_moves import COLUMNS, Move, moves
from task_assistant.web.filters import SORT_WORDS, STATUS_WORDS, Filters, owner_words
from task_assistant.web.frame import show
from task_assistant.web.rows import Row, row
from task_assistant.web.site import Site
from task_assistant.web.visits import Visit

PATH = "/board"
STEP, MOST = 20, 100
STEP_CLOSED = 10


@dataclass(frozen=True, slots=True)
class Card:
    """A task on the board: its row, and where it can go."""

    row: Row
    moves: tuple[Move, ...]

    @property
    def digest(self) -> str:
        """Differs when anything that the card shows does."""
        return f"{zlib.crc32(repr(self).encode()):x}"


@dataclass(frozen=True, slots=True)
class Column:
    """One status; `more` is the address that shows more of it ("" = all are shown), `all` the list of them."""

    status: Status
    label: str
    cards: tuple[Card, ...]
    more: str
    all: str

    @property
    def count(self) -> str:
        """How many cards, with a plus when there are more."""
        return f"{len(self.cards)}{'+' if self.more else ''}"


async def status_board(site: Site, request: Request, visit: Visit) -> Response:
    """GET /board with the filters and `sort`; each column's length is a parameter named like its status."""
    filters = replace(Filters.read(request.query_params), lane=None, status=None)
    columns = [await _column(site, request.query_params, visit, filters, status) for status in COLUMNS]
    return await show(
        site,
        request,
        visit,
        "board.html",
        here="board",
        columns=[column for column in columns if column.status not in CLOSED],
        closed=[column for column in columns if column.status in CLOSED],
        filters=filters,
        path=PATH,
        subject="",
        chips=filters.chips(PATH),
        sorts=SORT_WORDS,
        owners=owner_words(),
    )


async def _column(site: Site, given: QueryParams, visit: Visit, filters: Filters, status: Status) -> Column:
    """One read of at most MOST + 1 rows."""
    now, length = site.clock.now(), _length(given, status)
    of_status = replace(filters, status=status)
    query = of_status.query(sight(visit.caller), now, length + 1)
    if status in CLOSED and query.sort is None:
        query = replace(query, sort=Sort.UPDATED)
    tasks = await site.queue.find(query)
    return Column(
        status,
        STATUS_WORDS[status],
        tuple(_card(task, now, visit) for task in tasks[:length]),
        _more(given, status, length) if len(tasks) > length else "",
        of_status.href("/tasks"),
    )


def _card(task: Task, now: datetime, visit: Visit) -> Card:
    return Card(row(task, now, visit.zone), moves(task, now))


def _length(given: QueryParams, status: Status) -> int:
    said = given.get(status.value, "")
    least = STEP_CLOSED if status in CLOSED else STEP
    return max(least, min(int(said), MOST)) if said.isascii() and said.isdigit() and len(said) < 5 else least


def _more(given: QueryParams, status: Status, length: int) -> str:
    if length >= MOST:
        return f"/tasks?status={status.value}"
    return f"{PATH}?{QueryParams({**given, status.value: str(min(MOST, length * 2))})}"
