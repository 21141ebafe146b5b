"""The hands that speak the JSON contract."""

from __future__ import annotations

from typing import Any

import httpx

from tests.stories.hands import Given, Refused, Seen, Told


class Http:
    """Requests with one key; a problem becomes `Refused`."""

    def __init__(self, url: str, key: str) -> None:
        self._client = httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {key}"})

    async def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = await self._client.request(method, path, json=body)
        if answer.is_error:
            raise Refused(answer.json()["code"])
        return answer.json()

    async def aclose(self) -> None:
        await self._client.aclose()


class HttpAgent:
    """An agent that is a script with a key."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._tokens: dict[int, str] = {}

    async def claim(self, task_id: int | None = None) -> Given:
        body = {} if task_id is None else {"task_id": task_id}
        claimed = await self._http.call("POST", "/api/agent/claim", body)
        self._tokens[claimed["id"]] = claimed["claim_token"]
        context = claimed["context"]
        feedback = tuple(entry["text"] for entry in context["feedback"])
        return Given(
            claimed["id"], claimed["title"], feedback, tuple(entry["answer"] for entry in context["answers"])
        )

    async def ask(self, task_id: int, question: str) -> None:
        await self._work(task_id, "ask", question=question, kind="decision")

    async def submit(self, task_id: int, summary: str) -> None:
        await self._work(task_id, "submit", summary=summary)

    async def release(self, task_id: int, note: str) -> None:
        await self._work(task_id, "release", note=note)

    async def report(self, task_id: int, note: str) -> str:
        return str((await self._work(task_id, "progress", note=note))["state"])

    async def close(self, task_id: int) -> None:
        await self._http.call("POST", f"/api/tasks/{task_id}/done")

    async def _work(self, task_id: int, verb: str, **said: str) -> Any:
        said["claim_token"] = self._tokens[task_id]
        return await self._http.call("POST", f"/api/agent/tasks/{task_id}/{verb}", said)


class HttpPerson:
    """The person by a program with the owner's key."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def capture(self, title: str) -> int:
        return int((await self._http.call("POST", "/api/tasks", {"title": title, "assignee": "codex"}))["id"])

    async def look(self, task_id: int) -> Seen:
        task = await self._http.call("GET", f"/api/tasks/{task_id}")
        asked, result = task["question"], task["result"]
        return Seen(
            task["status"], task["lane"], asked and asked["text"], result["summary"] if result else None
        )

    async def history(self, task_id: int) -> list[Told]:
        events = await self._http.call("GET", f"/api/tasks/{task_id}/events")
        return [Told(event["type"], event["actor"], event["via"]) for event in events]

    async def answer(self, task_id: int, text: str) -> None:
        await self._http.call("POST", f"/api/tasks/{task_id}/answer", {"answer": text})

    async def approve(self, task_id: int) -> None:
        await self._http.call("POST", f"/api/tasks/{task_id}/approve")

    async def send_back(self, task_id: int, feedback: str) -> None:
        await self._http.call("POST", f"/api/tasks/{task_id}/send-back", {"feedback": feedback})

    async def cancel(self, task_id: int) -> None:
        await self._http.call("POST", f"/api/tasks/{task_id}/cancel")

    async def comments(self, task_id: int) -> list[str]:
        return [c["text"] for c in await self._http.call("GET", f"/api/tasks/{task_id}/comments")]
