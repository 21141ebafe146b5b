"""Capture over HTTP: the page, the preview, files, and what becomes of what was typed."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import httpx
import pytest

from task_assistant.domain.task import Owner, Task
from task_assistant.domain.times import to_text
from tests.factories import NOW, later
from tests.web.doorstep import FETCHED, HERE, TYPED, Doorstep

SCRIPT = FETCHED | {"origin": HERE, "x-pta-fetch": "1"}
PAGE = FETCHED | {"origin": HERE}


async def post(
    browser: httpx.AsyncClient, path: str, headers: dict[str, str] = SCRIPT, **fields: str
) -> httpx.Response:
    html = (await browser.get("/capture", headers=TYPED)).text
    token = re.findall('name="csrf-token" content="([^"]+)"', html)[0]
    return await browser.post(path, data={"csrf_token": token, **fields}, headers=headers)


async def capture(doorstep: Doorstep, /, **fields: str) -> dict[str, Any]:
    async with doorstep.client() as browser:
        answer = await post(browser, "/do/capture", SCRIPT, **fields)
    return {**answer.json(), "status": answer.status_code}


async def kept(doorstep: Doorstep) -> list[Task]:
    found = await doorstep.store.get_many(range(1, 600))
    return [found[id_] for id_ in sorted(found)]


async def test_a_line_becomes_a_task_with_what_was_understood() -> None:
    doorstep = Doorstep()
    told = await capture(doorstep, text="Send Alice revised numbers !2 @me fri 9am #finance remind thu 8pm")
    (made,) = await kept(doorstep)
    assert (made.title, made.priority, made.assignee, made.labels) == (
        "Send Alice revised numbers", 2, Owner.ME, ("finance",),
    )  # fmt: skip
    assert (made.due, made.reminder_at) == (later(days=1), later(hours=11))
    assert (told["toast"], told["task_id"], told["rest"]) == ("Captured · Send Alice revised numbers", 1, "")
    assert made.created_by == "human"


async def test_undo_takes_back_everything_that_was_captured() -> None:
    doorstep = Doorstep()
    told = await capture(doorstep, text="one\ntwo\nthree")
    assert told["toast"] == "3 tasks captured"
    async with doorstep.client() as browser:
        assert (await post(browser, "/do/undo", events=told["undo"])).status_code == 200
    assert all(made.deleted_at for made in await kept(doorstep))


async def test_what_is_not_understood_is_given_back_and_the_rest_created() -> None:
    doorstep = Doorstep()
    told = await capture(doorstep, text="one\n* tomorrow\n[x] two\nthree")
    assert [made.title for made in await kept(doorstep)] == ["one", "three"]
    assert told["rest"] == "* tomorrow"
    assert told["toast"] == "2 tasks captured, 1 ticked left out. What is left could not be captured"


async def test_without_scripts_what_is_left_is_in_the_form_again() -> None:
    doorstep = Doorstep()
    async with doorstep.client() as browser:
        other = await post(browser, "/do/capture", PAGE, text="one\n* tomorrow", next="/")
        assert other.headers["location"] == "/capture?text=%2A%20tomorrow"
        html = (await browser.get(other.headers["location"], headers=TYPED)).text
    assert ">\n* tomorrow</textarea>" in html


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Say what is to be done"),
        ("  \n ", "Say what is to be done"),
        ("tomorrow", "No words are left"),
        ("[x] done", "ticked"),
        ("x" * 241, "240"),
    ],
)
async def test_nothing_to_create_is_refused_in_a_sentence(text: str, words: str) -> None:
    doorstep = Doorstep()
    told = await capture(doorstep, text=text)
    assert told["status"] == 422
    assert words in told["detail"]
    assert await kept(doorstep) == []


async def test_tomorrow_means_the_day_on_which_it_was_typed() -> None:
    doorstep = Doorstep()
    typed_at = to_text(NOW)
    doorstep.clock.advance(days=3)
    await capture(doorstep, text="Call Sam tomorrow", typed_at=typed_at)
    assert [made.due for made in await kept(doorstep)] == [later(days=1, hours=8)]


@pytest.mark.parametrize(
    "typed_at", ["", "yesterday", "9999-12-31T23:59:59Z", to_text(NOW - timedelta(days=400))]
)
async def test_a_time_of_typing_that_cannot_be_is_now(typed_at: str) -> None:
    doorstep = Doorstep()
    await capture(doorstep, text="Call Sam tomorrow", typed_at=typed_at)
    assert [made.due for made in await kept(doorstep)] == [later(days=1, hours=8)]


async def test_a_source_goes_with_every_line() -> None:
    doorstep = Doorstep()
    said = {
        "source_name": "Call with Sam",
        "source_url": "https://example.com/1",
        "source_context": "He said:\r\nsoon",
    }
    await capture(doorstep, text="one @me\ntwo", **said)
    assert [
        (made.title, made.source_name, made.source_url, made.source_context) for made in await kept(doorstep)
    ] == [
        ("one", "Call with Sam", "https://example.com/1", "He said:\nsoon"),
        ("two", "Call with Sam", "https://example.com/1", "He said:\nsoon"),
    ]


async def test_a_source_alone_is_a_task_under_its_own_title() -> None:
    doorstep = Doorstep()
    await capture(
        doorstep, text="", source_name="E-mail from Alice", source_title="Numbers fri !1", source_context="Hi"
    )
    (made,) = await kept(doorstep)
    assert (made.title, made.priority, made.due) == ("Numbers fri !1", 3, None)


async def test_a_link_that_is_none_is_refused_and_nothing_is_created() -> None:
    doorstep = Doorstep()
    told = await capture(doorstep, text="one", source_url="javascript:alert(1)")
    assert told["status"] == 422
    assert told["detail"].startswith("The link must")
    assert await kept(doorstep) == []


async def test_an_email_that_was_pasted_is_the_source_of_one_task() -> None:
    doorstep = Doorstep()
    await capture(
        doorstep, text="From: Alice <a@example.com>\r\nSubject: Numbers\r\n\r\nBy Friday?", how="", guessed=""
    )
    (made,) = await kept(doorstep)
    assert (made.title, made.origin, made.source_context) == ("Numbers", "email", "By Friday?")


async def test_a_guess_does_not_outlive_the_text_that_it_was_about() -> None:
    doorstep = Doorstep()
    mail = "From: Alice <a@example.com>\nSubject: Numbers\n\nBy Friday?"
    await capture(doorstep, text=mail, how="lines", guessed="lines")
    assert len(await kept(doorstep)) == 1
    await capture(doorstep, text=mail, how="lines", guessed="email")
    assert len(await kept(doorstep)) == 4


async def test_the_same_capture_sent_twice_is_created_once() -> None:
    doorstep = Doorstep()
    async with doorstep.client() as browser:
        headers = SCRIPT | {"idempotency-key": "kept-offline-1"}
        assert (await post(browser, "/do/capture", headers, text="Buy milk")).status_code == 200
        again = await post(browser, "/do/capture", headers, text="Buy milk")
    assert again.json()["toast"] == "This was done already."
    assert len(await kept(doorstep)) == 1


async def test_the_preview_is_a_part_of_the_page_and_creates_nothing() -> None:
    doorstep = Doorstep()
    async with doorstep.client() as browser:
        html = (await post(browser, "/capture/preview", text="Call Sam fri\np1 visa")).text
    assert "<html" not in html
    assert "due Fri 8 May 17:00" in html
    assert "stays in the title" in html
    assert "2 tasks" in html
    assert await kept(doorstep) == []


async def test_without_scripts_the_preview_is_the_page_and_a_chip_can_be_taken_back() -> None:
    doorstep = Doorstep()
    async with doorstep.client() as browser:
        html = (await post(browser, "/capture/preview", PAGE, text="Call Sam fri")).text
        assert ">\nCall Sam fri</textarea>" in html
        keep = unescape(re.findall('name="keep" value="([^"]+)"', html)[0])
        html = (await post(browser, "/capture/preview", PAGE, text="Call Sam fri", keep=keep)).text
    assert ">\nCall Sam \\fri</textarea>" in html
    assert 'dir="auto">Call Sam fri</p>' in html


async def test_a_file_fills_the_fields_of_the_source() -> None:
    async with Doorstep().client() as browser:
        html = (await post(browser, "/capture/source", name="notes.txt", text="Call <Sam>")).text
    assert 'name="source_name" value="notes.txt"' in html
    assert 'name="source_title" value="notes"' in html
    assert "Call &lt;Sam&gt;</textarea>" in html


@pytest.mark.parametrize("path", ["/capture/preview", "/capture/source", "/do/capture"])
async def test_another_page_cannot_make_use_of_the_session(path: str) -> None:
    doorstep = Doorstep()
    async with await doorstep.signed_in() as browser:
        headers = {
            "origin": "https://evil.example",
            "sec-fetch-site": "cross-site",
            "sec-fetch-mode": "no-cors",
        }
        assert (await browser.post(path, data={"text": "mine"}, headers=headers)).status_code == 403
    assert await kept(doorstep) == []


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script> fri",
        '"><img src=x onerror=alert(1)> !2',
        "{{ 7 * 7 }} #x",
        "</textarea><b>x @me",
        "\u202eabc fri",
    ],
)
async def test_hostile_text_is_only_text(text: str) -> None:
    async with Doorstep().client() as browser:
        for path, headers in (
            ("/capture/preview", SCRIPT),
            ("/capture/preview", PAGE),
            ("/capture/source", SCRIPT),
        ):
            html = (
                await post(
                    browser, path, headers, text=text, name=text, source_name=text, source_context=text
                )
            ).text
            for mark in ("<script>alert", "<img src=x", "<b>x", ">49"):
                assert mark not in html


async def test_the_dialog_is_on_every_page_but_its_own() -> None:
    async with Doorstep().client() as browser:
        for path, dialogs in (("/", 1), ("/triage", 1), ("/capture", 0)):
            html = (await browser.get(path, headers=TYPED)).text
            assert html.count('<dialog class="sheet capture"') == dialogs
            assert html.count('class="capture-form"') == 1
