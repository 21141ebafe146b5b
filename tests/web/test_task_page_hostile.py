"""Whatever text a task carries, its page shows text: no markup, no link, no script, and nothing that hides."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from task_assistant.domain.history import EventType
from task_assistant.domain.plain import to_plain
from task_assistant.domain.records import Record
from task_assistant.domain.task import ArtifactInfo, Owner, Proposal, Status, Task
from tests.factories import NOW, agent_task, changes, claim, event, insert, question, result, task
from tests.web.task_visit import Desk, Page

ATTACKS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus=alert(1) x='",
    "</textarea></select></details><form action=https://evil.example><button>Sign in</button></form>",
    "</title></head><body onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}{{ csrf_token }}",
    "<!-- <![CDATA[ -->",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "\u202egnirts\u2028\u2029\u2066",
    "&lt;script&gt; &#60;b&#62;",
    "W" * 2_000,
]
NAMES = [attack for attack in ATTACKS if len(attack) < 300]


def _texts(attack: str, kind: str) -> tuple[Task, tuple[Record, ...]]:
    """A task of the kind with the attack in every text that it, its file and its history can carry."""
    infos = (
        ArtifactInfo(1, attack, "text/plain", 5),
        ArtifactInfo(2, f"{attack}.diff", "text/plain", 5),
        ArtifactInfo(3, f"{attack}.csv", "text/plain", 5),
        ArtifactInfo(4, f"{attack}.md", "text/plain", 5),
    )
    text = f"| {attack} | b |\n|---|---|\n| {attack} | c |\n\n+{attack}\n-{attack}\n@@ -1 +1 @@ {attack}\n"
    by = f"agent:{attack}"
    back = result(
        attack, not_done=attack, evidence=attack, links=(attack,), refs=(attack,), artifacts=infos, submitted_by=by,
        usage={"model": attack, "cost": attack, "currency": attack, "input_tokens": 1},
    )  # fmt: skip
    asked = question(attack, options=(attack, "b"), recommendation=f"{attack}!", asked_by=by)
    fields: dict[str, Any] = {
        "description": attack, "source_name": attack, "source_url": attack, "source_context": attack,
        "external_id": attack, "labels": (attack,), "agent": attack, "result": back, "created_by": f"adapter:{attack}",
        "proposal": Proposal(f"adapter:{attack}", Owner.ME),
    }  # fmt: skip
    if kind == "blocked":
        fields |= {"status": Status.BLOCKED, "question": asked}
    elif kind == "review":
        fields |= {"status": Status.WAITING_REVIEW}
    else:
        fields |= {"status": Status.IN_PROGRESS, "claim": claim(attack, note=attack)}
    attempt = {
        "serial": 1, "attempt": 1, "agent": attack, "outcome": attack, "note": attack, "summary": attack,
        "usage": back.usage, "claimed_at": to_plain(NOW), "ended_at": to_plain(NOW),
    }  # fmt: skip
    older = question(attack, id=2, options=(attack,), answer=attack, answered_at=NOW, asked_by=by)
    records = (
        Record("question", 1, to_plain(asked)),
        Record("question", 2, to_plain(older)),
        Record("result", 1, to_plain(back)),
        Record("feedback", 1, {"n": 1, "round": 1, "text": attack, "at": to_plain(NOW)}),
        Record("attempt", 1, attempt),
        Record("comment", 1, {"id": 1, "text": attack, "by": by, "at": to_plain(NOW)}),
        *(Record("artifact", info.n, to_plain(info), text) for info in infos),
    )
    return agent_task(attack, **fields), records


async def _page(attack: str, kind: str, path: str = "/tasks/1") -> Page:
    desk = Desk()
    carrier, records = _texts(attack, kind)
    told = (
        event(EventType.CREATED, actor=f"adapter:{attack}"),
        event(
            actor=f"agent:{attack}", via="api", text=attack,
            changes={"title": (attack, f"{attack} b"), "labels": ([], [attack]), "agent": (None, attack)},
        ),
        event(EventType.SUBMITTED, actor=f"agent:{attack}", changes={"result": (None, {"round": attack})}),
    )  # fmt: skip
    write = insert(carrier, *records, events=told)
    waiting = insert(task(attack, depends_on=(1,)))
    await desk.doorstep.store.commit(changes(write))
    await desk.doorstep.store.commit(changes(waiting))
    return await desk.page(path)


@pytest.mark.parametrize("kind", ["blocked", "review", "held"])
@pytest.mark.parametrize("attack", ATTACKS)
async def test_a_tasks_page_has_the_same_tags_as_with_harmless_text(attack: str, kind: str) -> None:
    page = await _page(attack, kind)
    assert {tag for tag, _ in page.tags} == {tag for tag, _ in (await _page("harmless", kind)).tags}
    assert not {"img", "script"} & {
        tag for tag, given in page.tags if not str(given.get("src")).startswith("/static/")
    }
    assert not [name for _, given in page.tags for name in given if name.startswith("on")]


@pytest.mark.parametrize(
    "path", ["/tasks/1", "/tasks/1?pane=1", "/tasks/1/artifacts/3", "/tasks/1/artifacts/4"]
)
@pytest.mark.parametrize("attack", NAMES)
async def test_no_text_becomes_an_address(attack: str, path: str) -> None:
    page = await _page(attack, "review", path)
    for name in ("href", "src", "action", "formaction", "hx-get"):
        for value in page.values(name):
            assert value.startswith(("/", "#")), (name, value)


@pytest.mark.parametrize("attack", NAMES)
async def test_every_text_is_there_to_be_read(attack: str) -> None:
    said = (await _page(attack, "review")).said
    assert said.count(" ".join(attack.split())) >= 10


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("n", [1, 2, 3, 4])
async def test_an_artifact_is_text_in_its_page_and_in_its_part(attack: str, n: int) -> None:
    page = await _page(attack, "review", f"/tasks/1/artifacts/{n}?part")
    allowed = {"p", "a", "pre", "div", "table", "caption", "tbody", "thead", "tr", "th", "td", "span"}
    assert {tag for tag, _ in page.tags} <= allowed
    assert not [name for _, given in page.tags for name in given if name.startswith("on")]


async def test_hidden_characters_are_named_where_a_verdict_depends_on_them() -> None:
    page = await _page("safe\u202eevil\u200b", "review", "/tasks/1/artifacts/2?part")
    assert "safe⟨U+202E⟩evil⟨U+200B⟩" in page.text


async def test_only_web_addresses_become_links_and_they_tell_nobody_where_from() -> None:
    desk = Desk()
    links = (
        "https://example.org/?a=1&b=<2>",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "http://ok",
    )
    there = agent_task(status=Status.WAITING_REVIEW, result=result(links=links))
    await desk.doorstep.store.commit(changes(insert(there, Record("result", 1, to_plain(there.result)))))
    page = await desk.page("/tasks/1")
    outside = [given for tag, given in page.tags if tag == "a" and "external" in (given.get("rel") or "")]
    assert [given["href"] for given in outside] == ["https://example.org/?a=1&b=<2>", "http://ok"]
    assert {given["rel"] for given in outside} == {"noreferrer noopener external"}


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("change.diff", "change.diff"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\evil.exe", "evil.exe"),
        ('a"; filename=evil.html', "a__ filename=evil.html"),
        ("a\r\nSet-Cookie: x=1", "a__Set-Cookie_ x=1"),
        ("\u202eexe.fdp", "_exe.fdp"),
        ("Übersicht №1.md", "Übersicht _1.md"),
        ("...", "artifact.txt"),
    ],
)
async def test_a_download_is_saved_never_run(name: str, file: str) -> None:
    desk = Desk()
    info = ArtifactInfo(1, name, "text/html", 5)
    there = agent_task(status=Status.WAITING_REVIEW, result=result(artifacts=(info,)))
    text = "<script>alert(1)</script>\r\n\u202e"
    await desk.doorstep.store.commit(changes(insert(there, Record("artifact", 1, to_plain(info), text))))
    answer = await desk.answer("/tasks/1/artifacts/1/file")
    assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''{quote(file, safe='')}"
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content == text.encode(), "exactly what was handed back"
