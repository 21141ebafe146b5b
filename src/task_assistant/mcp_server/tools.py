"""The table of tools: name, what it is for, what it takes and gives, who may, and what a client may think of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import mcp_types as types

from task_assistant.domain.roles import Caller, Role
from task_assistant.mcp_server import arguments as given
from task_assistant.mcp_server import verbs
from task_assistant.wire.requests import Request

WORKERS = (Role.AGENT, Role.OWNER)
WRITERS = (*WORKERS, Role.ADAPTER)
READERS = (*WORKERS, Role.READER)
TEXTS = {"type": "array", "items": {"type": "string"}}
NUMBERS = {"type": "array", "items": {"type": "integer"}}
OBJECTS = {"type": "array", "items": {"type": "object"}}
TASK = {"anyOf": [{"type": "object"}, {"type": "null"}]}
STATE = {"id": {"type": "integer"}, "status": {"type": "string"}}


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool. `reads` changes nothing; `again` may be repeated with the same arguments without a second effect.

    `triage`: an agent's key sees it only if it may triage.
    """

    name: str
    title: str
    what: str
    takes: type[Request]
    gives: dict[str, Any]
    run: Callable[[verbs.Desk, Any], Awaitable[verbs.Answer]]
    roles: tuple[Role, ...] = WORKERS
    reads: bool = False
    again: bool = False
    triage: bool = False

    def open_to(self, caller: Caller) -> bool:
        """Whether this caller may use it."""
        return caller.role in self.roles and (not self.triage or caller.owner or caller.may_triage)

    @property
    def definition(self) -> types.Tool:
        """As clients see it. Nothing here destroys: only the person closes and deletes."""
        hints = types.ToolAnnotations(
            title=self.title,
            read_only_hint=self.reads,
            destructive_hint=False,
            idempotent_hint=self.reads or self.again,
            open_world_hint=False,
        )
        return types.Tool(
            name=self.name,
            description=self.what,
            input_schema=given.schema_of(self.takes),
            output_schema={"type": "object", "properties": self.gives},
            annotations=hints,
        )


TOOLS: tuple[Tool, ...] = (
    Tool(
        "next_task", "Peek", "Shows what claim_task would take. Changes nothing.",
        given.Nothing, {"task": TASK}, verbs.next_task, reads=True,
    ),
    Tool(
        "claim_task", "Claim",
        "Takes the next task, or a named one, with all you need: feedback first, then the task, answers, earlier "
        "attempts. Keep the claim alive with update_progress. `no_claimable_task` means: nothing to do, stop asking.",
        given.ClaimTask,
        {"feedback": TEXTS, "task": {"type": "object"}, "answers": OBJECTS, "previous": OBJECTS, "comments": OBJECTS,
         "claim_token": {"type": "string"}, "expires_at": {"type": "string"}},
        verbs.claim_task,
    ),
    Tool(
        "get_task", "Read a task", "One task in full.", given.GetTask, {"task": {"type": "object"}}, verbs.get_task,
        roles=(*READERS, Role.ADAPTER), reads=True,
    ),
    Tool(
        "list_tasks", "List tasks", "Summaries of the tasks that you may read, ranked.", given.ListTasks,
        {"tasks": OBJECTS, "next": {"type": "string"}}, verbs.list_tasks, roles=(*READERS, Role.ADAPTER), reads=True,
    ),
    Tool(
        "create_tasks", "Capture tasks",
        "Captures work you found. It lands in the person's triage; the same task twice on one day is kept once.",
        given.CreateTasks, {"created": NUMBERS, "duplicates": NUMBERS}, verbs.create_tasks, roles=WRITERS, again=True,
    ),
    Tool(
        "update_progress", "Report",
        "Renews your lease; a note is optional. Obey `state`: on `stop` end your work. `messages` are the person's.",
        given.UpdateProgress,
        {"state": {"enum": ["continue", "stop"]}, "why": {"type": "string"}, "changed": TEXTS, "messages": TEXTS},
        verbs.update_progress, again=True,
    ),
    Tool(
        "ask_human", "Ask the person",
        "Asks for what you lack and ends your claim. Do not guess and do not wait: take other work.",
        given.AskHuman, STATE, verbs.ask_human,
    ),
    Tool(
        "check_answers", "Check answers", "Which of your questions are answered.", given.Nothing,
        {"answered": OBJECTS, "waiting": NUMBERS}, verbs.check_answers, reads=True,
    ),
    Tool(
        "submit_for_review", "Hand back",
        "Hands the result to the person and ends your claim. Say what you did, how you know, what is not done. "
        "Artifacts are texts: diff, draft, table, log.",
        given.SubmitForReview, STATE, verbs.submit_for_review,
    ),
    Tool(
        "release_task", "Give back",
        "Ends your claim without a result. `declined`: not for an agent. `failed`: it did not work. Leave a note.",
        given.ReleaseTask, STATE, verbs.release_task,
    ),
    Tool(
        "comment", "Comment", "Leaves a comment on a task.", given.Comment, {"id": {"type": "integer"}}, verbs.comment,
    ),
    Tool(
        "get_triage", "Read triage", "Captures that nobody owns yet, with what is suggested so far.", given.GetTriage,
        {"tasks": OBJECTS}, verbs.get_triage, reads=True, triage=True,
    ),
    Tool(
        "propose_assessment", "Propose an owner",
        "Says who should do a capture, with reasons that quote its words. The person accepts it or not.",
        given.ProposeAssessment, {"id": {"type": "integer"}}, verbs.propose_assessment, again=True, triage=True,
    ),
)  # fmt: skip
BY_NAME = {tool.name: tool for tool in TOOLS}


@cache
def _for(role: Role, *, triage: bool) -> tuple[types.Tool, ...]:
    return tuple(tool.definition for tool in TOOLS if role in tool.roles and (triage or not tool.triage))


def for_caller(caller: Caller) -> tuple[types.Tool, ...]:
    """The tools that this caller sees."""
    return _for(caller.role, triage=caller.owner or caller.may_triage)
