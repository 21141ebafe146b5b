"""Every call of the contract, once: an async method each."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Sequence
from typing import IO, TYPE_CHECKING, Any, cast
from urllib.parse import quote, unquote, urlencode

from task_assistant.client.feed import Feed
from task_assistant.client.transport import Request

if TYPE_CHECKING:  # the types of answers take their time, and nothing needs them while it runs
    from task_assistant.client import shapes

Json = dict[str, Any]
FIRST_PAGE = 20  # tasks
LONG_PAGE = 250  # what the contract allows the queue


class Client(Feed):
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

    # -- the person ----------------------------------------------------------------------------------------------------

    async def edit(self, task_id: int, version: int | None = None, **fields: Any) -> shapes.Task:
        """Sets fields, None among them; with `version` only if nobody changed the task since."""
        headers = {} if version is None else {"if-match": f'"{version}"'}
        reply = await self._send("PATCH", f"/api/tasks/{task_id}", fields, headers)
        return cast("shapes.Task", json.loads(reply.body))

    async def verb(self, task_id: int, verb: str, **said: Any) -> shapes.Task:
        """A verb of the person: answer, approve, send-back, assign, defer, block, done, cancel, reopen."""
        return cast("shapes.Task", await self._post(f"/api/tasks/{task_id}/{verb}", **said))

    async def bulk(self, ids: Sequence[int], verb: str, **said: Any) -> list[dict[str, Any]]:
        """One verb for many tasks; an outcome for each."""
        answer = await self._post("/api/tasks/bulk", ids=list(ids), verb=verb, body=said)
        return cast(list[dict[str, Any]], answer["results"])

    async def delete(self, task_id: int, *, purge: bool = False) -> None:
        """Deletes a task, undoable for 30 days; `purge` erases its texts for good."""
        await self._send("DELETE", f"/api/tasks/{task_id}" + ("?purge=true" if purge else ""))

    async def undo(self, event_id: str, *, force: bool = False) -> shapes.Task:
        """Takes an event back."""
        return cast("shapes.Task", await self._post(f"/api/events/{quote(event_id)}/undo", force=force))

    async def keys(self) -> list[shapes.Key]:
        """All keys, without their secrets."""
        return cast("list[shapes.Key]", await self._get("/api/keys"))

    async def create_key(self, role: str, name: str, **limits: Any) -> shapes.Key:
        """A new key with its secret, told this once."""
        return cast("shapes.Key", await self._post("/api/keys", role=role, name=name, **limits))

    async def revoke_key(self, key_id: str) -> None:
        """Ends a key."""
        await self._send("DELETE", f"/api/keys/{quote(key_id)}")

    async def insights(self, weeks: int | None = None) -> dict[str, Any]:
        """The figures of the last weeks, each defined in `definitions`."""
        return cast(Json, await self._get("/api/insights", weeks=weeks))

    async def calendar(self) -> shapes.CalendarAddress:
        """Since when there is a calendar address."""
        return cast("shapes.CalendarAddress", await self._get("/api/calendar"))

    async def create_calendar(self) -> shapes.CalendarAddress:
        """A new calendar address, told this once; the one before ends."""
        return cast("shapes.CalendarAddress", await self._post("/api/calendar"))

    async def revoke_calendar(self) -> None:
        """Ends the calendar address."""
        await self._send("DELETE", "/api/calendar")

    async def pause(self, name: str | None = None) -> list[str]:
        """Stops one agent, or all; who is paused now."""
        return cast(list[str], (await self._post("/api/agents/pause", name=name))["paused"])

    async def resume(self, name: str | None = None) -> list[str]:
        """Lets one agent, or all, go on."""
        return cast(list[str], (await self._post("/api/agents/resume", name=name))["paused"])

    async def reminders(self) -> list[shapes.Task]:
        """Tasks of which the person was not yet reminded."""
        return cast("list[shapes.Task]", await self._get("/api/reminders/due"))

    async def reminded(self, task_id: int) -> shapes.Task:
        """Notes that the person was reminded."""
        return cast("shapes.Task", await self._post(f"/api/reminders/{task_id}/sent"))

    async def notify(self, *, test: bool = False) -> dict[str, Any]:
        """Sends what is due now, or a test message."""
        return cast(Json, await self._post(f"/api/notifications/{'test' if test else 'run'}"))

    async def digest(self) -> dict[str, str]:
        """The digest: `headline`, `markdown`, `html`."""
        return cast(dict[str, str], await self._get("/api/digest"))

    async def webhooks(self) -> list[dict[str, Any]]:
        """All outbound webhooks and how they do."""
        return cast(list[dict[str, Any]], await self._get("/api/webhooks"))

    async def create_webhook(self, url: str, types: Sequence[str] = ()) -> dict[str, Any]:
        """A new webhook with its signing `secret`, told once."""
        return cast(Json, await self._post("/api/webhooks", url=url, types=list(types)))

    async def remove_webhook(self, webhook_id: str) -> None:
        """Removes a webhook, with what waits for it."""
        await self._send("DELETE", f"/api/webhooks/{quote(webhook_id)}")

    async def switch_webhook(self, webhook_id: str, *, on: bool) -> dict[str, Any]:
        """Switches a webhook on or off."""
        verb = "enable" if on else "disable"
        return cast(Json, await self._post(f"/api/webhooks/{quote(webhook_id)}/{verb}"))

    async def dead_letters(self, webhook_id: str) -> list[dict[str, Any]]:
        """Events that a webhook never took."""
        return cast(list[dict[str, Any]], await self._get(f"/api/webhooks/{quote(webhook_id)}/dead"))

    async def replay_dead_letters(self, webhook_id: str) -> dict[str, int]:
        """Sends them again."""
        return cast(dict[str, int], await self._post(f"/api/webhooks/{quote(webhook_id)}/replay"))

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

    # -- moving house --------------------------------------------------------------------------------------------------

    async def export(self, into: IO[bytes]) -> None:
        """Writes everything into the file, as lines of JSON (docs/dump-format.md)."""
        await self._download("/api/export", into)

    async def import_file(self, file: IO[bytes], **how: Any) -> Json:
        """Brings a file in: `format`, `dry_run`, `update`, `assignee`. The report of what was kept and what not."""
        said = {name: str(value).lower() if isinstance(value, bool) else value for name, value in how.items()}
        return cast(Json, await self._upload("/api/import", file, **said))

    async def _work(self, task_id: int, verb: str, token: str, **said: Any) -> Any:
        return await self._post(f"/api/agent/tasks/{task_id}/{verb}", claim_token=token, **said)
