"""The tools as clients see them, and what they refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from task_assistant.domain.task import Owner
from task_assistant.mcp_server.tools import TOOLS
from tests.factories import owner
from tests.mcp_server.conftest import HERE, Board

SNAPSHOT = Path(__file__).with_name("tools.json")


def definitions() -> Any:
    return [tool.definition.model_dump(by_alias=True, exclude_none=True, mode="json") for tool in TOOLS]


def test_names_descriptions_and_schemas_are_those_that_agents_were_taught() -> None:
    """`python -m tests.mcp_server.test_tools` writes the file anew after a change that is meant."""
    assert definitions() == json.loads(SNAPSHOT.read_text("utf-8"))


def test_all_four_annotations_are_set_and_nothing_destroys() -> None:
    for tool in TOOLS:
        hints = tool.definition.annotations
        assert hints is not None
        assert None not in (
            hints.read_only_hint,
            hints.destructive_hint,
            hints.idempotent_hint,
            hints.open_world_hint,
        )
        assert hints.destructive_hint is False


@pytest.mark.parametrize(
    ("role", "absent"),
    [
        ("agent", set()),
        ("owner", set()),
        (
            "reader",
            {"claim_task", "create_tasks", "submit_for_review", "comment", "update_progress", "ask_human"},
        ),
        (
            "adapter",
            {"claim_task", "submit_for_review", "comment", "update_progress", "ask_human", "next_task"},
        ),
    ],
)
async def test_a_key_sees_the_tools_of_its_role(board: Board, role: str, absent: set[str]) -> None:
    key = await board.agent("somebody", role)
    seen = {tool.name for tool in await key.tools()}
    assert seen & absent == set()
    assert seen
    for name in absent:
        assert (await key.refused(name)).startswith("unknown_tool")


async def test_tools_of_triage_are_there_for_keys_that_may_triage(board: Board) -> None:
    names = {"get_triage", "propose_assessment"}
    for key, may in (
        (await board.agent("plain"), False),
        (await board.agent("sorter", may_triage=True), True),
        (await board.agent("me", "owner"), True),
        (await board.agent("mail", "adapter", may_triage=True), False),
    ):
        seen = {tool.name for tool in await key.tools()}
        assert seen & names == (names if may else set())
        if not may:
            assert (await key.refused("get_triage")).startswith("unknown_tool")


async def test_an_agent_that_may_triage_reads_captures_and_proposes(board: Board) -> None:
    made = await board.services.capture.create(owner(), {"title": "Draft the notes of the meeting"})
    sorter = await board.agent("sorter", may_triage=True)
    (line,) = (await sorter.ok("get_triage"))["tasks"]
    assert (line["id"], line["assessment"]["by"]) == (made.id, "builtin")
    why = [{"signal": "taste", "evidence": "notes"}]
    said = {"task_id": made.id, "suggested_assignee": "me", "agent_probability": 0.1, "reasons": why}
    assert await sorter.ok("propose_assessment", **said) == {"id": made.id}
    (line,) = (await sorter.ok("get_triage"))["tasks"]
    assert (line["assessment"]["by"], line["assessment"]["suggested_assignee"]) == ("agent:sorter", "me")
    task = await board.services.tasks.get(owner(), made.id)
    assert task.assignee == "unassigned"
    told = await sorter.refused("propose_assessment", **{**said, "suggested_assignee": "ask"})
    assert "question" in told


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_clients_of_both_eras_work(board: Board, mode: str) -> None:
    await board.ready()
    alpha = await board.agent()
    alpha.mode = mode
    assert len(await alpha.tools()) == 11
    assert (await alpha.ok("claim_task"))["task"]["title"] == "Draft the notes"


@pytest.mark.parametrize(("version", "as_text"), [("2025-03-26", True), ("2025-06-18", False)])
async def test_a_client_older_than_structured_content_gets_it_as_text(
    board: Board, version: str, as_text: bool
) -> None:
    alpha = await board.agent()
    headers = {
        "Authorization": f"Bearer {alpha.key}",
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": version,
    }
    call = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "next_task", "arguments": {}},
    }
    async with httpx2.AsyncClient(transport=board.transport, base_url=HERE, headers=headers) as http:
        result = (await http.post("/mcp", json=call)).json()["result"]
    (block,) = result["content"]
    assert block["text"].endswith(json.dumps(result["structuredContent"])) is as_text


async def test_unknown_arguments_are_refused_by_name(board: Board) -> None:
    said = await (await board.agent()).refused("claim_task", agent_name="beta")
    assert said.startswith("validation_error")
    assert "agent_name" in said
    assert "task_id" in said


async def test_every_call_about_a_claim_may_leave_the_task_and_the_token_out(board: Board) -> None:
    await board.ready()
    alpha = await board.agent()
    await alpha.ok("claim_task")
    assert (await alpha.ok("update_progress"))["state"] == "continue"
    assert (await alpha.ok("get_task"))["task"]["status"] == "in_progress"
    await alpha.ok("comment", text="Halfway.")
    assert (await alpha.ok("submit_for_review", summary="Done."))["status"] == "waiting_review"


async def test_without_a_claim_or_with_two_the_agent_is_asked_which(board: Board) -> None:
    await board.ready("One")
    await board.ready("Two")
    alpha = await board.agent()
    assert "claim_task first" in await alpha.refused("submit_for_review", summary="Done.")
    await alpha.ok("claim_task")
    await alpha.ok("claim_task")
    assert "task_id" in await alpha.refused("submit_for_review", summary="Done.")


async def test_a_stale_token_is_refused_although_the_key_holds_the_task(board: Board) -> None:
    await board.ready()
    alpha = await board.agent()
    old = (await alpha.ok("claim_task"))["claim_token"]
    await alpha.ok("claim_task", resume=True)
    assert (await alpha.refused("submit_for_review", summary="Done.", claim_token=old)).startswith(
        "claim_lost"
    )


async def test_a_task_created_twice_is_one(board: Board) -> None:
    alpha = await board.agent()
    first = await alpha.ok("create_tasks", tasks=[{"title": "Rotate the logs"}, {"title": "Rotate the keys"}])
    again = await alpha.ok("create_tasks", tasks=[{"title": "Rotate the logs"}])
    assert again == {"duplicates": first["created"][:1]}
    assert len(first["created"]) == 2


@pytest.mark.parametrize("said", ["every 2 weeks", "3 days after done", "FREQ=MONTHLY;BYDAY=-1FR"])
async def test_a_task_that_comes_again_is_captured_in_words_or_by_its_rule(board: Board, said: str) -> None:
    alpha = await board.agent()
    done = await alpha.ok("create_tasks", tasks=[{"title": "Rotate the logs", "recurrence": said}])
    (number,) = done["created"]
    task = await board.services.tasks.get(owner(), number)
    assert task.recurrence is not None
    assert task.recurrence.after_done is ("after done" in said)
    assert "recurrence" in await alpha.refused("create_tasks", tasks=[{"title": "x", "recurrence": "never"}])


async def test_the_resource_of_a_task_and_the_guide_can_be_read(board: Board) -> None:
    from contextlib import AsyncExitStack

    task_id = await board.ready()
    alpha = await board.agent()
    async with AsyncExitStack() as stack:
        client = await alpha.session(stack)
        guide = await client.read_resource("task://guide")
        task = await client.read_resource(f"task://{task_id}")
        prompts = {prompt.name for prompt in (await client.list_prompts()).prompts}
        begin = await client.get_prompt("work-next")
    assert "claim_task" in guide.contents[0].text  # type: ignore[union-attr]
    assert json.loads(task.contents[0].text)["title"] == "Draft the notes"  # type: ignore[union-attr]
    assert prompts == {"work-next", "triage-inbox"}
    assert "claim_task" in begin.messages[0].content.text  # type: ignore[union-attr]


@pytest.mark.parametrize("key", ["", "a-key-that-nobody-has"])
async def test_without_a_known_key_there_is_nothing(board: Board, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with httpx2.AsyncClient(transport=board.transport, headers=headers, base_url=HERE) as http:
        answer = await http.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_page_elsewhere_cannot_speak_to_it(board: Board) -> None:
    alpha = await board.agent()
    headers = {"Authorization": f"Bearer {alpha.key}", "Origin": "https://evil.example"}
    async with httpx2.AsyncClient(transport=board.transport, headers=headers, base_url=HERE) as http:
        answer = await http.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
    assert answer.status_code == 403


async def test_changes_are_marked_as_made_by_mcp(board: Board) -> None:
    task_id = await board.ready()
    await (await board.agent()).ok("claim_task")
    events = await board.services.tasks.history(owner(), task_id, 0, 10)
    assert [(event.actor, event.via) for event in events][-1] == ("agent:alpha", "mcp")


async def test_paused_agents_are_told_to_stop(board: Board) -> None:
    await board.ready()
    alpha = await board.agent()
    await board.services.agents.pause(owner(), None)
    assert (await alpha.refused("claim_task")).startswith("paused")


async def test_what_is_next_is_found_behind_any_number_of_tasks_for_others(board: Board) -> None:
    for n in range(25):
        await board.ready(f"For beta {n}", assignee=Owner.CODEX, agent="beta", priority=1)
    mine = await board.ready("For anybody", priority=4)
    assert (await (await board.agent()).ok("next_task"))["task"]["id"] == mine


async def test_private_tasks_do_not_exist_for_agents(board: Board) -> None:
    task_id = await board.ready(private=True)
    alpha = await board.agent()
    assert (await alpha.ok("next_task"))["task"] is None
    assert (await alpha.refused("get_task", task_id=task_id)).startswith("task_not_found")


if __name__ == "__main__":
    SNAPSHOT.write_text(json.dumps(definitions(), indent=1, ensure_ascii=False) + "\n", "utf-8")
