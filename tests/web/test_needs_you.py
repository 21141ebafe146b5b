"""The first page: one ranked list of what waits for the person, and what it says when there is nothing."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from task_assistant.domain.task import Lane, Owner, QuestionKind, Status, Task
from tests.factories import agent_task, claimed_task, later, question, result, task
from tests.web.doorstep import TYPED, Doorstep


async def page(doorstep: Doorstep, path: str = "/", **headers: str) -> str:
    async with doorstep.client() as browser:
        answer = await browser.get(path, headers=TYPED | headers)
    assert answer.status_code == 200
    return answer.text


def titles(html: str) -> list[str]:
    """The titles of the rows, in their order."""
    return re.findall(r'<a class="title"[^>]*>(.*?)</a>', html)


def acts(html: str, title: str) -> list[str]:
    """The keys of a row's acts with their words, in their order; the likely one is marked with a star."""
    row = next(part for part in html.split('<li class="row')[1:] if f">{title}</a>" in part)
    found = re.findall(r'class="act( first)?"[^>]*>([^<]*)(?:<kbd>([^<]*)</kbd>)?<', row)
    return [f"{'*' if first else ''}{key}:{label}" for first, label, key in found]


ONE_OF_EACH: dict[Lane, Task] = {
    Lane.HUMAN: task("mine", assignee=Owner.ME),
    Lane.AGENT: agent_task("theirs"),
    Lane.REVIEW: agent_task("done by them", status=Status.WAITING_REVIEW, result=result()),
    Lane.BLOCKED: task("stuck", status=Status.BLOCKED, question=question()),
    Lane.TRIAGE: task("new"),
    Lane.WAITING: task("later", deferred_until=later(days=2)),
}
NEEDED = [Lane.HUMAN, Lane.REVIEW, Lane.BLOCKED, Lane.TRIAGE]


async def test_the_list_holds_what_waits_for_the_person_and_nothing_else() -> None:
    doorstep = Doorstep()
    await doorstep.put(*ONE_OF_EACH.values(), task("finished", status=Status.DONE))
    html = await page(doorstep)
    assert sorted(titles(html)) == sorted(ONE_OF_EACH[lane].title for lane in NEEDED)
    assert "<title>(4) Needs you · Task Assistant</title>" in html
    assert "4 things" in html


async def test_the_list_is_in_smart_rank_over_all_lanes() -> None:
    doorstep = Doorstep()
    asked = {"status": Status.BLOCKED, "question": question()}
    await doorstep.put(
        task("low", assignee=Owner.ME, priority=5),
        task("asked", priority=2, **asked),
        task("urgent", priority=1),
        task("late", assignee=Owner.ME, priority=3, due=later(hours=-1)),
    )
    assert titles(await page(doorstep)) == ["urgent", "late", "asked", "low"]


@pytest.mark.parametrize("lane", NEEDED)
async def test_a_chip_leads_to_one_kind_and_counts_it(lane: Lane) -> None:
    doorstep = Doorstep()
    await doorstep.put(*ONE_OF_EACH.values())
    chip = re.search(rf'<a href="/\?only={lane}">\w+ <b>(\d+)</b></a>', await page(doorstep))
    assert chip is not None
    shown = titles(await page(doorstep, f"/?only={lane}"))
    assert len(shown) == int(chip[1])
    assert shown == [ONE_OF_EACH[lane].title]


async def test_fifty_at_a_time_and_the_next_ones_go_on_where_the_page_ended() -> None:
    doorstep = Doorstep()
    await doorstep.put(*(task(f"task {n}", assignee=Owner.ME, priority=1 + n % 5) for n in range(120)))
    seen: list[str] = []
    path: str | None = "/"
    while path is not None:
        html = await page(doorstep, path)
        shown = titles(html)
        assert 0 < len(shown) <= 50
        seen += shown
        following = re.search(r'<a href="([^"]+)" rel="next">', html)
        path = following[1].replace("&amp;", "&") if following else None
    assert len(seen) == 120
    assert len(set(seen)) == 120


@pytest.mark.parametrize("query", ["?cursor=nonsense", "?only=agent", "?only=", "?cursor=&only=nowhere"])
async def test_an_address_that_makes_no_sense_shows_the_whole_list(query: str) -> None:
    doorstep = Doorstep()
    await doorstep.put(task("mine", assignee=Owner.ME))
    assert titles(await page(doorstep, f"/{query}")) == ["mine"]


@pytest.mark.parametrize(
    ("lane", "expected"),
    [
        (Lane.HUMAN, ["*f:Done", "d:Defer", "a:To agents", "⌫:Cancel"]),
        (Lane.REVIEW, ["*a:Approve", "r:Send back", "⌫:Cancel"]),
        (Lane.BLOCKED, ["*e:Write an answer", "m:Take it over"]),
        (Lane.TRIAGE, ["m:Mine", "a:To agents", "d:Defer", "⌫:Cancel"]),
    ],
)
async def test_a_row_has_its_acts_in_place_the_likely_one_first(lane: Lane, expected: list[str]) -> None:
    doorstep = Doorstep()
    await doorstep.put(ONE_OF_EACH[lane])
    assert acts(await page(doorstep), ONE_OF_EACH[lane].title) == expected


async def test_the_offered_answers_are_acts_with_the_recommended_one_standing_out() -> None:
    doorstep = Doorstep()
    asked = question(options=("1.0", "0.9", "0.8"), recommendation="0.9")
    await doorstep.put(task("stuck", status=Status.BLOCKED, question=asked))
    found = acts(await page(doorstep), "stuck")
    assert found == ["1:1.0", "*2:0.9", "3:0.8", "e:Write an answer", "m:Take it over"]


async def test_a_row_says_why_it_ranks_there_and_how_old_it_is() -> None:
    doorstep = Doorstep()
    await doorstep.put(task("mine", assignee=Owner.ME, priority=2, due=later(hours=3)))
    doorstep.clock.advance(hours=1)
    assert "Priority 2 · Due within 24 hours · 1 h old" in await page(doorstep)


async def test_what_is_overdue_can_be_looked_at() -> None:
    doorstep = Doorstep()
    await doorstep.put(task("late", due=later(hours=-2)), task("early", due=later(days=2)))
    assert '<a class="late" href="/tasks?due=overdue">1 overdue</a>' in await page(doorstep)
    assert titles(await page(doorstep, "/tasks?due=overdue")) == ["late"]


async def test_what_waits_for_a_date_outside_does_not_need_the_person_until_then() -> None:
    doorstep = Doorstep()
    until = question("The bank opens.", kind=QuestionKind.EXTERNAL, until=later(days=1))
    await doorstep.put(task("stuck outside", status=Status.BLOCKED, question=until))
    html = await page(doorstep)
    assert titles(html) == []
    assert "<title>Needs you · Task Assistant</title>" in html
    assert '<a href="/tasks?lane=blocked">1 waiting for a date outside</a>' in html
    doorstep.clock.advance(days=1)
    html = await page(doorstep)
    assert titles(html) == ["stuck outside"]
    assert "1 thing" in html


async def test_who_is_working_on_what_is_said_on_every_page() -> None:
    doorstep = Doorstep()
    await doorstep.put(claimed_task("alpha"), agent_task("free"))
    for path in ("/", "/tasks?lane=human"):
        html = await page(doorstep, path)
        assert '<span dir="auto">alpha</span> · #1' in html
        assert '<a href="/tasks?lane=agent">1 ready, 1 working</a>' in html


async def test_an_empty_board_says_what_will_appear_and_offers_one_act() -> None:
    html = await page(Doorstep())
    assert "What you capture, what agents ask and what they hand back will appear here." in html
    assert "No key is set" not in html


@pytest.mark.parametrize("tasks", [(), (task(),)])
async def test_without_a_key_it_says_where_to_set_one(tasks: tuple[Task, ...]) -> None:
    doorstep = Doorstep(key=None)
    await doorstep.put(*tasks)
    html = await page(doorstep)
    assert "No key is set yet" in html
    assert "TASK_TRACKER_API_KEY" in html
    assert ".env" in html


async def test_the_sign_in_page_says_where_the_key_is() -> None:
    async with Doorstep(key=None, auto=False).client() as browser:
        answer = await browser.get("/", headers=TYPED)
    assert "No owner key is set yet" in answer.text


@pytest.mark.parametrize(
    ("cookie", "words"),
    [
        ("pta_zone=Pacific%2FAuckland", "tomorrow"),
        ("pta_zone=Europe/Zurich", "today 18:00"),
        ("pta_zone=../../etc/passwd", "today 16:00"),
        ("pta_zone=Nowhere/AtAll", "today 16:00"),
        ("pta_zone=%00", "today 16:00"),
        (f"pta_zone={'x' * 500}", "today 16:00"),
        ("", "today 16:00"),
    ],
)
async def test_times_are_said_in_the_zone_of_the_browser(cookie: str, words: str) -> None:
    doorstep = Doorstep()
    await doorstep.put(task(due=later(hours=7)))
    assert f">{words}</time>" in await page(doorstep, cookie=cookie)


class _Wellformed(HTMLParser):
    """Fails on a tag that is closed without being open, and collects ids and what refers to them."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.named: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if "id" in given:
            self.ids.append(given["id"] or "")
        self.named += (given.get("aria-labelledby") or given.get("for") or "").split()
        if tag not in {"meta", "link", "img", "input", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize(
    "path", ["/", "/?only=review", "/sign-in", "/sign-in/token", "/docs", "/offline", "/nowhere"]
)
async def test_pages_are_wellformed_and_their_references_hold(path: str) -> None:
    doorstep = Doorstep()
    await doorstep.put(*ONE_OF_EACH.values())
    async with doorstep.client() as browser:
        html = (await browser.get(path, headers=TYPED | {"accept": "text/html"})).text
    reader = _Wellformed()
    reader.feed(html)
    assert reader.open == []
    assert len(set(reader.ids)) == len(reader.ids)
    assert set(reader.named) <= set(reader.ids)


async def calls(doorstep: Doorstep, path: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """What a page asks the store for, how often each."""
    asked: dict[str, int] = {}

    def counted(name: str, ask: Any) -> Any:
        async def wrapped(*given: Any, **named: Any) -> Any:
            asked[name] = asked.get(name, 0) + 1
            return await ask(*given, **named)

        return wrapped

    async with doorstep.client() as browser:
        await browser.get(path, headers=TYPED)  # signs in, and fills what is kept in the process
        with monkeypatch.context() as patched:
            for name in ("find", "tally", "events", "get", "held_by", "documents", "document", "time_band"):
                patched.setattr(doorstep.store, name, counted(name, getattr(doorstep.store, name)))
            await browser.get(path, headers=TYPED)
    return asked


async def test_a_few_rows_and_many_cost_the_same_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    doorstep = Doorstep()
    await doorstep.put(*ONE_OF_EACH.values(), claimed_task("alpha"))
    few = await calls(doorstep, "/", monkeypatch)
    await doorstep.put(*(shown.having(title=f"{n}") for n in range(40) for shown in ONE_OF_EACH.values()))
    assert await calls(doorstep, "/", monkeypatch) == few
    assert few["find"] <= 3
