"""E-mail from an IMAP server on loopback into a real app: tasks once, whose words count, and what breaks shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters import mail as mail_module
from adapters.mail import Mail
from tests.adapters.certificates import Authority
from tests.adapters.imap import Mailbox
from tests.adapters.stage import Stage

Post = Callable[..., Stage]


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    mailbox = Mailbox(
        {"Tasks": [], "INBOX": [b"From: a@example.com\r\nSubject: not for tasks\r\n\r\nHi\r\n"]}
    )
    yield mailbox
    mailbox.close()


@pytest.fixture
def post(stage: Callable[..., Stage], mailbox: Mailbox) -> Post:
    def open_(**more: str) -> Stage:
        around = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(mailbox.port), "EMAIL_USER": "you@example.com",
                  "EMAIL_PASSWORD": mailbox.password}  # fmt: skip
        return stage(Mail, around | more)

    return open_


def example(stage: Stage, name: str) -> bytes:
    return stage.examples()[name].delivery.body


def test_a_message_becomes_its_task_once_and_nothing_is_written_to_the_mailbox(
    post: Post, mailbox: Mailbox
) -> None:
    mail = post()
    mailbox.folders["Tasks"].append(example(mail, "created"))
    assert mail.round().code == 0
    assert mail.round().code == 0
    (task,) = mail.tasks()
    assert task["title"] == "Send Alice revised numbers"
    assert "Subject: Numbers for the board" in (task["source_context"] or "")
    assert mail.source()["status"] == "healthy"
    assert not any(
        word in " ".join(mailbox.commands) for word in ("SELECT", "STORE", "APPEND", "EXPUNGE", "COPY")
    )


def test_a_message_without_a_task_becomes_one_card_with_its_text(post: Post, mailbox: Mailbox) -> None:
    mail = post()
    mailbox.folders["Tasks"].append(example(mail, "card"))
    mail.round()
    (task,) = mail.tasks()
    assert (task["title"], task["description"]) == ("Grüße aus Zürich", "When do you come to Zürich?")
    assert task["lane"] == "triage"


def test_only_new_messages_are_fetched_and_a_folder_made_anew_makes_no_second_tasks(
    post: Post, mailbox: Mailbox
) -> None:
    mail = post()
    mailbox.folders["Tasks"].append(example(mail, "created"))
    mail.round()
    mailbox.folders["Tasks"].append(example(mail, "card"))
    mailbox.commands.clear()
    mail.round()
    assert [command for command in mailbox.commands if "FETCH" in command] == [
        "UID FETCH 2 (BODY.PEEK[]<0.1000000>)"
    ]
    mailbox.validity = 8
    mail.round()
    assert sum("FETCH" in command for command in mailbox.commands) == 3
    assert len(mail.tasks()) == 2


def test_prefixes_count_only_in_mail_that_the_persons_own_server_found_genuine(
    post: Post, mailbox: Mailbox
) -> None:
    mail = post(EMAIL_MY_ADDRESSES="alice@example.org", EMAIL_AUTHSERV_ID="mx.example.com")
    genuine = example(mail, "created").replace(b"todo: Send", b"me: Send")
    forged = genuine.replace(b"dmarc=pass", b"dmarc=fail").replace(b"1234@", b"1235@")
    stranger = genuine.replace(b"mx.example.com", b"mx.example.net").replace(b"1234@", b"1236@")
    quoted = forged.replace(b"(p=none)", b'smtp.mailfrom="x; dmarc=pass "@evil.example').replace(
        b"1235@", b"1237@"
    )
    mailbox.folders["Tasks"] += [genuine, forged, stranger, quoted]
    mail.round()
    assert [task["assignee"] for task in mail.tasks()] == ["me", "unassigned", "unassigned", "unassigned"]


def test_an_empty_message_makes_nothing(post: Post, mailbox: Mailbox) -> None:
    mail = post()
    mailbox.folders["Tasks"].append(example(mail, "unknown"))
    mail.round()
    assert mail.tasks() == []
    assert mail.source()["status"] == "healthy"


@pytest.mark.parametrize(
    ("around", "status", "advice"),
    [
        ({"EMAIL_PASSWORD": "a-wrong-password"}, "reauth_required", "make a new"),
        ({"EMAIL_FOLDER": "Elsewhere"}, "misconfigured", "set EMAIL_FOLDER"),
        ({"EMAIL_PORT": "9"}, "unavailable", "does not answer"),
    ],
)
def test_what_breaks_shows_with_what_to_do_and_without_the_password(
    post: Post, around: dict[str, str], status: str, advice: str
) -> None:
    mail = post(**around)
    assert mail.round().code == 1
    source = mail.source()
    assert source["status"] == status
    assert advice in (source["error_message"] or "")
    assert mail.config["EMAIL_PASSWORD"] not in str(source)


def test_a_broken_source_recovers(post: Post, mailbox: Mailbox) -> None:
    mail = post(EMAIL_FOLDER="Later")
    mail.round()
    assert mail.source()["status"] == "misconfigured"
    mailbox.folders["Later"] = [example(mail, "created")]
    mail.round()
    assert mail.source()["status"] == "healthy"
    assert len(mail.tasks()) == 1


# -- TLS ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority that this computer trusts; and loopback is like any other place."""
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    monkeypatch.setattr(mail_module, "LOOPBACK", ())
    return authority


def test_the_server_is_spoken_to_over_tls_when_its_certificate_proves_its_name(
    post: Post, mailbox: Mailbox, trusted: Authority
) -> None:
    mail = post(EMAIL_HOST="localhost")
    mailbox.tls = trusted.server("localhost")
    mailbox.folders["Tasks"].append(example(mail, "created"))
    assert mail.round().code == 0
    assert len(mail.tasks()) == 1


@pytest.mark.parametrize("proves", ["another name", "nothing: its authority is unknown"])
def test_a_server_that_does_not_prove_its_name_gets_no_password_and_recovers(
    proves: str, post: Post, mailbox: Mailbox, trusted: Authority, tmp_path: Path
) -> None:
    mail = post(EMAIL_HOST="localhost")
    (tmp_path / "unknown").mkdir()
    other = Authority(tmp_path / "unknown").server("localhost")
    mailbox.tls = trusted.server("imap.example.org") if proves == "another name" else other
    assert mail.round().code == 1
    assert mailbox.commands == []
    source = mail.source()
    assert source["status"] == "misconfigured"
    assert "does not prove that it is localhost" in (source["error_message"] or "")
    assert "check EMAIL_HOST" in (source["error_message"] or "")
    mailbox.tls = trusted.server("localhost")
    assert mail.round().code == 0
    assert mail.source()["status"] == "healthy"


def test_a_server_without_tls_gets_no_password(post: Post, mailbox: Mailbox, trusted: Authority) -> None:
    mail = post(EMAIL_HOST="localhost")
    assert trusted.file.exists()
    assert mail.round().code == 1
    assert not any("LOGIN" in command for command in mailbox.commands)
    assert mail.source()["status"] == "unavailable"
