"""Outbound webhooks over real connections on loopback: what goes out, and who manages them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook as Verifier

from task_assistant.domain.errors import InvalidFields, RoleForbidden
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.task import Owner
from task_assistant.services.deliveries import WINDOW
from tests.notify.hooked import Hooked
from tests.notify.receiver import status
from tests.services.world import ALPHA, MAIL, PERSON


def verified(secret: str, body: bytes, headers: dict[str, str]) -> Any:
    """The event, by the lines that docs/webhooks.md gives to whoever receives it."""
    document = (Path(__file__).resolve().parents[2] / "docs" / "webhooks.md").read_text("utf-8")
    snippet = document.partition("```python\n")[2].partition("```")[0]
    names: dict[str, Any] = {"secret": secret, "body": body, "headers": headers}
    exec(snippet, names)
    return names["event"]


# -- what goes out -----------------------------------------------------------------------------------------------------


async def test_an_event_goes_out_signed_as_the_standards_own_library_verifies(hooked: Hooked) -> None:
    hooked.world.clock.at = datetime.now(UTC)  # the library refuses what is older than five minutes
    _, secret = await hooked.hook()
    task = (await hooked.world.ingest({"title": "Grüße"})).created[0]
    await hooked.after()
    got = hooked.receiver.got[-1]
    told = verified(secret, got.body, got.headers)
    assert (told["type"], told["data"]["task_id"]) == ("created", task.id)
    assert told["data"]["changes"]["title"] == [None, "Grüße"]
    assert got.headers["webhook-id"] == (await hooked.world.last(task)).id
    with pytest.raises(Exception, match="signature"):
        Verifier(secret).verify(got.body.replace(b"Gr", b"gr"), got.headers)


async def test_only_wanted_events_of_now_on_go_out(hooked: Hooked) -> None:
    await hooked.world.asked(title="Before")
    await hooked.hook("asked", "submitted")
    await hooked.world.asked()
    await hooked.world.reviewed()
    await hooked.after()
    assert [kind for kind, _ in hooked.got] == ["asked", "submitted"]


async def test_private_tasks_never_leave_also_when_they_become_private_on_the_way(hooked: Hooked) -> None:
    await hooked.hook()
    await hooked.world.task("Doctor", private=True)
    open_ = await hooked.world.task("Call the clinic")
    await hooked.deliveries.round(wait=True)
    await hooked.world.edit(open_, private=True)
    await hooked.after(minutes=1)
    assert [kind for kind, _ in hooked.got] == ["webhook_changed"]


async def test_a_purged_task_leaves_nothing_on_the_way(hooked: Hooked) -> None:
    hooked.receiver.answer = lambda _: status(500)
    await hooked.hook("created")
    task = (await hooked.world.ingest({"title": "Regretted"})).created[0]
    await hooked.after()
    await hooked.world.tasks.purge(PERSON, task.id)
    await hooked.until_quiet()
    assert len(hooked.receiver.got) == 1
    assert "Regretted" not in hooked.world.everything()


# -- the person's own doing --------------------------------------------------------------------------------------------


async def test_what_the_person_does_waits_10_seconds_and_undo_recalls_it(hooked: Hooked) -> None:
    task = await hooked.world.task(assignee=Owner.ME)
    await hooked.hook("completed", "undone")
    await hooked.world.move(task, Command.DONE)
    await hooked.after(seconds=9)
    await hooked.world.undo(await hooked.world.last(task))
    await hooked.after(minutes=5)
    assert hooked.got == []
    await hooked.world.move(task, Command.DONE)
    await hooked.after(seconds=9)
    assert hooked.got == []
    await hooked.after(seconds=1)
    assert [kind for kind, _ in hooked.got] == ["completed"]


async def test_a_later_undo_sends_what_compensates_even_past_the_filter(hooked: Hooked) -> None:
    task = await hooked.world.task(assignee=Owner.ME)
    await hooked.hook("completed")
    await hooked.world.move(task, Command.DONE)
    await hooked.after(seconds=10)
    await hooked.world.undo(await hooked.world.last(task))
    await hooked.after(seconds=10)
    assert [kind for kind, _ in hooked.got] == ["completed", "undone"]
    undone = json.loads(hooked.receiver.got[-1].body)["data"]
    assert undone["undoes"] == hooked.got[0][1]
    assert undone["changes"]["status"] == ["done", "backlog"]


async def test_what_agents_do_goes_out_at_once(hooked: Hooked) -> None:
    held = await hooked.world.claimed()
    await hooked.hook("submitted")
    await hooked.world.submit(held)
    await hooked.deliveries.round(wait=True)
    assert [kind for kind, _ in hooked.got] == ["submitted"]


# -- managing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("caller", [ALPHA, MAIL])
async def test_only_the_person_manages_webhooks(hooked: Hooked, caller: Any) -> None:
    hooks = hooked.services.webhooks
    for call in (
        hooks.create(caller, "https://example.org/", []),
        hooks.all(caller),
        hooks.remove(caller, "x"),
        hooks.switch(caller, "x", on=True),
        hooks.dead(caller, "x"),
        hooks.replay(caller, "x"),
    ):
        with pytest.raises(RoleForbidden):
            await call


async def test_an_address_that_leads_inward_is_refused_when_the_webhook_is_made(hooked: Hooked) -> None:
    for url in ("http://127.0.0.2/hook", "http://[::1]/", "https://169.254.169.254/latest"):
        with pytest.raises(InvalidFields, match="WEBHOOK_ALLOWED_NETWORKS") as refused:
            await hooked.services.webhooks.create(PERSON, url, ())
        assert refused.value.errors[0]["field"] == "url"
    assert await hooked.services.webhooks.all(PERSON) == []
    await hooked.services.webhooks.create(
        PERSON, "http://inward.example/", ()
    )  # a name: its turn is at each request


async def test_a_removed_webhook_leaves_nothing_behind(hooked: Hooked) -> None:
    hook_id, _ = await hooked.hook("created")
    await hooked.world.ingest(*({"title": f"{n}"} for n in range(WINDOW)))
    hooked.receiver.answer = lambda _: status(500)
    await hooked.after()
    tried = len(hooked.receiver.got)
    await hooked.services.webhooks.remove(PERSON, hook_id)
    left = [key for key in hooked.world.store.board.documents if str(key[0]).startswith("webhook")]
    assert {str(key[0]) for key in left} <= {"webhook_turn", "webhook_try"}  # marks, which end by themselves
    await hooked.until_quiet(rounds=3)
    assert len(hooked.receiver.got) == tried > 0
