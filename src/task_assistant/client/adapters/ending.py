"""How a round ends, in or out: what a source or the server may do to it, as exit code, wait and report."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final

from task_assistant.client import Problem, Unreachable
from task_assistant.client.adapters.adapter import Adapter
from task_assistant.client.adapters.backoff import LONGEST, Backoff
from task_assistant.client.adapters.health import Health
from task_assistant.client.adapters.trouble import SourceTrouble
from task_assistant.client.problems import Forbidden, NoKey, Overloaded, Unauthorised

log = logging.getLogger("pta.adapter")
STUMBLED: Final = "The adapter itself stumbled ({}); its log says where. Mend the adapter."
NEW_KEY: Final = (
    "The server does not take this key (%s). Make a new one with `pta keys new %s --role adapter` and set "
    "TASK_TRACKER_API_KEY; nothing is lost meanwhile."
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a round ended: the exit code for `--once`, and the seconds until the next round."""

    code: int
    wait: float


class Ending:
    """Of the rounds of one adapter, one after the other: each failure waits longer than the one before."""

    def __init__(self, adapter: Adapter, health: Health) -> None:
        self._adapter, self._health = adapter, health
        self._backoff = Backoff()

    def well(self, wait: float) -> Outcome:
        """It did what it should."""
        self._backoff.worked()
        return Outcome(0, wait)

    def badly(self, problem: Exception) -> Outcome:
        """It ended in this. What a person must mend is reported where the server still listens, and logged."""
        match problem:
            case SourceTrouble():
                log.warning("%s: %s", self._adapter.source_name, problem)
                self._health.broken(problem)
                return Outcome(1, self._backoff.failed(problem.retry_after))
            case Unauthorised() | Forbidden() | NoKey():
                log.error(NEW_KEY, problem, self._adapter.source_id)
                return Outcome(5, max(self._backoff.failed(), LONGEST))
            case Unreachable() | Overloaded():
                log.warning("%s", problem)
                return Outcome(4, self._backoff.failed(getattr(problem, "retry_after", None)))
            case Problem():
                log.error("The server refused what %s asked: %s", self._adapter.name, problem)
                self._health.degraded(problem.code, f"The server refused what this adapter asked: {problem}")
                return Outcome(1, self._backoff.failed(problem.retry_after))
        log.error("%s stumbled", self._adapter.name, exc_info=problem)
        self._health.broken(SourceTrouble(STUMBLED.format(type(problem).__name__)))
        return Outcome(1, self._backoff.failed())
