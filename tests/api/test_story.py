"""The whole life of a task through the API, actor by actor."""

from __future__ import annotations

from tests.api.server import Client, Server

ON_EVERY_STORE = True


async def test_a_task_goes_from_capture_to_done_and_back_and_the_history_tells_it(
    server: Server, person: Client, alpha: Client
) -> None:
    beta = await server.client_of("agent", "beta")
    task = await person.create("Write the release notes")
    path = f"/api/tasks/{task['id']}"
    assert task["lane"] == "triage"
    assert (await person.post(f"{path}/assign", {"assignee": "codex"}))["lane"] == "agent"

    claimed = await alpha.post("/api/agent/claim")
    assert claimed["id"] == task["id"]
    assert claimed["status"] == "in_progress"
    token = claimed["claim_token"]
    work = f"/api/agent/tasks/{task['id']}"
    said = {"claim_token": token, "question": "Which version?", "kind": "decision", "options": ["1.0", "0.9"]}
    asked = await alpha.post(f"{work}/ask", said)
    assert (asked["lane"], asked["claim"]) == ("blocked", None)
    answered = await person.post(f"{path}/answer", {"answer": "1.0"})
    assert answered["lane"] == "agent"

    claimed = await beta.post("/api/agent/claim")
    assert [a["answer"] for a in claimed["context"]["answers"]] == ["1.0"]
    result = {
        "claim_token": claimed["claim_token"],
        "summary": "Drafted.",
        "links": ["https://example.org/1"],
    }
    assert (await beta.post(f"{work}/submit", result))["lane"] == "review"
    await person.post(f"{path}/send-back", {"feedback": "Shorter, please.", "round": 1})

    claimed = await alpha.post("/api/agent/claim")
    assert next(iter(claimed["context"])) == "feedback"
    assert [f["text"] for f in claimed["context"]["feedback"]] == ["Shorter, please."]
    await alpha.post(f"{work}/submit", {"claim_token": claimed["claim_token"], "summary": "Shortened."})
    done = await person.post(f"{path}/approve", {"round": 2})
    assert (done["status"], done["lane"]) == ("done", None)

    events = await person.get(f"{path}/events")
    undone = await person.post(f"/api/events/{events[-1]['id']}/undo")
    assert undone["status"] == "waiting_review"
    events = await person.get(f"{path}/events")
    assert [(e["type"], e["actor"]) for e in events] == [
        ("created", "human"),
        ("assigned", "human"),
        ("claimed", "agent:alpha"),
        ("asked", "agent:alpha"),
        ("answered", "human"),
        ("claimed", "agent:beta"),
        ("submitted", "agent:beta"),
        ("sent_back", "human"),
        ("claimed", "agent:alpha"),
        ("submitted", "agent:alpha"),
        ("approved", "human"),
        ("undone", "human"),
    ]
