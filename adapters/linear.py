"""Linear issues: created, updated, completed, removed.

As Linear documents it at https://linear.app/developers/webhooks: `action`, `type` and `data` of a data change webhook,
and `Linear-Signature`, the hexadecimal HMAC-SHA256 of the body. A delivery that somebody sends again changes nothing,
because versions are ordered by `updatedAt`; so no clock is compared with `webhookTimestamp`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from task_assistant.client.adapters import (
    Delivery,
    Hmac,
    Item,
    Setting,
    Ticket,
    WebhookAdapter,
    from_iso,
    main,
)

OVER = ("completed", "canceled", "duplicate")
PRIORITIES = {1.0: 1, 2.0: 2, 3.0: 3, 4.0: 4}  # 0 is "no priority"


class Linear(WebhookAdapter):
    """One webhook of a workspace."""

    name = "linear"
    origin = "linear"
    title = "Linear"
    repair_url = "https://linear.app/settings/api"
    settings = (
        Setting("LINEAR_WEBHOOK_SECRET", "the signing secret of the webhook", secret=True),
        Setting("LINEAR_ASSIGNED_TO", "take only issues assigned to this user id", default=""),
    )
    signature = Hmac("Linear-Signature", "LINEAR_WEBHOOK_SECRET")

    def read(self, delivery: Delivery) -> Iterable[Item]:
        """The issue of a data change."""
        payload = delivery.json
        issue, wanted = payload.at("data"), self.config["LINEAR_ASSIGNED_TO"]
        if payload.text("type") != "Issue" or (wanted and issue.text("assigneeId") != wanted):
            return
        yield Ticket(
            id=issue.need("id"),
            title=issue.need("title"),
            text=issue.text("description"),
            changed_at=from_iso(issue.text("updatedAt")),
            url=payload.text("url") or issue.text("url") or None,
            context=f"Linear {issue.text('identifier')}, {issue.at('state').text('name')}",
            priority=PRIORITIES.get(issue.number("priority") or 0),
            due_at=from_iso(issue.text("dueDate"), self.config.zone),
            labels=tuple(label.text("name") for label in issue.each("labels")),
            closed=issue.at("state").text("type") in OVER or payload.text("action") == "remove",
        )


if __name__ == "__main__":
    sys.exit(main(Linear))
