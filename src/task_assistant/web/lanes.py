"""What the pages share about lanes: which of them wait for the person, and the board in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from task_assistant.domain.lanes import NEEDS_PERSON
from task_assistant.domain.task import Lane
from task_assistant.ports.store import Tally
from task_assistant.web.rows import WORDS

# Whatever waits for the person: to answer, to review, to do, and to say whose it is.
NEEDS_YOU = tuple(lane for lane in WORDS if lane in NEEDS_PERSON | {Lane.TRIAGE})


@dataclass(frozen=True, slots=True)
class Counts:
    """The board in numbers, as the pages word them."""

    active: int
    needs_you: int
    overdue: int
    ready: int
    working: int
    lanes: Mapping[Lane, int]
    outside: int = 0

    @classmethod
    def of(cls, tally: Tally, outside: int = 0) -> Counts:
        """From the store's counts; a lane that they do not name is empty. `outside` tasks need nobody for now."""
        lanes = {lane: tally.lanes.get(lane, 0) for lane in Lane}
        return cls(
            active=tally.active,
            needs_you=sum(lanes[lane] for lane in NEEDS_YOU) - outside,
            overdue=tally.overdue,
            ready=lanes[Lane.AGENT] - tally.working,
            working=tally.working,
            lanes=lanes,
            outside=outside,
        )
