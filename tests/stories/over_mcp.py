"""The hands that call the MCP tools, over HTTP or through `pta mcp`."""

from __future__ import annotations

from typing import Any

from mcp.client import Client

from tests.stories.hands import Given, Refused


class McpAgent:
    """An agent that is a model with tools."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._tokens: dict[int, str] = {}

    async def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """The structured answer of a tool. Raises Refused."""
        result = await self._client.call_tool(tool, arguments)
        if result.is_error:
            text: str = result.content[0].text  # type: ignore[union-attr]  # every refusal is one text
            raise Refused(text.split(":", maxsplit=1)[0])
        answer: dict[str, Any] = result.structured_content
        return answer

    async def claim(self, task_id: int | None = None) -> Given:
        answer = await self.call("claim_task", **({} if task_id is None else {"task_id": task_id}))
        task = answer["task"]
        self._tokens[task["id"]] = answer["claim_token"]
        answers = tuple(entry["answer"] for entry in answer.get("answers", []))
        return Given(task["id"], task["title"], tuple(answer.get("feedback", [])), answers)

    async def ask(self, task_id: int, question: str) -> None:
        await self._work("ask_human", task_id, question=question, kind="decision")

    async def submit(self, task_id: int, summary: str) -> None:
        await self._work("submit_for_review", task_id, summary=summary)

    async def release(self, task_id: int, note: str) -> None:
        await self._work("release_task", task_id, note=note)

    async def report(self, task_id: int, note: str) -> str:
        return str((await self._work("update_progress", task_id, note=note))["state"])

    async def close(self, task_id: int) -> None:
        """There is no tool for it: the nearest thing that an agent could try is one by that name."""
        try:
            await self.call("done", task_id=task_id)
        except Refused as refusal:
            raise Refused("role_forbidden" if refusal.code == "unknown_tool" else refusal.code) from refusal

    async def _work(self, tool: str, task_id: int, **said: str) -> dict[str, Any]:
        return await self.call(tool, task_id=task_id, claim_token=self._tokens[task_id], **said)
