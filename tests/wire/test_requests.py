"""Requests as models: absent differs from null, values arrive in domain types, and nothing unknown slips in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from task_assistant.domain import limits
from task_assistant.domain.task import Owner, QuestionKind, ReviewNeed, Status, Task
from task_assistant.domain.times import to_text
from task_assistant.wire import ingest, keys, tasks, verbs, work
from task_assistant.wire.problems import explain
from task_assistant.wire.requests import Request
from task_assistant.wire.tasks import NewTask, TaskPatch

MODELS = [
    model
    for module in (ingest, keys, tasks, verbs, work)
    for model in vars(module).values()
    if isinstance(model, type) and issubclass(model, Request) and model is not Request
]


def refused(model: type[Request], data: Any) -> dict[str, str]:
    """What is wrong, by field."""
    with pytest.raises(ValidationError) as caught:
        model.model_validate(data)
    return {error["field"]: error["message"] for error in explain(caught.value)}


def test_only_what_was_sent_is_given() -> None:
    assert NewTask.model_validate({"title": " x "}).given() == {"title": "x"}
    assert TaskPatch.model_validate({}).given() == {}
    assert TaskPatch.model_validate({"description": None}).given() == {"description": None}


def test_given_values_are_the_domains_own() -> None:
    given = NewTask.model_validate(
        {
            "title": "x", "status": "blocked", "assignee": "codex", "review": "optional", "labels": ["a", "a", "b"],
            "due_at": "2026-05-07T11:00:00+02:00", "reminder_at": "2026-05-07T09:00:00",
        }
    ).given()  # fmt: skip
    nine = datetime(2026, 5, 7, 9, tzinfo=UTC)
    assert given == {
        "title": "x", "status": Status.BLOCKED, "assignee": Owner.CODEX, "review": ReviewNeed.OPTIONAL,
        "labels": ("a", "b"), "due": nine, "reminder_at": nine,
    }  # fmt: skip
    assert all(given[name].tzinfo is UTC for name in ("due", "reminder_at"))
    Task(id=1, created_at=nine, updated_at=nine, created_by="human", **given)


def test_every_field_that_may_be_sent_is_a_field_of_a_task() -> None:
    names = {NewTask.DOMAIN_NAMES.get(name, name) for name in NewTask.model_fields}
    assert names <= set(Task.__dataclass_fields__)
    assert set(TaskPatch.model_fields) == set(NewTask.model_fields) == set(ingest.Item.model_fields)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_unknown_fields_are_refused_by_name_with_what_is_known(model: type[Request]) -> None:
    told = refused(model, {"colour": "red"})
    assert told["colour"].startswith("is not a field here; known fields: ")
    assert all(name in told["colour"] for name in model.model_fields)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@pytest.mark.parametrize("data", [None, [], "x", 5, True])
def test_what_is_no_object_is_refused(model: type[Request], data: Any) -> None:
    assert refused(model, data) in ({"body": "must be an object"}, {"body": "must not be null"})


NOT_NULL = {"title", "status", "assignee", "origin", "priority", "labels", "depends_on", "review", "private"}


@pytest.mark.parametrize("name", sorted(TaskPatch.model_fields))
def test_null_empties_a_field_or_is_refused(name: str) -> None:
    if name in NOT_NULL:
        assert refused(TaskPatch, {name: None}) == {name: "must not be null"}
    else:
        assert list(TaskPatch.model_validate({name: None}).given().values()) == [None]


@pytest.mark.parametrize(("model", "field", "limit"), [
    (NewTask, "title", limits.TITLE), (NewTask, "description", limits.DESCRIPTION),
    (NewTask, "source_context", limits.SOURCE_CONTEXT), (NewTask, "source_name", limits.SOURCE_NAME),
    (NewTask, "external_id", limits.EXTERNAL_ID), (verbs.Answer, "answer", limits.ANSWER),
    (verbs.SendBack, "feedback", limits.FEEDBACK), (tasks.CommentText, "text", limits.COMMENT),
    (work.Submit, "summary", limits.SUMMARY), (work.Submit, "evidence", limits.EVIDENCE),
    (work.Ask, "question", limits.QUESTION), (work.Progress, "note", limits.NOTE),
])  # fmt: skip
def test_sizes_are_counted_in_characters(model: type[Request], field: str, limit: int) -> None:
    for text, fits in (("ü" * limit, True), ("😀" * limit, True), ("x" * (limit + 1), False)):
        try:
            model.model_validate({field: text})
        except ValidationError as problem:
            told = {error["field"]: error["message"] for error in explain(problem)}
            assert (field not in told) == fits
        else:
            assert fits


def submit(*texts: str) -> dict[str, Any]:
    """A result with these texts as artifacts."""
    artifacts = [{"name": f"{n}.txt", "text": text} for n, text in enumerate(texts)]
    return {"claim_token": "t", "summary": "s", "artifacts": artifacts}


def test_artifacts_are_counted_in_bytes() -> None:
    fits = work.Submit.model_validate(submit(*["é" * 100_000] * 3)).given()
    assert fits["artifacts"][0] == {"name": "0.txt", "type": "text/plain", "text": "é" * 100_000}
    assert "artifacts[0].text" in refused(work.Submit, submit("é" * 100_001))
    assert "together" in refused(work.Submit, submit(*["é" * 100_000] * 3, "x"))["artifacts"]
    assert "artifacts" in refused(work.Submit, submit(*"123456789"))


def test_usage_is_given_as_it_was_said() -> None:
    said = {"input_tokens": 5, "cost": "0.12", "currency": "USD"}
    body = {"claim_token": "t", "note": "half", "usage": said}
    assert work.Progress.model_validate(body).given()["usage"] == said
    for bad in (
        {"cost": 0.12},
        {"cost": "-1"},
        {"cost": "1e3"},
        {"currency": "usd"},
        {"input_tokens": -1},
        {"tokens": 1},
    ):
        assert list(refused(work.Progress, {**body, "usage": bad})) == [f"usage.{next(iter(bad))}"]


def test_an_ask_needs_a_kind() -> None:
    said = {"claim_token": "t", "question": "Which?"}
    assert refused(work.Ask, said) == {"kind": "is required"}
    asked = work.Ask.model_validate({**said, "kind": "decision", "options": ["a", "b", "a"]}).given()
    assert (asked["kind"], asked["options"]) == (QuestionKind.DECISION, ("a", "b"))


@given(
    st.datetimes(
        timezones=st.sampled_from([UTC, *(timezone(timedelta(minutes=m)) for m in (-765, -60, 330, 840))])
    )
)
def test_every_time_with_an_offset_arrives_as_the_same_instant_in_utc(at: datetime) -> None:
    try:
        instant = at.astimezone(UTC)
    except OverflowError:
        assert "due_at" in refused(TaskPatch, {"due_at": at.isoformat()})
        return
    due = TaskPatch.model_validate({"due_at": at.isoformat()}).given()["due"]
    assert due == instant
    assert due.tzinfo is UTC
    assert TaskPatch.model_validate({"due_at": to_text(due)}).given()["due"] == due


@given(st.text() | st.text(st.characters()) | st.text(st.sampled_from("\0\ud800\udfffx")))
def test_any_text_is_either_kept_whole_or_refused_by_name(text: str) -> None:
    lone_surrogate = any("\ud800" <= character <= "\udfff" for character in text)
    if "\0" in text or lone_surrogate:
        assert list(refused(TaskPatch, {"description": text})) == ["description"]
    else:
        assert TaskPatch.model_validate({"description": text}).given() == {"description": text}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.sampled_from(MODELS),
    st.dictionaries(st.sampled_from([*TaskPatch.model_fields, "text", "kind", "x"]), JSON),
)
def test_no_json_makes_a_model_fail_otherwise_than_by_saying_what_is_wrong(
    model: type[Request], data: dict[str, Any]
) -> None:
    try:
        model.model_validate(data).given()
    except ValidationError as problem:
        for error in explain(problem):
            assert error["field"].encode()
            assert error["message"].encode()


def test_items_of_a_batch_are_judged_one_by_one() -> None:
    raw = {
        "origin": "email",
        "source_name": "Mail",
        "tasks": [{"title": "a", "source_name": "Own"}, {"titel": "b"}, 3],
    }
    items = ingest.read_items(ingest.Envelope.model_validate(raw), explain)
    assert items.good == [(0, {"title": "a", "origin": "email", "source_name": "Own"})]
    assert [(index, {e["field"] for e in errors}) for index, errors in items.bad] == [
        (1, {"titel", "title"}),
        (2, {"task"}),
    ]
