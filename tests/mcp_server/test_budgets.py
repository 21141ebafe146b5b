"""What reading costs an agent, at four bytes a token."""

from __future__ import annotations

import json

from tests.factories import owner
from tests.mcp_server.conftest import Board, size

TWO_KB = "Every change since the last tag, in plain words, newest first. " * 32


def tokens(text: str) -> int:
    return -(-len(text.encode()) // 4)


async def test_all_tool_definitions_fit_in_4000_tokens(board: Board) -> None:
    found = await (await board.agent()).tools()
    assert len(found) == 11
    sent = [tool.model_dump(by_alias=True, exclude_none=True, mode="json") for tool in found]
    assert tokens(json.dumps(sent)) <= 4_000


async def test_the_tools_of_triage_fit_in_as_well_and_ten_captures_in_2500(board: Board) -> None:
    sorter = await board.agent("sorter", may_triage=True)
    found = await sorter.tools()
    assert len(found) == 13
    sent = [tool.model_dump(by_alias=True, exclude_none=True, mode="json") for tool in found]
    assert tokens(json.dumps(sent)) <= 4_000
    assert size(await sorter.call("get_triage")) <= 100
    for number in range(12):
        title = f"{number}: draft a reply to the landlord about the heating"
        await board.services.capture.create(owner(), {"title": title, "description": TWO_KB})
    assert size(await sorter.call("get_triage")) <= 2_500


async def test_an_empty_queue_costs_at_most_100_tokens(board: Board) -> None:
    alpha = await board.agent()
    for tool in ("next_task", "claim_task", "list_tasks", "check_answers"):
        assert size(await alpha.call(tool)) <= 100


async def test_a_claim_with_2_kb_of_task_costs_at_most_1200_tokens(board: Board) -> None:
    await board.ready(description=TWO_KB)
    assert len(TWO_KB.encode()) >= 2_000
    assert size(await (await board.agent()).call("claim_task")) <= 1_200


async def test_the_whole_loop_costs_at_most_3000_tokens(board: Board) -> None:
    task_id = await board.ready(description=TWO_KB)
    alpha = await board.agent()
    await alpha.ok("claim_task")
    await alpha.ok(
        "ask_human", question="Which version number?", options=["1.0", "0.9"], recommendation="1.0"
    )
    assert (await alpha.ok("check_answers"))["waiting"] == [task_id]
    await answer(board, task_id, "1.0")
    assert (await alpha.ok("check_answers"))["answered"] == [{"id": task_id, "answer": "1.0"}]
    await alpha.ok("claim_task")
    await alpha.ok("submit_for_review", summary="Drafted the notes for 1.0.", evidence="Read all 31 commits.")
    assert alpha.read <= 3_000


async def test_a_list_is_ten_summaries_of_at_most_60_tokens_and_a_cursor(board: Board) -> None:
    for number in range(12):
        await board.ready(f"{number} " + "A very long title about many things " * 6)
    alpha = await board.agent()
    page = await alpha.ok("list_tasks")
    assert len(page["tasks"]) == 10
    assert all(tokens(json.dumps(line, ensure_ascii=False)) <= 60 for line in page["tasks"])
    rest = await alpha.ok("list_tasks", cursor=page["next"])
    assert len(rest["tasks"]) == 2
    assert "next" not in rest
    assert {line["id"] for line in page["tasks"]} & {line["id"] for line in rest["tasks"]} == set()


async def answer(board: Board, task_id: int, text: str) -> None:
    from task_assistant.domain.lifecycle import Command
    from tests.factories import owner

    await board.services.tasks.move(owner(), task_id, Command.ANSWER, {"answer": text})
