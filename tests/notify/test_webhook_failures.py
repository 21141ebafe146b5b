"""Outbound webhooks when receivers fail, hang or lie, when the app stops, and when several processes send."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from task_assistant.domain.history import EventType
from task_assistant.notify.webhook_poster import WebhookPoster
from task_assistant.ports.poster import Posted
from task_assistant.services.attempts import LEASE
from task_assistant.services.deliveries import STEP, STEPS
from tests.notify.hooked import HERE_ALONE, Hooked, poster, resolve
from tests.notify.receiver import Received, receiving, status
from tests.services.world import PERSON


async def test_a_failure_is_tried_again_for_a_day_then_it_is_a_dead_letter_that_can_be_replayed(
    hooked: Hooked,
) -> None:
    hooked.receiver.answer = lambda _: status(500)
    hook_id, _ = await hooked.hook("created")
    await hooked.world.ingest({"title": "x"})
    began = hooked.world.clock.now()
    times = []
    usual = len(hooked.receiver.got)
    for _ in range(26 * 60):
        await hooked.after(minutes=1)
        if len(hooked.receiver.got) > usual:
            usual = len(hooked.receiver.got)
            times.append(hooked.world.clock.now() - began)
    assert len(times) == 28
    assert timedelta(hours=23) < times[-1] <= timedelta(hours=24)
    [letter] = await hooked.services.webhooks.dead(PERSON, hook_id)
    assert letter["why"] == "answered 500"
    hooked.receiver.answer = lambda _: status(200)
    await hooked.services.webhooks.switch(PERSON, hook_id, on=True)
    assert await hooked.services.webhooks.replay(PERSON, hook_id) == 1
    await hooked.after()
    assert len({message_id for _, message_id in hooked.got}) == 1
    assert await hooked.services.webhooks.dead(PERSON, hook_id) == []


async def test_one_that_always_fails_is_switched_off_with_a_notice_and_goes_on_where_it_was(
    hooked: Hooked,
) -> None:
    hooked.receiver.answer = lambda _: status(503)
    hook_id, _ = await hooked.hook("created")
    await hooked.world.ingest({"title": "First"})
    await hooked.until_quiet()
    [listed] = await hooked.services.webhooks.all(PERSON)
    assert listed.hook.disabled_why == "it always failed; last: answered 503"
    assert (listed.pending, listed.dead) == (0, 1)
    events = await hooked.world.store.events(0, 100)
    assert [each.text for each in events if each.type is EventType.WEBHOOK_CHANGED][-1] == (
        "Webhook for 127.0.0.1 switched off: it always failed; last: answered 503"
    )
    notices = await hooked.services.notices.now("2026-05-08")
    assert "Webhook for 127.0.0.1: switched off" in str(notices)
    await hooked.world.ingest({"title": "Meanwhile"})
    hooked.receiver.answer = lambda _: status(204)
    assert await hooked.after(minutes=1) == 0
    await hooked.services.webhooks.switch(PERSON, hook_id, on=True)
    await hooked.after()
    assert json.loads(hooked.receiver.got[-1].body)["data"]["changes"]["title"] == [None, "Meanwhile"]


async def test_a_receiver_that_is_gone_for_good_is_not_asked_again(hooked: Hooked) -> None:
    hooked.receiver.answer = lambda _: status(410)
    await hooked.hook("created")
    await hooked.world.ingest({"title": "x"})
    await hooked.until_quiet()
    assert len(hooked.receiver.got) == 1
    [listed] = await hooked.services.webhooks.all(PERSON)
    assert (listed.hook.on, listed.dead) == (False, 1)


async def test_retry_after_is_honoured_up_to_an_hour(hooked: Hooked) -> None:
    hooked.receiver.answer = lambda _: status(429, Retry_After="600")
    await hooked.hook("created")
    await hooked.world.ingest({"title": "x"})
    await hooked.after()
    await hooked.after(minutes=9)
    assert len(hooked.receiver.got) == 1
    await hooked.after(minutes=1)
    assert len(hooked.receiver.got) == 2


async def test_an_attempt_that_a_crash_cut_off_is_made_again_under_the_same_id(hooked: Hooked) -> None:
    class Dying:
        async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Posted:
            await poster().post(url, headers, body)
            raise RuntimeError("the power went")

    await hooked.hook("created")
    await hooked.world.ingest({"title": "x"})
    await hooked.process(Dying()).deliveries.round(wait=True)
    await hooked.after(seconds=LEASE.total_seconds() - 1)
    assert len(hooked.got) == 1
    await hooked.after(seconds=1)
    assert len(hooked.got) == 2
    assert len(set(hooked.got)) == 1


async def test_those_that_arrived_are_noted_also_when_another_hangs_until_the_app_stops(
    hooked: Hooked,
) -> None:
    hangs = asyncio.Event()

    class OneHangs:
        async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Posted:
            if json.loads(body)["data"]["task_id"] == 1:
                hangs.set()
                await asyncio.Event().wait()
            return await poster().post(url, headers, body)

    await hooked.hook("created")
    await hooked.world.ingest(*({"title": f"{n}"} for n in range(5)))
    stopping = hooked.process(OneHangs()).deliveries
    while len(hooked.got) < 4 or not hangs.is_set():
        await stopping.round()
    await stopping.stop()
    await hooked.after(seconds=LEASE.total_seconds())
    assert len(hooked.got) == 5
    assert len(set(hooked.got)) == 5


async def test_a_long_feed_of_what_is_not_wanted_is_read_a_piece_a_round_to_its_end(hooked: Hooked) -> None:
    await hooked.hook("claimed")
    for n in range(3):
        await hooked.world.ingest(*({"title": f"{n}.{m}"} for m in range(STEP * STEPS // 2)))
    before, reads = hooked.world.store.reads_of_events, []
    for _ in range(4):
        await hooked.after(seconds=1)
        reads.append(hooked.world.store.reads_of_events - before)
    assert reads[0] == STEPS
    assert STEPS < reads[1] < 2 * STEPS  # it found the end
    assert reads[2:] == [reads[1]] * 2


async def test_a_secret_that_cannot_be_read_any_more_counts_as_a_failure(hooked: Hooked) -> None:
    hook_id, _ = await hooked.hook("created")
    await hooked.world.ingest({"title": "x"})
    hooked.world.desk.secrets.unseal = unreadable  # type: ignore[method-assign]
    await hooked.until_quiet()
    [letter] = await hooked.services.webhooks.dead(PERSON, hook_id)
    assert letter["why"] == "its signing secret cannot be read; make it anew"
    assert hooked.got == []


def unreadable(purpose: str, sealed: str) -> str:
    raise ValueError("sealed by another key")


async def test_of_several_processes_each_event_is_sent_by_one(hooked: Hooked) -> None:
    await hooked.hook("created")
    processes = [hooked.process().deliveries for _ in range(4)]
    for n in range(10):
        await hooked.world.ingest(*({"title": f"{n}.{m}"} for m in range(5)))
        await asyncio.gather(*(each.round(wait=True) for each in processes))
    assert len(hooked.got) == 50
    assert len(set(hooked.got)) == 50


async def test_one_that_hangs_holds_no_other_up(hooked: Hooked) -> None:
    async with receiving() as stuck:
        stuck.answer = lambda _: None
        services = hooked.process(WebhookPoster(HERE_ALONE, timeout=60, resolve=resolve))
        await hooked.services.webhooks.create(PERSON, f"http://127.0.0.1:{stuck.port}/", ["created"])
        await hooked.hook("created")
        for n in range(3):
            await hooked.world.ingest({"title": f"{n}"})
            while len(hooked.got) <= n:
                await services.deliveries.round()
        assert len(stuck.got) >= 1
        await services.deliveries.stop()


async def test_a_thousand_deliveries_to_a_receiver_that_fails_hangs_redirects_inward_and_lies(
    hooked: Hooked,
) -> None:
    """Each is delivered once in effect (one id, taken) or a dead letter; nothing inward is ever connected to."""
    seen: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    inward = await asyncio.start_server(lambda _r, w: connected.append(w), "127.0.0.2", 0)
    connected: list[asyncio.StreamWriter] = []
    port = inward.sockets[0].getsockname()[1]
    lies = (b"HTTP/9 everything is fine\r\n\r\n", b"\x00" * 40_000, b"", b"HTTP/1.1 100 Continue\r\n\r\n")

    def answer(received: Received) -> bytes | None:
        name = received.headers["webhook-id"]
        kind, tries = json.loads(received.body)["data"]["task_id"] % 100, seen[name]
        seen[name] += 1
        if kind == 0 or (kind in (1, 2) and tries < kind):
            return status(500)
        if kind == 3 and tries == 0:
            return None
        if kind in (4, 5):
            host = "inward.example" if kind == 4 else "127.0.0.2"
            return status(307, Location=f"http://{host}:{port}/latest/meta-data")
        taken[name] += 1
        if kind == 6 and tries == 0:  # took it, and says nonsense
            return lies[sum(seen.values()) % len(lies)]
        if kind == 7 and tries == 0:
            return status(308, Location="/elsewhere")
        return status(200)

    hooked.receiver.answer = answer
    hooked.deliveries = hooked.process(poster(timeout=0.25)).deliveries
    hook_id, _ = await hooked.hook("created")
    for batch in range(2):
        await hooked.world.ingest(*({"title": f"{batch}.{n}"} for n in range(500)))
    assert await hooked.world.store.position() > 1_000
    await hooked.until_quiet(timedelta(minutes=61))
    created = [each for each in await hooked.world.store.events(0, 2_000) if each.type is EventType.CREATED]
    dead = {letter["event_id"] for letter in await hooked.services.webhooks.dead(PERSON, hook_id)}
    assert len(created) == 1_000
    assert {each.id for each in created} == set(taken) | dead
    assert set(taken) & dead == set()
    assert len(dead) == 30
    assert connected == []
    inward.close()
