"""Action links over the API: an adapter shows them as buttons and relays which one the person pressed."""

from __future__ import annotations

import pytest

from tests.api.server import HERE, Client, Server

ON_EVERY_STORE = True


@pytest.fixture
async def chat(server: Server) -> Client:
    """An adapter that the person allowed to relay."""
    return await server.client_of("adapter", "chat", may_relay=True)


async def brought(chat: Client) -> int:
    answer = await chat.post("/api/ingest/context", {"origin": "telegram", "tasks": [{"title": "Reply"}]})
    task_id: int = answer["created"][0]["id"]
    return task_id


async def test_the_person_presses_a_button_that_an_adapter_shows(person: Client, chat: Client) -> None:
    task_id = await brought(chat)
    made = await chat.post(f"/api/tasks/{task_id}/actions", expect=201)
    assert [each["label"] for each in made["actions"]] == ["I do it", "Give to an agent"]
    first = made["actions"][0]
    assert first["url"] == f"{HERE}/a/{first['token']}"
    assert len(first["token"]) <= 64  # what a Telegram button carries
    done = await chat.post("/api/actions", {"token": first["token"]})
    assert done == {
        "task_id": task_id,
        "verb": "assign",
        "label": "I do it",
        "status": "backlog",
        "lane": "human",
    }
    [*_, event] = await person.get(f"/api/tasks/{task_id}/events")
    assert (event["actor"], event["via"]) == ("human", "api")
    assert event["changes"]["relayed_by"] == [None, "adapter:chat"]


async def test_used_old_and_outdated_tokens_are_told_apart(person: Client, chat: Client) -> None:
    task_id = await brought(chat)
    made = await chat.post(f"/api/tasks/{task_id}/actions", expect=201)
    mine, agents = (each["token"] for each in made["actions"])
    await chat.post("/api/actions", {"token": mine})
    used = await chat.post("/api/actions", {"token": mine}, expect=410)
    assert (used["code"], "used_at" in used) == ("action_link_gone", True)
    assert "used_at" not in await chat.post("/api/actions", {"token": "made-up"}, expect=410)
    told = await chat.post("/api/actions", {"token": agents}, expect=409)
    assert (told["code"], told["task_id"]) == ("action_link_outdated", task_id)
    assert (await person.get(f"/api/tasks/{task_id}"))["assignee"] == "me"


async def test_the_adapters_own_key_gains_no_right(chat: Client, mail: Client, person: Client) -> None:
    task_id = await brought(chat)
    await chat.post(f"/api/tasks/{task_id}/assign", {"assignee": "me"}, expect=403)
    told = await mail.post(f"/api/tasks/{task_id}/actions", expect=403)
    assert "may_relay" in told["detail"]
    private = await person.create(private=True)
    await chat.post(f"/api/tasks/{private['id']}/actions", expect=404)


async def test_a_relay_that_is_sent_again_gets_the_first_answer(chat: Client) -> None:
    task_id = await brought(chat)
    made = await chat.post(f"/api/tasks/{task_id}/actions", expect=201)
    body, key = {"token": made["actions"][0]["token"]}, {"Idempotency-Key": "press-1"}
    first = await chat.post("/api/actions", body, headers=key)
    again = await chat.ask("POST", "/api/actions", body, headers=key, expect=200)
    assert (again.json(), again.headers["idempotency-replayed"]) == (first, "true")


async def test_links_that_are_asked_for_again_are_the_same_and_are_kept_encrypted(
    chat: Client, server: Server
) -> None:
    task_id, key = await brought(chat), {"Idempotency-Key": "ask-1"}
    first = await chat.post(f"/api/tasks/{task_id}/actions", expect=201, headers=key)
    again = await chat.post(f"/api/tasks/{task_id}/actions", expect=201, headers=key)
    assert again == first
    kept = await server.store.documents("answer", server.clock.now())
    assert first["actions"][0]["token"] not in str(kept)


async def test_a_wish_is_judged_like_the_verb_itself(person: Client) -> None:
    task = await person.create(assignee="me")
    path = f"/api/tasks/{task['id']}/actions"
    wish = {"actions": [{"verb": "done"}, {"verb": "assign", "body": {"assignee": "nobody"}}]}
    told = await person.post(path, wish, expect=422)
    assert told["errors"][0]["field"] == "actions[1].body.assignee"
    await person.post(path, {"actions": [{"verb": "cancel"}]}, expect=422)
    await person.post(path, {"actions": [{"verb": "approve"}]}, expect=409)
    await person.post(path, {"expires_in": 59}, expect=422)
    made = await person.post(path, {"actions": [{"verb": "done", "body": {"note": "Called."}}]}, expect=201)
    assert (await person.post("/api/actions", {"token": made["actions"][0]["token"]}))["status"] == "done"
