"""Telegram on a Bot API on loopback: allowed chats only, tasks once, buttons in private that relay one-use tokens."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from adapters.telegram import Telegram
from task_assistant.client import run
from task_assistant.client.adapters import sync
from task_assistant.client.adapters.contract.examples import Example
from task_assistant.client.adapters.rounds import CURSOR
from task_assistant.client.adapters.sync import Sync
from tests.adapters.stage import Asked, Reply, Stage, Vendored

TOKEN = "1111:bot-token-of-a-test"
ME = "1111111"
GROUP = "-100456"


class BotApi:
    """Updates wait until an offset beyond them confirms them, as Telegram keeps them."""

    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.trouble: Reply | None = None
        self.refusing: list[str] = []
        self.last = 100

    def __call__(self, asked: Asked) -> Reply:
        assert asked.path.startswith(f"/bot{TOKEN}/")
        method = asked.path.rpartition("/")[2]
        if method == "sendMessage" and asked.body["chat_id"] in self.refusing:
            return 403, {"ok": False, "error_code": 403, "description": "Forbidden"}, {}
        if self.trouble is not None:
            return self.trouble
        if method != "getUpdates":
            self.sent.append((method, asked.body))
            return 200, {"ok": True, "result": {}}, {}
        self.updates = [u for u in self.updates if u["update_id"] >= asked.body.get("offset", 0)]
        return 200, {"ok": True, "result": self.updates}, {}

    def post(self, example: Example) -> None:
        self.last += 1
        self.updates.append({**json.loads(example.delivery.body), "update_id": self.last})

    def write_in_group(self, example: Example) -> None:
        """The same message, but of the person in a group."""
        update = json.loads(example.delivery.body)
        self.last += 1
        update["message"]["chat"] = {"id": int(GROUP), "type": "supergroup", "title": "Family"}
        self.updates.append({**update, "update_id": self.last})

    def press(self, data: str, by: str = ME, chat: str = ME) -> None:
        self.last += 1
        message = {"message_id": 5, "date": 1, "chat": {"id": int(chat)}}
        query = {
            "id": "99",
            "from": {"id": int(by), "is_bot": False, "first_name": "T"},
            "data": data,
            "message": message,
        }
        self.updates.append({"update_id": self.last, "callback_query": query})

    def buttons(self) -> dict[str, str]:
        """The data of each button of the last message that has any, by its words."""
        shown = [said for method, said in self.sent if method == "sendMessage"][-1]
        return {
            row[0]["text"]: row[0].get("callback_data", "")
            for row in shown["reply_markup"]["inline_keyboard"]
        }

    def answers(self) -> list[str]:
        return [said["text"] for method, said in self.sent if method == "answerCallbackQuery"]


@pytest.fixture
def api() -> BotApi:
    return BotApi()


@pytest.fixture
def bot(
    stage: Callable[..., Stage], vendor: Callable[[Callable[[Asked], Reply]], Vendored], api: BotApi
) -> Callable[..., Stage]:
    def start(**limits: Any) -> Stage:
        around = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_CHATS": f"{ME},{GROUP}", "TELEGRAM_MY_USER_ID": ME}
        return stage(Telegram, around | {"TELEGRAM_API_URL": vendor(api).url}, **limits)

    return start


def test_a_message_becomes_one_task_an_edit_changes_it_and_confirmed_updates_are_gone(
    bot: Callable[..., Stage], api: BotApi
) -> None:
    telegram = bot()
    api.post(telegram.examples()["created"])
    telegram.round()
    assert telegram.titles() == ["Send Alice revised numbers"]
    api.post(telegram.examples()["edited"])
    api.post(telegram.examples()["created"])
    telegram.round()
    assert telegram.titles() == ["Send Alice the revised numbers of May"]
    telegram.round()
    assert api.updates == []


def test_other_chats_are_not_listened_to(bot: Callable[..., Stage], api: BotApi) -> None:
    telegram = bot()
    api.post(telegram.examples()["unknown"])
    telegram.round()
    assert telegram.tasks() == []
    assert telegram.source()["status"] == "healthy"


def test_what_could_not_be_taken_stays_with_telegram(bot: Callable[..., Stage], api: BotApi) -> None:
    telegram = bot()
    run(telegram.person.revoke_key(telegram.key["id"]))
    api.post(telegram.examples()["created"])
    assert telegram.round().code == 5
    assert telegram.adapter.state.read(CURSOR) is None
    assert len(api.updates) == 1


def test_a_broken_bot_shows_with_what_to_do_and_recovers(bot: Callable[..., Stage], api: BotApi) -> None:
    telegram = bot()
    api.trouble = 401, {"ok": False, "error_code": 401, "description": "Unauthorized"}, {}
    telegram.round()
    source = telegram.source()
    assert (source["status"], source["action_url"]) == ("reauth_required", "https://t.me/BotFather")
    assert TOKEN not in str(source)
    api.trouble = None
    telegram.round()
    assert telegram.source()["status"] == "healthy"


def test_a_press_is_relayed_once_and_recorded_as_the_persons(bot: Callable[..., Stage], api: BotApi) -> None:
    telegram = bot(may_relay=True)
    api.post(telegram.examples()["created"])
    telegram.round()
    buttons = api.buttons()
    assert list(buttons) == ["I do it", "Give to an agent"]
    assert all(len(data.encode()) <= 64 for data in buttons.values())
    api.press(buttons["I do it"])
    telegram.round()
    (task,) = telegram.tasks()
    assert task["assignee"] == "me"
    (event,) = [e for e in run(telegram.person.history(task["id"])) if e["type"] == "assigned"]
    assert event["actor"] == "human"
    assert event["changes"]["relayed_by"] == [None, "adapter:telegram"]
    api.press(buttons["I do it"])
    api.press(buttons["Give to an agent"])
    telegram.round()
    assert telegram.tasks()[0]["assignee"] == "me"
    assert api.answers()[0] == "I do it: done."
    assert len(api.answers()) == 3


def test_a_press_by_somebody_else_or_with_a_made_up_token_does_nothing(
    bot: Callable[..., Stage], api: BotApi
) -> None:
    telegram = bot(may_relay=True)
    api.post(telegram.examples()["created"])
    telegram.round()
    api.press(api.buttons()["I do it"], by="2222222")
    api.press("a" * 43)
    telegram.round()
    assert telegram.tasks()[0]["assignee"] == "unassigned"
    assert len(api.answers()) == 1


def test_a_group_gets_the_words_alone_and_the_buttons_go_to_the_private_chat(
    bot: Callable[..., Stage], api: BotApi
) -> None:
    telegram = bot(may_relay=True)
    api.write_in_group(telegram.examples()["created"])
    telegram.round()
    (_, to_group), (_, to_me) = api.sent
    assert to_group == {"chat_id": GROUP, "text": "Captured: Send Alice revised numbers"}
    assert (to_me["chat_id"], to_me["text"]) == (ME, to_group["text"])
    assert list(api.buttons()) == ["I do it", "Give to an agent"]
    api.press(api.buttons()["I do it"])
    telegram.round()
    assert telegram.tasks()[0]["assignee"] == "me"


def test_a_press_in_a_group_does_nothing(bot: Callable[..., Stage], api: BotApi) -> None:
    telegram = bot(may_relay=True)
    api.post(telegram.examples()["created"])
    telegram.round()
    api.press(api.buttons()["I do it"], chat=GROUP)
    telegram.round()
    assert telegram.tasks()[0]["assignee"] == "unassigned"
    assert api.answers() == []


def test_a_person_who_never_wrote_to_the_bot_gets_no_buttons_and_the_group_its_words(
    bot: Callable[..., Stage], api: BotApi
) -> None:
    telegram = bot(may_relay=True)
    api.refusing = [ME]
    api.write_in_group(telegram.examples()["created"])
    telegram.round()
    assert telegram.titles() == ["Send Alice revised numbers"]
    assert telegram.source()["status"] == "healthy"
    assert [said for _, said in api.sent] == [
        {"chat_id": GROUP, "text": "Captured: Send Alice revised numbers"}
    ]


def test_a_key_without_may_relay_shows_no_buttons(bot: Callable[..., Stage], api: BotApi) -> None:
    telegram = bot()
    api.post(telegram.examples()["created"])
    telegram.round()
    assert api.sent == []


def test_a_question_comes_with_its_options_as_buttons_and_the_press_answers_it(
    bot: Callable[..., Stage], api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "GRACE", 0.0)
    telegram = bot(may_relay=True)
    assert isinstance(telegram.adapter, Telegram)
    syncing = Sync(telegram.adapter, telegram.adapter, telegram.own, telegram.redactor)
    syncing.once()
    api.post(telegram.examples()["created"])
    telegram.round()
    (task,) = telegram.tasks()
    run(telegram.person.verb(task["id"], "assign", assignee="codex"))
    agent = telegram.client(run(telegram.person.create_key("agent", "alpha"))["key"])
    claimed = run(agent.claim(task["id"]))
    run(agent.ask(task["id"], claimed["claim_token"], "Which quarter?", "decision", options=["Q1", "Q2"]))
    syncing.once()
    assert list(api.buttons()) == ["Q1", "Q2"]
    api.press(api.buttons()["Q2"])
    telegram.round()
    (task,) = telegram.tasks()
    assert (task["status"], task["lane"]) == ("backlog", "agent")
