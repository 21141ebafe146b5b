"""What a form says becomes what the use cases take, with times in the person's zone and words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from task_assistant.domain.errors import InvalidFields
from task_assistant.web.forms import Form
from task_assistant.web.given import given
from task_assistant.wire.requests import Request
from task_assistant.wire.tasks import TaskPatch
from task_assistant.wire.verbs import Approve, Defer
from tests.factories import NOW

ZURICH = ZoneInfo("Europe/Zurich")  # NOW is 11:00 there, a Thursday


def said(model: type[Request], *pairs: tuple[str, str]) -> dict[str, Any]:
    return given(model, Form(pairs), NOW, ZURICH)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("tomorrow", datetime(2026, 5, 8, 7, tzinfo=UTC)),
        ("fri 9am", datetime(2026, 5, 8, 7, tzinfo=UTC)),
        ("next week", datetime(2026, 5, 11, 7, tzinfo=UTC)),
        ("in 2 hours", datetime(2026, 5, 7, 11, tzinfo=UTC)),
        ("2026-05-09", datetime(2026, 5, 9, 7, tzinfo=UTC)),
        ("2026-05-09T18:30", datetime(2026, 5, 9, 16, 30, tzinfo=UTC)),
        ("2026-12-09T18:30", datetime(2026, 12, 9, 17, 30, tzinfo=UTC)),
        ("2026-05-09T18:30:00Z", datetime(2026, 5, 9, 18, 30, tzinfo=UTC)),
        ("", None),
    ],
)
def test_a_time_may_be_words_or_what_a_field_sends(text: str, at: datetime | None) -> None:
    assert said(Defer, ("until", text)) == {"until": at}


@pytest.mark.parametrize(
    "text", ["whenever", "yesterday", "9999-99-99T99:99", "tomorrow or so", "0001-01-01T00:00x"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(InvalidFields):
        said(Defer, ("until", text))


def test_each_kind_of_field_is_read_as_what_it_is() -> None:
    form = (
        ("csrf_token", "x"), ("next", "/"), ("version", "3"), ("title", " Call her "), ("priority", "2"),
        ("private", "true"), ("labels", "home, health"), ("labels", "later"), ("depends_on", "#3 4"),
        ("description", "one\r\ntwo"), ("agent", ""), ("source_url", ""),
    )  # fmt: skip
    assert said(TaskPatch, *form) == {
        "title": "Call her", "priority": 2, "private": True, "labels": ("home", "health", "later"),
        "depends_on": (3, 4), "description": "one\ntwo", "agent": None, "source_url": None,
    }  # fmt: skip


def test_the_last_value_of_a_field_counts() -> None:
    assert said(Approve, ("round", "1"), ("round", "2")) == {"round": 2}


@pytest.mark.parametrize(
    "pair", [("priority", "9"), ("priority", "１"), ("nonsense", "1"), ("depends_on", "a")]
)
def test_what_the_model_does_not_take_is_refused_by_name(pair: tuple[str, str]) -> None:
    with pytest.raises(InvalidFields) as refused:
        said(TaskPatch, pair)
    assert refused.value.errors[0]["field"].startswith(pair[0])
