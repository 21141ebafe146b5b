"""GitHub issues: opened, edited, labelled, closed, reopened, deleted.

Deliveries and their signature as GitHub documents them at https://docs.github.com/en/webhooks: "Webhook events and
payloads" (event `issues`) and "Validating webhook deliveries" (`X-Hub-Signature-256`, HMAC-SHA256 of the body).
Pull requests are no issues. Comments are left where they are.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from task_assistant.client.adapters import (
    Delivery,
    Fields,
    Hmac,
    Item,
    Setting,
    Ticket,
    WebhookAdapter,
    from_iso,
    main,
)

GONE = ("deleted", "transferred")


class GitHub(WebhookAdapter):
    """One webhook, of a repository or an organisation."""

    name = "github"
    origin = "github"
    title = "GitHub issues"
    repair_url = "https://github.com/settings/hooks"
    settings = (
        Setting("GITHUB_WEBHOOK_SECRET", "the secret of the webhook", secret=True),
        Setting("GITHUB_ASSIGNED_TO", "take only issues assigned to this login", default=""),
    )
    signature = Hmac("X-Hub-Signature-256", "GITHUB_WEBHOOK_SECRET", prefix="sha256=")

    def read(self, delivery: Delivery) -> Iterable[Item]:
        """The issue of an `issues` event."""
        if delivery.headers.get("x-github-event", "issues") != "issues":
            return
        payload = delivery.json
        issue, repository = payload.at("issue"), payload.at("repository").text("full_name")
        if not repository or "number" not in issue or "pull_request" in issue or not self._wanted(issue):
            return
        yield Ticket(
            id=f"{repository}#{issue.text('number')}",
            title=issue.need("title"),
            text=issue.text("body"),
            changed_at=from_iso(issue.text("updated_at")),
            url=issue.text("html_url"),
            context=f"{repository}#{issue.text('number')}, opened by {issue.at('user').text('login')}",
            due_at=from_iso(issue.at("milestone").text("due_on")),
            labels=tuple(label.text("name") for label in issue.each("labels")),
            closed=issue.text("state") == "closed" or payload.text("action") in GONE,
        )

    def _wanted(self, issue: Fields) -> bool:
        login = self.config["GITHUB_ASSIGNED_TO"].lower()
        return not login or login in {user.text("login").lower() for user in issue.each("assignees")}


if __name__ == "__main__":
    sys.exit(main(GitHub))
