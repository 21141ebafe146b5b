"""Preferences: what may be chosen, that each change is told, that nobody loses one, and saved views."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from task_assistant.domain.errors import InvalidFields, NotFound, RoleForbidden
from task_assistant.domain.history import EventType
from task_assistant.domain.task import Owner
from task_assistant.services.preferences import MOST_VIEWS, PreferenceBook, Preferences, Theme
from tests.services.world import ALPHA, MAIL, PERSON, WALL, World


async def test_nothing_is_chosen_at_first(world: World) -> None:
    assert await world.services.preferences.read() == Preferences()


async def test_what_is_chosen_is_kept_and_the_rest_stays(world: World) -> None:
    book = world.services.preferences
    await book.change(PERSON, {"theme": "dark", "zone": "Europe/Zurich"})
    after = await book.change(PERSON, {"priority": "2", "assignee": "me", "agents": "  Codex "})
    wanted = Preferences("Codex", "Europe/Zurich", Theme.DARK, 2, Owner.ME)
    assert after == wanted
    assert await PreferenceBook(world.services.desk).read() == wanted


async def test_a_change_is_told_in_the_feed_and_a_repeated_one_is_not(world: World) -> None:
    for _ in range(2):
        await world.services.preferences.change(PERSON, {"theme": "dark", "priority": 3})
    events = await world.store.events(0, 10)
    assert [(e.type, e.text, e.actor) for e in events] == [
        (EventType.PREFERENCES_CHANGED, "theme: dark", "human"),
    ]


async def test_two_windows_that_change_different_ones_lose_none(world: World) -> None:
    one, two = (PreferenceBook(world.services.desk) for _ in range(2))
    await one.read(), await two.read()
    await asyncio.gather(one.change(PERSON, {"theme": "dark"}), two.change(PERSON, {"priority": 1}))
    assert (await one.read()).theme is Theme.DARK
    assert (await one.read()).priority == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("agents", ""),
        ("agents", "x" * 31),
        ("agents", "a\x00b"),
        ("zone", "Mars/Olympus"),
        ("zone", "../../etc/passwd"),
        ("zone", "x" * 500),
        ("theme", "pink"),
        ("priority", 0),
        ("priority", "six"),
        ("assignee", "bob"),
    ],
)
async def test_an_impossible_choice_is_refused_by_name_and_changes_nothing(
    world: World, name: str, value: Any
) -> None:
    with pytest.raises(InvalidFields) as refused:
        await world.services.preferences.change(PERSON, {"theme": "dark"} | {name: value})
    assert [error["field"] for error in refused.value.errors] == [name]
    assert await world.services.preferences.read() == Preferences()


@pytest.mark.parametrize("caller", [ALPHA, MAIL, WALL])
async def test_only_the_person_has_preferences(world: World, caller: Any) -> None:
    book = world.services.preferences
    with pytest.raises(RoleForbidden):
        await book.change(caller, {"theme": "dark"})
    with pytest.raises(RoleForbidden):
        await book.keep_view(caller, "mine", "/tasks?lane=human")
    with pytest.raises(RoleForbidden):
        await book.drop_view(caller, "mine")


async def test_views_are_listed_by_name_and_the_same_name_replaces(world: World) -> None:
    book = world.services.preferences
    for name, url in (
        ("Releases", "/tasks?label=release"),
        ("bugs", "/board?label=bug"),
        ("BUGS", "/board?label=b"),
    ):
        await book.keep_view(PERSON, name, url)
    assert [(view.name, view.url) for view in (await book.read()).views] == [
        ("BUGS", "/board?label=b"),
        ("Releases", "/tasks?label=release"),
    ]


async def test_a_view_is_forgotten_once(world: World) -> None:
    book = world.services.preferences
    view = await book.keep_view(PERSON, "bugs", "/board?label=bug")
    assert await book.drop_view(PERSON, view.id) == view
    assert (await book.read()).views == ()
    with pytest.raises(NotFound):
        await book.drop_view(PERSON, view.id)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/tasks?",
        "//evil.example/tasks?x",
        "javascript:alert(1)",
        "/sign-out",
        "/tasks?a\nb",
        "",
    ],
)
async def test_only_a_list_of_this_server_can_be_a_view(world: World, url: str) -> None:
    with pytest.raises(InvalidFields):
        await world.services.preferences.keep_view(PERSON, "mine", url)


async def test_there_are_at_most_so_many_views(world: World) -> None:
    book = world.services.preferences
    for n in range(MOST_VIEWS):
        await book.keep_view(PERSON, f"view {n}", "/tasks?lane=human")
    with pytest.raises(InvalidFields):
        await book.keep_view(PERSON, "one more", "/tasks?lane=human")
    await book.keep_view(PERSON, "view 0", "/tasks?lane=agent")


async def test_reading_again_costs_no_read_while_nothing_changes(world: World) -> None:
    book = world.services.preferences
    await book.read()
    world.store.documents = None  # type: ignore[assignment, method-assign]
    await book.read()
