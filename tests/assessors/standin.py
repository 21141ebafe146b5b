"""A stand-in for an OpenAI-compatible endpoint: a real HTTP server on loopback that answers as a test tells it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

JUDGED: dict[str, Any] = {
    "suggested_assignee": "codex", "agent_probability": 0.9, "missing": [], "review": "required", "next_action": None,
    "question": None, "reasons": [{"signal": "writing", "evidence": "Draft", "points": 1.0}],
}  # fmt: skip


class StandIn(ThreadingHTTPServer):
    """`said` is what the model answers, as an object or as raw text; `asked` is what arrived."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.said: Any = JUDGED
        self.raw: bytes | None = None
        self.status = 200
        self.silent = threading.Event()  # set: the answer never comes
        self.over = threading.Event()
        self.asked: list[tuple[str, dict[str, str], dict[str, Any]]] = []

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: StandIn

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        if self.server.silent.is_set():
            self.server.over.wait(20)
            return
        said = self.server.said if isinstance(self.server.said, str) else json.dumps(self.server.said)
        whole = {"choices": [{"message": {"role": "assistant", "content": said}}]}
        answer = self.server.raw if self.server.raw is not None else json.dumps(whole).encode()
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("location", "http://127.0.0.1:9/elsewhere")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@contextmanager
def standing_in() -> Iterator[StandIn]:
    """A running stand-in."""
    server = StandIn()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
