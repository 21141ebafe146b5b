"""The calendar feed over HTTP: a secret of its own, valid iCalendar, and 304 while nothing changes."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from task_assistant.bootstrap.logs import WithoutLinks
from task_assistant.domain.calendar import entries
from task_assistant.domain.roles import Role
from task_assistant.wire.calendar import to_ical
from tests.api.server import HERE, Client, Server
from tests.factories import later, owner, task

ON_EVERY_STORE = True
AT = "2026-05-09T08:00:00Z"


async def address(person: Client) -> str:
    url: str = (await person.post("/api/calendar", expect=201))["url"]
    return url.removeprefix(HERE)


async def events(server: Server, path: str) -> list[Any]:
    answer = await server.client(None).ask("GET", path, expect=200)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    found = icalendar.Calendar.from_ical(answer.content)
    assert found.errors == []
    return list(found.walk("VEVENT"))


async def test_deadlines_and_reminders_are_read_with_the_secret_alone(server: Server, person: Client) -> None:
    path = await address(person)
    await person.create("Send numbers", due_at=AT, reminder_at="2026-05-07T09:00:00Z", labels=["finance"])
    await person.create("No date")
    reminder, deadline = await events(server, path)
    assert (str(reminder["SUMMARY"]), str(deadline["SUMMARY"])) == (
        "Remember: Send numbers",
        "Due: Send numbers",
    )
    assert deadline["DTSTART"].to_ical() == b"20260509T080000Z"
    assert [str(each) for each in deadline["CATEGORIES"].cats] == ["deadline", "finance"]
    assert deadline["URL"] == f"{HERE}/tasks/1"
    (rings,) = deadline.walk("VALARM")
    assert rings["TRIGGER"].dt == timedelta(hours=-1)
    (rings,) = reminder.walk("VALARM")
    assert rings["TRIGGER"].dt == timedelta(0)


async def test_estimates_come_only_when_asked_for_and_say_so(server: Server, person: Client) -> None:
    path = await address(person)
    await person.create("Some day", priority=1)
    assert await events(server, path) == []
    (estimated,) = await events(server, f"{path}&estimates=true")
    assert str(estimated["SUMMARY"]) == "~ Estimated: Some day"
    assert str(estimated["STATUS"]) == "TENTATIVE"
    assert estimated.walk("VALARM") == []


async def test_private_and_closed_tasks_are_in_no_calendar(server: Server, person: Client) -> None:
    path = await address(person)
    await person.create("A secret", due_at=AT, private=True)
    closed = await person.create("Over", due_at=AT)
    await person.post(f"/api/tasks/{closed['id']}/done")
    assert await events(server, f"{path}&estimates=true") == []


async def test_a_change_keeps_the_name_and_raises_the_sequence(server: Server, person: Client) -> None:
    path = await address(person)
    made = await person.create(due_at=AT)
    (before,) = await events(server, path)
    await person.patch(made["id"], {"due_at": "2026-05-10T08:00:00Z", "title": "Moved"})
    (after,) = await events(server, path)
    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (1, 2)
    assert str(after["SUMMARY"]) == "Due: Moved"


async def test_an_unchanged_calendar_is_304_also_after_changes_elsewhere(
    server: Server, person: Client
) -> None:
    path, reader = await address(person), server.client(None)
    await person.create(due_at=AT)
    known = {"If-None-Match": (await reader.ask("GET", path, expect=200)).headers["etag"]}
    assert (await reader.ask("GET", path, expect=304, headers=known)).content == b""
    await person.create("Without a date")
    await reader.ask("GET", path, expect=304, headers=known)
    await person.create("With one", due_at=AT)
    await reader.ask("GET", path, expect=200, headers=known)


async def test_no_other_secret_opens_it_and_it_opens_nothing_else(server: Server, person: Client) -> None:
    path = await address(person)
    token = path.partition("token=")[2]
    _, key = await server.services.keys.create(owner(), Role.OWNER, "laptop")
    for wrong in ("", "?token=", "?token=pta_calendar_wrong", f"?token={key}"):
        answer = await person.ask("GET", f"/calendar.ics{wrong}", expect=401)
        assert answer.json()["code"] == "calendar_address_wrong"
    await server.client(token).get("/api/tasks", expect=401)
    await server.client(token).get("/api/me", expect=401)


async def test_a_new_address_ends_the_old_one_and_revoking_ends_it_at_once(
    server: Server, person: Client
) -> None:
    assert await person.get("/api/calendar") == {"created_at": None, "url": None}
    old, reader = await address(person), server.client(None)
    new = await address(person)
    assert (await person.get("/api/calendar"))["created_at"] == "2026-05-07T09:00:00Z"
    await reader.ask("GET", old, expect=401)
    await reader.ask("GET", new, expect=200)
    await person.ask("DELETE", "/api/calendar", expect=204)
    await reader.ask("GET", new, expect=401)
    await person.ask("DELETE", "/api/calendar", expect=404)


async def test_the_secret_is_in_no_store_event_answer_or_log(server: Server, person: Client) -> None:
    path = await address(person)
    token = path.partition("token=")[2]
    documents = await server.store.documents("calendar", server.clock.now())
    assert token not in repr(documents)
    assert token not in repr(await person.get("/api/events"))
    line = logging.LogRecord(
        "uvicorn.access", logging.INFO, "", 0, '%s - "%s %s HTTP/%s" %d', ("x", "GET", path, "1.1", 200), None
    )
    WithoutLinks().filter(line)
    assert token not in line.getMessage()


async def test_a_wrong_parameter_is_named(server: Server, person: Client) -> None:
    path = await address(person)
    answer = await server.client(None).ask("GET", f"{path}&estimate=true", expect=422)
    assert answer.json()["errors"][0]["field"] == "estimate"


@given(st.text(min_size=1, max_size=240).filter(lambda text: text.strip()), st.text(max_size=40))
def test_any_text_is_carried_whole(title: str, label: str) -> None:
    it = task(id=1, title=title, due=later(days=1), labels=(label or "a",))
    body = to_ical(entries(it), HERE)
    found = icalendar.Calendar.from_ical(body)
    (event,) = list[Any](found.walk("VEVENT"))
    assert event.errors == []
    plain = "".join(sign if sign >= " " and sign != "\x7f" else " " for sign in title)
    assert str(event["SUMMARY"]) == f"Due: {plain}"
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    assert b"\n" not in body.replace(b"\r\n", b"")


@pytest.mark.parametrize("title", ["BEGIN:VALARM\r\nEND:VEVENT", "a;b,c\\n", "x" * 240, "Ünïcödé 🗓 " * 20])
def test_text_from_outside_makes_no_lines_of_its_own(title: str) -> None:
    body = to_ical(entries(task(id=1, title=title, due=later(days=1))), HERE)
    assert body.count(b"\r\nBEGIN:VEVENT\r\n") == 1
    assert body.count(b"\r\nBEGIN:VALARM\r\n") == 1
    assert len(icalendar.Calendar.from_ical(body).walk("VEVENT")) == 1
