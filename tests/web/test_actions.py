"""What the person does by forms: each verb, edits, bulk and undo; only from our own pages; told in words."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from task_assistant.domain.errors import refusals
from task_assistant.domain.task import Owner, Status, Task
from task_assistant.web.refusals import WORDS
from tests.factories import agent_task, later, question, result, task
from tests.web.doorstep import HERE, TYPED, Doorstep

FETCH = {"origin": HERE, "x-pta-fetch": "1"}


class Visitor:
    """A signed-in browser with the token of its page."""

    def __init__(self, doorstep: Doorstep) -> None:
        self.doorstep = doorstep

    async def __aenter__(self) -> Visitor:
        self.browser = await self.doorstep.signed_in()
        html = (await self.browser.get("/", headers=TYPED)).text
        found = re.search(r'<meta name="csrf-token" content="([^"]+)">', html)
        assert found is not None
        self.token = found[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.browser.aclose()

    async def do(self, path: str, **fields: Any) -> httpx.Response:
        headers = FETCH | {"x-csrf-token": self.token}
        return await self.browser.post(f"/do/{path}", data={"next": "", **fields}, headers=headers)

    async def now(self, task_id: int = 1) -> Task:
        found = await self.doorstep.store.get(task_id)
        assert found is not None
        return found


def mine(**fields: Any) -> Task:
    return task("Call the dentist", assignee=Owner.ME, **fields)


def asked() -> Task:
    return task("stuck", status=Status.BLOCKED, question=question(), assignee=Owner.CODEX)


def reviewed() -> Task:
    return agent_task("back", status=Status.WAITING_REVIEW, result=result())


@pytest.mark.parametrize(
    ("start", "path", "fields", "toast", "changed"),
    [
        (mine(), "done", {}, "Done · Call the dentist", {"status": Status.DONE}),
        (mine(), "cancel", {"reason": ""}, "Cancelled · Call the dentist", {"status": Status.CANCELLED}),
        (mine(), "assign", {"assignee": "codex"}, "Given to agents · Call the dentist", {"assignee": Owner.CODEX}),
        (mine(), "assign?assignee=codex", {}, "Given to agents · Call the dentist", {"assignee": Owner.CODEX}),
        (mine(), "defer", {"until": "tomorrow"}, "Deferred until tomorrow · Call the dentist",
         {"deferred_until": later(days=1)}),
        (mine(), "defer", {"until": "2026-05-09T18:30"}, "Deferred until Sat · Call the dentist",
         {"deferred_until": later(days=2, hours=9.5)}),
        (mine(deferred_until=later(days=1)), "defer?until=", {}, "Deferral ended · Call the dentist",
         {"deferred_until": None}),
        (mine(), "block", {"text": "the bank"}, "Blocked · Call the dentist", {"status": Status.BLOCKED}),
        (mine(status=Status.DONE), "reopen", {}, "Reopened · Call the dentist", {"status": Status.BACKLOG}),
        (asked(), "answer", {"question_id": "1", "answer": "1.0"}, "Answered · stuck", {"status": Status.BACKLOG}),
        (asked(), "edit", {"status": "backlog", "assignee": "me"}, "Yours now · stuck", {"assignee": Owner.ME}),
        (reviewed(), "approve?round=1", {}, "Approved · back", {"status": Status.DONE}),
        (reviewed(), "send-back", {"round": "1", "feedback": "Add a test."},
         "Sent back with your feedback · back", {"sent_back": True}),
        (mine(), "edit", {"title": "Call her", "priority": "1", "version": "1"}, "Saved · Call her", {"priority": 1}),
        (mine(), "edit", {"labels": "home, health", "due_at": ""}, "Saved · Call the dentist",
         {"labels": ("home", "health"), "due": None}),
        (mine(), "delete", {}, "Deleted · Call the dentist", {}),
        (mine(), "comment", {"text": "on Thursday"}, "Comment added", {}),
    ],
)  # fmt: skip
async def test_each_verb_changes_the_task_says_so_and_can_be_undone(
    start: Task, path: str, fields: dict[str, str], toast: str, changed: dict[str, Any]
) -> None:
    doorstep = Doorstep()
    await doorstep.put(start)
    async with Visitor(doorstep) as visitor:
        before = await visitor.now()
        answer = await visitor.do(f"tasks/1/{path}", **fields)
        assert answer.status_code == 200, answer.text
        assert answer.json()["toast"] == toast
        after = await visitor.now()
        assert {name: getattr(after, name) for name in changed} == changed
        undone = await visitor.do("undo", events=answer.json()["undo"])
        assert undone.status_code == 200, undone.text
        back = await visitor.now()
        for name in ("status", "assignee", "title", "deferred_until", "deleted_at", "labels", "priority"):
            assert getattr(back, name) == getattr(before, name), name


@pytest.mark.parametrize(
    ("path", "fields", "status", "words"),
    [
        ("tasks/1/done", {"nonsense": "1"}, 422, "Nonsense is not a field here"),
        ("tasks/1/defer", {"until": "whenever"}, 422, "The time must be a time such as"),
        ("tasks/1/edit", {"title": " "}, 422, "Title must not be blank."),
        ("tasks/1/edit", {"title": "x", "version": "9"}, 412, "This changed while you were at it."),
        ("tasks/1/edit", {"priority": "high"}, 422, "Priority must be a whole number."),
        ("tasks/1/approve", {}, 409, "This task is backlog by now"),
        ("tasks/1/answer", {"answer": "x"}, 409, "This question was answered already."),
        ("tasks/99/done", {}, 404, "Task #99 is not there any more."),
        ("tasks/99999999999999999999/done", {}, 404, "There is no task #99999999999999999999."),
        ("tasks/1/claim", {}, 404, ""),
        ("bulk", {"ids": "1,x", "verb": "done"}, 422, "Ids must name 1 to 500 tasks"),
        ("bulk", {"ids": "1", "verb": "claim"}, 422, "Verb must be one of"),
        ("undo", {"events": ""}, 422, "Events must name what to undo"),
        ("undo", {"events": "nothing"}, 404, ""),
    ],
)
async def test_a_refusal_is_a_sentence_for_the_person_and_changes_nothing(
    path: str, fields: dict[str, str], status: int, words: str
) -> None:
    doorstep = Doorstep()
    before = (await doorstep.put(mine()))[0]
    async with Visitor(doorstep) as visitor:
        answer = await visitor.do(path, **fields)
        assert answer.status_code == status, answer.text
        assert words in answer.json()["detail"]
        assert await visitor.now() == before


async def test_bulk_says_what_happened_and_its_undo_takes_all_of_it_back() -> None:
    doorstep = Doorstep()
    await doorstep.put(mine(), mine(), task("closed", status=Status.DONE))
    async with Visitor(doorstep) as visitor:
        answer = (await visitor.do("bulk", ids="1,2,3", verb="done")).json()
        assert answer["toast"] == "2 done, 1 not: This task is done by now, so that is not possible from here. " \
            "Nothing was changed."  # fmt: skip
        assert answer["refused"] == [3]
        assert [(await visitor.now(n)).status for n in (1, 2)] == [Status.DONE, Status.DONE]
        undone = (await visitor.do("undo", events=answer["undo"])).json()
        assert undone["toast"] == "2 undone"
        assert [(await visitor.now(n)).status for n in (1, 2)] == [Status.BACKLOG, Status.BACKLOG]
        assert (await visitor.do("undo", events=undone["undo"])).json()["toast"] == "2 undone"
        assert (await visitor.now(1)).status is Status.DONE, "an undo can be undone"


async def test_bulk_edits_every_task_alike() -> None:
    doorstep = Doorstep()
    await doorstep.put(mine(), mine())
    async with Visitor(doorstep) as visitor:
        answer = (await visitor.do("bulk", ids=["1", "2"], verb="edit", priority="1")).json()
        assert answer["toast"] == "2 saved"
        assert (await visitor.now(2)).priority == 1


async def test_an_undo_over_newer_work_says_so_and_is_done_when_insisted_on() -> None:
    doorstep = Doorstep()
    await doorstep.put(mine())
    async with Visitor(doorstep) as visitor:
        first = (await visitor.do("tasks/1/edit", title="one")).json()["undo"]
        await visitor.do("tasks/1/edit", title="two")
        refused = await visitor.do("undo", events=first)
        assert (refused.status_code, refused.json()["code"]) == (409, "undo_conflict")
        assert (await visitor.now()).title == "two"
        assert (await visitor.do(f"undo/{first}", force="true")).status_code == 200
        assert (await visitor.now()).title == "Call the dentist"


async def test_sent_again_with_the_same_key_it_happens_once() -> None:
    doorstep = Doorstep()
    await doorstep.put(mine())
    async with Visitor(doorstep) as visitor:
        visitor.browser.headers["idempotency-key"] = "one"
        first = await visitor.do("tasks/1/comment", text="once")
        second = await visitor.do("tasks/1/comment", text="once")
        assert [first.json()["toast"], second.json()["toast"]] == ["Comment added", "This was done already."]
        assert len(await doorstep.store.records(1, ["comment"], 9)) == 1


async def test_without_scripts_the_page_comes_back_and_tells_once() -> None:
    doorstep = Doorstep()
    await doorstep.put(mine())
    async with Visitor(doorstep) as visitor:
        form = {"csrf_token": visitor.token}
        headers = {"origin": HERE, "referer": f"{HERE}/?only=human", "accept": "text/html"}
        answer = await visitor.browser.post("/do/tasks/1/done", data=form, headers=headers)
        assert (answer.status_code, answer.headers["location"]) == (303, "/?only=human")
        html = (await visitor.browser.get("/?only=human", headers=TYPED)).text
        assert "Done · Call the dentist" in html
        events = re.search(r'name="events" value="([^"]+)"', html)
        assert events is not None
        assert "Done · Call the dentist" not in (await visitor.browser.get("/", headers=TYPED)).text
        answer = await visitor.browser.post("/do/undo", data=form | {"events": events[1]}, headers=headers)
        assert answer.status_code == 303
        assert (await visitor.now()).status is Status.BACKLOG


@pytest.mark.parametrize(
    "referer", ["https://evil.example/", f"{HERE}//evil.example", "http://[", f"{HERE}/sign-out"]
)
async def test_without_scripts_it_only_goes_back_to_our_own_pages(referer: str) -> None:
    doorstep = Doorstep()
    await doorstep.put(mine())
    async with Visitor(doorstep) as visitor:
        headers = {"origin": HERE, "referer": referer}
        answer = await visitor.browser.post(
            "/do/tasks/1/done", data={"csrf_token": visitor.token, "next": ""}, headers=headers
        )
        assert answer.headers["location"] == "/"


async def test_a_refusal_without_scripts_is_a_page() -> None:
    doorstep = Doorstep()
    await doorstep.put(mine())
    async with Visitor(doorstep) as visitor:
        headers = {"origin": HERE, "accept": "text/html"}
        answer = await visitor.browser.post(
            "/do/tasks/1/approve", data={"csrf_token": visitor.token}, headers=headers
        )
        assert answer.status_code == 409
        assert "This task is backlog by now" in answer.text


@pytest.mark.parametrize(
    ("headers", "token", "status"),
    [
        (FETCH, "", 403),
        (FETCH, "wrong", 403),
        (FETCH | {"origin": "https://evil.example"}, None, 403),
        ({"x-pta-fetch": "1"}, None, 403),
        ({"sec-fetch-site": "cross-site", "x-pta-fetch": "1"}, None, 403),
        (FETCH | {"content-type": "text/plain"}, None, 415),
    ],
)
async def test_nothing_but_a_page_of_ours_can_act(
    headers: dict[str, str], token: str | None, status: int
) -> None:
    doorstep = Doorstep()
    before = (await doorstep.put(mine()))[0]
    async with Visitor(doorstep) as visitor:
        given = {"x-csrf-token": visitor.token if token is None else token}
        answer = await visitor.browser.post("/do/tasks/1/done", data={"note": ""}, headers=given | headers)
        assert answer.status_code == status
        assert await visitor.now() == before


async def test_a_browser_that_is_signed_out_is_told_so() -> None:
    doorstep = Doorstep()
    await doorstep.put(mine())
    async with doorstep.client() as browser:
        by_script = await browser.post("/do/tasks/1/done", data={"note": ""}, headers=FETCH)
        by_form = await browser.post("/do/tasks/1/done", data={"note": ""}, headers={"origin": HERE})
    assert (by_script.status_code, by_form.status_code) == (401, 401)
    assert "<h1>Sign in</h1>" in by_form.text


async def test_a_note_that_we_did_not_make_is_not_shown() -> None:
    doorstep = Doorstep()
    async with Visitor(doorstep) as visitor:
        visitor.browser.cookies.set("pta_told", "proof|Your%20account%20is%20locked|")
        assert "account is locked" not in (await visitor.browser.get("/", headers=TYPED)).text


def test_every_refusal_has_its_words_for_the_person() -> None:
    assert set(WORDS) == {kind.code for kind in refusals()}
