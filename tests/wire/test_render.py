"""Answers as rendered: the shapes of the models, times as the contract wants them, and nothing internal."""

from __future__ import annotations

import dataclasses
from typing import Any

import orjson
import pytest

from task_assistant.domain.history import EventType
from task_assistant.domain.task import Task
from task_assistant.wire import answers, render
from tests.factories import NOW, agent_task, claimed_task, event, full_task, later, task

INTERNAL = {
    "token_hash", "scoped_key_hash", "serial", "lease_seconds", "messages", "changed", "deleted_at", "purged",
    "failures", "rounds",
    "sent_back", "numbers", "declined", "ingested", "open_dependencies", "unblocks", "revision", "created_by",
    "due",
}  # fmt: skip


def names(data: Any) -> set[str]:
    """Every name anywhere in the answer, but for what agents said themselves."""
    if isinstance(data, dict):
        return set(data) | {name for key, inner in data.items() if key != "usage" for name in names(inner)}
    return {name for inner in data for name in names(inner)} if isinstance(data, list) else set()


@pytest.mark.parametrize(
    "it", [task(), agent_task(), claimed_task(), full_task(id=7)], ids=["new", "agents", "claimed", "full"]
)
def test_a_task_has_the_fields_of_its_model_and_none_of_its_inside(it: Task) -> None:
    shown = render.plain(render.task(it, NOW))
    answers.Task.model_validate(shown, extra="forbid")
    assert not names(shown) & INTERNAL
    answers.ListedTask.model_validate(render.plain(render.listed(it, NOW)), extra="forbid")
    answers.RankedTask.model_validate(render.plain(render.ranked(it, NOW, 1)), extra="forbid")


def test_every_field_of_a_task_is_either_shown_or_meant_to_be_internal() -> None:
    shown = set(render.task(task(), NOW))
    fields = {field.name for field in dataclasses.fields(Task)}
    assert fields - shown <= INTERNAL


def test_microseconds_are_written_only_when_there_are_any() -> None:
    shown = render.plain(render.task(task(created_at=later(microseconds=1)), NOW))
    assert shown["created_at"] == "2026-05-07T09:00:00.000001Z"
    assert render.plain(render.task(task(), NOW))["created_at"] == "2026-05-07T09:00:00Z"


def test_a_claim_is_shown_only_while_its_lease_runs() -> None:
    it = claimed_task(lease=60)
    before, after = render.task(it, later(seconds=59)), render.task(it, later(seconds=60))
    assert (before["claim"] is None, before["claimable"], before["lane"]) == (False, False, "agent")
    assert (after["claim"], after["claimable"], after["lane"]) == (None, True, "agent")


def test_a_record_that_slips_through_whole_is_an_error_and_no_leak() -> None:
    with pytest.raises(TypeError):
        render.to_json({"task": task()})


def test_lists_cut_at_280_characters_and_name_what_was_cut() -> None:
    long = task(description="ü" * 281, source_context="x" * 280)
    row = render.listed(long, NOW)
    assert (len(row["description"]), row["truncated"]) == (280, ("description",))
    assert render.listed(long, NOW, full=True)["truncated"] == ()
    assert len(render.task(long, NOW)["description"]) == 281


def test_the_score_is_the_sum_of_its_reasons() -> None:
    rank = render.ranked(agent_task(priority=1, due=NOW), NOW, 3)["rank"]
    assert rank["position"] == 3
    assert rank["score"] == sum(reason["points"] for reason in rank["reasons"]) == 170


def test_an_event_says_text_and_undoes_only_where_there_is_one() -> None:
    bare = render.plain(render.event(event(EventType.CREATED)))
    answers.Event.model_validate(bare, extra="forbid")
    assert not {"text", "undoes"} & set(bare)
    told = render.plain(
        render.event(event(EventType.UNDONE, text="Sorry", undoes="e1", changes={"title": ("a", "b")}))
    )
    answers.Event.model_validate(told, extra="forbid")
    assert (told["text"], told["undoes"], told["changes"]) == ("Sorry", "e1", {"title": ["a", "b"]})


def test_bytes_and_plain_data_say_the_same() -> None:
    shown = render.task(full_task(id=7), NOW)
    assert orjson.loads(render.to_json(shown)) == render.plain(shown)
