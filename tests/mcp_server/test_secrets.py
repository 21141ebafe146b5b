"""No key is in what agents read or in what the server logs; a claim's token is only in the answer that gives it."""

from __future__ import annotations

import logging

import httpx2
import pytest

from task_assistant.domain.lifecycle import Command
from tests.factories import owner
from tests.mcp_server.conftest import HERE, Board


async def test_a_whole_loop_with_everything_that_goes_wrong_tells_no_secret(
    board: Board, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    task_id = await board.ready()
    alpha, beta = await board.agent("alpha"), await board.agent("beta")
    claimed = await alpha.ok("claim_task")
    token = claimed.pop("claim_token")
    read = [
        str(claimed),
        await beta.refused("claim_task", task_id=task_id),
        await beta.refused("submit_for_review", task_id=task_id, summary="Mine.", claim_token=token),
        await alpha.refused("update_progress", claim_token="no-such-token"),
        await alpha.refused("update_progress", api_key=alpha.key),
        await alpha.refused("claim_task", task_id=alpha.key),
        await alpha.refused(alpha.key),
        str(await alpha.ok("update_progress", note="Halfway.", claim_token=token)),
        str(await alpha.ok("ask_human", question="Which version?", claim_token=token)),
    ]
    await board.services.tasks.move(owner(), task_id, Command.ANSWER, {"answer": "1.0"})
    read += [str(await alpha.ok("check_answers")), str(await alpha.ok("list_tasks"))]
    again = await alpha.ok("claim_task")
    fresh = again.pop("claim_token")
    read += [
        str(again),
        str(await alpha.ok("get_task")),
        str(await alpha.ok("submit_for_review", summary="Done.")),
    ]
    read += [str(await board.services.tasks.history(owner(), task_id, 0, 100))]
    async with httpx2.AsyncClient(transport=board.transport, base_url=HERE) as http:
        for headers, path in (
            ({"Authorization": f"Bearer {alpha.key}x"}, "/mcp"),
            ({"Authorization": f"Bearer {alpha.key}"}, "/api/keys"),
            ({"Authorization": f"Bearer {alpha.key}"}, f"/api/tasks/{task_id}?api_key=1"),
            ({"Authorization": f"Basic {alpha.key}"}, "/api/me"),
        ):
            answer = await http.post(path, headers=headers, content=b"{")
            assert answer.status_code >= 400
            read.append(answer.text + str(answer.headers))
    told = "\n".join(read)
    logged = "\n".join(
        f"{record.getMessage()} {record.exc_text or ''}"
        for record in caplog.records
        if not record.name.startswith("mcp.client")  # the agent's own side
    )
    assert token not in told
    assert fresh not in told
    assert beta.key not in told
    for secret in (token, fresh, alpha.key, beta.key):
        assert secret not in logged
    # What a caller itself wrote into an argument comes back to it at most; nobody else's key ever does.
    assert told.count(alpha.key) <= 2
