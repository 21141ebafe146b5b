"""Recurring tasks over HTTP: words, rules and the object are taken; closing makes the next; fields are only added."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.server import Client

ON_EVERY_STORE = True


async def open_ones(person: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await person.get("/api/tasks?sort=created")
    return found


async def test_words_become_a_rule_and_the_next_one_comes_when_it_is_done(person: Client) -> None:
    made = await person.create("Water plants", recurrence="every friday at 9am")
    assert made["due_at"] == "2026-05-08T09:00:00Z"
    assert made["recurrence"] == {
        "rule": "FREQ=WEEKLY;BYDAY=FR", "zone": "UTC", "starts_at": "2026-05-08T09:00:00Z", "after_done": False,
        "words": "every Friday",
    }  # fmt: skip
    await person.post(f"/api/tasks/{made['id']}/done")
    (coming,) = await open_ones(person)
    assert (coming["due_at"], coming["due_is_estimated"]) == ("2026-05-15T09:00:00Z", False)
    assert coming["recurrence"]["starts_at"] == "2026-05-15T09:00:00Z"


async def test_what_was_answered_may_be_sent_again_and_null_ends_the_series(person: Client) -> None:
    made = await person.create(recurrence="FREQ=MONTHLY after done", due_at="2026-05-31T09:00:00Z")
    again = await person.patch(made["id"], {"recurrence": made["recurrence"]})
    assert again["recurrence"] == made["recurrence"]
    assert again["version"] == made["version"]
    ended = await person.patch(made["id"], {"recurrence": None})
    assert ended["recurrence"] is None
    await person.post(f"/api/tasks/{made['id']}/done")
    assert await open_ones(person) == []


async def test_the_object_names_its_zone_and_keeps_the_clock(person: Client) -> None:
    said = {"rule": "FREQ=MONTHLY;INTERVAL=6", "zone": "Europe/Zurich"}
    made = await person.create(recurrence=said, due_at="2026-05-08T07:00:00Z")  # nine in the summer
    await person.post(f"/api/tasks/{made['id']}/done")
    (coming,) = await open_ones(person)
    assert coming["due_at"] == "2026-11-08T08:00:00Z"  # nine in the winter


async def test_undo_takes_the_next_one_back(person: Client) -> None:
    made = await person.create(recurrence="every day")
    await person.post(f"/api/tasks/{made['id']}/done")
    events = await person.get(f"/api/tasks/{made['id']}/events")
    (done,) = [event for event in events if event["type"] == "completed"]
    await person.post(f"/api/events/{done['id']}/undo")
    (again,) = await open_ones(person)
    assert again["id"] == made["id"]


async def test_ingested_tasks_may_come_again(person: Client) -> None:
    tasks = [{"title": "Backup check", "external_id": "x", "recurrence": "every 2 weeks"}]
    batch = {"origin": "other", "tasks": tasks}
    (made,) = (await person.post("/api/ingest/context", batch))["created"]
    await person.post(f"/api/tasks/{made['id']}/cancel")
    (coming,) = await open_ones(person)
    assert (coming["title"], coming["external_id"]) == ("Backup check", None)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("sometimes", "or say it as in every friday"),
        ("FREQ=SECONDLY", "FREQ must be one of"),
        (7, "must be text such as"),
        ({"zone": "UTC"}, "rule is required"),
        ({"rule": "FREQ=DAILY", "zone": "Nowhere/AtAll"}, "time zone"),
        ({"rule": "FREQ=DAILY", "after_done": "yes"}, "true or false"),
        ({"rule": "FREQ=DAILY", "starts_at": "soon"}, "must be a time"),
        ("FREQ=DAILY;UNTIL=20200101", "no date to come"),
    ],
)
async def test_what_is_no_recurrence_is_refused_by_name(person: Client, value: Any, why: str) -> None:
    body = {"title": "Task", "recurrence": value}
    problem = (await person.ask("POST", "/api/tasks", body, expect=422)).json()
    (error,) = problem["errors"]
    assert error["field"] == "recurrence"
    assert why in error["message"]
