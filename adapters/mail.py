"""E-mail over IMAP: what is in one folder becomes tasks; nothing is marked, moved or answered.

IMAP as RFC 9051 and RFC 3501 document it (EXAMINE, UIDVALIDITY, UID SEARCH, BODY.PEEK), messages as RFC 5322 and
RFC 2045 do, trust in a sender as RFC 8601 (`Authentication-Results`) does. Gmail is the same with
EMAIL_HOST=imap.gmail.com, an app password (https://support.google.com/accounts/answer/185833), and a label as folder.
"""

from __future__ import annotations

import email
import email.policy
import hashlib
import imaplib
import re
import ssl
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime

from task_assistant.client.adapters import (
    Delivery,
    Item,
    Message,
    Page,
    PollingAdapter,
    Setting,
    SignInNeeded,
    Unavailable,
    WrongSettings,
    main,
    own_words,
    text_of_html,
)

AT_ONCE = 50
LARGEST = 1_000_000  # bytes of a message; texts come first, attachments after
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\([^()]*\)')  # what a sender may have put into the verdicts
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Mail(PollingAdapter):
    """One folder of one account."""

    name = "email"
    origin = "email"
    title = "E-mail"
    repair_url = "https://support.google.com/accounts/answer/185833"
    edits = False
    settings = (
        Setting("EMAIL_HOST", "the IMAP server, such as imap.gmail.com"),
        Setting("EMAIL_USER", "the account"),
        Setting("EMAIL_PASSWORD", "its password, or an app password", secret=True),
        Setting("EMAIL_FOLDER", "the folder or label whose messages become tasks", default="Tasks"),
        Setting("EMAIL_PORT", "the port", default="993"),
        Setting("EMAIL_MY_ADDRESSES", "yours: prefixes count in mail from them", default=""),
        Setting(
            "EMAIL_AUTHSERV_ID", "your server in Authentication-Results; else no mail is yours", default=""
        ),
    )

    def fetch(self, cursor: str | None) -> Iterator[Page]:
        """Messages after the last one, in order of arrival. A folder that was made anew is read from its beginning."""
        try:
            with self._signed_in() as box:
                yield from self._pages(box, cursor)
        except ssl.SSLCertVerificationError as problem:
            raise WrongSettings(
                f"The mail server does not prove that it is {self.config['EMAIL_HOST']} ({problem.verify_message}): "
                "check EMAIL_HOST; an authority of your own goes into SSL_CERT_FILE."
            ) from None
        except imaplib.IMAP4.error as problem:
            raise Unavailable(f"The mail server broke off ({type(problem).__name__}).") from None
        except OSError as problem:
            raise Unavailable(f"The mail server does not answer ({type(problem).__name__}).") from None

    def _signed_in(self) -> imaplib.IMAP4:
        host, port = self.config["EMAIL_HOST"], int(self.config["EMAIL_PORT"])
        if host in LOOPBACK and port != 993:
            box: imaplib.IMAP4 = imaplib.IMAP4(host, port, timeout=30)  # a bridge on this computer
        else:
            box = imaplib.IMAP4_SSL(host, port, ssl_context=ssl.create_default_context(), timeout=30)
        try:
            box.login(self.config["EMAIL_USER"], self.config["EMAIL_PASSWORD"])
        except imaplib.IMAP4.error:
            box.shutdown()
            raise SignInNeeded(
                "The mail server does not take EMAIL_PASSWORD: make a new (app) password."
            ) from None
        return box

    def _pages(self, box: imaplib.IMAP4, cursor: str | None) -> Iterator[Page]:
        quoted = '"' + re.sub(r'([\\"])', r"\\\1", self.config["EMAIL_FOLDER"]) + '"'
        if box.select(quoted, readonly=True)[0] != "OK":
            raise WrongSettings(
                f"There is no folder {self.config['EMAIL_FOLDER']}: make it, or set EMAIL_FOLDER."
            )
        validity = (box.response("UIDVALIDITY")[1][0] or b"0").decode()
        known, _, last = (cursor or "").partition(":")
        after = int(last) if known == validity and last else 0
        found = box.uid("SEARCH", f"UID {after + 1}:*")[1][0] or b""
        uids = sorted(uid for uid in map(int, found.split()) if uid > after)  # n:* always gives the last one
        for first in range(0, len(uids), AT_ONCE):
            some = uids[first : first + AT_ONCE]
            deliveries = tuple(Delivery(self._message(box, uid), path=f"{validity}/{uid}") for uid in some)
            yield Page(deliveries, f"{validity}:{some[-1]}")

    def _message(self, box: imaplib.IMAP4, uid: int) -> bytes:
        parts = box.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{LARGEST}>)")[1]
        return next((bytes(part[1]) for part in parts if isinstance(part, tuple)), b"")

    def read(self, delivery: Delivery) -> Iterable[Item]:
        """The message; what it quotes is context, and names no task."""
        message = email.message_from_bytes(delivery.body, policy=email.policy.default)
        text, sender = body_of(message), parseaddr(header(message, "From"))[1].lower()
        subject = header(message, "Subject")
        if not (text or subject):
            return
        identity = (
            header(message, "Message-ID").strip("<> ") or hashlib.sha256(delivery.body).hexdigest()[:32]
        )
        yield Message(
            id=identity,
            text=own_words(text) or text,
            title=subject,
            sent_at=date_of(message),
            changed_at=date_of(message),
            context=f"E-mail from {header(message, 'From')}, {header(message, 'Date')}\nSubject: {subject}\n\n{text}",
            mine=sender in map(str.lower, self.config.listed("EMAIL_MY_ADDRESSES")) and self._proven(message),
        )

    def _proven(self, message: EmailMessage) -> bool:
        """Whether the person's own server found the sender to be genuine; only its topmost header counts."""
        results = message.get_all("Authentication-Results") or [""]
        server, _, verdicts = str(results[0]).partition(";")
        trusted = self.config["EMAIL_AUTHSERV_ID"]
        found = [verdict.split()[:1] for verdict in QUOTED.sub("", verdicts).split(";")]
        alone = len(message.get_all("From") or []) == 1
        return bool(trusted) and alone and server.split()[:1] == [trusted] and ["dmarc=pass"] in found


def header(message: EmailMessage, name: str) -> str:
    """A header as text, empty when it is missing or cannot be read."""
    try:
        return str(message.get(name) or "")
    except (ValueError, IndexError, AttributeError, TypeError, LookupError):
        return ""


def date_of(message: EmailMessage) -> datetime | None:
    """When it was sent, as it says."""
    try:
        sent = parsedate_to_datetime(header(message, "Date"))
    except (ValueError, TypeError, OverflowError):
        return None
    return sent if sent.tzinfo else sent.replace(tzinfo=UTC)


def body_of(message: EmailMessage) -> str:
    """The text, or the HTML as text; damaged parts as far as they can be read."""
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    try:
        content = str(part.get_content())
    except (LookupError, ValueError, AttributeError):
        raw = part.get_payload(decode=True)
        content = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""
    return (text_of_html(content) if part.get_content_subtype() == "html" else content).strip()


if __name__ == "__main__":
    sys.exit(main(Mail))
