from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from benchmarks.connection import Answer, Connection
from benchmarks.server import OWNER_KEY, ROOT, ServerProcess
from tests.soak.conftest import Serve
from tests.soak.race import new_key
from tests.soak.steered_app import advance

pytestmark = pytest.mark.soak
APP = "tests.soak.steered_app:app"
TEXT = "Five points found; a reply is drafted."


def claim_in_a_process_that_is_killed(server: ServerProcess, key: str) -> dict[str, Any]:
    command = (sys.executable, "-m", "tests.soak.holder", str(server.port), key)
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        line = holder.stdout.readline()
        holder.kill()
    claim: dict[str, Any] = json.loads(line)
    return claim


async def test_the_task_of_a_holder_killed_without_a_word_goes_to_the_next_claim_after_its_lease(
    serve: Serve,
) -> None:
    first, second = serve("first", APP), serve("second", APP)
    async with Connection(first.port) as here, Connection(second.port) as there:
        dead, heir = await new_key(here, "dead"), await new_key(here, "heir")
        body = {"title": "Summarise the thread", "assignee": "codex"}
        task = (await here.call("POST", "/api/tasks", OWNER_KEY, body)).expect(201).json()
        held = claim_in_a_process_that_is_killed(first, dead)
        assert held["id"] == task["id"]

        before = await there.call("POST", "/api/agent/claim", heir)
        named = await there.call("POST", "/api/agent/claim", heir, {"task_id": task["id"]})
        advance(first.directory, 31)
        after = await there.call("POST", "/api/agent/claim", heir)
        late = await submit(here, held, dead)
        again = await here.call("GET", f"/api/tasks/{task['id']}", OWNER_KEY)
        comments = await here.call("GET", f"/api/tasks/{task['id']}/comments", OWNER_KEY)
        handed_back = await submit(there, after.expect(200).json(), heir)

    assert (before.status, before.json()["code"]) == (404, "no_claimable_task")
    assert (named.status, named.json()["code"], named.json()["holder"]) == (409, "claim_held", "dead")
    claim = after.json()
    assert (claim["id"], claim["claim"]["agent"], claim["claim"]["attempt"]) == (task["id"], "heir", 2)
    assert [(a["agent"], a["outcome"]) for a in claim["context"]["previous"]] == [("dead", "expired")]
    assert (late.status, late.json()["code"], late.json().get("holder")) == (409, "claim_lost", "heir"), (
        late.json()
    )
    assert again.json()["claim"]["agent"] == "heir"
    assert [TEXT in comment["text"] for comment in comments.json()] == [True]
    assert handed_back.expect(200).json()["lane"] == "review"


async def submit(line: Connection, claim: dict[str, Any], key: str) -> Answer:
    body = {"claim_token": claim["claim_token"], "summary": TEXT}
    return await line.call("POST", f"/api/agent/tasks/{claim['id']}/submit", key, body)
