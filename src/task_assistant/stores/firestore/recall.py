"""Answers that still hold: asked again before anything changed, they cost no read.

An answer holds while the stamp stays and no bound of the time band is passed. News of other processes may be a second
old (see `signal`), and so may these answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from task_assistant.ports.queries import Wanted
from task_assistant.ports.store import Tally, TimeBand

KEPT: Final = 200
WHENEVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class Recall:
    """What was found out at the newest stamp."""

    _stamp: int = -1
    _band: TimeBand | None = None
    _tallies: dict[bool, tuple[datetime, Tally]] = field(default_factory=dict)
    _nothing: dict[Wanted, tuple[datetime, datetime | None]] = field(default_factory=dict)

    def band(self, stamp: int, now: datetime) -> TimeBand | None:
        """The time band, if it is still the one that `now` lies in."""
        return self._band if self._holds(stamp, now, now) else None

    def tally(self, stamp: int, now: datetime, private: bool) -> Tally | None:
        """The counts, if nothing can have changed them."""
        then, tally = self._tallies.get(private, (None, None))
        return tally if then is not None and self._holds(stamp, then, now) else None

    def nothing(self, stamp: int, wanted: Wanted) -> bool:
        """Whether there was nothing for this agent and cannot be anything now."""
        then, until = self._nothing.get(_timeless(wanted), (None, None))
        if then is None or not self._holds(stamp, then, wanted.now):
            return False
        return until is None or wanted.now < until

    def _holds(self, stamp: int, then: datetime, now: datetime) -> bool:
        band = self._band
        if stamp != self._stamp or band is None:
            return False
        begun = band.last is None or band.last <= min(then, now)
        return begun and (band.next is None or max(then, now) < band.next)

    def keep_band(self, stamp: int, band: TimeBand) -> None:
        """What was read after this stamp was current."""
        self._begin(stamp)
        self._band = band

    def keep_tally(self, stamp: int, now: datetime, private: bool, tally: Tally) -> None:
        """The same for counts."""
        self._begin(stamp)
        self._tallies[private] = (now, tally)

    def keep_nothing(self, stamp: int, wanted: Wanted, until: datetime | None) -> None:
        """There was nothing; a task that was declined may be offered again at `until`."""
        self._begin(stamp)
        if len(self._nothing) < KEPT:
            self._nothing[_timeless(wanted)] = (wanted.now, until)

    def _begin(self, stamp: int) -> None:
        """Forgets what was found out at an older stamp."""
        if stamp != self._stamp:
            self._stamp, self._band = stamp, None
            self._tallies.clear()
            self._nothing.clear()


def _timeless(wanted: Wanted) -> Wanted:
    return replace(wanted, now=WHENEVER)
