"""A small HTTP server for webhooks: who signs rightly is kept on disk and thanked at once; tasks are made later."""

from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import urlsplit

from task_assistant.client.adapters.adapter import WebhookAdapter
from task_assistant.client.adapters.delivery import Answer, Delivery
from task_assistant.client.adapters.trouble import BadSignature, Malformed

log = logging.getLogger("pta.adapter")
LARGEST: Final = 5_000_000  # bytes of a body
SHOWN_EVERY: Final = 60.0  # seconds between two reports of forged deliveries
PATIENCE: Final = 20.0  # seconds in which a request must have come


class Receiver:
    """Takes deliveries for one adapter. `arrived` is set when there is something to do; `forged` counts the refused."""

    def __init__(self, adapter: WebhookAdapter) -> None:
        self._adapter = adapter
        self.arrived = threading.Event()
        self.forged = 0
        self._cried = -SHOWN_EVERY

    def receive(self, delivery: Delivery) -> Answer:
        """The answer to one request. What is answered with 200 is on disk."""
        if delivery.method == "HEAD":  # some sources ask so whether anybody is here before they send
            return Answer()
        if (greeting := self._adapter.greet(delivery)) is not None:
            return greeting
        try:
            self._adapter.check(delivery, datetime.now(UTC))
        except BadSignature as problem:
            log.warning("refused a delivery: %s", problem)
            self.forged += 1
            self._cry()
            return Answer(401, b"The signature is wrong.\n")
        try:
            if (answer := self._adapter.welcome(delivery)) is not None:
                return answer
        except Malformed:
            log.warning("a delivery is not what the source documents; it is kept to be looked at")
        self._adapter.state.spool.put(delivery)
        self.arrived.set()
        return Answer(200, b"Taken.\n")

    def _cry(self) -> None:
        """Has forgeries shown, at most once a minute: whoever floods this door shall not flood the server."""
        now = time.monotonic()
        if now - self._cried >= SHOWN_EVERY:
            self._cried = now
            self.arrived.set()

    def count_forged(self) -> int:
        """How many were refused since this was asked last."""
        refused, self.forged = self.forged, 0
        return refused

    def serve(self, host: str, port: int) -> ThreadingHTTPServer:
        """A listening server; the caller runs `serve_forever` and closes it. Port 0 takes a free one."""
        handler = type("Handler", (_Handler,), {"receiver": self})
        server = ThreadingHTTPServer((host, port), handler)
        server.daemon_threads = True
        return server


class _Handler(BaseHTTPRequestHandler):
    receiver: Receiver
    protocol_version = "HTTP/1.1"
    timeout = PATIENCE
    server_version, sys_version = "pta-adapter", ""

    def do_POST(self) -> None:
        length = self.headers.get("content-length", "")
        if not (length.isascii() and length.isdigit()):
            self.close_connection = True
            self._reply(Answer(411, b"Say Content-Length.\n"))
        elif int(length) > LARGEST:
            self.close_connection = True
            self._reply(Answer(413, b"Too large.\n"))
        else:
            self._reply(self._receive(self.rfile.read(int(length))))

    def do_HEAD(self) -> None:
        self._reply(self._receive(b""))

    def _receive(self, body: bytes) -> Answer:
        headers = {name.lower(): value for name, value in self.headers.items()}
        delivery = Delivery(body, headers, urlsplit(self.path).path, self.command)
        try:
            return self.receiver.receive(delivery)
        except OSError:
            log.exception("a delivery could not be kept")
            return Answer(503, b"Not kept; send it again.\n", {"Retry-After": "60"})
        except Exception:
            log.exception("the adapter stumbled over a request")
            return Answer(500, b"The adapter stumbled over this.\n")

    def _reply(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class names it so
        log.debug(format, *args)
