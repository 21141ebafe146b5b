"""Which refusals of the field `recurrence` the fuzz check lets pass: for what no document can say, and no others."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from scripts.checks.fuzz_excuses import explained
from task_assistant.domain.errors import InvalidFields
from task_assistant.domain.following import begin
from task_assistant.domain.rrule import LONGEST
from task_assistant.wire import recurrence

NOW = datetime(2026, 5, 7, 9, tzinfo=UTC)
RULES = st.text(max_size=LONGEST) | st.sampled_from(
    ["FREQ=HOURLY", "FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY;COUNT=0", "FREQ=WEEKLY;BYMONTHDAY=1", "UNTIL=2026"]
)
FITTING = (
    RULES.filter(bool)
    | st.fixed_dictionaries({"rule": RULES}, optional={"after_done": st.booleans()})
    | st.fixed_dictionaries({"rule": st.just("FREQ=DAILY"), "zone": st.text()})
)


def refused(said: Any) -> str:
    try:
        recurrence.read(said)
    except PydanticCustomError as refusal:
        return f"recurrence: {refusal.message()}"
    return ""


@given(FITTING)
def test_what_fits_the_document_is_read_or_refused_for_an_explained_reason(said: Any) -> None:
    assert not (refusal := refused(said)) or explained(refusal)


def test_a_rule_without_a_date_to_come_is_explained() -> None:
    with pytest.raises(InvalidFields) as found:
        begin(recurrence.read("FREQ=DAILY;UNTIL=20200101"), "UTC", UTC, None, NOW)
    assert explained(found.value.summary)


@pytest.mark.parametrize(
    "said", [7, {}, {"rule": "FREQ=DAILY", "extra": 1}, {"rule": "FREQ=DAILY", "after_done": "x"}]
)
def test_a_refusal_that_the_document_foretells_is_not(said: Any) -> None:
    assert (refusal := refused(said))
    assert not explained(refusal)
