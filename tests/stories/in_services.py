"""The hands that call the use cases directly: what every other surface must amount to."""

from __future__ import annotations

from task_assistant.domain.errors import Refusal
from task_assistant.domain.lanes import lane
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.roles import Caller
from task_assistant.domain.task import Owner, Question, Result
from task_assistant.services.claiming import Wish
from task_assistant.services.house import Services
from tests.stories.hands import Given, Refused, Seen, Told


class ServicesAgent:
    """An agent in the same process."""

    def __init__(self, services: Services, caller: Caller) -> None:
        self._services, self._caller = services, caller
        self._tokens: dict[int, str] = {}

    async def claim(self, task_id: int | None = None) -> Given:
        try:
            claimed = await self._services.claiming.claim(self._caller, Wish(task_id=task_id))
        except Refusal as refusal:
            raise Refused(refusal.code) from refusal
        self._tokens[claimed.task.id] = claimed.token
        feedback = tuple(str(entry["text"]) for entry in claimed.context["feedback"])
        answers = tuple(str(entry["answer"]) for entry in claimed.context["answers"])
        return Given(claimed.task.id, claimed.task.title, feedback, answers)

    async def ask(self, task_id: int, question: str) -> None:
        await self._finish(Command.ASK, task_id, {"question": question, "kind": "decision"})

    async def submit(self, task_id: int, summary: str) -> None:
        await self._finish(Command.SUBMIT, task_id, {"summary": summary})

    async def release(self, task_id: int, note: str) -> None:
        await self._finish(Command.RELEASE, task_id, {"note": note})

    async def _finish(self, command: Command, task_id: int, said: dict[str, str]) -> None:
        work = self._services.work
        verb = {Command.ASK: work.ask, Command.SUBMIT: work.submit, Command.RELEASE: work.release}[command]
        try:
            await verb(self._caller, task_id, self._tokens[task_id], said)
        except Refusal as refusal:
            raise Refused(refusal.code) from refusal

    async def report(self, task_id: int, note: str) -> str:
        token = self._tokens[task_id]
        return (await self._services.work.progress(self._caller, task_id, token, {"note": note})).state

    async def close(self, task_id: int) -> None:
        try:
            await self._services.tasks.move(self._caller, task_id, Command.DONE, {})
        except Refusal as refusal:
            raise Refused(refusal.code) from refusal


class ServicesPerson:
    """The person in the same process."""

    def __init__(self, services: Services, caller: Caller) -> None:
        self._services, self._caller = services, caller

    async def capture(self, title: str) -> int:
        fields = {"title": title, "assignee": Owner.CODEX}
        return (await self._services.capture.create(self._caller, fields)).id

    async def look(self, task_id: int) -> Seen:
        task = await self._services.tasks.get(self._caller, task_id)
        now = self._services.desk.now()
        place = lane(task, now)
        asked = task.question.text if isinstance(task.question, Question) else None
        summary = task.result.summary if isinstance(task.result, Result) else None
        return Seen(task.status.value, place.value if place else None, asked, summary)

    async def history(self, task_id: int) -> list[Told]:
        events = await self._services.tasks.history(self._caller, task_id, 0, 100)
        return [Told(event.type.value, event.actor, event.via) for event in events]

    async def answer(self, task_id: int, text: str) -> None:
        await self._move(task_id, Command.ANSWER, answer=text)

    async def approve(self, task_id: int) -> None:
        await self._move(task_id, Command.APPROVE)

    async def send_back(self, task_id: int, feedback: str) -> None:
        await self._move(task_id, Command.SEND_BACK, feedback=feedback)

    async def cancel(self, task_id: int) -> None:
        await self._move(task_id, Command.CANCEL)

    async def comments(self, task_id: int) -> list[str]:
        found = await self._services.tasks.file(self._caller, task_id, "comment", 20)
        return [str((record.data or {})["text"]) for record in found]

    async def _move(self, task_id: int, command: Command, **said: str) -> None:
        try:
            await self._services.tasks.move(self._caller, task_id, command, said)
        except Refusal as refusal:
            raise Refused(refusal.code) from refusal
