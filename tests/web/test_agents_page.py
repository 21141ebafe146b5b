"""Agents and keys: who holds what, taking work back, the stop button, keys made, shown once and revoked."""

from __future__ import annotations

import html as escaping
import re
from typing import Any

import httpx
import pytest

from task_assistant.domain.roles import Role
from task_assistant.domain.task import Owner, Status
from task_assistant.services.claiming import Wish
from tests.factories import agent, agent_task, claimed_task, later, owner, task
from tests.web.doorstep import FETCHED, HERE, TYPED, Doorstep

PERSON = owner()
BY_SCRIPT = FETCHED | {"x-pta-fetch": "1", "origin": HERE}
HOSTILE = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onfocus='alert(1)", "{{ 7*7 }}")


async def page(doorstep: Doorstep, path: str = "/agents") -> str:
    async with doorstep.client() as browser:
        answer = await browser.get(path, headers=TYPED)
    assert answer.status_code == 200
    return answer.text


async def post(
    browser: httpx.AsyncClient, path: str, headers: dict[str, str] = BY_SCRIPT, **fields: str
) -> Any:
    """Posts as the page's own form does, with the token that the page carries."""
    shown = (await browser.get("/agents", headers=TYPED)).text
    token = re.search(r'name="csrf-token" content="([^"]+)"', shown)
    assert token
    return await browser.post(path, data={"csrf_token": token[1], **fields}, headers=headers)


async def test_who_holds_what_is_said_with_its_lease_attempt_and_last_note() -> None:
    doorstep = Doorstep()
    held = claimed_task("alpha", later(minutes=-12), lease=1_800, title="Draft the notes")
    await doorstep.put(held, agent_task("free"))
    shown = await page(doorstep)
    assert "Draft the notes" in shown
    assert ", attempt 1" in shown
    assert ">for 12 min</time>" in shown
    assert ">lease 18 min</span>" in shown
    assert "free" not in shown.split('id="holdings"', 1)[1].split("</ol>", 1)[0]


async def test_an_ended_lease_is_nobody_at_work() -> None:
    doorstep = Doorstep()
    await doorstep.put(claimed_task("alpha", later(hours=-2), lease=60))
    shown = await page(doorstep)
    assert "No agent is at work." in shown
    assert '<a class="link" href="/tasks?lane=agent">1 task is ready</a>' in shown


async def test_taking_back_ends_the_claim_and_leaves_the_task_ready_for_the_agent_it_was_meant_for() -> None:
    doorstep = Doorstep()
    (held,) = await doorstep.put(claimed_task("alpha").having(agent="alpha"))
    async with await doorstep.signed_in() as browser:
        answer = await post(browser, f"/do/agents/take-back/{held.id}")
    assert answer.json()["toast"] == "Taken back from alpha. #1 is ready for agents again"
    now = await doorstep.store.get(held.id)
    assert now is not None
    assert (now.claim, now.status, now.agent) == (None, Status.BACKLOG, "alpha")


async def test_what_nobody_holds_cannot_be_taken_back() -> None:
    doorstep = Doorstep()
    (free,) = await doorstep.put(agent_task())
    async with await doorstep.signed_in() as browser:
        answer = await post(browser, f"/do/agents/take-back/{free.id}")
        assert (answer.status_code, answer.json()["code"]) == (409, "not_claimable")
        assert "nobody holds it any more" in answer.json()["detail"]
        assert (await post(browser, "/do/agents/take-back/99")).status_code == 404
    assert await doorstep.store.get(free.id) == free


async def test_one_agent_is_paused_and_resumed_by_name() -> None:
    doorstep = Doorstep()
    async with await doorstep.signed_in() as browser:
        await post(browser, "/do/agents/pause", name="alpha")
        assert await doorstep.services.agents.names() == ["alpha"]
        assert '<strong>Paused:</strong> <span dir="auto">alpha</span>. It claims nothing' in await page(
            doorstep
        )
        await post(browser, "/do/agents/resume", name="alpha")
    assert await doorstep.services.agents.names() == []


async def test_all_agents_are_paused_and_resumed() -> None:
    doorstep = Doorstep()
    async with await doorstep.signed_in() as browser:
        await post(browser, "/do/agents/pause")
        shown = await page(doorstep)
        assert "All agents are paused." in shown
        assert 'formaction="/do/agents/pause"' not in shown
        await post(browser, "/do/agents/resume")
    assert "All agents are paused." not in await page(doorstep)


async def test_a_new_key_is_shown_once_with_lines_that_name_this_server() -> None:
    doorstep = Doorstep()
    async with await doorstep.signed_in() as browser:
        answer = await post(
            browser, "/do/keys", role="agent", name="alpha", labels="work, #home", may_triage="true"
        )
    shown = answer.json()["shown"]
    (secret,) = set(re.findall(r"pta_agent_[\w-]+", shown))
    caller = await doorstep.services.keys.authenticate(secret)
    assert caller is not None
    assert (caller.name, caller.labels, caller.may_triage, caller.may_assign) == (
        "alpha",
        ("work", "home"),
        True,
        False,
    )
    assert f"curl -sS {HERE}/api/agent/claim -H &#39;Authorization: Bearer {secret}&#39;" in shown
    later_shown = await page(doorstep)
    assert secret not in later_shown
    assert '<b class="title" dir="auto">alpha</b>' in later_shown
    assert "only #work, #home" in later_shown


async def test_without_scripts_the_secret_is_in_the_answer_and_nowhere_else() -> None:
    doorstep = Doorstep()
    async with await doorstep.signed_in() as browser:
        answer = await post(browser, "/do/keys", {"origin": HERE}, role="adapter", name="mail")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "pta_adapter_" in answer.text
    assert "/api/ingest/context" in answer.text
    assert "pta_adapter_" not in str(answer.headers)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"role": "agent", "name": ""}, "Name"),
        ({"role": "emperor", "name": "alpha"}, "Role"),
        ({"role": "agent", "name": "alpha", "origins": "NOT A SLUG!"}, "Origins"),
        ({"role": "agent", "name": "human"}, "a name that the server uses itself"),
    ],
)
async def test_a_wrong_key_is_refused_in_words_and_none_is_made(fields: dict[str, Any], words: str) -> None:
    doorstep = Doorstep()
    async with await doorstep.signed_in() as browser:
        answer = await post(browser, "/do/keys", **fields)
    assert answer.status_code == 422
    assert words in answer.json()["detail"]
    assert await doorstep.services.keys.all(PERSON) == []


async def test_a_revoked_key_is_refused_from_then_on() -> None:
    doorstep = Doorstep()
    key, secret = await doorstep.services.keys.create(PERSON, Role.AGENT, "alpha")
    asked = await page(doorstep, f"/agents?revoke={key.id}")
    assert f'<form method="post" action="/do/keys/{key.id}/revoke"' in asked
    async with await doorstep.signed_in() as browser:
        await post(browser, f"/do/keys/{key.id}/revoke")
        assert (await post(browser, f"/do/keys/{key.id}/revoke")).status_code == 404
    assert await doorstep.services.keys.authenticate(secret) is None


@pytest.mark.parametrize("path", ["/do/keys", "/do/agents/pause", "/do/agents/resume", "/do/keys/x/revoke"])
async def test_nothing_happens_without_the_token_of_the_session(path: str) -> None:
    doorstep = Doorstep()
    async with await doorstep.signed_in() as browser:
        answer = await browser.post(path, data={"role": "owner", "name": "evil"}, headers=BY_SCRIPT)
    assert answer.status_code == 403
    assert await doorstep.services.keys.all(PERSON) == []
    assert await doorstep.services.agents.names() == []


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_names_titles_and_notes_are_text(text: str) -> None:
    doorstep = Doorstep()
    await doorstep.services.keys.create(PERSON, Role.AGENT, text, labels=(text,))
    held = claimed_task(text, title=text)
    await doorstep.put(held)
    async with await doorstep.signed_in() as browser:
        await post(browser, "/do/agents/pause", name=text)
        made = (await post(browser, "/do/keys", role="reader", name=text + "2")).json()["shown"]
    for shown in (await page(doorstep), made):
        assert escaping.escape(text) in shown.replace("&#34;", "&quot;").replace("&#39;", "&#x27;")
        assert text not in shown or text == "{{ 7*7 }}"
        assert ">49<" not in shown


async def test_fifty_claims_and_five_cost_the_same_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    async def reads(count: int) -> list[str]:
        doorstep = Doorstep()
        await doorstep.put(*(claimed_task(f"agent {n}", title=f"task {n}") for n in range(count)), task())
        async with await doorstep.signed_in() as browser:
            asked: list[str] = []
            for name in ("get", "get_many", "find", "held_by", "documents", "events", "records", "tally"):
                monkeypatch.setattr(doorstep.store, name, _noted(getattr(doorstep.store, name), name, asked))
            await browser.get("/agents", headers=TYPED)
        return sorted(asked)

    assert await reads(5) == await reads(60)


def _noted(read: Any, name: str, asked: list[str]) -> Any:
    async def noted(*given: Any, **named: Any) -> Any:
        asked.append(name)
        return await read(*given, **named)

    return noted


async def test_what_agents_used_is_told_by_day_with_its_sum() -> None:
    doorstep = Doorstep()
    services, alpha = doorstep.services, agent("alpha")
    for cost in ("0.10", "0.25"):
        made = await services.capture.create(PERSON, {"title": "Draft", "assignee": Owner.CODEX})
        held = await services.claiming.claim(alpha, Wish(task_id=made.id))
        usage = {"input_tokens": 1_000, "output_tokens": 50, "cost": cost, "currency": "USD"}
        await services.work.submit(alpha, made.id, held.token, {"summary": "Done.", "usage": usage})
    assert "Used in the last" not in await page(doorstep)
    await services.usage.count()
    shown = await page(doorstep)
    assert "2 attempts, 2,100 tokens, 0.35 USD." in shown
    assert '<time datetime="2026-05-07">Thu 7 May</time>' in shown
    assert '<td class="n">0.35 USD</td><td class="n">2,000</td><td class="n">100</td>' in shown


async def test_a_key_says_when_it_was_used_last() -> None:
    doorstep = Doorstep()
    _, secret = await doorstep.services.keys.create(PERSON, Role.READER, "wall")
    assert "never used" in await page(doorstep)
    await doorstep.services.keys.authenticate(secret)
    doorstep.clock.advance(minutes=5)
    assert re.search(
        r'used <time datetime="2026-05-07T09:00:00Z"[^>]*>5 min ago</time>', await page(doorstep)
    )
