"""What each tool does: a use case, and its answer in few words. Who calls comes from the key alone."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from task_assistant.domain.roles import Caller
from task_assistant.domain.task import Lane, Status, Task
from task_assistant.domain.visibility import sight
from task_assistant.mcp_server import arguments as given
from task_assistant.mcp_server import shown
from task_assistant.mcp_server.fence import Fence
from task_assistant.ports.queries import Query
from task_assistant.services.capture import Batch
from task_assistant.services.claiming import Wish
from task_assistant.services.house import Services
from task_assistant.wire.tasks import CommentText, NewTask
from task_assistant.wire.triage import ProposedAssessment
from task_assistant.wire.work import Ask, Progress, Release, Submit

OWN_QUESTIONS = 50  # blocked and answered tasks that are looked through for the caller's questions
UNUSED = "-"  # stands for the token in a body whose other fields are checked


class NoSingleClaim(Exception):
    """The call names no task, and the caller holds none or several; the message says which and what to do."""

    code = "no_single_claim"

    def __init__(self, held: int) -> None:
        several = "You hold several tasks: say which one you mean with task_id."
        super().__init__(
            several if held else "You hold no task: call claim_task first, or name one with task_id."
        )


@dataclass(frozen=True, slots=True)
class Desk:
    """What a call works with: the use cases, who calls, and the fence of its answer."""

    services: Services
    caller: Caller
    fence: Fence
    gone: Callable[[], Awaitable[bool]] | None = None

    async def own(self, task_id: int | None) -> int:
        """The named task, or the only one that the caller holds. Raises NoSingleClaim."""
        if task_id is not None:
            return task_id
        if self.caller.task_id is not None:
            return self.caller.task_id
        held = await self.services.claiming.held(self.caller, 2)
        if len(held) != 1:
            raise NoSingleClaim(len(held))
        return held[0].id

    async def find(self, **window: Any) -> list[Task]:
        """Tasks that the caller may read."""
        return await self.services.queue.find(Query(self.services.desk.now(), sight(self.caller), **window))


Answer = tuple[dict[str, Any], str]


async def next_task(desk: Desk, _: given.Nothing) -> Answer:
    """The best ranked claimable task, without claiming it."""
    free = await desk.services.claiming.next(desk.caller)
    if free is None:
        return {"task": None}, "Nothing to do. This is final; ask again later."
    line = shown.brief(free, desk.services.desk.now(), desk.fence)
    return {"task": line}, f"#{free.id} is next: claim_task takes it."


async def claim_task(desk: Desk, said: given.ClaimTask) -> Answer:
    """A claim with everything that is needed."""
    wish = Wish(said.task_id, said.resume, said.lease_seconds, said.wait_seconds, tuple(said.labels or ()))
    found = await desk.services.claiming.claim(desk.caller, wish, desk.gone)
    answer = shown.claimed(found, desk.services.desk.now(), desk.fence)
    told = f"You hold #{found.task.id}. Work on it, report with update_progress, end with submit_for_review."
    return answer, told


async def get_task(desk: Desk, said: given.GetTask) -> Answer:
    """One task in full."""
    task = await desk.services.tasks.get(desk.caller, await desk.own(said.task_id))
    return {"task": shown.whole(task, desk.services.desk.now(), desk.fence)}, f"#{task.id} is {task.status}."


async def list_tasks(desk: Desk, said: given.ListTasks) -> Answer:
    """A page of summaries."""
    passed = int(said.cursor or 0)
    found = await desk.find(
        limit=said.limit + 1,
        offset=passed,
        lanes=frozenset({said.lane}) if said.lane else frozenset(),
        statuses=frozenset({said.status}) if said.status else frozenset(),
        text=said.text or None,
    )
    now = desk.services.desk.now()
    answer: dict[str, Any] = {"tasks": [shown.brief(task, now, desk.fence) for task in found[: said.limit]]}
    more = len(found) > said.limit
    if more:
        answer["next"] = str(passed + said.limit)
    count = len(answer["tasks"])
    return answer, f"{count} task{'' if count == 1 else 's'}" + ("; more with cursor." if more else ".")


async def create_tasks(desk: Desk, said: given.CreateTasks) -> Answer:
    """Captures tasks; what is known already is not captured twice."""
    day = desk.services.desk.now().date().isoformat()
    items = [_item(item, said.origin, day, desk.caller.name) for item in said.tasks]
    done = await desk.services.capture.ingest(desk.caller, Batch(list(enumerate(items))))
    created, known = [task.id for task in done.created], [task.id for task in done.duplicates]
    words = f"{len(created)} created" + (f", {len(known)} known already" if known else "")
    return shown.present({"created": created, "duplicates": known}), f"{words}."


def _item(item: given.NewItem, origin: str, day: str, by: str) -> dict[str, Any]:
    sent = item.model_dump(exclude_unset=True, mode="json")
    if not sent.get("external_id"):
        texts = "\0".join((by, day, item.title, item.description or "", item.source_context or ""))
        sent["external_id"] = f"mcp:{hashlib.sha256(texts.encode()).hexdigest()[:24]}"
    return NewTask(**sent, origin=origin).given()


async def update_progress(desk: Desk, said: given.UpdateProgress) -> Answer:
    """Renews the lease; says whether to go on."""
    task_id = await desk.own(said.task_id)
    work = desk.services.work
    if said.note or said.usage:
        body = Progress(claim_token=UNUSED, **_sent(said, "note", "usage") or {}, **_still(said))
        pulse = await work.progress(desk.caller, task_id, said.claim_token, _without_token(body))
    else:
        pulse = await work.heartbeat(desk.caller, task_id, said.claim_token)
    answer = {"state": pulse.state, "why": pulse.why, "changed": list(pulse.changed)}
    told = "Go on." if pulse.state == "continue" else "Stop working on this task."
    return shown.present({**answer, "messages": shown.messages(pulse.messages)}), told


def _still(said: given.UpdateProgress) -> dict[str, Any]:
    """A report of usage alone still wants words."""
    return {} if said.note else {"note": "Still at it."}


async def ask_human(desk: Desk, said: given.AskHuman) -> Answer:
    """Asks and ends the claim."""
    task_id = await desk.own(said.task_id)
    sent = _sent(said, "question", "options", "recommendation")
    body = Ask(claim_token=UNUSED, kind=said.kind, **sent)
    task = await desk.services.work.ask(desk.caller, task_id, said.claim_token, _without_token(body))
    return _state(
        task
    ), f"Asked. #{task.id} is blocked until the answer; take other work, later check_answers."


async def check_answers(desk: Desk, _: given.Nothing) -> Answer:
    """The caller's questions: which wait, which are answered and can be claimed again."""
    waiting: list[int] = []
    answered: list[dict[str, Any]] = []
    for where in (Lane.BLOCKED, Lane.AGENT):
        for task in await desk.find(limit=OWN_QUESTIONS, lanes=frozenset({where})):
            asked = task.question
            if asked is None or asked.asked_by != desk.caller.actor:
                continue
            if asked.answer is None:
                waiting.append(task.id)
            else:
                answered.append({"id": task.id, "answer": asked.answer})
    told = f"{len(answered)} answered, {len(waiting)} waiting." + (
        " claim_task takes one." if answered else ""
    )
    return shown.present({"answered": answered, "waiting": waiting}), told


async def submit_for_review(desk: Desk, said: given.SubmitForReview) -> Answer:
    """Hands back and ends the claim."""
    task_id = await desk.own(said.task_id)
    sent = _sent(said, "summary", "links", "refs", "artifacts", "evidence", "not_done", "usage")
    body = Submit(claim_token=UNUSED, **sent)
    task = await desk.services.work.submit(desk.caller, task_id, said.claim_token, _without_token(body))
    ended = "It is done." if task.status is Status.DONE else "The person reviews it."
    return _state(task), f"Submitted #{task.id}. {ended}"


async def release_task(desk: Desk, said: given.ReleaseTask) -> Answer:
    """Gives back and ends the claim."""
    task_id = await desk.own(said.task_id)
    body = Release(claim_token=UNUSED, outcome=said.outcome, note=said.note)
    task = await desk.services.work.release(desk.caller, task_id, said.claim_token, _without_token(body))
    return _state(task), f"Released #{task.id}."


async def comment(desk: Desk, said: given.Comment) -> Answer:
    """Leaves a comment."""
    task_id = await desk.own(said.task_id)
    text = CommentText(text=said.text).text
    await desk.services.tasks.comment(desk.caller, task_id, text)
    return {"id": task_id}, f"Commented on #{task_id}."


async def get_triage(desk: Desk, said: given.GetTriage) -> Answer:
    """Captures that nobody owns, with the assessment that the person sees."""
    found = await desk.find(limit=said.limit, lanes=frozenset({Lane.TRIAGE}))
    lines = [shown.capture(task, desk.fence) for task in found]
    return {"tasks": lines}, f"{len(lines)} captures." if lines else "Nothing to triage."


async def propose_assessment(desk: Desk, said: given.ProposeAssessment) -> Answer:
    """Proposes; the person decides."""
    sent = said.model_dump(exclude_unset=True, mode="json")
    number = sent.pop("task_id")
    if sent["suggested_assignee"] == "ask":
        sent["suggested_assignee"] = None
    task = await desk.services.triage.propose(desk.caller, number, ProposedAssessment(**sent).given())
    return {"id": task.id}, f"Proposed for #{task.id}. The person decides."


def _state(task: Task) -> dict[str, Any]:
    return {"id": task.id, "status": task.status.value}


def _sent(said: given.OfClaim, *names: str) -> dict[str, Any]:
    dumped = said.model_dump(exclude_unset=True, mode="json")
    return {name: dumped[name] for name in names if dumped.get(name) is not None}


def _without_token(body: Ask | Progress | Release | Submit) -> dict[str, Any]:
    sent = body.given()
    del sent["claim_token"]
    return sent
