"""Slack messages: written, edited, deleted, in the channels you name; what became of them goes back into the thread.

As Slack documents it at https://docs.slack.dev: "The Events API" (`event_callback`, `url_verification`), "message",
"message_changed", "message_deleted", "Verifying requests from Slack" (`X-Slack-Signature`, `v0:timestamp:body`,
HMAC-SHA256), and for the way back `chat.postMessage`, `conversations.replies` and message metadata.
"""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Iterable
from typing import Any

from task_assistant.client import Client
from task_assistant.client.adapters import (
    Answer,
    Delivery,
    Fields,
    Item,
    Message,
    Note,
    RateLimited,
    Setting,
    SignInNeeded,
    SourceTrouble,
    TimedHmac,
    TwoWay,
    WebhookAdapter,
    from_seconds,
    main,
)

LINK = re.compile(r"<(?P<url>https?://[^|>]+)(?:\|(?P<words>[^>]*))?>")
WRITTEN = ("", "file_share", "thread_broadcast", "me_message")
OUR_NOTE = "pta_note"


class Slack(TwoWay, WebhookAdapter):
    """One app in one workspace."""

    name = "slack"
    origin = "slack"
    title = "Slack"
    repair_url = "https://api.slack.com/apps"
    settings = (
        Setting("SLACK_SIGNING_SECRET", "the app's signing secret", secret=True),
        Setting("SLACK_CHANNELS", "channels whose messages become tasks: C123,C456", example="C123ABC456"),
        Setting("SLACK_MY_USER_ID", "you: prefixes count in your messages only", default=""),
        Setting("SLACK_WORKSPACE_URL", "for links: https://yours.slack.com", default=""),
        Setting("SLACK_BOT_TOKEN", "xoxb-…, for --sync only", secret=True, default=""),
        Setting("SLACK_API_URL", "where Slack's Web API is", default="https://slack.com/api"),
    )
    sync_needs = ("SLACK_BOT_TOKEN",)
    signature = TimedHmac("X-Slack-Signature", "X-Slack-Request-Timestamp", "SLACK_SIGNING_SECRET")

    def welcome(self, delivery: Delivery) -> Answer | None:
        """The challenge with which Slack asks whether the address is ours."""
        payload = delivery.json
        if payload.text("type") != "url_verification":
            return None
        return Answer(200, payload.text("challenge").encode(), {"Content-Type": "text/plain"})

    def read(self, delivery: Delivery) -> Iterable[Item]:
        """The message of an event, unless a bot wrote it: our own notes come back this way, too."""
        event = delivery.json.at("event")
        channel, kind = event.text("channel"), event.text("subtype")
        if event.text("type") != "message" or channel not in self.config.listed("SLACK_CHANNELS"):
            return
        if kind == "message_deleted":
            yield Message(f"{channel}/{event.need('deleted_ts')}", "", withdrawn=True,
                          changed_at=from_seconds(event.text("ts")))  # fmt: skip
            return
        message = event.at("message") if kind == "message_changed" else event
        if (
            (kind in WRITTEN or kind == "message_changed")
            and "bot_id" not in message
            and message.text("text")
        ):
            yield self._message(channel, message)

    def _message(self, channel: str, message: Fields) -> Message:
        stamp = message.need("ts")
        workspace = self.config["SLACK_WORKSPACE_URL"].rstrip("/")
        return Message(
            id=f"{channel}/{stamp}",
            text=plain(message.text("text")),
            changed_at=from_seconds(message.at("edited").text("ts") or stamp),
            sent_at=from_seconds(stamp),
            url=f"{workspace}/archives/{channel}/p{stamp.replace('.', '')}" if workspace else None,
            context=f"Slack, channel {channel}, from {message.text('user')}",
            mine=message.text("user") != "" and message.text("user") == self.config["SLACK_MY_USER_ID"],
        )

    # -- back out ------------------------------------------------------------------------------------------------------

    def said(self, note: Note) -> bool:
        """Whether the thread has the note already, by the marker in its metadata."""
        channel, _, stamp = note.target.partition("/")
        thread = {"channel": channel, "ts": stamp, "include_all_metadata": "true", "limit": "200"}
        answer = self._ask("GET", "conversations.replies", query=thread)
        notes = (one.at("metadata") for one in Fields(answer).each("messages"))
        return any(one.at("event_payload").text("marker") == note.marker for one in notes)

    def say(self, client: Client, note: Note) -> None:  # noqa: ARG002 -- it asks the server nothing
        """A reply in the thread of the message."""
        channel, _, stamp = note.target.partition("/")
        marked = {"event_type": OUR_NOTE, "event_payload": {"marker": note.marker}}
        self._ask("POST", "chat.postMessage",
                  body={"channel": channel, "thread_ts": stamp, "text": note.text, "metadata": marked})  # fmt: skip

    def _ask(self, method: str, call: str, **said: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.config['SLACK_BOT_TOKEN']}"}
        answer = self.web.ask(method, f"{self.config['SLACK_API_URL']}/{call}", headers=headers, **said)
        if answer and answer.get("ok"):
            return answer
        why = str((answer or {}).get("error", "no answer"))
        if why in ("invalid_auth", "not_authed", "account_inactive", "token_revoked", "missing_scope"):
            raise SignInNeeded(
                f"Slack does not take SLACK_BOT_TOKEN ({why}): install the app anew, with its scopes."
            )
        if why == "ratelimited":
            raise RateLimited("Slack asks to wait.", 30.0)
        raise SourceTrouble(f"Slack refused {call}: {why}.")


def plain(text: str) -> str:
    """Slack's markup as people read it: links with their words, &amp; and the like as characters."""
    return html.unescape(LINK.sub(lambda link: link["words"] or link["url"], text))


if __name__ == "__main__":
    sys.exit(main(Slack))
