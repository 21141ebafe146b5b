"""Telegram: what is written to your bot in the chats that you allow becomes tasks; buttons decide on them.

As Telegram documents it at https://core.telegram.org/bots/api: `getUpdates` (long polling, `offset` confirms),
`Message`, `edited_message`, `callback_query` (at most 64 bytes of data), `sendMessage`, `editMessageReplyMarkup`,
`answerCallbackQuery`. A button carries nothing but a one-use token that the server made for one task, verb and
occasion; a press is only relayed, by a key with `may_relay`, and the server records the person. Whoever sees a token
can use it, with a press or without: so buttons go to your private chat with the bot only, never into a group.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from task_assistant.client import Client, Problem, run
from task_assistant.client.adapters import (
    Delivery,
    Fields,
    Item,
    Message,
    Note,
    Page,
    PollingAdapter,
    Setting,
    SourceTrouble,
    TwoWay,
    from_seconds,
    main,
)
from task_assistant.client.shapes import Event, Task

log = logging.getLogger("pta.adapter")
KINDS = ["message", "edited_message", "callback_query"]
PATIENCE = 25  # seconds that Telegram holds a request for the next message
SHOWN = 6  # buttons on one message


class Telegram(TwoWay, PollingAdapter):
    """One bot."""

    name = "telegram"
    origin = "telegram"
    title = "Telegram"
    repair_url = "https://t.me/BotFather"
    every = 0.5
    settings = (
        Setting("TELEGRAM_BOT_TOKEN", "the token from BotFather", secret=True),
        Setting("TELEGRAM_CHATS", "ids of the chats that are listened to: 123,-100456", example="1111111"),
        Setting(
            "TELEGRAM_MY_USER_ID",
            "you: your prefixes count, and your private chat with the bot gets the buttons",
            default="",
        ),
        Setting("TELEGRAM_API_URL", "where the Bot API is", default="https://api.telegram.org"),
    )

    def fetch(self, cursor: str | None) -> Iterator[Page]:
        """The next updates. Asking with an offset tells Telegram that those before it have been taken."""
        asked = {"timeout": PATIENCE, "allowed_updates": KINDS, **({"offset": int(cursor)} if cursor else {})}
        updates = [update for update in self._ask("getUpdates", asked) or [] if isinstance(update, dict)]
        ids = [int(Fields(update).number("update_id") or 0) for update in updates]
        if updates:
            yield Page(tuple(Delivery(json.dumps(update).encode()) for update in updates), str(max(ids) + 1))

    def read(self, delivery: Delivery) -> Iterable[Item]:
        """The message of an update, from an allowed chat."""
        update = delivery.json
        message = update.at("message") if "message" in update else update.at("edited_message")
        chat, text = message.at("chat").text("id"), message.text("text") or message.text("caption")
        if chat not in self.config.listed("TELEGRAM_CHATS") or not text or text.startswith("/"):
            return
        sender = message.at("from")
        yield Message(
            id=f"{chat}/{message.need('message_id')}",
            text=text,
            changed_at=from_seconds(message.text("edit_date") or message.text("date")),
            sent_at=from_seconds(message.text("date")),
            context=f"Telegram, from {sender.text('first_name')} {sender.text('username')}".rstrip(),
            mine=self._is_me(sender) and "forward_origin" not in message and "via_bot" not in message,
        )

    def _is_me(self, user: Fields) -> bool:
        return (
            bool(self.config["TELEGRAM_MY_USER_ID"]) and user.text("id") == self.config["TELEGRAM_MY_USER_ID"]
        )

    # -- buttons -------------------------------------------------------------------------------------------------------

    def captured(self, client: Client, tasks: Sequence[Task]) -> None:
        """Says what was captured, and offers what can be done about it."""
        for task in tasks:
            self._show(client, task, f"Captured: {task['title']}")

    def told(self, event: Event, task: Task) -> str | None:
        """The words for a question or a result of one of these tasks."""
        if event["type"] == "asked" and task["question"]:
            return f"{task['title']}\n{task['question']['asked_by']} asks: {task['question']['text']}"
        if event["type"] == "submitted" and task["result"]:
            return f"{task['title']}\nTo review: {task['result']['summary']}"
        return None

    def _show(self, client: Client, task: Task, words: str) -> None:
        """The words where the task came from; the buttons in the person's private chat, whose id is their own."""
        chat = (task["external_id"] or "").removeprefix(f"{self.name}:").partition("/")[0]
        mine = self.config["TELEGRAM_MY_USER_ID"]
        rows = self._rows(client, task) if mine else []
        if not rows:
            return
        said = {"text": words[:4_000]}
        buttons = {"chat_id": mine, **said, "reply_markup": {"inline_keyboard": rows}}
        if chat == mine:
            self._ask("sendMessage", buttons)
            return
        self._ask("sendMessage", {"chat_id": chat, **said})
        try:
            self._ask("sendMessage", buttons)
        except SourceTrouble as trouble:
            log.warning("no buttons; have you written to the bot in private once? %s", trouble)

    def _rows(self, client: Client, task: Task) -> list[list[dict[str, Any]]]:
        try:
            made = run(client.make_actions(task["id"]))["actions"]
        except Problem as problem:
            log.warning("no buttons: %s", problem)  # the key lacks may_relay, or the task needs nobody now
            return []
        shown = [action for action in made if action["asks"] is None or action["url"].startswith("https:")]
        return [[_button(action)] for action in shown[:SHOWN]]

    def act(self, client: Client, delivery: Delivery) -> None:
        """Relays a press of the person in their private chat; any other press or update does nothing here."""
        query = delivery.json.at("callback_query")
        message = query.at("message")
        private = message.at("chat").text("id") == self.config["TELEGRAM_MY_USER_ID"]
        if not (query.text("data") and private and self._is_me(query.at("from"))):
            return
        try:
            done = run(client.relay_action(query.text("data")))
            said = f"{done['label']}: done."
        except Problem as problem:
            said = str(problem)
        try:
            self._ask("answerCallbackQuery", {"callback_query_id": query.text("id"), "text": said[:200]})
            self._ask("editMessageReplyMarkup", {"chat_id": message.at("chat").text("id"),
                                                 "message_id": int(message.number("message_id") or 0)})  # fmt: skip
        except SourceTrouble as trouble:
            log.warning("the press was relayed; Telegram was not told: %s", trouble)  # its button is too old

    # -- back out ------------------------------------------------------------------------------------------------------

    def say(self, client: Client, note: Note) -> None:
        """Shows a question or a result, and its buttons."""
        self._show(client, note.task, note.text)

    def _ask(self, method: str, said: dict[str, Any]) -> Any:
        url = f"{self.config['TELEGRAM_API_URL']}/bot{self.config['TELEGRAM_BOT_TOKEN']}/{method}"
        answer = self.web.ask("POST", url, body=said, timeout=PATIENCE + 15)
        return (answer or {}).get("result")


def _button(action: dict[str, Any]) -> dict[str, Any]:
    """A press that says everything is relayed; one that wants words opens the page that asks for them."""
    how = {"callback_data": action["token"]} if action["asks"] is None else {"url": action["url"]}
    return {"text": action["label"][:60], **how}


if __name__ == "__main__":
    sys.exit(main(Telegram))
