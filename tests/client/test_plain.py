"""The plain transport against a server that hangs up."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from task_assistant.client import Client, Unreachable, run

KEY = "a-key"


class HangsUp(BaseHTTPRequestHandler):
    """Answers each first request of a connection; hangs up on the second, and on every PATCH, after reading it."""

    protocol_version = "HTTP/1.1"
    asked: list[str]

    def setup(self) -> None:
        super().setup()
        self.answered = 0

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        type(self).asked.append(self.command)
        if self.answered or self.command == "PATCH":
            self.close_connection = True
            return
        self.answered += 1
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_PATCH = answer  # noqa: N815 - the base class looks for these names

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def server() -> Iterator[tuple[Client, list[str]]]:
    HangsUp.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), HangsUp) as listening:
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        client = Client.plain(f"http://127.0.0.1:{listening.server_port}", KEY)
        yield client, HangsUp.asked
        run(client.close())
        listening.shutdown()
        thread.join()


def test_a_kept_connection_that_was_closed_is_opened_anew(server: tuple[Client, list[str]]) -> None:
    client, asked = server
    run(client.me())
    run(client.me())
    assert asked == ["GET", "GET", "GET"]


def test_a_change_that_may_have_arrived_is_sent_once(server: tuple[Client, list[str]]) -> None:
    client, asked = server
    run(client.me())
    with pytest.raises(Unreachable):
        run(client.edit(1, title="Call Bob"))
    assert asked == ["GET", "PATCH"]
