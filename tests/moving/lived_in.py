"""A board on which everything has happened once, brought about through the API and the server's own rounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from task_assistant.bootstrap.clock import SystemSecrets
from task_assistant.domain.readiness import Matter
from task_assistant.ports.assessor import AssessorUnavailable
from task_assistant.ports.notifier import Message
from task_assistant.ports.poster import Posted
from task_assistant.services import learning
from task_assistant.services.desk import Desk
from task_assistant.services.house import Services
from task_assistant.services.outward import Outward
from tests.api.server import Client, Json, Server
from tests.factories import owner

DECISIONS = 4


class FailsAtFirst:
    """Nobody answers, neither where messages go nor where webhooks go nor who is asked for an opinion."""

    name = "model:standin"
    status: int | None = None

    async def targets(self) -> Sequence[str]:
        return ("mailto://…",)

    async def send(self, _target: int, _message: Message, /) -> bool:
        return False

    def check(self, url: str) -> None:
        """Anything will do."""

    async def post(self, url: str, _headers: Mapping[str, str], _body: bytes) -> Posted:
        return Posted(410 if "gone" in url else None, "it does not answer")

    async def opinion(self, matter: Matter) -> dict[str, Any]:
        raise AssessorUnavailable(str(type(matter)))


async def live_in(server: Server) -> None:
    """Everything that a store keeps, each kind of it at least once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(learning, "LESSONS", DECISIONS - 1)  # so few make a snapshot of what they teach
        await _live_in(server)


async def _live_in(server: Server) -> None:
    person = server.client()
    keys = {
        name: (await person.post("/api/keys", {"role": role, "name": name}, expect=201))["key"]
        for role, name in (("agent", "alpha"), ("agent", "beta"), ("adapter", "mail"))
    }
    alpha, beta, mail = (server.client(key) for key in keys.values())
    await person.post("/api/webhooks", {"url": "https://example.org/hook"}, expect=201)
    await person.post("/api/webhooks", {"url": "https://example.org/gone"}, expect=201)
    await person.post("/api/calendar", expect=201)
    await _choose(server)
    await _work(person, alpha, beta)
    await _sources(person, mail)
    await _recur(person)
    await _learn(person)
    await _forget(person)
    await person.post("/api/agents/pause", {"name": "beta"})
    await _rounds(server)


async def _choose(server: Server) -> None:
    services, me = server.services, owner()
    await services.preferences.change(me, {"zone": "Europe/Zurich"})
    await services.preferences.keep_view(me, "Finance", "/tasks?label=finance")
    await services.rules.keep_review(me, "label", "finance", "required")
    await services.rules.keep_assign(me, "origin", "email", 0.95, ["mail"], [])
    await services.first_steps.dismiss(me)


async def _work(person: Client, alpha: Client, beta: Client) -> None:
    """A question, an answer, a result with an artifact, a send-back, a live claim, a link pressed and one not."""
    first = await person.create("Übung: write the release notes", labels=["work"], private=False)
    waits = await person.create("Publish\u2028them", assignee="codex", depends_on=[first["id"]])
    path, work = f"/api/tasks/{first['id']}", f"/api/agent/tasks/{first['id']}"
    await person.post(f"{path}/assign", {"assignee": "codex"})
    held = await alpha.post("/api/agent/claim", {"task_id": first["id"], "session": "s-1"})
    said: Json = {"claim_token": held["claim_token"], "question": "Which version?", "kind": "decision"}
    await alpha.post(f"{work}/ask", said)
    offered = await person.post(f"{path}/actions", {}, expect=201)
    links = {each["verb"]: each["token"] for each in offered["actions"]}
    await person.post("/api/actions", {"token": links["answer"], "text": "1.0"})
    held = await beta.post("/api/agent/claim", {"task_id": first["id"]}, headers={"Idempotency-Key": "once"})
    used = {"input_tokens": 1200, "cost": "0.12", "currency": "USD", "model": "m"}
    diff = {"name": "change.diff", "type": "text/x-diff", "text": "- a\n+ ä 🌍\n"}
    given: Json = {
        "claim_token": held["claim_token"],
        "summary": "Drafted.",
        "artifacts": [diff],
        "usage": used,
    }
    await beta.post(f"{work}/submit", {**given, "links": ["https://example.org/1"], "not_done": "The index"})
    await person.post(f"{path}/send-back", {"feedback": "Shorter, please.", "round": 1})
    await person.post(f"{path}/comments", {"text": "Grüße"}, expect=201)
    await alpha.post("/api/agent/claim", {"task_id": first["id"], "lease_seconds": 3600})
    await person.post(f"/api/tasks/{waits['id']}/defer", {"until": "2026-05-08T09:00:00Z"})


async def _sources(person: Client, mail: Client) -> None:
    item = {"title": "Invoice 7", "external_id": "mail:7", "source_name": "INBOX", "assignee": "codex"}
    await mail.post("/api/agent/ingest/context", {"origin": "email", "tasks": [item]})
    closed = {"origin": "email", "on_duplicate": "update", "tasks": [{**item, "source_state": "closed"}]}
    await mail.post("/api/agent/ingest/context", closed)
    about = {"source_id": "imap", "source_name": "Mail", "adapter_type": "mail"}
    await mail.post(
        "/api/agent/sources/report", {**about, "status": "reauth_required", "error_message": "no"}
    )
    decision = {
        "source_id": "imap",
        "source_item_id": "7",
        "content_fingerprint": "f",
        "decided_by": "adapter",
    }
    await mail.post("/api/agent/ingestion/decisions", {**decision, "decision": "created"})
    await person.create("Pay", due_at="2026-05-07T10:00:00+02:00", reminder_at="2026-05-07T08:30:00Z")


async def _recur(person: Client) -> None:
    task = await person.create("Water the plants", recurrence="every 2 weeks", assignee="me")
    await person.post(f"/api/tasks/{task['id']}/done", {"note": "done"})
    again = await person.create("Change the filter", recurrence="3 days after done", assignee="me")
    await person.post(f"/api/tasks/{again['id']}/done")


async def _learn(person: Client) -> None:
    for n in range(DECISIONS):
        task = await person.create(f"Draft letter {n} to the landlord")
        await person.post(f"/api/tasks/{task['id']}/assign", {"assignee": "codex" if n % 3 else "me"})


async def _forget(person: Client) -> None:
    deleted, purged, private = [
        await person.create(title, external_id=title, private=title == "Private")
        for title in ("Deleted", "Purged", "Private")
    ]
    await person.ask("DELETE", f"/api/tasks/{deleted['id']}", expect=204)
    await person.ask("DELETE", f"/api/tasks/{purged['id']}?purge=true", expect=204)
    done = await person.post(f"/api/tasks/{private['id']}/done")
    events = await person.get(f"/api/tasks/{done['id']}/events")
    await person.post(f"/api/events/{events[-1]['id']}/undo")


async def _rounds(server: Server) -> None:
    """What the server does by itself, while nobody takes its messages."""
    nobody = FailsAtFirst()
    outward = Outward(notifier=nobody, poster=nobody, assessor=nobody, assessed_daily=3)
    desk = Desk(server.store, server.clock, SystemSecrets("a secret of this test"))
    services = Services(desk, outward)
    server.clock.advance(minutes=2)
    for _ in range(2):
        await services.sweep.once()
        await services.usage.count()
        await services.insights.count()
        await services.notifications.round()
        await services.deliveries.round(wait=True)
        await services.opinions.once()
        server.clock.advance(minutes=2)
    await services.learning.follow()
