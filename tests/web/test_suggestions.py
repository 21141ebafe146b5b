"""What is suggested is shown with how sure it is and why; one key accepts it, or many at once after a look."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from task_assistant.domain.history import EventType
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.task import Owner, Proposal, Reason, Task
from task_assistant.web.rows import row
from task_assistant.web.suggestions import suggestion
from tests.factories import NOW, assessment, owner, task
from tests.web.doorstep import FETCHED, HERE, TYPED, Doorstep

BY_SCRIPT = FETCHED | {"x-pta-fetch": "1", "origin": HERE}
PERSON = owner()


def capture(
    title: str = "Draft the notes", p: float = 0.93, to: Owner | None = Owner.CODEX, **fields: Any
) -> Task:
    """A capture with a judgement of the built-in assessor."""
    said = {"suggested_assignee": to, "agent_probability": p, "missing": (), "question": None}
    return task(title, assessment=assessment("builtin", NOW, **{**said, **fields}))


async def page(doorstep: Doorstep, path: str) -> str:
    async with await doorstep.signed_in() as browser:
        answer = await browser.get(path, headers=TYPED)
    assert answer.status_code == 200, answer.text
    return answer.text


async def post(doorstep: Doorstep, path: str, **fields: Any) -> httpx.Response:
    async with await doorstep.signed_in() as browser:
        shown = (await browser.get("/settings", headers=TYPED)).text
        token = re.search(r'name="csrf-token" content="([^"]+)"', shown)
        assert token
        return await browser.post(path, data={"csrf_token": token[1], **fields}, headers=BY_SCRIPT)


def said(html: str) -> str:
    return " ".join(re.sub("<[^>]*>", " ", html).split())


# -- rows and cards ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("there", "why"),
    [
        (capture(), "suggested: agents, 93% sure · writing “Draft”"),
        (capture(p=0.1, to=Owner.ME), "suggested: you, 90% sure · writing “Draft”"),
        (capture(to=None, question="Which notes?"), "ask first: “Which notes?”"),
        (
            capture().having(proposal=Proposal("agent:sorter", assessment=assessment("agent:sorter", NOW))),
            "sorter suggests agents, 83% sure · writing “Draft”",
        ),
        (
            capture(p=0.1, to=Owner.ME).having(proposal=Proposal("adapter:mail", Owner.CODEX)),
            "mail suggests agents · source “the owner came with the task”",
        ),
    ],
)
def test_a_row_says_whom_how_sure_and_why(there: Task, why: str) -> None:
    pieces = row(there.having(id=1), NOW, NOW.tzinfo).why  # type: ignore[arg-type]
    assert "".join(f"“{piece.text}”" if piece.quoted else piece.text for piece in pieces) == why


def test_nothing_is_suggested_for_what_has_an_owner() -> None:
    assert suggestion(capture().having(assignee=Owner.ME)) is None


async def test_a_bare_wish_says_where_it_is_from_and_what_the_words_say_instead() -> None:
    doorstep = Doorstep()
    await doorstep.put(capture(p=0.1, to=Owner.ME).having(proposal=Proposal("adapter:mail", Owner.CODEX)))
    html = said(await page(doorstep, "/triage"))
    assert "mail suggests agents" in html
    assert "source the owner came with the task" in html
    assert "against it: read here as for you" in html
    assert "against it: writing Draft" in html


async def test_a_card_shows_every_reason_what_speaks_against_it_and_what_is_missing() -> None:
    doorstep = Doorstep()
    reasons = (Reason("writing", "Draft", 1.4), Reason("taste", "notes", -0.5))
    await doorstep.put(capture(reasons=reasons, missing=("decision",)))
    html = said(await page(doorstep, "/triage"))
    assert "Suggested: agents , 93% sure" in html
    assert "missing: a decision of yours" in html
    assert "writing Draft" in html
    assert "against it: taste notes" in html


async def test_the_likely_act_of_a_row_accepts_what_is_shown_with_one_key() -> None:
    doorstep = Doorstep()
    await doorstep.put(capture(), capture(p=0.05, to=Owner.ME), capture(to=None, question="Which?"))
    html = await page(doorstep, "/")
    assert "/do/tasks/1/accept-assessment?assignee=codex" in html
    assert "/do/tasks/2/accept-assessment?assignee=me" in html
    assert "/do/tasks/3/accept-assessment" not in html
    answer = await post(doorstep, "/do/tasks/1/accept-assessment?assignee=codex")
    assert answer.json()["undo"]
    assert (await doorstep.services.tasks.get(PERSON, 1)).assignee is Owner.CODEX


async def test_a_suggestion_that_changed_meanwhile_is_not_accepted() -> None:
    doorstep = Doorstep()
    await doorstep.put(capture(p=0.05, to=Owner.ME))
    answer = await post(doorstep, "/do/tasks/1/accept-assessment?assignee=codex")
    assert answer.status_code == 409
    assert "no suggestion to accept" in answer.json()["detail"]


async def test_the_tasks_own_page_shows_it_and_accepts_it() -> None:
    doorstep = Doorstep()
    await doorstep.put(capture())
    html = await page(doorstep, "/tasks/1")
    assert "Suggested: agents , 93% sure" in said(html)
    assert "Do as suggested" in html


# -- many at once ------------------------------------------------------------------------------------------------------


async def several() -> Doorstep:
    doorstep = Doorstep()
    await doorstep.put(
        capture("sure"), capture("less sure", p=0.82), capture("mine", p=0.04, to=Owner.ME),
        capture("unsure", to=None, question="Which?"), capture("owned").having(assignee=Owner.ME),
    )  # fmt: skip
    return doorstep


def offered(html: str) -> list[str]:
    return re.findall(r'name="accept" value="([^"]+)" checked', html)


async def test_what_would_be_accepted_above_a_confidence_is_shown_first() -> None:
    doorstep = await several()
    assert offered(await page(doorstep, "/triage/accept")) == ["1:codex", "3:me"]
    assert offered(await page(doorstep, "/triage/accept?sure=80")) == ["1:codex", "2:codex", "3:me"]
    assert offered(await page(doorstep, "/triage/accept?sure=80&only=me")) == ["3:me"]
    assert offered(await page(doorstep, "/triage/accept?sure=x&only=y")) == ["1:codex", "3:me"]
    assert (await doorstep.services.tasks.get(PERSON, 1)).assignee is Owner.UNASSIGNED
    assert "/triage/accept?sure=90" in await page(doorstep, "/triage")


async def test_accepting_many_assigns_each_as_shown_and_can_be_undone_at_once() -> None:
    doorstep = await several()
    answer = (await post(doorstep, "/do/triage/accept", accept=["1:codex", "3:me"])).json()
    owners = [(await doorstep.services.tasks.get(PERSON, n)).assignee for n in (1, 2, 3)]
    assert owners == [Owner.CODEX, Owner.UNASSIGNED, Owner.ME]
    assert len(answer["undo"].split(",")) == 2
    await post(doorstep, "/do/undo", events=answer["undo"])
    assert (await doorstep.services.tasks.get(PERSON, 1)).assignee is Owner.UNASSIGNED


async def test_what_changed_since_the_preview_is_left_and_said() -> None:
    doorstep = await several()
    await doorstep.services.tasks.move(PERSON, 3, Command.ASSIGN, {"assignee": Owner.CODEX})
    answer = (await post(doorstep, "/do/triage/accept", accept=["1:me", "3:me"])).json()
    assert "2 not" in answer["toast"]
    owners = [(await doorstep.services.tasks.get(PERSON, n)).assignee for n in (1, 3)]
    assert owners == [Owner.UNASSIGNED, Owner.CODEX]


@pytest.mark.parametrize("sent", ["", "1", "x:me", "1:bob", "1:codex;2"])
async def test_what_names_no_suggestion_is_refused(sent: str) -> None:
    doorstep = await several()
    assert (await post(doorstep, "/do/triage/accept", accept=sent)).status_code == 422


async def test_the_agents_page_lists_what_is_ready_but_not_assigned() -> None:
    doorstep = await several()
    html = await page(doorstep, "/agents")
    ready = html.split('id="could"', 1)[1].split("</section>", 1)[0]
    assert re.findall(r"data-open>(.*?)</a>", ready) == ["sure", "less sure"]
    assert "2 of your captures" in said(ready)


# -- settings ----------------------------------------------------------------------------------------------------------


async def decided(doorstep: Doorstep, count: int = 25) -> None:
    for n in range(count):
        made = await doorstep.services.capture.create(
            PERSON, {"title": f"Find out why sync test {n} fails on Windows", "origin": "github"}
        )
        await doorstep.services.tasks.move(PERSON, made.id, Command.ASSIGN, {"assignee": Owner.CODEX})


async def test_settings_show_what_was_measured_and_learned_and_forget_it() -> None:
    doorstep = Doorstep()
    await decided(doorstep)
    html = said(await page(doorstep, "/settings"))
    assert "25 of 25, 100%" in html
    assert "2026-W19" in html
    assert "your decisions on" in html
    assert "towards agents" in html
    answer = await post(doorstep, "/do/learned/reset")
    assert answer.json()["toast"].startswith("Forgotten")
    html = said(await page(doorstep, "/settings"))
    assert "your decisions on" not in html
    assert "2026-W19" in html
    assert doorstep.store.board.feed[-1].type is EventType.LEARNING_RESET


async def test_a_rule_that_assigns_stands_with_its_measured_figure_and_is_switched_off() -> None:
    doorstep = Doorstep()
    await decided(doorstep)
    assert "Switch off" not in await page(doorstep, "/settings")
    sent = {
        "by": "origin",
        "what": "github",
        "precision": "0.95",
        "keys": ["adapter:mail"],
        "senders": "Alice\nBob",
    }
    await post(doorstep, "/do/rules/assign", **sent)
    html = await page(doorstep, "/settings")
    assert "origin github from 95% on for agents agents: 25 of 25, 100%" in said(html)
    assert "mail; alice, bob" in html
    gone = re.search(r"/do/rules/([0-9a-f]+)/forget", html)
    assert gone
    await post(doorstep, gone[0])
    assert "Switch off" not in await page(doorstep, "/settings")


async def test_settings_say_whether_texts_leave_the_server() -> None:
    assert "no text of a task leaves this server" in await page(Doorstep(), "/settings")


async def test_a_rule_about_review_is_made_and_forgotten() -> None:
    doorstep = Doorstep()
    await post(doorstep, "/do/rules/review", by="words", what="Acme <b>", review="required")
    html = await page(doorstep, "/settings")
    assert "acme &lt;b&gt;" in html
    assert (
        await post(doorstep, "/do/rules/assign", by="origin", what="x", precision="much")
    ).status_code == 422
