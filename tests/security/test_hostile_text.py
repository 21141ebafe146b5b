"""Text from outside is shown as text: whatever field it comes in, it never becomes markup, a link or a script."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from task_assistant.domain.task import ArtifactInfo, Owner, Proposal, Reason, Status, Task
from tests.factories import NOW, agent_task, assessment, claim, question, result, task
from tests.web.doorstep import HERE, TYPED, Doorstep

ATTACKS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</title></head><body onload=alert(1)>",
    "</span></li></ol><form action=https://evil.example><button>Sign in</button></form>",
    "{{ 7 * 7 }}{% raw %}",
    "<!-- <![CDATA[ -->",
    "javascript:alert(1)",
    "\u202egnirts\u2028\u2029",
    "&lt;script&gt; &#60;b&#62;",
]


def everywhere(attack: str) -> list[Task]:
    """Tasks that carry the attack in every field that a page shows."""
    source = {"source_name": attack, "source_url": attack, "labels": (attack,), "origin": "email"}
    info = ArtifactInfo(1, attack, "text/plain", 1)
    asked = question(attack, recommendation=attack, asked_by=f"agent:{attack}")
    back = result(attack, not_done=attack, artifacts=(info,), submitted_by=f"agent:{attack}")
    held = claim(attack, note=attack)
    said = {"reasons": (Reason(attack, attack, 1.0), Reason(attack, attack, -1.0)), "next_action": attack}
    judged = assessment(f"agent:{attack}", NOW, **said)
    unsure = assessment(f"agent:{attack}", NOW, **said, suggested_assignee=None, question=attack)
    return [
        task(attack, **source),
        task(attack, proposal=Proposal(f"adapter:{attack}", Owner.CODEX), **source),
        task(attack, proposal=Proposal(f"agent:{attack}", assessment=judged), **source),
        task(attack, proposal=Proposal(f"agent:{attack}", assessment=unsure), **source),
        task(attack, assignee=Owner.ME, created_by=f"adapter:{attack}"),
        task(attack, status=Status.BLOCKED, question=asked, **source),
        agent_task(attack, status=Status.WAITING_REVIEW, result=back, **source),
        agent_task(attack, agent=attack),
        agent_task(attack, status=Status.IN_PROGRESS, claim=held),
    ]


class _Markup(HTMLParser):
    """Every tag with its attributes, and the text between tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


async def _page(path: str, attack: str) -> _Markup:
    doorstep = Doorstep()
    await doorstep.put(*everywhere(attack))
    async with doorstep.client() as browser:
        answer = await browser.get(path, headers=TYPED)
    assert answer.status_code == 200
    return _Markup(answer.text)


def shape(markup: _Markup) -> list[tuple[str, tuple[str, ...]]]:
    """The tags and the names of their attributes, without what differs from one sign-in to the next."""
    return [(tag, tuple(name for name, _ in attributes)) for tag, attributes in markup.tags]


@pytest.mark.parametrize(
    "path",
    [
        "/", "/tasks?lane=review", "/tasks?lane=blocked", "/tasks?lane=agent", "/triage", "/triage/accept?sure=70",
        "/agents", "/tasks/3", "/tasks/4",
    ],
)  # fmt: skip
@pytest.mark.parametrize("attack", ATTACKS)
async def test_the_page_has_the_same_tags_as_with_harmless_text(attack: str, path: str) -> None:
    page = await _page(path, attack)
    assert shape(page) == shape(await _page(path, "harmless"))
    assert " ".join(attack.split()) in " ".join(page.text.split()), "and it is shown"


@pytest.mark.parametrize("attack", ATTACKS)
async def test_no_text_becomes_an_address(attack: str) -> None:
    for tag, attributes in (await _page("/", attack)).tags:
        for name, value in attributes:
            if name in {"href", "src", "action"}:
                assert str(value).startswith(("/", "#")), (tag, name, value)


async def test_a_web_address_opens_without_telling_where_the_person_came_from() -> None:
    doorstep = Doorstep()
    await doorstep.put(task(source_name="Issue 118", source_url="https://example.org/?a=1&b=<2>"))
    async with doorstep.client() as browser:
        answer = await browser.get("/", headers=TYPED)
    link = dict(
        next(
            attrs
            for tag, attrs in _Markup(answer.text).tags
            if ("rel", "noreferrer noopener external") in attrs and tag == "a"
        )
    )
    assert link["href"] == "https://example.org/?a=1&b=<2>"


@pytest.mark.parametrize("attack", ATTACKS)
async def test_what_comes_in_an_address_is_text_too(attack: str) -> None:
    doorstep = Doorstep(auto=False)
    async with doorstep.client() as browser:
        for answer in (
            await browser.get("/tasks", params={"lane": attack}, headers=TYPED),
            await browser.get("/sign-in", params={"next": attack}, headers=TYPED),
            await browser.get("/sign-in", params={"next": f"/tasks?{attack}"}, headers=TYPED),
            await browser.post("/sign-in", data={"key": attack, "next": attack}, headers={"origin": HERE}),
        ):
            tags = {tag for tag, _ in _Markup(answer.text).tags}
            assert not tags & {"script", "svg", "a", "b"}, answer.text
            assert answer.text.count("<form") == 1
            assert answer.text.count("<img") == 1, "ours"
