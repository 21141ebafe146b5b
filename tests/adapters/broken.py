"""A good adapter, and eleven that are each broken in one way; what the contract suite must say of each."""

from __future__ import annotations

import itertools
import json
import logging
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from task_assistant.client.adapters import (
    Adapter,
    Configuration,
    Delivery,
    Fields,
    Hmac,
    Item,
    Malformed,
    Page,
    PollingAdapter,
    Setting,
    Ticket,
    WebhookAdapter,
    from_iso,
)
from task_assistant.client.adapters.contract.examples import Example
from task_assistant.client.adapters.rounds import CURSOR

SECRET = "DESK_SECRET"
LATER = "2026-05-07T10:00:00Z"


def payload(event: str, title: str, at: str = "2026-05-07T09:00:00Z") -> Example:
    item = {"id": "42", "title": title, "updated_at": at, "text": "By Friday."}
    return Example(Delivery(json.dumps({"event": event, "item": item}, ensure_ascii=False).encode()))


EXAMPLES = {
    "created": payload("item.created", "Send Alice revised numbers"),
    "edited": payload("item.updated", "Send Alice the numbers", LATER),
    "unknown": payload("comment.created", "Thanks!"),
}


class Good(WebhookAdapter):
    name = origin = "desk"
    title = "Desk"
    repair_url = "https://example.com/hooks"
    settings = (Setting(SECRET, "the secret of the webhook", secret=True),)
    signature = Hmac("X-Desk-Signature", SECRET)

    def read(self, delivery: Delivery) -> Iterable[Item]:
        read = delivery.json
        if read.text("event").startswith("item."):
            yield self.ticket(read.at("item"))

    def ticket(self, item: Fields) -> Ticket:
        return Ticket(
            item.need("id"),
            item.need("title"),
            item.text("text"),
            from_iso(item.text("updated_at")),
            context="Desk",
        )


class GoodPoll(PollingAdapter):
    name = origin = "desk"
    title = "Desk"
    repair_url = "https://example.com/hooks"

    def fetch(self, cursor: str | None) -> Iterator[Page]:
        yield Page((), cursor)

    def read(self, delivery: Delivery) -> Iterable[Item]:
        return Good.read(self, delivery)  # type: ignore[arg-type]

    ticket = Good.ticket


class Anything:
    def check(self, delivery: Delivery, config: Configuration, now: datetime) -> None: ...

    def sign(self, body: bytes, config: Configuration, now: datetime) -> dict[str, str]:
        return {"X-Desk-Signature": "whatever"}


class ChecksNoSignature(Good):
    signature = Anything()  # type: ignore[assignment]


class HasASecretOfItsOwn(Good):
    settings = (Setting(SECRET, "the secret", secret=True, default="change-me"),)


class CountsItsItems(Good):
    numbers = itertools.count()

    def ticket(self, item: Fields) -> Ticket:
        return Ticket(f"{next(self.numbers)}", item.need("title"), context="Desk")


class NamesItemsByTitle(Good):
    def ticket(self, item: Fields) -> Ticket:
        return Ticket(item.need("title"), item.need("title"), context="Desk")


class KnowsNoTime(Good):
    def ticket(self, item: Fields) -> Ticket:
        return Ticket(item.need("id"), item.need("title"), context="Desk")


class TrustsThePayload(Good):
    def read(self, delivery: Delivery) -> Iterable[Item]:
        read: dict[str, Any] = json.loads(delivery.body)
        if read["event"].startswith("item."):
            item = read["item"]
            yield Ticket(str(item["id"]), item["title"], "", from_iso(item["updated_at"]), context="Desk")


class DropsLongTexts(Good):
    def ticket(self, item: Fields) -> Ticket:
        if len(item.text("title")) > 1_000:
            raise Malformed("too long")
        return super().ticket(item)


class KnowsAsciiOnly(Good):
    def ticket(self, item: Fields) -> Ticket:
        title = item.need("title").encode("ascii", "replace").decode()
        return Ticket(item.need("id"), title, "", from_iso(item.text("updated_at")), context="Desk")


class TakesEverything(Good):
    def read(self, delivery: Delivery) -> Iterable[Item]:
        yield self.ticket(delivery.json.at("item"))


class LogsItsSecret(Good):
    def read(self, delivery: Delivery) -> Iterable[Item]:
        logging.getLogger("desk").warning("checked with %s", self.config[SECRET])
        return super().read(delivery)


class GoesOnBeforeTheIngest(GoodPoll):
    def read(self, delivery: Delivery) -> Iterable[Item]:
        self.state.keep(CURSOR, "far ahead")
        return super().read(delivery)


class ForgetsWhatItCouldNotSend(Good):
    """Takes its spool away as soon as it has read it."""

    def read(self, delivery: Delivery) -> Iterable[Item]:
        found = list(super().read(delivery))
        for path, _ in self.state.spool.each():
            path.write_text(json.dumps({"body": "e30=", "headers": {}, "path": "/"}))
        return found


class HasNoContext(Good):
    def ticket(self, item: Fields) -> Ticket:
        return Ticket(item.need("id"), item.need("title"), changed_at=from_iso(item.text("updated_at")))


BROKEN: dict[type[Adapter], tuple[str, str]] = {
    ChecksNoSignature: ("bad signature", "takes a delivery with a wrong signature"),
    HasASecretOfItsOwn: ("starts only with its secrets", "declares no secret that it cannot start without"),
    CountsItsItems: ("replay", "more tasks after a replay"),
    NamesItemsByTitle: ("edit", "an edit made a new task"),
    KnowsNoTime: ("out of order", "an older version overwrote a newer one"),
    TrustsThePayload: ("malformed", "stumbles over a damaged payload"),
    DropsLongTexts: ("huge", "a huge text is lost"),
    KnowsAsciiOnly: ("unicode", "arrived as"),
    TakesEverything: ("unknown type", "is no concern of it became a task"),
    LogsItsSecret: ("keeps secrets", "one of its secrets is in a log"),
    GoesOnBeforeTheIngest: ("server down", "moved its cursor before the ingest"),
    ForgetsWhatItCouldNotSend: ("key revoked", "is lost, or came twice"),
    HasNoContext: ("makes tasks", "has no source_context"),
}
