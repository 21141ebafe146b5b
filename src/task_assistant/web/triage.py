"""Triage: what nobody owns yet, one card after another, each answered by one key.

The address is the whole state of a sitting: how many were answered, which were skipped, which card is looked at. So it
survives a reload, works without scripts, and a live refresh never puts another card under the person's hands.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from task_assistant.domain.errors import TaskNotFound
from task_assistant.domain.lanes import lane
from task_assistant.domain.task import Lane, Task
from task_assistant.web import moments
from task_assistant.web.accepting import USUAL, sure_enough
from task_assistant.web.alike import alike
from task_assistant.web.frame import show
from task_assistant.web.moments import Moment
from task_assistant.web.row_acts import Act
from task_assistant.web.rows import Row, person, row
from task_assistant.web.site import Site
from task_assistant.web.suggestions import Suggestion, suggestion
from task_assistant.web.visits import Visit

WINDOW = 50  # tasks that are read; what is alike is looked for among them
CARDS = 20  # cards on the page, so that the next one is there before it is asked for
SKIPPED = 30  # skipped cards that the address remembers; older ones come round again
TEXT = 1_500  # characters of a description on a card
SOURCE = 4_000  # characters of a source on a card; the whole is on the task's page
LISTED = 8  # titles of alike tasks that are named
PRIORITIES = ((1, "most urgent"), (2, "urgent"), (3, "usual"), (4, "can wait"), (5, "some day"))


@dataclass(frozen=True, slots=True)
class Sitting:
    """Where the person is in triage: answered so far, skipped (oldest first), and the card that is looked at."""

    done: int = 0
    skip: tuple[int, ...] = ()
    at: int | None = None

    @classmethod
    def of(cls, request: Request) -> Sitting:
        """As the address says; what is no number is passed over."""
        query = request.query_params
        done = _numbers(query.get("done", ""))[:1]
        at = _numbers(query.get("at", ""))[:1]
        return cls(min(sum(done), 999_999), _numbers(query.get("skip", ""))[-SKIPPED:], at[0] if at else None)

    @property
    def url(self) -> str:
        """The address that says this."""
        said = [
            ("at", str(self.at or "")),
            ("done", str(self.done or "")),
            ("skip", ".".join(map(str, self.skip))),
        ]
        query = "&".join(f"{name}={value}" for name, value in said if value)
        return f"/triage?{query}" if query else "/triage"

    @property
    def number(self) -> int:
        """Which card this is, from 1."""
        return self.done + len(self.skip) + 1

    def skipping(self, task_id: int) -> Sitting:
        """One card on, without an answer."""
        return Sitting(self.done, (*self.skip, task_id)[-SKIPPED:])

    @property
    def back(self) -> Sitting | None:
        """At the card that was skipped last."""
        return Sitting(self.done, self.skip[:-1], self.skip[-1]) if self.skip else None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a task came from: outside text, shown as that and never more."""

    name: str
    link: str | None
    text: str
    cut: bool
    by: str


@dataclass(frozen=True, slots=True)
class Same:
    """Others like this card: `ids` of all of them, this one too, as a form takes them."""

    count: int
    why: str
    ids: str
    titles: tuple[tuple[int, str], ...]
    more: int


@dataclass(frozen=True, slots=True)
class Card:
    """One task to decide about, with what is suggested."""

    row: Row
    digest: str
    priority: int
    text: str
    cut: bool
    captured: Moment
    by: str
    suggested: Suggestion | None
    source: Origin | None
    same: Same | None
    next: str
    stay: str
    onward: str
    skip: str
    back: str


async def triage(site: Site, request: Request, visit: Visit) -> Response:
    """GET /triage: the cards from the one that is looked at on, at most 20, and how far the person has come."""
    sitting, now = Sitting.of(request), site.clock.now()
    found = list(await site.queue.top(visit.caller, limit=WINDOW, lane=Lane.TRIAGE))
    window = await _pinned(site, visit, sitting, found, now)
    left = [task for task in window if task.id not in sitting.skip]
    cards = [_card(task, left, sitting, now, visit.zone) for task in left[:CARDS]]
    return await show(
        site, request, visit, "triage.html",
        here="triage", sitting=sitting, cards=cards, priorities=PRIORITIES, sure=len(sure_enough(window, USUAL)),
        at_least=USUAL, more=len(found) == WINDOW,  # then the page behind the link looks further, and counts others
    )  # fmt: skip


async def _pinned(site: Site, visit: Visit, sitting: Sitting, found: list[Task], now: datetime) -> list[Task]:
    """The card that is looked at stands first, wherever it ranks by now."""
    if sitting.at is None:
        return found
    try:
        task = await site.services.tasks.get(visit.caller, sitting.at)
    except TaskNotFound:
        return found
    if lane(task, now) is not Lane.TRIAGE:
        return found
    return [task, *(other for other in found if other.id != task.id)]


def _card(task: Task, left: list[Task], sitting: Sitting, now: datetime, zone: tzinfo) -> Card:
    plain = row(task, now, zone)
    here, onward = replace(sitting, at=task.id).url, Sitting(sitting.done + 1, sitting.skip).url
    suggested = suggestion(task)
    text = task.description or ""
    source, same = _origin(task, plain), _same(task, left)
    return Card(
        digest=f"{zlib.crc32(repr((plain, suggested, text, source, same, bool(sitting.skip))).encode()):x}",
        row=replace(plain, acts=tuple(_going_on(act, onward) for act in plain.acts)),
        priority=task.priority,
        text=text[:TEXT],
        cut=len(text) > TEXT,
        captured=moments.past(task.created_at, now, zone),
        by=person(task.created_by),
        suggested=suggested,
        source=source,
        same=same,
        next=here,
        stay=quote(here, safe=""),
        onward=quote(onward, safe=""),
        skip=sitting.skipping(task.id).url,
        back=sitting.back.url if sitting.back else "",
    )


def _going_on(act: Act, url: str) -> Act:
    """The same act, which without scripts leads on to the next card."""
    joint = "&" if "?" in act.path else "?"
    return replace(act, path=f"{act.path}{joint}next={quote(url, safe='')}")


def _origin(task: Task, plain: Row) -> Origin | None:
    if not (task.source_name or task.source_url or task.source_context):
        return None
    text = task.source_context or ""
    name = task.source_name or task.origin
    return Origin(name, plain.link, text[:SOURCE], len(text) > SOURCE, person(task.created_by))


def _same(task: Task, left: list[Task]) -> Same | None:
    found = alike(task, left)
    if found is None:
        return None
    ids = ",".join(str(each.id) for each in (task, *found.tasks))
    titles = tuple((each.id, each.title) for each in found.tasks[:LISTED])
    return Same(len(found.tasks), found.why, ids, titles, len(found.tasks) - len(titles))


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(n) for n in text.split(".") if n.isascii() and n.isdigit() and len(n) <= 16)
