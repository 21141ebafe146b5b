"""History: what an event tells of a change, and that plain data lead back to what they came from."""

from __future__ import annotations

import json
from dataclasses import fields

from hypothesis import given

from task_assistant.domain.history import TRACKED, changes
from task_assistant.domain.plain import PUBLIC, from_plain, to_plain
from task_assistant.domain.task import Claim, Task
from tests.domain.tasks import any_task
from tests.factories import NOW, claim, full_task, later, task

FULL = full_task(depends_on=(3,), deleted_at=later(hours=9))
NOT_TOLD = {
    "assessment",
    "id", "created_at", "updated_at", "created_by", "version", "purged", "failures", "rounds", "sent_back", "numbers",
    "declined", "ingested", "open_dependencies", "unblocks", "revision",
}  # fmt: skip


def test_every_field_is_told_or_stated_as_not_told() -> None:
    names = {field.name for field in fields(Task)}
    assert set(TRACKED.values()) | NOT_TOLD == names
    assert not set(TRACKED.values()) & NOT_TOLD


def test_a_full_task_has_every_field_away_from_its_default() -> None:
    plain, counted = (
        task(),
        {"id", "open_dependencies", "unblocks", "revision", "created_at", "title", "purged"},
    )
    same = [f.name for f in fields(Task) if getattr(FULL, f.name) == getattr(plain, f.name)]
    assert set(same) == counted


def test_no_change_tells_nothing() -> None:
    assert changes(FULL, FULL) == {}
    assert changes(FULL, FULL.having(version=9, failures=7, updated_at=later(days=1), ingested={})) == {}


@given(any_task(), any_task())
def test_a_change_tells_exactly_the_fields_that_differ(before: Task, after: Task) -> None:
    told = changes(before, after)
    plain = {
        name: (to_plain(getattr(before, at)), to_plain(getattr(after, at))) for name, at in TRACKED.items()
    }
    assert told == {name: (old, new) for name, (old, new) in plain.items() if old != new}


@given(any_task(), any_task())
def test_what_is_told_is_plain_json(before: Task, after: Task) -> None:
    told = changes(before, after)
    assert json.loads(json.dumps(told)) == {name: list(pair) for name, pair in told.items()}


def test_a_new_task_tells_what_is_not_empty() -> None:
    told = changes(None, task("New", labels=()))
    assert told["title"] == (None, "New")
    assert told["status"] == (None, "backlog")
    assert not {"labels", "depends_on", "private", "description", "claim"} & told.keys()


def test_due_is_told_as_the_given_deadline_only() -> None:
    assert "due_at" not in changes(task(priority=1), task(priority=2))
    assert changes(task(), task(due=NOW))["due_at"] == (None, "2026-05-07T09:00:00Z")


def test_a_renewed_lease_that_ends_later_is_told_but_internals_are_not() -> None:
    held = claim()
    renamed = Claim(
        **{**{f.name: getattr(held, f.name) for f in fields(Claim)}, "token_hash": "other", "serial": 9}
    )
    assert changes(task(claim=held), task(claim=renamed)) == {}
    assert "claim" in changes(task(claim=held), task(claim=claim(lease=60)))


def test_no_token_is_ever_told() -> None:
    secret = claim(token_hash="secret hash", scoped_key_hash="scoped secret")
    assert "secret" not in json.dumps(changes(None, task(claim=secret)))
    assert not {"token_hash", "scoped_key_hash", "serial"} & set(PUBLIC[Claim])


@given(any_task())
def test_plain_data_lead_back_to_the_field_that_they_came_from(any_one: Task) -> None:
    for name, attribute in TRACKED.items():
        value = getattr(any_one, attribute)
        if name != "claim":
            assert from_plain(name, json.loads(json.dumps(to_plain(value)))) == value, name


def test_every_record_inside_a_task_comes_back_from_plain_data() -> None:
    for name, attribute in TRACKED.items():
        if name != "claim":
            value = getattr(FULL, attribute)
            assert from_plain(name, json.loads(json.dumps(to_plain(value)))) == value, name


def test_nothing_comes_back_as_the_empty_value_of_the_field() -> None:
    assert (from_plain("labels", None), from_plain("private", None), from_plain("title", None)) == (
        (),
        False,
        None,
    )
