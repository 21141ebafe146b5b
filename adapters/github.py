"""GitHub issues: opened, edited, labelled, closed, reopened, deleted.

Deliveries and their signature as GitHub documents them at https://docs.github.com/en/webhooks: "Webhook events and
payloads" (event `issues`) and "Validating webhook deliveries" (`X-Hub-Signature-256`, HMAC-SHA256 of the body).
Pull requests are no issues. Comments stay where
they are. The way back is `POST …/comments` and `PATCH …/issues/{number}` of https://docs.github.com/en/rest/issues.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from task_assistant.client import Client
from task_assistant.client.adapters import (
    Delivery,
    Fields,
    Hmac,
    Item,
    Note,
    Setting,
    Ticket,
    TwoWay,
    WebhookAdapter,
    from_iso,
    main,
)

GONE = ("deleted", "transferred")


class GitHub(TwoWay, WebhookAdapter):
    """One webhook, of a repository or an organisation."""

    name = "github"
    origin = "github"
    title = "GitHub issues"
    repair_url = "https://github.com/settings/hooks"
    settings = (
        Setting("GITHUB_WEBHOOK_SECRET", "the secret of the webhook", secret=True),
        Setting("GITHUB_ASSIGNED_TO", "take only issues assigned to this login", default=""),
        Setting("GITHUB_TOKEN", "a fine-grained token for issues, for --sync only", secret=True, default=""),
        Setting("GITHUB_API_URL", "where GitHub's API is", default="https://api.github.com"),
    )
    sync_needs = ("GITHUB_TOKEN",)
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

    # -- back out ------------------------------------------------------------------------------------------------------

    def said(self, note: Note) -> bool:
        """Whether the issue has the comment already, by the marker that people do not see."""
        asked = {"since": note.since, "per_page": "100"}
        comments = self._ask("GET", f"{_path(note)}/comments", query=asked) or []
        return any(note.marker in Fields(comment).text("body") for comment in comments)

    def say(self, client: Client, note: Note) -> None:  # noqa: ARG002 -- it asks the server nothing
        """A comment on the issue."""
        self._ask("POST", f"{_path(note)}/comments", body={"body": f"{note.text}\n\n<!-- {note.marker} -->"})

    def settle(self, note: Note) -> None:
        """Closes the issue as completed, or opens it again."""
        state = {"state": "closed", "state_reason": "completed"} if note.closes else {"state": "open"}
        self._ask("PATCH", _path(note), body=state)

    def _ask(self, method: str, path: str, **said: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.config['GITHUB_TOKEN']}", "Accept": "application/vnd.github+json",
                   "X-GitHub-Api-Version": "2022-11-28"}  # fmt: skip
        return self.web.ask(method, f"{self.config['GITHUB_API_URL']}{path}", headers=headers, **said)


def _path(note: Note) -> str:
    repository, _, number = note.target.rpartition("#")
    return f"/repos/{repository}/issues/{number}"


if __name__ == "__main__":
    sys.exit(main(GitHub))
