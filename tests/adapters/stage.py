"""A stage: a real app, an adapter as `main` runs it, its source played on loopback, real HTTP between all of them."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from task_assistant.bootstrap.scratch import Scratch
from task_assistant.client import Client, run
from task_assistant.client.adapters import Adapter, WebhookAdapter
from task_assistant.client.adapters.configuration import configure
from task_assistant.client.adapters.contract.examples import Example, load_examples
from task_assistant.client.adapters.ending import Outcome
from task_assistant.client.adapters.receiver import Receiver
from task_assistant.client.adapters.redaction import Redactor
from task_assistant.client.adapters.rounds import Rounds
from task_assistant.client.adapters.state import State
from task_assistant.client.adapters.vendor import Vendor
from task_assistant.client.plain import PlainTransport
from task_assistant.client.shapes import Source, Task

Reply = tuple[int, Any, dict[str, str]]


@dataclass
class Asked:
    """One request to the source."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


@dataclass
class Vendored:
    """The source's own HTTP interface; `answer` decides, `asked` remembers."""

    answer: Callable[[Asked], Reply]
    asked: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                body = self.rfile.read(int(self.headers.get("content-length", "0")))
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked = Asked(self.command, parts.path, query, headers, json.loads(body) if body else None)
                stand_in.asked.append(asked)
                status, said, more = stand_in.answer(asked)
                content = json.dumps(said).encode()
                self.send_response(status)
                for name, value in {**more, "Content-Length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PATCH = answer  # noqa: N815 -- the names that http.server looks for

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Impatient(PlainTransport):
    async def pause(self, seconds: float) -> None: ...


@dataclass
class Stage:
    """One adapter between its source and a real app."""

    kind: type[Adapter]
    scratch: Scratch
    directory: Path
    stack: ExitStack
    environ: dict[str, str] = field(default_factory=dict)
    limits: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.person = self.client(self.scratch.owner_key)
        self.key = run(self.person.create_key("adapter", self.kind.name, **self.limits))
        needed = {s.name: s.example for s in self.kind.settings if s.default is None}
        around = {"TASK_TRACKER_URL": self.scratch.url, "TASK_TRACKER_API_KEY": self.key["key"]}
        self.config = configure(
            self.kind.settings, {**needed, **around, "PTA_TIME_ZONE": "UTC", **self.environ}
        )
        web = Vendor()
        self.stack.callback(web.close)
        self.adapter = self.kind(self.config, State(self.directory), web)
        self.redactor = Redactor(self.config.secrets)
        self.own = self.client(self.key["key"])
        self.rounds = Rounds(self.adapter, self.own, self.redactor)
        if isinstance(self.adapter, WebhookAdapter):
            self.receiver = Receiver(self.adapter)
            self.door = self.receiver.serve("127.0.0.1", 0)
            threading.Thread(
                target=self.door.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
            ).start()
            self.stack.callback(self.door.server_close)
            self.stack.callback(self.door.shutdown)

    def client(self, key: str) -> Client:
        client = Client(self.scratch.url, key, transport=Impatient(self.scratch.url), program="pta-adapter")
        self.stack.callback(lambda: run(client.close()))
        return client

    def examples(self) -> dict[str, Example]:
        files = {"email": "mail", "meeting": "meeting_notes"}
        return load_examples(Path("adapters/fixtures") / files.get(self.kind.name, self.kind.name))

    def send(
        self, body: bytes, headers: dict[str, str], path: str = "/", method: str = "POST"
    ) -> tuple[int, bytes, dict[str, str]]:
        """One real request to the adapter's receiver."""
        wire = http.client.HTTPConnection("127.0.0.1", self.door.server_port, timeout=10)
        wire.request(method, path, body, headers)
        answer = wire.getresponse()
        read = answer.status, answer.read(), {n.lower(): v for n, v in answer.getheaders()}
        wire.close()
        return read

    def hook(self, example: Example, signed: bool = True) -> int:
        """A webhook of the source, rightly signed or with a signature of something else; and a round."""
        assert isinstance(self.adapter, WebhookAdapter)
        body = example.delivery.body
        made = self.adapter.sign(body if signed else body + b"!", datetime.now(UTC))
        status, _, _ = self.send(body, {**example.delivery.headers, **made}, example.delivery.path)
        self.round()
        return status

    def round(self) -> Outcome:
        forged = self.receiver.count_forged() if isinstance(self.adapter, WebhookAdapter) else 0
        return self.rounds.once(forged)

    def tasks(self) -> list[Task]:
        found = run(self.person.tasks(origin=self.kind.origin, include_done="true", full="true", limit=100))
        return sorted(found, key=lambda task: task["id"])

    def titles(self) -> list[str]:
        return [task["title"] for task in self.tasks()]

    def source(self) -> Source:
        return next(s for s in run(self.person.sources()) if s["source_id"] == self.adapter.source_id)
