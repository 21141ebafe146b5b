"""Triage: one card after another, whose address says where the person is."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import httpx
import pytest

from task_assistant.domain.task import Owner, Proposal, Task
from tests.factories import NOW, assessment, later, owner, task
from tests.web.doorstep import FETCHED, HERE, TYPED, Doorstep


async def page(doorstep: Doorstep, path: str = "/triage") -> str:
    async with doorstep.client() as browser:
        answer = await browser.get(path, headers=TYPED)
    assert answer.status_code == 200, answer.text
    return answer.text


def cards(html: str) -> list[str]:
    return re.findall(r'<h2 id="title-\d+" dir="auto">(.*?)</h2>', html)


def card(html: str, task_id: int) -> str:
    return html.split(f'id="task-{task_id}"', 1)[1].split("</li>\n", 1)[0]


def progress(html: str) -> str:
    return " ".join(
        re.sub("<[^>]*>", "", html.split('class="progress"', 1)[1].split("</span></a>", 1)[0]).split()
    )


async def test_only_what_nobody_owns_has_a_card_and_the_best_ranked_is_first() -> None:
    doorstep = Doorstep()
    await doorstep.put(
        task("usual"), task("urgent", priority=1), task("mine", assignee=Owner.ME),
        task("theirs", assignee=Owner.CODEX), task("not now", deferred_until=later(days=2)),
    )  # fmt: skip
    assert cards(await page(doorstep)) == ["urgent", "usual"]


async def test_the_next_cards_are_on_the_page_before_they_are_asked_for_but_not_all() -> None:
    doorstep = Doorstep()
    await doorstep.put(*(task(f"task {n}") for n in range(70)))
    html = await page(doorstep)
    assert len(cards(html)) == 20
    assert progress(html).endswith("1 of 70")


async def test_the_address_says_how_far_the_person_has_come() -> None:
    doorstep = Doorstep()
    await doorstep.put(*(task(f"task {n}") for n in range(14)))
    html = await page(doorstep, "/triage?done=6&skip=1.2")
    assert progress(html).endswith("9 of 20")
    assert "2 skipped" in html
    assert cards(html) == [f"task {n}" for n in range(2, 14)]


async def test_how_many_are_sure_is_said_only_where_all_of_them_were_looked_at() -> None:
    doorstep = Doorstep()
    sure = [
        task(f"Order toner {n}").having(assessment=assessment("builtin", NOW, agent_probability=0.95))
        for n in range(49)
    ]
    await doorstep.put(*sure)
    assert "Accept 49 that are 90% sure" in await page(doorstep, "/triage")
    await doorstep.put(*sure[:3])
    assert "Accept what is 90% sure" in await page(doorstep, "/triage")


async def test_the_card_that_is_looked_at_stays_first_whatever_its_rank() -> None:
    doorstep = Doorstep()
    await doorstep.put(task("looked at", priority=5), task("just arrived", priority=1))
    assert cards(await page(doorstep, "/triage?at=1")) == ["looked at", "just arrived"]


@pytest.mark.parametrize("at", ["2", "99", "x", "", "-1", "1" * 30])
async def test_a_card_that_is_gone_gives_way_to_the_next(at: str) -> None:
    doorstep = Doorstep()
    await doorstep.put(task("there"), task("taken", assignee=Owner.ME))
    assert cards(await page(doorstep, f"/triage?at={at}&done=x&skip=a.b")) == ["there"]


async def test_skip_and_back_lead_to_the_cards_next_to_this_one() -> None:
    doorstep = Doorstep()
    await doorstep.put(*(task(f"task {n}") for n in range(3)))
    html = await page(doorstep, "/triage?done=1&skip=1")
    assert 'href="/triage?done=1&amp;skip=1.2" data-skip="2"' in card(html, 2)
    assert 'href="/triage?at=1&amp;done=1" data-back' in card(html, 2)
    assert cards(await page(doorstep, "/triage?done=1&skip=1.2")) == ["task 2"]
    assert cards(await page(doorstep, "/triage?at=1&done=1")) == ["task 0", "task 1", "task 2"]


async def test_at_the_end_skipped_ones_are_offered_again() -> None:
    doorstep = Doorstep()
    await doorstep.put(task("left"))
    html = await page(doorstep, "/triage?done=4&skip=1")
    assert "4 answered, 1 skipped" in html
    assert 'href="/triage?done=4" data-again' in html


async def test_an_empty_triage_says_what_will_be_there_or_what_was_done() -> None:
    doorstep = Doorstep()
    assert "Nothing to triage." in await page(doorstep)
    assert "You answered 20." in await page(doorstep, "/triage?done=20")


async def test_a_suggestion_is_the_likely_answer_and_one_key_accepts_it() -> None:
    doorstep = Doorstep()
    await doorstep.put(task(created_by="adapter:mail", proposal=Proposal("adapter:mail", Owner.CODEX)))
    html = card(await page(doorstep), 1)
    assert '<span dir="auto">mail</span> suggests <b>agents</b>' in html
    first = html.split('<button class="act first"', 1)[1].split("</button>", 1)[0]
    assert "/do/tasks/1/accept-assessment?" in first
    assert 'data-key="y a"' in first
    assert "<kbd>y</kbd>" in first


async def test_the_source_stands_beside_as_outside_text_with_who_brought_it() -> None:
    doorstep = Doorstep()
    await doorstep.put(
        task(created_by="adapter:mail", origin="email", source_name="Alice", source_url="https://example.com/1",
             source_context="Please call.\n  Soon."),
        task("without", source_name="Minutes"),
    )  # fmt: skip
    html = await page(doorstep)
    assert (
        '<a href="https://example.com/1" rel="noreferrer noopener external" dir="auto">Alice</a>, outside text'
        in html
    )
    assert 'brought by <span dir="auto">mail</span>' in html
    assert "Please call.\n  Soon.</div>" in html
    assert "outside text" not in card(html, 2)
    assert 'from <span dir="auto">Minutes</span>' in card(html, 2)


async def test_long_texts_are_cut_and_the_whole_is_one_click_away() -> None:
    doorstep = Doorstep()
    await doorstep.put(task(description="d" * 9_000, source_name="Log", source_context="s" * 50_000))
    html = await page(doorstep)
    assert len(html) < 40_000
    assert html.count('class="link" href="/tasks/1"') == 2


async def test_one_answer_for_alike_ones_names_them_all_but_not_what_was_skipped() -> None:
    doorstep = Doorstep()
    await doorstep.put(*(task(f"Invoice {n}", origin="email") for n in range(12)))
    html = card(await page(doorstep, "/triage?skip=3"), 1)
    assert "<b>10 more</b> begin with “Invoice”" in html
    assert "and 2 more</li>" in html
    assert "/do/bulk?verb=assign&assignee=me&ids=1,2,4,5,6,7,8,9,10,11,12&next=" in unescape(html)


async def act(browser: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    html = (await browser.get("/triage", headers=TYPED)).text
    token = re.findall('name="csrf-token" content="([^"]+)"', html)[0]
    headers = FETCHED | {"origin": HERE}
    return await browser.post(path, data={"csrf_token": token, **fields}, headers=headers)


async def test_without_scripts_an_answer_leads_to_the_next_card() -> None:
    doorstep = Doorstep()
    await doorstep.put(*(task(f"Invoice {n}") for n in range(5)))
    async with doorstep.client() as browser:
        html = (await browser.get("/triage?done=2&skip=1", headers=TYPED)).text
        form = re.findall(r'formaction="(/do/tasks/2/assign[^"]+)"', html)[0]
        answer = await act(browser, unescape(form))
        assert (answer.status_code, answer.headers["location"]) == (303, "/triage?done=3&skip=1")
        every = re.findall(r'formaction="(/do/bulk[^"]+)"', html)[0]
        assert (await act(browser, unescape(every))).status_code == 303
    assert (await doorstep.services.tasks.get(owner(), 5)).assignee is Owner.CODEX


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "\u202egnihtyna",
    "</textarea></li></ol>",
    "x" * 230,
)


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_is_only_text(text: str) -> None:
    doorstep = Doorstep()
    fields = {"description": text, "source_name": text[:160], "source_context": text, "labels": (text[:40],)}
    await doorstep.put(
        task(text, created_by=f"adapter:{text[:40]}", source_url="javascript:alert(1)", **fields),
        task("like it", source_name=text[:160]),
    )
    html = await page(doorstep)
    for mark in ("<script>alert", "<img src=x", "' autofocus", "javascript:", "</textarea></li>"):
        assert mark not in html
    assert "{{ 7 * 7 }}" in html or "7 * 7" not in text


async def test_few_and_many_cards_cost_the_same_number_of_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    doorstep = Doorstep()

    async def calls() -> int:
        asked: list[str] = []
        with monkeypatch.context() as patched:
            for name in ("find", "get", "get_many", "tally", "events", "records", "documents"):
                original = getattr(doorstep.store, name)

                async def counted(
                    *given: Any, _name: str = name, _original: Any = original, **more: Any
                ) -> Any:
                    asked.append(_name)
                    return await _original(*given, **more)

                patched.setattr(doorstep.store, name, counted)
            await page(doorstep, "/triage?at=1")
        return len(asked)

    made: list[Task] = [task("one"), task("two")]
    await doorstep.put(*made)
    few = await calls()
    await doorstep.put(*(task(f"Invoice {n}", source_name="Inbox") for n in range(300)))
    assert await calls() == few
