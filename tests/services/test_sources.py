"""Sources: adapters say how they are, and need not process again what was decided."""

from __future__ import annotations

from typing import Any

import pytest

from task_assistant.domain.errors import InvalidFields, RoleForbidden, TaskNotFound
from task_assistant.domain.history import EventType
from task_assistant.domain.roles import Caller
from tests.factories import later
from tests.services.world import ALPHA, BETA, CHAT, MAIL, PERSON, WALL, World


async def report(world: World, status: str = "healthy", by: Caller = MAIL, **said: Any) -> dict[str, Any]:
    usual = {"source_id": "gmail", "source_name": "Gmail", "adapter_type": "email", "status": status}
    return await world.services.sources.report(by, {**usual, **said})


async def decide(world: World, decision: str, by: Caller = MAIL, **said: Any) -> dict[str, Any]:
    usual = {"source_id": "gmail", "source_item_id": "m-1", "content_fingerprint": "f1", "decision": decision}
    return await world.services.sources.decide(by, {**usual, "decided_by": "adapter", **said})


async def process(world: World, fingerprint: str = "f1", item: str = "m-1") -> bool:
    items = [{"source_item_id": item, "content_fingerprint": fingerprint}]
    return bool((await world.services.sources.check(MAIL, "gmail", items))[0]["should_process"])


async def test_a_report_tells_when_it_last_worked_and_when_it_last_failed(world: World) -> None:
    await report(world)
    world.clock.advance(hours=1)
    failed = await report(world, "reauth_required", error_code="401")
    assert (failed["last_success_at"], failed["last_error_at"], failed["last_checked_at"]) == (
        "2026-05-07T09:00:00Z", "2026-05-07T10:00:00Z", "2026-05-07T10:00:00Z",
    )  # fmt: skip


async def test_only_a_change_of_status_is_told(world: World) -> None:
    for status in ("healthy", "healthy", "failed", "failed"):
        await report(world, status)
        world.clock.advance(minutes=1)
    assert [(e.type, e.text) for e in world.store.board.feed] == [
        (EventType.SOURCE_CHANGED, "Gmail: healthy"), (EventType.SOURCE_CHANGED, "Gmail: failed"),
    ]  # fmt: skip


async def test_an_older_report_is_ignored_and_one_from_the_future_is_refused(world: World) -> None:
    await report(world, "failed")
    ignored = await report(world, "healthy", checked_at=later(minutes=-1))
    assert ignored["status"] == "failed"
    with pytest.raises(InvalidFields):
        await report(world, checked_at=later(minutes=5, microseconds=1))
    assert (await report(world, checked_at=later(minutes=5)))["status"] == "healthy"


async def test_sources_are_listed_worst_first_and_grow_stale_after_a_day(world: World) -> None:
    for name, status in (("a", "healthy"), ("b", "failed"), ("c", "degraded")):
        await report(world, status, source_id=name)
    assert [s["source_id"] for s in await world.services.sources.all(PERSON)] == ["b", "c", "a"]
    world.clock.advance(hours=24)
    assert not any(s["stale"] for s in await world.services.sources.all(PERSON))
    world.clock.advance(seconds=1)
    assert all(s["stale"] for s in await world.services.sources.all(WALL))


async def test_an_adapter_sees_and_reports_its_own_sources_only(world: World) -> None:
    await report(world)
    assert await world.services.sources.all(CHAT) == []
    assert len(await world.services.sources.all(MAIL)) == 1
    with pytest.raises(RoleForbidden):
        await report(world, "failed", CHAT)
    with pytest.raises(RoleForbidden):
        await report(world, by=WALL)


@pytest.mark.parametrize("caller", [ALPHA, CHAT], ids=lambda who: who.role)
async def test_nobody_but_the_person_speaks_for_the_source_of_another(world: World, caller: Caller) -> None:
    known = await report(world)
    tries = [
        report(world, "reauth_required", caller, action_url="https://evil.example/sign-in"),
        decide(world, "ignored", caller),
        world.services.sources.check(caller, "gmail", []),
    ]
    for refused in tries:
        with pytest.raises(RoleForbidden, match="adapter:mail"):
            await refused
    assert await world.services.sources.all(PERSON) == [known]
    assert await process(world)
    assert (await report(world, "failed", PERSON))["status"] == "failed"


async def test_a_source_that_the_person_reported_an_adapter_takes_on_and_an_agent_does_not(
    world: World,
) -> None:
    await report(world, by=PERSON)
    with pytest.raises(RoleForbidden):
        await report(world, "failed", ALPHA)
    assert (await report(world))["reported_by"] == "adapter:mail"


async def test_an_agent_reports_and_decides_for_a_source_of_its_own(world: World) -> None:
    for status in ("healthy", "failed"):
        assert (await report(world, status, ALPHA, source_id="notes"))["status"] == status
    await decide(world, "ignored", ALPHA, source_id="notes")
    with pytest.raises(RoleForbidden):
        await report(world, by=BETA, source_id="notes")


@pytest.mark.parametrize("decision", ["created", "duplicate", "ignored", "needs_review"])
async def test_a_decided_item_is_not_processed_again_until_its_content_changes(
    world: World, decision: str
) -> None:
    assert await process(world)
    await decide(world, decision)
    assert not await process(world)
    assert await process(world, "f2")
    assert await process(world, item="m-2")


async def test_a_failed_item_and_one_whose_revisit_has_come_are_processed_again(world: World) -> None:
    await decide(world, "failed")
    assert await process(world)
    await decide(world, "ignored", revisit_after=later(hours=1))
    assert not await process(world)
    world.clock.at = later(hours=1)
    assert await process(world)


async def test_a_check_answers_in_input_order_with_what_was_decided(world: World) -> None:
    await decide(world, "ignored", reason="newsletter")
    items = [{"source_item_id": name, "content_fingerprint": "f1"} for name in ("m-2", "m-1")]
    answer = await world.services.sources.check(MAIL, "gmail", items)
    assert [(a["source_item_id"], a["should_process"]) for a in answer] == [("m-2", True), ("m-1", False)]
    assert answer[1]["existing_decision"]["reason"] == "newsletter"


async def test_a_decision_names_only_a_task_that_its_maker_reads_or_made(world: World) -> None:
    mail = (await world.ingest({"title": "Mail"})).created[0]
    made = (await world.ingest({"title": "Chat"}, by=ALPHA)).created[0]
    secret = await world.task(private=True)
    assert (await decide(world, "created", task_id=mail.id))["task_id"] == mail.id
    assert (await decide(world, "created", ALPHA, task_id=made.id))["task_id"] == made.id
    for caller, task_id in ((MAIL, made.id), (BETA, made.id), (MAIL, secret.id), (MAIL, 999)):
        with pytest.raises(TaskNotFound):
            await decide(world, "created", caller, task_id=task_id)


async def test_readers_neither_check_nor_decide(world: World) -> None:
    with pytest.raises(RoleForbidden):
        await world.services.sources.check(WALL, "gmail", [])
    with pytest.raises(RoleForbidden):
        await decide(world, "ignored", WALL)


async def test_purging_a_task_forgets_what_was_decided_about_it(world: World) -> None:
    mail = (await world.ingest({"title": "Mail"})).created[0]
    await decide(world, "created", task_id=mail.id, reason="Alice wrote")
    await world.tasks.purge(PERSON, mail.id)
    assert "Alice wrote" not in world.everything()
