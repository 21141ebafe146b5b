"""YouTrack issues, asked for every minute: those that your query finds, as they change.

As JetBrains documents it at https://www.jetbrains.com/help/youtrack/devportal/: "Read a List of Issues" (`GET
/api/issues` with `query`, `fields`, `$top`, `$skip`), a permanent token in `Authorization: Bearer`, and the search
attributes `updated` and `sort by`. YouTrack has no signed webhooks, so that this adapter asks.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from task_assistant.client.adapters import (
    Delivery,
    Fields,
    Item,
    Page,
    PollingAdapter,
    Setting,
    Ticket,
    Unavailable,
    from_milliseconds,
    main,
)

FIELDS = "id,idReadable,summary,description,updated,resolved,reporter(login),tags(name),customFields(name,value(name))"
PRIORITIES = {"show-stopper": 1, "critical": 1, "major": 2, "normal": 3, "minor": 4}
AT_ONCE = 100


class YouTrack(PollingAdapter):
    """One saved query of one instance."""

    name = "youtrack"
    origin = "youtrack"
    title = "YouTrack"
    repair_url = "https://www.jetbrains.com/help/youtrack/server/manage-permanent-token.html"
    settings = (
        Setting("YOUTRACK_URL", "https://yours.youtrack.cloud", example="https://example.youtrack.cloud"),
        Setting("YOUTRACK_TOKEN", "a permanent token that reads issues", secret=True),
        Setting("YOUTRACK_QUERY", "which issues become tasks", default="for: me"),
    )

    def fetch(self, cursor: str | None) -> Iterator[Page]:
        """Issues updated since the cursor (milliseconds), the oldest first; at the very first poll the open ones."""
        since = "#Unresolved" if cursor is None else f"updated: {self._written(cursor)} .. *"
        query, skip = f"{self.config['YOUTRACK_QUERY']} {since} sort by: updated asc", 0
        while True:
            found = self.web.ask(
                "GET", f"{self.config['YOUTRACK_URL'].rstrip('/')}/api/issues",
                headers={"Authorization": f"Bearer {self.config['YOUTRACK_TOKEN']}", "Accept": "application/json"},
                query={"query": query, "fields": FIELDS, "$top": str(AT_ONCE), "$skip": str(skip)},
            )  # fmt: skip
            if not isinstance(found, list):
                raise Unavailable("YouTrack answered something that is no list of issues.")
            stamps = [issue.number("updated") or 0 for issue in map(Fields, found)]
            cursor = str(int(max([*stamps, float(cursor or 0)])))
            yield Page(tuple(Delivery(json.dumps(issue).encode()) for issue in found), cursor)
            if len(found) < AT_ONCE:
                return
            skip += AT_ONCE

    def _written(self, cursor: str) -> str:
        return datetime.fromtimestamp(int(cursor) / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")

    def read(self, delivery: Delivery) -> Iterable[Item]:
        """The issue."""
        issue = delivery.json
        if "summary" not in issue or "idReadable" not in issue:
            return
        own = {field.text("name").lower(): field for field in issue.each("customFields")}
        priority, due = own.get("priority", Fields(None)), own.get("due date", Fields(None))
        yield Ticket(
            id=issue.need("id"),
            title=issue.need("summary"),
            text=issue.text("description"),
            changed_at=from_milliseconds(issue.number("updated")),
            url=f"{self.config['YOUTRACK_URL'].rstrip('/')}/issue/{issue.text('idReadable')}",
            context=f"YouTrack {issue.text('idReadable')}, reported by {issue.at('reporter').text('login')}",
            priority=PRIORITIES.get(priority.at("value").text("name").lower()),
            due_at=from_milliseconds(due.number("value")),
            labels=tuple(tag.text("name") for tag in issue.each("tags")),
            closed="resolved" in issue,
        )


if __name__ == "__main__":
    sys.exit(main(YouTrack))
