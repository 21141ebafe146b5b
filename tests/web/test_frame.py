"""What stands around every page: places with counts, compression that tells nothing to other sites."""

from __future__ import annotations

import gzip
import re

import pytest

from task_assistant.domain.task import Lane
from tests.factories import task
from tests.web.doorstep import FETCHED, FROM_ELSEWHERE, TYPED, Doorstep
from tests.web.test_needs_you import ONE_OF_EACH


async def raw(doorstep: Doorstep, headers: dict[str, str]) -> tuple[dict[str, str], bytes]:
    """The answer as it went over the wire."""
    async with await doorstep.signed_in() as browser, browser.stream("GET", "/", headers=headers) as answer:
        return dict(answer.headers), b"".join([part async for part in answer.aiter_raw()])


@pytest.mark.parametrize(
    ("headers", "packed"),
    [
        (TYPED | {"accept-encoding": "gzip, br"}, True),
        (FETCHED | {"accept-encoding": "gzip"}, True),
        (TYPED | {"accept-encoding": "br"}, False),
        (TYPED | {"accept-encoding": "gzip;q=0"}, False),
        (FROM_ELSEWHERE | {"accept-encoding": "gzip"}, False),
        ({"accept-encoding": "gzip"}, False),
    ],
)
async def test_a_page_is_compressed_only_when_nobody_else_led_to_it(
    headers: dict[str, str], packed: bool
) -> None:
    given, body = await raw(Doorstep(), headers)
    assert (given.get("content-encoding") == "gzip") == packed
    assert int(given["content-length"]) == len(body)
    assert b"<h1>Needs you</h1>" in (gzip.decompress(body) if packed else body)


async def test_every_place_has_its_count_and_a_letter_of_its_own() -> None:
    doorstep = Doorstep()
    await doorstep.put(*ONE_OF_EACH.values())
    async with await doorstep.signed_in() as browser:
        html = (await browser.get("/", headers=TYPED)).text
    letters = re.findall(r'data-go="(\w)"', html)
    assert len(set(letters)) == len(letters) > 8
    for lane in set(Lane) - {Lane.TRIAGE}:
        assert re.search(
            rf'href="/tasks\?lane={lane}" data-go="\w"[^>]*><span>.*?</span> <b>1</b></a>', html
        ), lane
    assert re.search(r'href="/triage" data-go="t"><span>Triage</span> <b>1</b>', html)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("dentist", [1]),
        ("#2", [2]),
        ("2", [2]),
        ("nothing", []),
        ("", []),
        ("#99", []),
        ("9" * 40, []),
        ("#0", []),
    ],
)
async def test_the_palette_finds_tasks_by_words_and_ids(query: str, found: list[int]) -> None:
    doorstep = Doorstep()
    await doorstep.put(task("Call the dentist"), task("Renew passport"))
    async with await doorstep.signed_in() as browser:
        answer = await browser.get("/find", params={"q": query})
    assert [one["id"] for one in answer.json()["tasks"]] == found
