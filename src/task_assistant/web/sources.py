"""Sources: how healthy what brings tasks in is, worst first, and what the person can do about it."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from task_assistant.domain.sources import Health
from task_assistant.domain.times import from_text
from task_assistant.web import moments
from task_assistant.web.connect import REPORT, Line, base_url, curl
from task_assistant.web.frame import show
from task_assistant.web.moments import Moment
from task_assistant.web.rows import person, safe_link
from task_assistant.web.site import Site
from task_assistant.web.visits import Visit
from task_assistant.web.webhooks import webhook_rows

SHOWN = 50


@dataclass(frozen=True, slots=True)
class HealthWords:
    """How the page says a state, and what it asks of the person."""

    label: str
    todo: str
    css: str


WORDS: dict[Health, HealthWords] = {
    Health.FAILED: HealthWords("Failed", "Look at the error, then run the adapter again.", "bad"),
    Health.REAUTH_REQUIRED: HealthWords("Signed out", "Sign in to it again.", "bad"),
    Health.MISCONFIGURED: HealthWords("Wrongly set up", "Correct its settings.", "bad"),
    Health.UNAVAILABLE: HealthWords("Does not answer", "It may come back by itself.", "bad"),
    Health.RATE_LIMITED: HealthWords("Asked too often", "It goes on by itself after a while.", "slow"),
    Health.DEGRADED: HealthWords("Works in part", "Some items may be missing.", "slow"),
    Health.HEALTHY: HealthWords("Healthy", "", "well"),
}
SILENT = "Nothing heard for {silence}. See whether its adapter still runs."
COUNTS = (
    ("items_checked", "looked at"),
    ("candidates", "candidates"),
    ("created", "captured"),
    ("duplicates", "known already"),
    ("ignored", "passed over"),
    ("suppressed", "held back"),
)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source. `tells` are its counts of the last report, `act` the address that its adapter offers for repair."""

    id: str
    name: str
    kind: str
    words: HealthWords
    stale: bool
    todo: str
    error: str
    act: str | None
    tells: tuple[tuple[int, str], ...]
    checked: Moment
    success: Moment | None
    failure: Moment | None
    by: str

    @property
    def digest(self) -> str:
        """Differs when anything that is shown does."""
        return f"{zlib.crc32(repr(self).encode()):x}"


async def sources(site: Site, request: Request, visit: Visit) -> Response:
    """GET /sources."""
    known = await site.services.sources.all(visit.caller)
    now = site.clock.now()
    rows = [source_row(source, now, visit.zone) for source in known[:SHOWN]]
    return await show(
        site, request, visit, "sources.html",
        here="sources",
        rows=rows,
        more=len(known) - len(rows),
        broken=sum(source["status"] != Health.HEALTHY for source in known),
        silent=sum(bool(source["stale"]) for source in known),
        line=_report_line(site, request),
        hooks=await webhook_rows(site, visit),
    )  # fmt: skip


def source_row(source: dict[str, Any], now: datetime, zone: tzinfo) -> SourceRow:
    """What the page shows of a source as `services.sources` lists it."""
    words = WORDS[Health(source["status"])]
    checked = from_text(source["last_checked_at"])
    silence = SILENT.format(silence=moments.span(max(now - checked, timedelta(0))))
    told = [source.get("error_code"), source.get("error_message")]
    return SourceRow(
        id=source["source_id"],
        name=source["source_name"],
        kind=source["adapter_type"],
        words=words,
        stale=bool(source["stale"]),
        todo=" ".join(part for part in (words.todo, silence if source["stale"] else "") if part),
        error=": ".join(part for part in told if part),
        act=safe_link(source.get("action_url")),
        tells=tuple((source[name], label) for name, label in COUNTS if source.get(name) is not None),
        checked=moments.past(checked, now, zone),
        success=_past(source.get("last_success_at"), now, zone),
        failure=_past(source.get("last_error_at"), now, zone),
        by=person(source["reported_by"]),
    )


def _past(said: str | None, now: datetime, zone: tzinfo) -> Moment | None:
    return moments.past(from_text(said), now, zone) if said else None


def _report_line(site: Site, request: Request) -> Line:
    call = curl("YOUR_ADAPTER_KEY", base_url(site, request), "/api/agent/sources/report", REPORT)
    return Line("An adapter reports itself with one call, after each run", call)
