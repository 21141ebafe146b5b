"""Jira issues: created, updated, resolved, deleted.

As Atlassian documents it at https://developer.atlassian.com/cloud/jira/platform/webhooks/: `webhookEvent`, `issue`, and
"Secure admin webhooks" (`X-Hub-Signature`, `sha256=` and the HMAC-SHA256 of the body). Only webhooks that an
administrator registers with a secret are signed; others are refused.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from urllib.parse import urlsplit

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

EVENTS = ("jira:issue_created", "jira:issue_updated", "jira:issue_deleted")
PRIORITIES = {"highest": 1, "blocker": 1, "high": 2, "critical": 2, "medium": 3, "major": 3, "low": 4, "minor": 4,
              "lowest": 5, "trivial": 5}  # fmt: skip


class Jira(WebhookAdapter):
    """One site."""

    name = "jira"
    origin = "jira"
    title = "Jira"
    repair_url = "https://admin.atlassian.com/"
    settings = (
        Setting("JIRA_WEBHOOK_SECRET", "the secret of the admin webhook", secret=True),
        Setting("JIRA_ASSIGNED_TO", "take only issues assigned to this account id", default=""),
    )
    signature = Hmac("X-Hub-Signature", "JIRA_WEBHOOK_SECRET", prefix="sha256=")

    def read(self, delivery: Delivery) -> Iterable[Item]:
        """The issue of an issue event; its number at its site stays the same when it moves to another project."""
        payload = delivery.json
        issue, event = payload.at("issue"), payload.text("webhookEvent")
        fields, wanted = issue.at("fields"), self.config["JIRA_ASSIGNED_TO"]
        if event not in EVENTS or (wanted and fields.at("assignee").text("accountId") != wanted):
            return
        site = urlsplit(issue.text("self"))
        yield Ticket(
            id=f"{site.hostname or ''}/{issue.need('id')}",
            title=fields.need("summary"),
            text=fields.text("description"),
            changed_at=from_iso(fields.text("updated")),
            url=f"{site.scheme}://{site.netloc}/browse/{issue.text('key')}" if site.hostname else None,
            context=f"Jira {issue.text('key')}, {fields.at('status').text('name')}",
            priority=PRIORITIES.get(fields.at("priority").text("name").lower()),
            due_at=from_iso(fields.text("duedate"), self.config.zone),
            labels=fields.texts("labels"),
            closed=fields.at("status", "statusCategory").text("key") == "done"
            or event == "jira:issue_deleted",
        )


if __name__ == "__main__":
    sys.exit(main(Jira))
