"""The first page: every lane with its count and its top tasks, read-only."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from task_assistant.domain.lanes import outside
from task_assistant.domain.task import Lane
from task_assistant.web.lanes import NEEDS_YOU, OTHERS, Counts
from task_assistant.web.rows import WORDS, LaneWords, Row, row
from task_assistant.web.site import Site
from task_assistant.web.visits import Visit

TOP_NEEDS_YOU = 7
TOP_OTHERS = 5
LOOKED_AT = 50  # blocked tasks among which those that wait for a date are told apart


@dataclass(frozen=True, slots=True)
class LaneView:
    """One lane of the board; `outside` counts its tasks that wait for a date, which are not among `rows`."""

    words: LaneWords
    count: int
    rows: tuple[Row, ...]
    outside: int = 0

    @property
    def more(self) -> int:
        """How many tasks the lane's own page has beyond those that this one accounts for."""
        return max(0, self.count - len(self.rows) - self.outside)


async def board(site: Site, _request: Request, visit: Visit) -> Response:
    """GET /."""
    tally = await site.queue.tally(visit.caller)
    views = {lane: await _lane(site, visit, lane, tally.lanes.get(lane, 0)) for lane in WORDS}
    return site.templates.answer(
        "board.html",
        here="board",
        csrf_token=visit.session.csrf_token,
        counts=Counts.of(tally, views[Lane.BLOCKED].outside),
        needs_you=[views[lane] for lane in NEEDS_YOU],
        others=[views[lane] for lane in OTHERS],
        key_set=site.key_set,
    )


async def _lane(site: Site, visit: Visit, lane: Lane, count: int) -> LaneView:
    now, limit = site.clock.now(), TOP_NEEDS_YOU if lane in NEEDS_YOU else TOP_OTHERS
    read = LOOKED_AT if lane is Lane.BLOCKED else limit
    tasks = await site.queue.top(visit.caller, limit=read, lane=lane) if count else ()
    shown = [task for task in tasks if not outside(task, now)]
    rows = tuple(row(task, now, visit.zone) for task in shown[:limit])
    return LaneView(WORDS[lane], count, rows, len(tasks) - len(shown))
