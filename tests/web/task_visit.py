"""The page of one task as a signed-in browser sees it: what it says, its forms, and posting them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx

from task_assistant.domain.roles import Caller
from task_assistant.domain.task import Owner, Task
from task_assistant.services.claiming import Wish
from tests.factories import adapter, agent, owner
from tests.web.doorstep import FETCHED, HERE, TYPED, Doorstep

PERSON, ALPHA, MAIL = owner(), agent("alpha"), adapter("mail")
SCRIPT = FETCHED | {"x-pta-fetch": "1", "origin": HERE}


class Page(HTMLParser):
    """Tags with their attributes, the visible text, and the forms with their fixed fields."""

    VOID = frozenset({"meta", "link", "img", "input", "br"})
    INLINE = frozenset({"a", "b", "bdi", "code", "del", "ins", "kbd", "q", "small", "span", "time"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag not in self.INLINE:
            self.text += " "
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "form":
            self.forms.append((given.get("action") or "", {}))
        if tag == "input" and given.get("type") == "hidden" and self.forms:
            self.forms[-1][1][given["name"] or ""] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def said(self) -> str:
        """The text with every white space as one."""
        return " ".join(self.text.split())

    def values(self, name: str) -> list[str]:
        """Every value of an attribute."""
        return [given[name] or "" for _, given in self.tags if name in given]

    def form(self, action: str) -> dict[str, str]:
        """The fixed fields of the first form with that action."""
        return next(fields for there, fields in self.forms if there == action)

    def actions(self) -> list[str]:
        """Where the forms of the page post to."""
        return [action for action, _ in self.forms]


@dataclass
class Desk:
    """A doorstep with a browser that is signed in."""

    doorstep: Doorstep = field(default_factory=Doorstep)
    browser: httpx.AsyncClient | None = None

    async def client(self) -> httpx.AsyncClient:
        if self.browser is None:
            self.browser = await self.doorstep.signed_in()
        return self.browser

    async def answer(self, path: str, **headers: str) -> httpx.Response:
        return await (await self.client()).get(path, headers=TYPED | {"accept": "text/html"} | headers)

    async def page(self, path: str) -> Page:
        answer = await self.answer(path)
        assert answer.status_code == 200, answer.text
        return Page(answer.text)

    async def post(self, path: str, **fields: Any) -> httpx.Response:
        """Posts a form as our script does."""
        token = re.search(r'name="csrf-token" content="([^"]+)"', (await self.answer("/tasks/1")).text)
        token = token or re.search(r'name="csrf-token" content="([^"]+)"', (await self.answer("/")).text)
        assert token is not None
        given = {"csrf_token": token[1], **fields}
        return await (await self.client()).post(path, data=given, headers=SCRIPT)

    # -- what happened before the person looks ---------------------------------------------------------------------

    async def task(self, title: str = "Draft the notes", by: Caller = PERSON, **fields: Any) -> Task:
        given = {"title": title, "assignee": Owner.CODEX, **fields}
        return await self.doorstep.services.capture.create(by, given)

    async def claimed(self, task: Task) -> str:
        """The token of alpha's claim."""
        return (await self.doorstep.services.claiming.claim(ALPHA, Wish(task_id=task.id))).token

    async def asked(self, task: Task, question: str = "Which version?", **said: Any) -> Task:
        token = await self.claimed(task)
        given = {"question": question, "kind": "decision", **said}
        return await self.doorstep.services.work.ask(ALPHA, task.id, token, given)

    async def handed_back(self, task: Task, summary: str = "Drafted it.", **said: Any) -> Task:
        token = await self.claimed(task)
        return await self.doorstep.services.work.submit(ALPHA, task.id, token, {"summary": summary, **said})

    async def now(self, task: Task) -> Task:
        found = await self.doorstep.store.get(task.id)
        assert found is not None
        return found
