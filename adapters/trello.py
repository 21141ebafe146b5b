"""Trello cards: created, changed, archived, deleted.

As Atlassian documents it at https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/: the HEAD request
that asks whether the address is there, `X-Trello-Webhook` (base64 of the HMAC-SHA1 of body and callback address), and
actions that name only what changed, so that the card itself is then asked for (`GET /1/cards/{id}`).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable

from task_assistant.client.adapters import (
    Delivery,
    Fields,
    Hmac,
    Item,
    Message,
    Setting,
    Ticket,
    WebhookAdapter,
    WrongSettings,
    from_iso,
    main,
)

CHANGES = ("createCard", "copyCard", "emailCard", "updateCard", "moveCardToBoard", "addLabelToCard")
FIELDS = "name,desc,due,dueComplete,closed,dateLastActivity,shortUrl,labels,idMembers"


class Trello(WebhookAdapter):
    """One webhook, of a board."""

    name = "trello"
    origin = "trello"
    title = "Trello"
    repair_url = "https://trello.com/power-ups/admin"
    settings = (
        Setting("TRELLO_SECRET", "the secret of the API key", secret=True),
        Setting("TRELLO_CALLBACK_URL", "exactly the address that the webhook was made with",
                example="https://example.com/trello"),
        Setting("TRELLO_KEY", "the API key", secret=True),
        Setting("TRELLO_TOKEN", "a token that reads the board", secret=True),
        Setting("TRELLO_API_URL", "where Trello's API is", default="https://api.trello.com/1"),
    )  # fmt: skip
    signature = Hmac("X-Trello-Webhook", "TRELLO_SECRET", digest="sha1", encoding="base64",
                     after_body="TRELLO_CALLBACK_URL")  # fmt: skip

    def read(self, delivery: Delivery) -> Iterable[Item]:
        """The card of an action, as it is now."""
        action = delivery.json.at("action")
        kind, card = action.text("type"), action.at("data", "card").text("id")
        if not re.fullmatch("[0-9a-f]{24}", card):
            return
        if kind == "deleteCard":
            yield Message(card, "", withdrawn=True, changed_at=from_iso(action.text("date")))
        elif kind in CHANGES and (ticket := self._ticket(card, action)) is not None:
            yield ticket

    def _ticket(self, card: str, action: Fields) -> Ticket | None:
        key, token = self.config["TRELLO_KEY"], self.config["TRELLO_TOKEN"]
        headers = {"Authorization": f'OAuth oauth_consumer_key="{key}", oauth_token="{token}"'}
        url = f"{self.config['TRELLO_API_URL']}/cards/{card}"
        try:
            now = Fields(self.web.ask("GET", url, headers=headers, query={"fields": FIELDS}))
        except WrongSettings:
            return None  # deleted meanwhile: an action says so
        place = " / ".join(action.at("data", part).text("name") for part in ("board", "list"))
        return Ticket(
            id=card,
            title=now.need("name"),
            text=now.text("desc"),
            changed_at=from_iso(now.text("dateLastActivity")),
            url=now.text("shortUrl") or None,
            context=f"Trello, {place}",
            due_at=from_iso(now.text("due")),
            labels=tuple(label.text("name") or label.text("color") for label in now.each("labels")),
            closed=now.flag("closed") or now.flag("dueComplete"),
        )


if __name__ == "__main__":
    sys.exit(main(Trello))
