"""Asana tasks: added, changed, completed, deleted; with the handshake of its webhooks.

As Asana documents it at https://developers.asana.com/docs/webhooks-guide: the handshake (`X-Hook-Secret` comes once and
goes back), `X-Hook-Signature` (hexadecimal HMAC-SHA256 of the body) and events that hold only ids, so that each task is
then asked for (`GET /tasks/{gid}`). Whoever wants to introduce a secret must know the path, which is a secret itself.
"""

from __future__ import annotations

import hmac
import sys
from collections.abc import Iterable
from datetime import datetime

from task_assistant.client.adapters import (
    Answer,
    BadSignature,
    Delivery,
    Fields,
    Item,
    Message,
    Setting,
    Ticket,
    WebhookAdapter,
    WrongSettings,
    from_iso,
    main,
    same,
)

FIELDS = "name,notes,completed,due_on,due_at,modified_at,permalink_url,assignee.gid,tags.name,projects.name"
SECRETS = "hook-secrets"


class Asana(WebhookAdapter):
    """Any number of webhooks of one user; each has introduced a secret of its own."""

    name = "asana"
    origin = "asana"
    title = "Asana"
    repair_url = "https://app.asana.com/0/my-apps"
    settings = (
        Setting(
            "ASANA_PATH_TOKEN", "the secret end of the webhook's address: https://host/TOKEN", secret=True
        ),
        Setting("ASANA_TOKEN", "a personal access token that reads tasks", secret=True),
        Setting("ASANA_API_URL", "where Asana's API is", default="https://app.asana.com/api/1.0"),
    )

    def greet(self, delivery: Delivery) -> Answer | None:
        """The handshake: the secret is kept and given back, at the right path only."""
        secret = delivery.headers.get("x-hook-secret")
        if secret is None:
            return None
        if not hmac.compare_digest(
            delivery.path.strip("/").encode(), self.config["ASANA_PATH_TOKEN"].encode()
        ):
            return Answer(404)
        known = self._secrets()
        if secret not in known:
            self.state.keep(SECRETS, "\n".join([*known, secret]))
        return Answer(200, headers={"X-Hook-Secret": secret})

    def check(self, delivery: Delivery, now: datetime) -> None:  # noqa: ARG002 -- Asana signs no time
        """Raises BadSignature unless one of the introduced secrets made the signature."""
        given = delivery.headers.get("x-hook-signature", "")
        for secret in self._secrets():
            try:
                return same(given, made(secret, delivery.body), "X-Hook-Signature")
            except BadSignature:
                continue
        raise BadSignature("no webhook that was set up here signed this")

    def sign(self, body: bytes, now: datetime) -> dict[str, str]:  # noqa: ARG002 -- Asana signs no time
        """As Asana signs; for tests."""
        return {"X-Hook-Signature": made(self._secrets()[-1], body)}

    def read(self, delivery: Delivery) -> Iterable[Item]:
        """Each task that the events name, once, as it is now."""
        events = [
            event
            for event in delivery.json.each("events")
            if event.at("resource").text("resource_type") == "task"
        ]
        for gid in dict.fromkeys(event.at("resource").text("gid") for event in events):
            last = [event for event in events if event.at("resource").text("gid") == gid][-1]
            if last.text("action") == "deleted":
                yield Message(gid, "", withdrawn=True, changed_at=from_iso(last.text("created_at")))
            elif gid.isdigit() and (ticket := self._ticket(gid)) is not None:
                yield ticket

    def _ticket(self, gid: str) -> Ticket | None:
        headers = {"Authorization": f"Bearer {self.config['ASANA_TOKEN']}"}
        try:
            answer = self.web.ask("GET", f"{self.config['ASANA_API_URL']}/tasks/{gid}", headers=headers,
                                  query={"opt_fields": FIELDS})  # fmt: skip
        except WrongSettings:
            return None  # deleted meanwhile: an event says so
        task = Fields(answer).at("data")
        return Ticket(
            id=gid,
            title=task.need("name"),
            text=task.text("notes"),
            changed_at=from_iso(task.text("modified_at")),
            url=task.text("permalink_url") or None,
            context="Asana, " + ", ".join(project.text("name") for project in task.each("projects")),
            due_at=from_iso(task.text("due_at")) or from_iso(task.text("due_on"), self.config.zone),
            labels=tuple(tag.text("name") for tag in task.each("tags")),
            closed=task.flag("completed"),
        )

    def _secrets(self) -> list[str]:
        return (self.state.read(SECRETS) or "").split()


def made(secret: str, body: bytes) -> str:
    """The signature that this secret makes."""
    return hmac.digest(secret.encode(), body, "sha256").hex()


if __name__ == "__main__":
    sys.exit(main(Asana))
