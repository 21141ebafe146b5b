"""Sources: worst first, what went wrong and what to do, and how to begin when there are none."""

from __future__ import annotations

import re
from typing import Any

import pytest

from task_assistant.domain.sources import Health
from task_assistant.web.sources import WORDS
from tests.factories import adapter, owner
from tests.web.doorstep import FETCHED, HERE, TYPED, Doorstep

MAIL = adapter("mail")


async def page(doorstep: Doorstep) -> str:
    async with doorstep.client() as browser:
        answer = await browser.get("/sources", headers=TYPED)
    assert answer.status_code == 200
    return answer.text


async def report(doorstep: Doorstep, source_id: str, status: str = "healthy", **said: Any) -> None:
    usual = {
        "source_id": source_id,
        "source_name": f"Source {source_id}",
        "adapter_type": "email",
        "status": status,
    }
    await doorstep.services.sources.report(MAIL, usual | said)


async def test_the_worst_source_stands_first_and_says_what_to_do() -> None:
    doorstep = Doorstep()
    await report(doorstep, "well")
    await report(doorstep, "broken", "reauth_required", error_code="401", error_message="token expired",
                 action_url="https://accounts.example.com/again")  # fmt: skip
    shown = await page(doorstep)
    assert re.findall(r'<b class="title" dir="auto">(.*?)</b>', shown) == ["Source broken", "Source well"]
    assert "401: token expired" in shown
    assert "Sign in to it again." in shown
    assert 'href="https://accounts.example.com/again" rel="noreferrer noopener external"' in shown
    assert "1 of 2 need a look" in shown
    assert "never well" in shown


async def test_counts_of_the_last_report_are_told_and_missing_ones_are_not() -> None:
    doorstep = Doorstep()
    await report(doorstep, "inbox", items_checked=1_240, created=0)
    shown = await page(doorstep)
    assert "<span>1,240 looked at</span><span>0 captured</span>" in shown
    assert "known already" not in shown


async def test_a_source_that_is_silent_for_a_day_is_marked() -> None:
    doorstep = Doorstep()
    await report(doorstep, "inbox")
    doorstep.clock.advance(hours=25)
    shown = await page(doorstep)
    assert "Healthy, silent" in shown
    assert "Nothing heard for 1 d." in shown
    assert "1 silent for a day or more" in shown


async def test_when_there_are_none_the_page_says_how_to_report() -> None:
    shown = await page(Doorstep())
    assert "will appear here" in shown
    assert "curl -sS http://localhost:8000/api/agent/sources/report" in shown


@pytest.mark.parametrize("status", Health)
async def test_every_state_has_words(status: Health) -> None:
    doorstep = Doorstep()
    await report(doorstep, "inbox", status)
    assert WORDS[status].label in await page(doorstep)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", " JavaScript:alert(1)", "//elsewhere"]
)
async def test_an_address_that_is_no_web_address_is_no_link(url: str) -> None:
    doorstep = Doorstep()
    await report(doorstep, "inbox", "failed", action_url=url)
    assert "Repair it" not in await page(doorstep)


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
async def test_what_an_adapter_says_is_shown_as_text(text: str) -> None:
    doorstep = Doorstep()
    await report(
        doorstep, text, "failed", source_name=text, adapter_type=text, error_code=text, error_message=text
    )
    shown = await page(doorstep)
    assert text not in shown
    assert "&lt;" in shown


async def test_at_most_fifty_are_shown() -> None:
    doorstep = Doorstep()
    for n in range(53):
        await report(doorstep, f"source-{n:02}")
    shown = await page(doorstep)
    assert shown.count('<b class="title"') == 50
    assert "3 more, all healthier than these" in shown


async def test_a_webhook_is_made_switched_off_and_removed_on_the_page() -> None:
    doorstep = Doorstep()
    async with await doorstep.signed_in() as browser:
        page = (await browser.get("/sources", headers=TYPED)).text
        found = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert found
        headers = FETCHED | {"x-pta-fetch": "1", "origin": HERE, "x-csrf-token": found[1]}

        async def post(path: str, **fields: str) -> Any:
            return (await browser.post(path, data={"x": "", **fields}, headers=headers)).json()

        made = await post("/do/webhooks", url="https://example.org/<hook>", types="asked, submitted")
        assert "whsec_" in made["shown"]
        assert "&lt;hook&gt;" in made["shown"]
        [listed] = await doorstep.services.webhooks.all(owner())
        assert listed.hook.types == ("asked", "submitted")
        one = f"/do/webhooks/{listed.hook.id}"
        await post(f"{one}/off")
        page = (await browser.get("/sources", headers=TYPED)).text
        assert "Off: you switched it off" in page
        assert "whsec_" not in page
        await post(f"{one}/remove")
        assert await doorstep.services.webhooks.all(owner()) == []
