"""What the person prefers: how agents are called, the time zone, the theme, what captures begin with, saved views.

Each preference is a small document of its own, so that two windows that change different ones never lose one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from task_assistant.domain.claims import digest
from task_assistant.domain.errors import NotFound, RoleForbidden, invalid
from task_assistant.domain.history import EventType
from task_assistant.domain.notifications import clock_time, quiet_hours
from task_assistant.domain.plain import to_plain
from task_assistant.domain.roles import Caller
from task_assistant.domain.task import Owner
from task_assistant.ports.documents import Document
from task_assistant.services.desk import Desk

KIND, VIEW = "preferences", "saved_view"
LABEL_LENGTH, VIEW_NAME, VIEW_URL, MOST_VIEWS = 30, 60, 2_000, 30
VIEWED = ("/tasks?", "/board?", "/search?", "/?")  # pages whose address says what they show


class Theme(StrEnum):
    """Light or dark, or as the device says."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class SavedView:
    """A list that the person comes back to: its name, and the path with everything that was chosen there."""

    id: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Preferences:
    """`agents` is what the pages call the owner `codex`; an empty `zone` follows the browser.

    `quiet` are the hours without messages, but for urgent ones; `digest` is when the daily one comes, empty for never.
    `priority` and `assignee` are what a task captured in a page begins with when its line does not say.
    """

    agents: str = "agents"
    zone: str = ""
    theme: Theme = Theme.SYSTEM
    priority: int = 3
    assignee: Owner = Owner.UNASSIGNED
    quiet: str = "22:00-07:00"
    digest: str = ""
    views: tuple[SavedView, ...] = field(default=())


class PreferenceBook:
    """Reads and changes the preferences. Reading costs nothing while the store does not change."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: tuple[int, Preferences] = (-1, Preferences())

    async def read(self) -> Preferences:
        """All of them; what was never chosen is as the server ships it."""
        stamp = await self._desk.store.stamp()
        if self._known[0] != stamp:
            chosen = await self._desk.store.documents(KIND, self._desk.now())
            views = await self._desk.store.documents(VIEW, self._desk.now())
            self._known = (stamp, _of(chosen, views))
        return self._known[1]

    async def change(self, caller: Caller, said: Mapping[str, Any]) -> Preferences:
        """Changes those that are said, the others stay. Raises RoleForbidden, InvalidFields."""
        self._check_owner(caller)
        before = await self.read()
        new = {name: CHECKS[name](name, value) for name, value in said.items() if name in CHECKS}
        new = {name: value for name, value in new.items() if value != getattr(before, name)}
        if not new:
            return before
        documents = [Document(KIND, name, {"value": to_plain(value)}) for name, value in new.items()]
        text = ", ".join(f"{name}: {to_plain(value)}" for name, value in new.items())
        await self._commit(caller, text, documents)
        return replace(before, **new)

    async def keep_view(self, caller: Caller, name: str, url: str) -> SavedView:
        """Saves a list under a name; the same name again replaces it. Raises RoleForbidden, InvalidFields."""
        self._check_owner(caller)
        view = _view(name, url)
        known = (await self.read()).views
        if len(known) >= MOST_VIEWS and all(other.id != view.id for other in known):
            raise invalid("name", f"would be view {MOST_VIEWS + 1}; forget one of the {MOST_VIEWS} first")
        await self._commit(
            caller, f"view {view.name} saved", [Document(VIEW, view.id, {"name": view.name, "url": view.url})]
        )
        return view

    async def drop_view(self, caller: Caller, view_id: str) -> SavedView:
        """Forgets a saved view; what it was. Raises RoleForbidden, NotFound."""
        self._check_owner(caller)
        for view in (await self.read()).views:
            if view.id == view_id:
                await self._commit(caller, f"view {view.name} forgotten", [Document(VIEW, view_id, None)])
                return view
        raise NotFound("saved view", view_id)

    async def _commit(self, caller: Caller, text: str, documents: list[Document]) -> None:
        event = self._desk.board_event(caller, EventType.PREFERENCES_CHANGED, text)
        await self._desk.commit(caller, events=[event], documents=documents)

    def _check_owner(self, caller: Caller) -> None:
        if not caller.owner:
            raise RoleForbidden(caller.role.value, "change preferences")


def _of(chosen: list[Document], views: list[Document]) -> Preferences:
    said = {
        each.key: CHECKS[each.key](each.key, (each.data or {})["value"])
        for each in chosen
        if each.key in CHECKS
    }
    saved = [SavedView(each.key, each.data["name"], each.data["url"]) for each in views if each.data]
    return Preferences(**said, views=tuple(sorted(saved, key=lambda view: (view.name.casefold(), view.id))))


def _view(name: str, url: str) -> SavedView:
    name = _line("name", name, VIEW_NAME)
    if not url.startswith(VIEWED) or len(url) > VIEW_URL or not url.isascii() or not url.isprintable():
        raise invalid("url", f"must be the path of a list with its choices, such as {VIEWED[0]}lane=agent")
    return SavedView(digest(name.casefold())[:16], name, url)


# -- what each may be -------------------------------------------------------------------------------------------------


def _line(name: str, value: Any, most: int) -> str:
    text = " ".join(str(value).split())
    if not 1 <= len(text) <= most or not text.isprintable():
        raise invalid(name, f"must have 1 to {most} characters")
    return text


def _label(name: str, value: Any) -> str:
    return _line(name, value, LABEL_LENGTH)


def _zone(name: str, value: Any) -> str:
    text = str(value)
    try:
        if text and (len(text) > 64 or ZoneInfo(text) is None):
            raise ValueError
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise invalid(
            name, 'must be a time zone such as "Europe/Zurich", or empty for the browser\'s'
        ) from None
    return text


def _theme(name: str, value: Any) -> Theme:
    try:
        return Theme(value)
    except ValueError:
        raise invalid(name, "must be system, light or dark") from None


def _priority(name: str, value: Any) -> int:
    if str(value) not in ("1", "2", "3", "4", "5"):
        raise invalid(name, "must be a number from 1 to 5")
    return int(value)


def _owner(name: str, value: Any) -> Owner:
    try:
        return Owner(value)
    except ValueError:
        raise invalid(name, "must be me, codex or unassigned") from None


def _quiet(name: str, value: Any) -> str:
    return _hours(name, str(value).replace(" ", "").replace("–", "-"), quiet_hours)


def _digest(name: str, value: Any) -> str:
    return _hours(name, str(value).strip(), clock_time)


def _hours(name: str, text: str, read: Callable[[str], Any]) -> str:
    try:
        read(text)
    except ValueError as problem:
        raise invalid(name, str(problem)) from None
    return text


CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "agents": _label, "zone": _zone, "theme": _theme, "priority": _priority, "assignee": _owner, "quiet": _quiet,
    "digest": _digest,
}  # fmt: skip
