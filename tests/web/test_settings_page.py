"""Settings: what is chosen holds on every page, browsers are signed out, and a link signs one in once."""

from __future__ import annotations

import html as escaping
import re
from typing import Any

import httpx
import pytest

from task_assistant.api.addresses import Addresses
from task_assistant.api.browsers import browser_of
from task_assistant.domain.task import Owner
from tests.factories import later, owner, task
from tests.web.doorstep import FETCHED, FOLLOWED, HERE, TYPED, Doorstep

PERSON = owner()
BY_SCRIPT = FETCHED | {"x-pta-fetch": "1", "origin": HERE}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


async def post(
    browser: httpx.AsyncClient, path: str, headers: dict[str, str] = BY_SCRIPT, **fields: str
) -> Any:
    """Posts as the page's own form does, with the token that the page carries."""
    shown = (await browser.get("/settings", headers=TYPED)).text
    token = re.search(r'name="csrf-token" content="([^"]+)"', shown)
    assert token
    return await browser.post(path, data={"csrf_token": token[1], **fields}, headers=headers)


@pytest.mark.parametrize("theme", ["light", "dark", "system"])
async def test_the_theme_is_on_every_page_without_a_script(theme: str) -> None:
    doorstep = Doorstep()
    async with await doorstep.signed_in() as browser:
        answer = await post(browser, "/do/settings", theme=theme)
        assert answer.json()["theme"] == theme
        for path in ("/", "/agents", "/settings"):
            assert f'<html lang="en" data-theme="{theme}">' in (await browser.get(path, headers=TYPED)).text


async def test_the_chosen_zone_words_times_whatever_the_browser_says() -> None:
    doorstep = Doorstep()
    await doorstep.put(task(due=later(hours=7)))
    async with await doorstep.signed_in() as browser:
        await post(browser, "/do/settings", zone="Europe/Zurich")
        browser.cookies.set("pta_zone", "Pacific/Auckland")
        assert ">today 18:00</time>" in (await browser.get("/", headers=TYPED)).text
        await post(browser, "/do/settings", zone="")
        assert ">tomorrow</time>" in (await browser.get("/", headers=TYPED)).text


async def test_without_scripts_saving_leads_back_and_says_so() -> None:
    doorstep = Doorstep()
    headers = {"origin": HERE, "referer": f"{HERE}/settings"}
    async with await doorstep.signed_in() as browser:
        answer = await post(browser, "/do/settings", headers, agents="Codex", priority="1", assignee="me")
        assert (answer.status_code, answer.headers["location"]) == (303, "/settings")
        shown = (await browser.get("/settings", headers=FOLLOWED)).text
    assert "<p>Saved</p>" in shown
    assert 'name="agents" value="Codex"' in shown
    assert '<option value="1" selected>' in shown
    assert '<option value="me" selected>' in shown


async def test_a_wrong_choice_is_refused_in_words() -> None:
    async with await Doorstep().signed_in() as browser:
        answer = await post(browser, "/do/settings", zone="Nowhere/AtAll")
    assert answer.status_code == 422
    assert "Zone must be a time zone" in answer.json()["detail"]


async def test_another_browser_is_signed_out_by_its_row() -> None:
    doorstep = Doorstep()
    async with await doorstep.signed_in() as other, await doorstep.signed_in() as browser:
        shown = (await browser.get("/settings", headers=TYPED)).text
        (path,) = re.findall(r'formaction="(/do/settings/sessions/\w+/end)"', shown)
        await post(browser, path)
        assert (await other.get("/board")).status_code == 401
        assert (await browser.get("/board")).status_code == 200
        assert (await post(browser, path)).status_code == 404


async def test_all_others_are_signed_out_at_once() -> None:
    doorstep = Doorstep()
    async with (
        await doorstep.signed_in() as one,
        await doorstep.signed_in() as two,
        await doorstep.signed_in() as own,
    ):
        answer = await post(own, "/do/settings/sessions/end-others")
        assert answer.json()["toast"] == "2 other browsers are signed out"
        assert [(await each.get("/board")).status_code for each in (one, two, own)] == [401, 401, 200]
        assert (await post(own, "/do/settings/sessions/end-others")).json()["toast"].startswith("0 other")


async def test_a_session_says_which_browser_it_is() -> None:
    doorstep = Doorstep()
    async with doorstep.client(headers={"user-agent": FIREFOX}) as browser:
        shown = (await browser.get("/settings", headers=TYPED)).text
    assert "<b>Firefox on Linux</b>" in shown
    assert "this one" in shown


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari on iPhone",
        ),
        ("<script>alert(1)</script>", ""),
        ("curl/8.0", ""),
    ],
)
def test_browsers_are_named_in_words_of_ours(agent: str, words: str) -> None:
    assert browser_of({"type": "http", "headers": [(b"user-agent", agent.encode())]}) == words


async def test_a_link_signs_in_another_browser_once_and_is_shown_once() -> None:
    doorstep = Doorstep()
    async with await doorstep.signed_in() as browser:
        shown = (await post(browser, "/do/settings/sign-in-link")).json()["shown"]
    (path,) = re.findall(rf"{HERE}(/sign-in/[\w-]+)", shown)
    assert "leads to this computer only" in shown
    for status in (303, 401):
        async with doorstep.client() as phone:
            assert (await phone.post(path, headers={"origin": HERE})).status_code == status


async def test_a_hosted_server_makes_links_with_its_public_name() -> None:
    public = "https://tasks.example.org"
    doorstep = Doorstep(Addresses.of(local=False, public_base_url=public))
    async with await doorstep.signed_in(public) as browser:
        answer = await post(browser, "/do/settings/sign-in-link", BY_SCRIPT | {"origin": public})
    assert f"{public}/sign-in/" in answer.json()["shown"]
    assert "this computer only" not in answer.json()["shown"]


async def test_a_saved_view_is_listed_and_forgotten() -> None:
    doorstep = Doorstep()
    async with await doorstep.signed_in() as browser:
        await post(browser, "/do/views", name="Bugs", url="/tasks?label=bug&sort=due")
        shown = (await browser.get("/settings", headers=TYPED)).text
        assert 'href="/tasks?label=bug&amp;sort=due">Bugs</a>' in shown
        (path,) = re.findall(r'formaction="(/do/views/\w+/forget)"', shown)
        await post(browser, path)
        assert "Bugs" not in (await browser.get("/settings", headers=TYPED)).text


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><b onload=x>', "{{ 7*7 }}"])
async def test_hostile_preferences_are_text(text: str) -> None:
    doorstep = Doorstep()
    book = doorstep.services.preferences
    await book.change(PERSON, {"agents": text[:30]})
    await book.keep_view(PERSON, text, "/tasks?q=" + '"><script>')
    async with await doorstep.signed_in() as browser:
        shown = (await browser.get("/settings", headers=TYPED)).text
    assert "<script>alert" not in shown
    assert '"><script>' not in shown
    assert "<b onload" not in shown
    assert escaping.escape(text, quote=False) in shown.replace("&#34;", '"')


@pytest.mark.parametrize(
    "path", ["/do/settings", "/do/settings/sign-in-link", "/do/settings/sessions/end-others", "/do/views"]
)
async def test_nothing_happens_without_the_token_of_the_session(path: str) -> None:
    doorstep = Doorstep()
    async with await doorstep.signed_in() as other, await doorstep.signed_in() as browser:
        answer = await browser.post(path, data={"theme": "dark"}, headers=BY_SCRIPT)
        assert answer.status_code == 403
        assert (await other.get("/board")).status_code == 200
    assert (await doorstep.services.preferences.read()).theme == "system"


async def test_agents_are_called_as_the_person_likes_on_every_page() -> None:
    doorstep = Doorstep()
    (mine,) = await doorstep.put(task(assignee=Owner.ME))
    async with await doorstep.signed_in() as browser:
        await post(browser, "/do/settings", agents="codex")
        assert "To codex<kbd>a</kbd>" in (await browser.get("/", headers=TYPED)).text
        assert "Give to codex" in (await browser.get(f"/tasks/{mine.id}", headers=TYPED)).text
        assert ">codex</option>" in (await browser.get("/board", headers=TYPED)).text
        assert "<h1>Codex</h1>" in (await browser.get("/tasks?lane=agent", headers=TYPED)).text
        given = await post(browser, f"/do/tasks/{mine.id}/assign", assignee="codex")
        assert given.json()["toast"].startswith("Given to codex · ")
        assert "gave it to codex" in (await browser.get(f"/tasks/{mine.id}", headers=TYPED)).text


async def test_a_name_for_agents_holds_for_its_own_server_only() -> None:
    renamed, other = Doorstep(), Doorstep()
    for doorstep in (renamed, other):
        await doorstep.put(task(assignee=Owner.ME))
    async with await renamed.signed_in() as browser:
        await post(browser, "/do/settings", agents="codex")
        assert "To codex" in (await browser.get("/", headers=TYPED)).text
    async with await other.signed_in() as browser:
        assert "To agents" in (await browser.get("/", headers=TYPED)).text


async def test_what_is_captured_begins_as_chosen_and_says_so_first() -> None:
    doorstep = Doorstep()
    async with await doorstep.signed_in() as browser:
        await post(browser, "/do/settings", assignee="me", priority="2")
        shown = (await browser.post("/capture/preview", data={"text": "Call Sam"}, headers=BY_SCRIPT)).text
        assert "yours, P2, as in your settings" in shown
        said = (
            await browser.post("/capture/preview", data={"text": "Call Sam !4 @agent"}, headers=BY_SCRIPT)
        ).text
        assert "as in your settings" not in said
        await post(browser, "/do/capture", text="Call Sam\nCall Ann !4", how="lines")
    one, two = [await doorstep.store.get(n) for n in (1, 2)]
    assert one is not None
    assert two is not None
    assert [(each.assignee, each.priority) for each in (one, two)] == [(Owner.ME, 2), (Owner.ME, 4)]


async def test_the_api_knows_nothing_of_what_captures_begin_with() -> None:
    doorstep = Doorstep()
    await doorstep.services.preferences.change(PERSON, {"assignee": "me", "priority": 1})
    made = await doorstep.services.capture.create(PERSON, {"title": "By a program"})
    assert (made.assignee, made.priority) == (Owner.UNASSIGNED, 3)


async def test_quiet_hours_and_digest_are_kept_and_nonsense_is_refused() -> None:
    doorstep = Doorstep()
    async with await doorstep.signed_in() as browser:
        await post(browser, "/do/settings", quiet="23:00 – 06:30", digest="08:15")
        chosen = await doorstep.services.preferences.read()
        assert (chosen.quiet, chosen.digest) == ("23:00-06:30", "08:15")
        assert (await post(browser, "/do/settings", quiet="at night")).status_code == 422
        assert (await post(browser, "/do/settings", quiet="", digest="")).json()["toast"] == "Saved"
        answer = await post(browser, "/do/settings/test-message")
        assert answer.json()["toast"] == "NOTIFY_URLS names no address yet"


async def test_everything_can_be_taken_out_from_the_settings() -> None:
    async with await Doorstep().signed_in() as browser:
        shown = (await browser.get("/settings", headers=TYPED)).text
    assert '<a class="link" href="/api/export" download>' in shown
    assert "this server makes none by itself" in shown


async def test_a_calendar_address_is_shown_once_and_ended() -> None:
    doorstep = Doorstep()
    async with await doorstep.signed_in() as browser:
        answer = (await post(browser, "/do/settings/calendar")).json()
        (token,) = re.findall(r"/calendar\.ics\?token=([\w-]+)", answer["shown"])
        assert answer["where"] == "shown-calendar"
        assert await doorstep.services.calendar.opens(token)
        shown = (await browser.get("/settings", headers=TYPED)).text
        assert 'id="shown-calendar"' in shown
        assert token not in shown
        await post(browser, "/do/settings/calendar/end")
        assert not await doorstep.services.calendar.opens(token)
        assert (await post(browser, "/do/settings/calendar/end")).status_code == 404


async def test_without_scripts_the_calendar_address_has_a_page_of_its_own() -> None:
    async with await Doorstep().signed_in() as browser:
        headers = {"origin": HERE, "referer": f"{HERE}/settings"}
        answer = await post(browser, "/do/settings/calendar", headers)
    assert f"{HERE}/calendar.ics?token=" in answer.text
