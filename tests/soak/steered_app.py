"""The real app with a clock that tests set forward: `uvicorn tests.soak.steered_app:app`. Only this module can do that.

The file `clock` in the data directory says by how many seconds; every process that shares the directory obeys it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from task_assistant.bootstrap.app import create_app
from task_assistant.bootstrap.clock import SystemClock, SystemSecrets
from task_assistant.bootstrap.settings import load_settings
from task_assistant.bootstrap.wiring import make_store
from task_assistant.services.desk import Desk
from task_assistant.services.house import Services


class SteeredClock(SystemClock):
    """The machine's time, and the seconds that the file says."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        """The time as steered."""
        ahead = int(self._file.read_text()) if self._file.exists() else 0
        return super().now() + timedelta(seconds=ahead)


def advance(directory: Path, seconds: int) -> None:
    """Sets the clock of all servers on this directory forward, at once and for both to see."""
    draft = directory / "clock.draft"
    draft.write_text(str(seconds))
    draft.rename(directory / "clock")


def _app() -> object:
    settings = load_settings()
    clock = SteeredClock(settings.data_dir / "clock")
    desk = Desk(make_store(settings), clock, SystemSecrets(settings.session_secret))
    return create_app(settings, services=Services(desk))


def __getattr__(name: str) -> object:
    """Makes `app` when a server asks for it, so that tests can import the rest."""
    if name != "app":
        raise AttributeError(name)
    return _app()
