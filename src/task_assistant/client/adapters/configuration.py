"""Configuration comes from the environment only: what an adapter needs is declared, checked at once, never shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from task_assistant.client.adapters.trouble import Misconfigured

_PLACEHOLDER: Final = re.compile(r"(change|replace)[-_ ]?(me|this|with|it).*|your[-_ ].*|<.*>|x{3,}", re.I)


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable. Without a `default` it must be set; `example` is what the contract suite sets.

    `secret`: its value appears in no log, report or task.
    """

    name: str
    what: str
    secret: bool = False
    default: str | None = None
    example: str = "an-example-that-opens-nothing"


COMMON: Final = (
    Setting("TASK_TRACKER_URL", "the address of the server", default="http://127.0.0.1:8000"),
    Setting("TASK_TRACKER_API_KEY", "an adapter's key: pta keys new NAME --role adapter", secret=True),
    Setting("PTA_SOURCE_ID", "what tells two sources of one kind apart", default=""),
    Setting("PTA_SOURCE_NAME", "how the source is called on the page Sources", default=""),
    Setting("PTA_TIME_ZONE", "your time zone, such as Europe/Zurich; else the computer's", default=""),
    Setting("PTA_ADAPTER_STATE", "a directory for cursors and undelivered items", default=""),
    Setting("ADAPTER_HOST", "where webhooks are received", default="127.0.0.1"),
    Setting("ADAPTER_PORT", "the port for it", default="8765"),
)


@dataclass(frozen=True, slots=True)
class Configuration:
    """The values, by name. Its text shows none of them."""

    values: Mapping[str, str] = field(repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    def listed(self, name: str) -> frozenset[str]:
        """A value that holds several, separated by commas."""
        return frozenset(part.strip() for part in self.values[name].split(",") if part.strip())

    @property
    def zone(self) -> tzinfo:
        """The person's time zone."""
        named = self.values["PTA_TIME_ZONE"]
        local = datetime.now().astimezone().tzinfo
        return ZoneInfo(named) if named or local is None else local

    def state_of(self, source_id: str) -> Path:
        """The directory of this source's cursor and undelivered items."""
        named = self.values["PTA_ADAPTER_STATE"]
        around = Path(named) if named else Path.home() / ".local" / "state" / "pta-adapters"
        return around / re.sub(r"[^A-Za-z0-9._-]", "_", source_id)


def configure(settings: Iterable[Setting], environ: Mapping[str, str]) -> Configuration:
    """Every setting with its value.

    Raises:
        Misconfigured: one is missing or a placeholder, the time zone is unknown, or the port is no port.
    """
    declared = {setting.name: setting for setting in (*COMMON, *settings)}
    values = {name: environ.get(name, "").strip() for name in declared}
    problems = [problem for name in declared if (problem := _missing(declared[name], values[name]))]
    values = {name: value or declared[name].default or "" for name, value in values.items()}
    problems += [*_zone_problem(values["PTA_TIME_ZONE"]), *_port_problem(values["ADAPTER_PORT"])]
    if problems:
        raise Misconfigured(problems)
    secrets = tuple(values[name] for name, setting in declared.items() if setting.secret and values[name])
    return Configuration(values, secrets)


def _missing(setting: Setting, value: str) -> str | None:
    if value and not (setting.secret and _PLACEHOLDER.fullmatch(value)):
        return None
    if setting.default is not None and not value:
        return None
    return f"{setting.name} is not set: {setting.what}"


def _zone_problem(name: str) -> list[str]:
    try:
        ZoneInfo(name or "UTC")
    except (ValueError, OSError, KeyError):  # KeyError: ZoneInfoNotFoundError
        return [f"PTA_TIME_ZONE={name} is no time zone; write it like Europe/Zurich"]
    return []


def _port_problem(text: str) -> list[str]:
    good = text.isascii() and text.isdigit() and int(text) < 65_536
    return [] if good else [f"ADAPTER_PORT={text} is no port"]
