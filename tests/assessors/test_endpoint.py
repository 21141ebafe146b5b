"""A model behind an OpenAI-compatible endpoint: strictly asked, strictly read, and never obeyed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from task_assistant.assessors.endpoint import CUT, MOST_BYTES, Endpoint
from task_assistant.domain.readiness import Matter
from task_assistant.ports.assessor import AssessorUnavailable
from tests.assessors.standin import JUDGED, StandIn, standing_in

MATTER = Matter("Draft the release notes", "SECRETWORD of the client", origin="email", labels=("ops",))


@pytest.fixture
def there() -> Iterator[StandIn]:
    with standing_in() as server:
        yield server


def endpoint(there: StandIn, key: str | None = "sk-test", seconds: float = 5.0) -> Endpoint:
    return Endpoint(there.url, "small-model", key, seconds)


async def test_the_task_is_sent_as_data_with_a_strict_schema_and_the_key(there: StandIn) -> None:
    said = await endpoint(there).opinion(MATTER)
    assert said["suggested_assignee"] == "codex"
    path, headers, body = there.asked[0]
    assert (path, headers["authorization"]) == ("/v1/chat/completions", "Bearer sk-test")
    assert (body["model"], body["response_format"]["json_schema"]["strict"]) == ("small-model", True)
    assert body["response_format"]["json_schema"]["schema"]["additionalProperties"] is False
    assert MATTER.title not in body["messages"][0]["content"]
    assert MATTER.title in body["messages"][1]["content"]


async def test_without_a_key_no_header_is_sent(there: StandIn) -> None:
    await endpoint(there, key=None).opinion(MATTER)
    assert "authorization" not in there.asked[0][1]


async def test_long_texts_are_cut_before_they_are_sent(there: StandIn) -> None:
    await endpoint(there).opinion(Matter("Draft", "x" * 20_000, "y" * 50_000))
    assert len(there.asked[0][2]["messages"][1]["content"]) < sum(CUT.values()) + 300


@pytest.mark.parametrize(
    "said",
    [
        "no json", "[]", "null", '{"suggested_assignee": "codex"}',
        {**JUDGED, "suggested_assignee": "root"}, {**JUDGED, "agent_probability": 7}, {**JUDGED, "extra": 1},
        {**JUDGED, "reasons": []}, {**JUDGED, "suggested_assignee": None},
        {**JUDGED, "reasons": [{"signal": "x", "evidence": "words that are not there", "points": 1}]},
    ],
    ids=str,
)  # fmt: skip
async def test_what_is_no_assessment_of_this_task_is_refused(there: StandIn, said: Any) -> None:
    there.said = said
    with pytest.raises(AssessorUnavailable) as refusal:
        await endpoint(there).opinion(MATTER)
    assert "SECRETWORD" not in str(refusal.value)


async def test_only_reasons_that_quote_the_task_are_kept(there: StandIn) -> None:
    invented = {"signal": "praise", "evidence": "a perfect fit", "points": 5.0}
    there.said = {
        **JUDGED,
        "reasons": [invented, {"signal": "writing", "evidence": "“draft the”", "points": 1.0}],
    }
    said = await endpoint(there).opinion(MATTER)
    assert [reason["signal"] for reason in said["reasons"]] == ["writing"]


@pytest.mark.parametrize("status", [302, 400, 401, 429, 500])
async def test_another_status_is_an_error_and_no_redirect_is_followed(there: StandIn, status: int) -> None:
    there.status = status
    with pytest.raises(AssessorUnavailable, match=str(status)):
        await endpoint(there).opinion(MATTER)
    assert len(there.asked) == 1


async def test_too_long_an_answer_is_not_read_to_its_end(there: StandIn) -> None:
    there.raw = b"x" * (MOST_BYTES + 1)
    with pytest.raises(AssessorUnavailable, match="too long"):
        await endpoint(there).opinion(MATTER)


async def test_an_endpoint_that_is_silent_is_given_up_in_time(there: StandIn) -> None:
    there.silent.set()
    with pytest.raises(AssessorUnavailable, match="ReadTimeout"):
        await endpoint(there, seconds=0.2).opinion(MATTER)


async def test_an_endpoint_that_is_not_there_is_an_error_in_words() -> None:
    with pytest.raises(AssessorUnavailable, match="ConnectError"):
        await Endpoint("http://127.0.0.1:9/v1", "m", None).opinion(MATTER)
