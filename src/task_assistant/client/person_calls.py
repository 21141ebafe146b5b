"""The person's calls: verbs, keys, calendar, messages, webhooks, moving house."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING, Any, cast
from urllib.parse import quote

from task_assistant.client.feed import Feed

if TYPE_CHECKING:
    from task_assistant.client import shapes

Json = dict[str, Any]


class PersonCalls(Feed):
    """The calls of the person; `Client` has them with all others."""

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

    # -- moving house --------------------------------------------------------------------------------------------------

    async def export(self, into: IO[bytes]) -> None:
        """Writes everything into the file, as lines of JSON (docs/dump-format.md)."""
        await self._download("/api/export", into)

    async def import_file(self, file: IO[bytes], **how: Any) -> Json:
        """Brings a file in: `format`, `dry_run`, `update`, `assignee`. The report of what was kept and what not."""
        said = {name: str(value).lower() if isinstance(value, bool) else value for name, value in how.items()}
        return cast(Json, await self._upload("/api/import", file, **said))
