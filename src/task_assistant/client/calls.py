"""Every call of the contract, once: an async method each. Those of the person are in `person_calls`."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote, urlencode

from task_assistant.client.person_calls import PersonCalls
from task_assistant.client.transport import Request

if TYPE_CHECKING:  # the types of answers take their time, and nothing needs them while it runs
    from task_assistant.client import shapes

Json = dict[str, Any]
FIRST_PAGE = 20  # tasks
LONG_PAGE = 250  # what the contract allows the queue


class Client(PersonCalls):
    """Every call raises `Problem` for a refusal, `Unreachable` without an answer, `NoKey` when there is none to send.

    Arguments that are None are left out of the request.
    """

    # -- everybody -----------------------------------------------------------------------------------------------------

    async def alive(self) -> None:
        """Raises Unreachable unless somebody answers. Needs no key."""
        await self._transport.send(Request("GET", "/healthz", {}))

    async def me(self) -> shapes.Me:
        """The caller, its role, the server's version and features."""
        return cast("shapes.Me", await self._get("/api/me"))

    async def queue(self, **filters: Any) -> shapes.Queue:
        """The ranked queue with its summary: `assignee`, `lane`, `status`, `due`, `sort`, `limit`."""
        return cast("shapes.Queue", await self._get("/api/agent/queue", **filters))

    async def ranked(self, **filters: Any) -> AsyncIterator[shapes.Task]:
        """The tasks of the ranked queue one by one: from a short page first, which is nearly always enough."""
        asked = {**filters, "limit": FIRST_PAGE}
        while True:
            reply = await self._send("GET", f"/api/agent/queue?{urlencode(asked, doseq=True)}")
            for task in json.loads(reply.body)["tasks"]:
                yield task
            following = re.search(r"[?&]cursor=([^&>]+)", reply.headers.get("link", ""))
            if following is None:
                return
            asked |= {"cursor": unquote(following[1]), "limit": LONG_PAGE}

    async def summary(self) -> shapes.Summary:
        """The counts of the whole board."""
        return cast("shapes.Summary", await self._get("/api/agent/queue/summary"))

    async def tasks(self, **filters: Any) -> list[shapes.Task]:
        """One page of tasks: `lane`, `status`, `assignee`, `due`, `origin`, `label`, `q`, `sort`, `limit`, `offset`."""
        return cast("list[shapes.Task]", await self._get("/api/tasks", **filters))

    async def task(self, task_id: int) -> shapes.Task:
        """One task in full."""
        return cast("shapes.Task", await self._get(f"/api/tasks/{task_id}"))

    async def history(self, task_id: int) -> list[shapes.Event]:
        """The events of the task, oldest first."""
        return cast("list[shapes.Event]", await self._get(f"/api/tasks/{task_id}/events", limit=500))

    async def comments(self, task_id: int) -> list[dict[str, Any]]:
        """The comments, newest first."""
        return cast(list[dict[str, Any]], await self._get(f"/api/tasks/{task_id}/comments"))

    async def comment(self, task_id: int, text: str) -> dict[str, Any]:
        """Leaves a comment, which a running agent hears of at its next heartbeat."""
        return cast(Json, await self._post(f"/api/tasks/{task_id}/comments", text=text))

    async def artifact(self, task_id: int, n: int) -> str:
        """The text of an artifact."""
        return (await self._send("GET", f"/api/tasks/{task_id}/artifacts/{n}")).body.decode("utf-8")

    async def create(self, **fields: Any) -> shapes.Task:
        """Captures one task."""
        return cast("shapes.Task", await self._post("/api/tasks", **fields))

    async def ingest(self, origin: str, tasks: Sequence[dict[str, Any]], **envelope: Any) -> shapes.Ingested:
        """Captures up to 500 tasks at once; those with a known `external_id` are duplicates."""
        body = {"origin": origin, "tasks": list(tasks), **envelope}
        return cast("shapes.Ingested", await self._post("/api/agent/ingest/context", **body))

    # -- agents --------------------------------------------------------------------------------------------------------

    async def claim(self, task_id: int | None = None, **wish: Any) -> shapes.ClaimedTask:
        """The next task, or the named one: `wait_seconds`, `lease_seconds`, `labels`, `origin`, `scoped_key`, `resume`.

        Raises NothingToClaim, AgentsPaused, ClaimHeld.
        """
        wait = float(wish.get("wait_seconds") or 0)
        body = {"task_id": task_id, **wish}
        return cast("shapes.ClaimedTask", await self._post("/api/agent/claim", wait, **body))

    async def claims(self) -> list[shapes.Task]:
        """The tasks that the caller holds."""
        return cast("list[shapes.Task]", await self._get("/api/agent/claims"))

    async def heartbeat(self, task_id: int, token: str) -> shapes.Pulse:
        """Renews the lease."""
        return cast("shapes.Pulse", await self._work(task_id, "heartbeat", token))

    async def progress(
        self, task_id: int, token: str, note: str, usage: dict[str, Any] | None = None
    ) -> shapes.Pulse:
        """Renews the lease and says how far the work is."""
        return cast("shapes.Pulse", await self._work(task_id, "progress", token, note=note, usage=usage))

    async def ask(
        self, task_id: int, token: str, question: str, kind: str = "information", **more: Any
    ) -> shapes.Task:
        """Asks the person and ends the claim: `options`, `recommendation`."""
        said = {"question": question, "kind": kind, **more}
        return cast("shapes.Task", await self._work(task_id, "ask", token, **said))

    async def submit(self, task_id: int, token: str, summary: str, **more: Any) -> shapes.Task:
        """Hands the result back for review: `links`, `refs`, `artifacts`, `evidence`, `not_done`, `usage`."""
        return cast("shapes.Task", await self._work(task_id, "submit", token, summary=summary, **more))

    async def release(
        self, task_id: int, token: str, note: str | None = None, outcome: str = "handoff", **more: Any
    ) -> shapes.Task:
        """Gives the task back: `handoff`, `failed` or `declined`."""
        said = {"note": note, "outcome": outcome, **more}
        return cast("shapes.Task", await self._work(task_id, "release", token, **said))

    async def untriaged(self) -> list[shapes.Task]:
        """Captures that wait for an owner."""
        return cast("list[shapes.Task]", await self._get("/api/agent/triage"))

    async def propose(self, task_id: int, **assessment: Any) -> shapes.Task:
        """Proposes an assessment of a capture."""
        return cast("shapes.Task", await self._post(f"/api/agent/triage/{task_id}", **assessment))

    # -- adapters ------------------------------------------------------------------------------------------------------

    async def report_source(self, **report: Any) -> shapes.Source:
        """Says how a source is."""
        return cast("shapes.Source", await self._post("/api/agent/sources/report", **report))

    async def sources(self) -> list[shapes.Source]:
        """All sources, worst first."""
        return cast("list[shapes.Source]", await self._get("/api/sources"))

    async def check_items(self, source_id: str, items: Sequence[dict[str, str]]) -> list[dict[str, Any]]:
        """Which items of a source are worth processing."""
        answer = await self._post("/api/agent/ingestion/check", source_id=source_id, items=list(items))
        return cast(list[dict[str, Any]], answer["items"])

    async def decide_item(self, **decision: Any) -> dict[str, Any]:
        """Remembers what became of an item."""
        return cast(Json, await self._post("/api/agent/ingestion/decisions", **decision))

    async def make_actions(self, task_id: int, **wish: Any) -> dict[str, Any]:
        """One-use action links of a task, to show to the person: `actions`, `expires_in`. Needs `may_relay`."""
        return cast(Json, await self._post(f"/api/tasks/{task_id}/actions", **wish))

    async def relay_action(self, token: str, text: str | None = None) -> dict[str, Any]:
        """Tells the server which button the person pressed; it acts as the person, once."""
        return cast(Json, await self._post("/api/actions", token=token, text=text))

    async def _work(self, task_id: int, verb: str, token: str, **said: Any) -> Any:
        return await self._post(f"/api/agent/tasks/{task_id}/{verb}", claim_token=token, **said)
