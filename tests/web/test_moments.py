"""Times in words: honest about lateness, estimates and time zones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from task_assistant.domain.due_dates import LATEST
from task_assistant.web import moments

NOW = datetime(2026, 5, 7, 9, 0, tzinfo=UTC)  # a Thursday
ZURICH = ZoneInfo("Europe/Zurich")
KIRITIMATI = ZoneInfo("Pacific/Kiritimati")


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        (-24 * 30, "4 weeks late"),
        (-24 * 13, "13 d late"),
        (-25, "1 d late"),
        (-2, "2 h late"),
        (-0.5, "30 min late"),
        (-0.002, "7 s late"),
        (0, "0 s late"),
        (6, "today 15:00"),
        (14.99, "today 23:59"),
        (15, "tomorrow"),
        (38.9, "tomorrow"),
        (39, "Sat"),
        (24 * 6, "Wed"),
        (24 * 7, "14 May"),
        (24 * 300, "3 Mar 2027"),
    ],
)
def test_a_deadline_is_said_as_a_person_would(hours: float, text: str) -> None:
    moment = moments.due(NOW + timedelta(hours=hours), NOW, UTC)
    assert moment.text == text
    assert moment.late is (hours <= 0)


@pytest.mark.parametrize(
    ("days", "text"), [(-9, "~ 28 Apr"), (-1, "~ yesterday"), (0, "~ today"), (1, "~ tomorrow"), (2, "~ Sat")]
)
def test_an_estimate_is_marked_and_never_late(days: int, text: str) -> None:
    moment = moments.due(NOW + timedelta(days=days), NOW, UTC, estimated=True)
    assert (moment.text, moment.late, moment.estimated) == (text, False, True)
    assert "estimated from the priority" in moment.exact


def test_days_begin_and_end_where_the_person_is() -> None:
    evening = datetime(2026, 5, 7, 22, 30, tzinfo=UTC)
    assert moments.due(evening, NOW, UTC).text == "today 22:30"
    assert moments.due(evening, NOW, ZURICH).text == "tomorrow"
    assert moments.due(evening, NOW, ZURICH).exact == "Fri 8 May 2026, 00:30 CEST"


def test_machines_read_utc() -> None:
    assert moments.due(NOW, NOW, ZURICH).iso == "2026-05-07T09:00:00Z"


@pytest.mark.parametrize("zone", [UTC, ZURICH, KIRITIMATI])
def test_the_last_possible_time_has_words_too(zone: ZoneInfo) -> None:
    assert moments.due(LATEST, NOW, zone).text.endswith("9999")
