"""A small IMAP server on loopback: enough of RFC 3501 for a client that reads one folder, and nothing to write with."""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from dataclasses import dataclass, field


@dataclass
class Mailbox:
    """Folders by name, each a list of messages (the UID is the place, from 1); one user. With `tls` from the start."""

    folders: dict[str, list[bytes]]
    password: str = "mail-password-of-a-test"
    validity: int = 7
    commands: list[str] = field(default_factory=list)
    tls: ssl.SSLContext | None = None

    def __post_init__(self) -> None:
        mailbox = self

        class Handler(socketserver.StreamRequestHandler):
            def setup(self) -> None:
                if mailbox.tls is not None:
                    self.request = mailbox.tls.wrap_socket(self.request, server_side=True)
                super().setup()

            def finish(self) -> None:
                super().finish()
                self.request.close()

            def handle(self) -> None:
                self.wfile.write(b"* OK ready\r\n")
                session = _Session(mailbox)
                while line := self.rfile.readline():
                    tag, _, command = line.decode().strip().partition(" ")
                    mailbox.commands.append(command)
                    self.wfile.write(session.answer(command) % tag.encode())
                    if command.upper() == "LOGOUT":
                        return

        self.server = _Quiet(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()
        self.port = self.server.server_address[1]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class _Quiet(socketserver.ThreadingTCPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up, as one does that does not trust the certificate."""


class _Session:
    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        self.messages: list[bytes] = []

    def answer(self, command: str) -> bytes:
        """What is sent back, with `%b` for the tag."""
        verb = command.split(" ", maxsplit=1)[0].upper()
        if verb == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1\r\n%b OK done\r\n"
        if verb == "LOGIN":
            right = command.endswith(f'"{self.mailbox.password}"')
            return b"%b OK done\r\n" if right else b"%b NO [AUTHENTICATIONFAILED] Invalid credentials\r\n"
        if verb == "EXAMINE":
            return self._examine(command.split(" ", 1)[1].strip('"'))
        if verb == "UID" and "SEARCH" in command:
            first = int(re.findall(r"UID (\d+):\*", command)[0])
            last = len(self.messages)
            found = " ".join(map(str, range(min(first, last), last + 1))) if last else ""
            return f"* SEARCH {found}\r\n".encode() + b"%b OK done\r\n"
        if verb == "UID":
            uid = int(command.split(" ")[2])
            body = self.messages[uid - 1]
            head = f"* {uid} FETCH (UID {uid} BODY[]<0> {{{len(body)}}}\r\n".encode()
            return head + body.replace(b"%", b"%%") + b")\r\n%b OK done\r\n"
        return b"* BYE\r\n%b OK done\r\n" if verb == "LOGOUT" else b"%b BAD not here\r\n"

    def _examine(self, folder: str) -> bytes:
        if folder not in self.mailbox.folders:
            return b"%b NO no such folder\r\n"
        self.messages = self.mailbox.folders[folder]
        said = f"* {len(self.messages)} EXISTS\r\n* OK [UIDVALIDITY {self.mailbox.validity}] valid\r\n"
        return said.encode() + b"%b OK [READ-ONLY] done\r\n"
