"""The first page: every lane with its count and its top tasks, read-only."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from task_assistant.domain.task import Lane
from task_assistant.web.lanes import NEEDS_YOU, OTHERS, Counts
from task_assistant.web.rows import WORDS, LaneWords, Row, row
from task_assistant.web.site import Site
from task_assistant.web.visits import Visit

TOP_NEEDS_YOU = 7
TOP_OTHERS = 5


@dataclass(frozen=True, slots=True)
class LaneView:
    """One lane of the board; `more` counts the tasks that are not among `rows`."""

    words: LaneWords
    count: int
    rows: tuple[Row, ...]

    @property
    def more(self) -> int:
        """How many tasks the lane's own page has beyond those shown."""
        return max(0, self.count - len(self.rows))


async def board(site: Site, _request: Request, visit: Visit) -> Response:
    """GET /."""
    counts = Counts.of(await site.queue.tally(visit.caller))
    return site.templates.answer(
        "board.html",
        here="board",
        csrf_token=visit.session.csrf_token,
        counts=counts,
        needs_you=[await _lane(site, visit, counts, lane, TOP_NEEDS_YOU) for lane in NEEDS_YOU],
        others=[await _lane(site, visit, counts, lane, TOP_OTHERS) for lane in OTHERS],
        key_set=site.key_set,
    )


async def _lane(site: Site, visit: Visit, counts: Counts, lane: Lane, limit: int) -> LaneView:
    tasks = await site.queue.top(visit.caller, limit=limit, lane=lane) if counts.lanes[lane] else ()
    now = site.clock.now()
    return LaneView(WORDS[lane], counts.lanes[lane], tuple(row(task, now, visit.zone) for task in tasks))
