"""A bench for one trial: the adapter under a name of its own, its key, its state, and a way to deliver to it."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from task_assistant.client import Client, run
from task_assistant.client.adapters.adapter import Adapter, FileAdapter, Page, PollingAdapter, WebhookAdapter
from task_assistant.client.adapters.configuration import COMMON, Configuration, configure
from task_assistant.client.adapters.contract.examples import Example
from task_assistant.client.adapters.delivery import Delivery
from task_assistant.client.adapters.ending import Outcome
from task_assistant.client.adapters.receiver import Receiver
from task_assistant.client.adapters.redaction import Redactor
from task_assistant.client.adapters.rounds import Rounds
from task_assistant.client.adapters.state import State
from task_assistant.client.adapters.trouble import WrongSettings
from task_assistant.client.plain import PlainTransport
from task_assistant.client.shapes import Source, Task

NOBODY = "http://127.0.0.1:9"  # the port "discard": nothing listens there


class Broken(Exception):
    """The adapter does not stand the trial; the text says why."""


class Impatient(PlainTransport):
    """Tries again at once."""

    async def pause(self, seconds: float) -> None:
        """Takes no time."""


class Canned:
    """The source, answering from the example's replies."""

    def __init__(self) -> None:
        self.replies: dict[str, Any] = {}

    def ask(self, method: str, url: str, **_: Any) -> Any:
        """The reply to this method and path. Raises WrongSettings when the example has none."""
        asked = f"{method} {urlsplit(url).path}"
        if asked not in self.replies:
            raise WrongSettings(f"The example has no reply to {asked}.")
        return self.replies[asked]


@dataclass
class Bench:
    """One adapter on one server, for one trial. Its name differs from every other's, so that trials do not meet."""

    kind: type[Adapter]
    url: str
    owner: Client
    directory: Path
    log: io.StringIO = field(default_factory=io.StringIO)
    clients: list[Client] = field(default_factory=list)
    handshake: Delivery | None = None

    def __post_init__(self) -> None:
        self.key = run(self.owner.create_key("adapter", self.kind.name))
        self.config = configure(self.kind.settings, self._environ())
        self.web = Canned()
        self.adapter = self.kind(self.config, State(self.directory), self.web)
        self._open()

    def _open(self) -> None:
        """Makes it ready to receive, after the handshake with which some sources begin."""
        self.receiver = Receiver(self.adapter) if isinstance(self.adapter, WebhookAdapter) else None
        if self.receiver is not None and self.handshake is not None:
            self.receiver.receive(self.handshake)
        self.rounds = self._rounds(self.url)

    def _environ(self) -> dict[str, str]:
        needed = {s.name: s.example for s in self.kind.settings if s.default is None or s.secret}
        around = {
            "TASK_TRACKER_URL": self.url,
            "TASK_TRACKER_API_KEY": self.key["key"],
            "PTA_TIME_ZONE": "UTC",
        }
        return needed | around | {"PTA_ADAPTER_STATE": str(self.directory)}

    def _rounds(self, url: str) -> Rounds:
        client = Client(url, self.key["key"], transport=Impatient(url), program="pta-adapter")
        self.clients.append(client)
        return Rounds(self.adapter, client, Redactor(self.config.secrets))

    @contextmanager
    def server_down(self) -> Iterator[None]:
        """Nobody answers in here."""
        self.rounds = self._rounds(NOBODY)
        yield
        self.rounds = self._rounds(self.url)

    def renew_key(self) -> None:
        """Another key of the same name, as a person makes it after a revocation."""
        self.key = run(self.owner.create_key("adapter", self.kind.name))
        self.rounds = self._rounds(self.url)

    def again(self) -> Bench:
        """The same adapter started anew, remembering nothing, with a source id that the server does not know."""
        fresh = Bench.__new__(Bench)
        fresh.__dict__ |= self.__dict__ | {"directory": self.directory / "again"}
        values = {**self.config.values, "PTA_SOURCE_ID": f"{self.kind.name}-again"}
        fresh.config = Configuration(values, self.config.secrets)
        fresh.adapter = self.kind(fresh.config, State(fresh.directory), self.web)
        fresh._open()
        return fresh

    def renamed(self, word: str) -> Bench:
        """A bench of its own for the same adapter, under another name."""
        kind = type(self.kind.__name__, (self.kind,), {"name": f"{self.kind.name}-{word}"})
        return Bench(
            kind, self.url, self.owner, self.directory / word, clients=self.clients, handshake=self.handshake
        )

    # -- delivering ----------------------------------------------------------------------------------------------------

    def deliver(self, example: Example) -> Outcome:
        """Brings an example in as its source would. Raises Broken when it is turned away."""
        self.web.replies = example.replies
        if self.receiver is None:
            return self.poll(example.delivery)
        answer = self.receiver.receive(self.signed(example.delivery))
        if answer.status != 200:
            raise Broken(f"a rightly signed delivery is answered with {answer.status}")
        return self.round()

    def resume(self, example: Example) -> Outcome:
        """Goes on after trouble: a source whose cursor has not moved gives the example again, a webhook has kept it."""
        return self.deliver(example) if self.receiver is None else self.round()

    def round(self) -> Outcome:
        """One round, with what it prints and logs kept."""
        forged = self.receiver.count_forged() if self.receiver else 0
        with self._heard():
            return self.rounds.once(forged)

    def poll(self, delivery: Delivery) -> Outcome:
        """One round of a polling adapter that finds this."""
        if isinstance(self.adapter, PollingAdapter):
            pages = (Page((delivery,), "a later place"),)
            setattr(self.adapter, "fetch", lambda _: iter(pages))  # noqa: B010 -- the source is played here
        if isinstance(self.adapter, FileAdapter):
            self.adapter.files = [delivery]
        return self.round()

    def signed(self, delivery: Delivery) -> Delivery:
        """With the headers of a right signature."""
        if not isinstance(self.adapter, WebhookAdapter):
            return delivery
        made = self.adapter.sign(delivery.body, datetime.now(UTC))
        return replace(delivery, headers={**delivery.headers, **{n.lower(): v for n, v in made.items()}})

    @contextmanager
    def _heard(self) -> Iterator[None]:
        handler = logging.StreamHandler(self.log)
        root, level = logging.getLogger(), logging.getLogger().level
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        try:
            with redirect_stdout(self.log), redirect_stderr(self.log):
                yield
        finally:
            root.removeHandler(handler)
            root.setLevel(level)

    # -- looking -------------------------------------------------------------------------------------------------------

    def tasks(self) -> list[Task]:
        """What the adapter has made, oldest first, in full."""
        found = run(self.owner.tasks(origin=self.kind.origin, include_done="true", limit=500, full="true"))
        mine = [task for task in found if (task["external_id"] or "").startswith(f"{self.kind.name}:")]
        return sorted(mine, key=lambda task: task["id"])

    def source(self) -> Source | None:
        """How the source stands on the page of sources."""
        names = {self.adapter.source_id}
        return next((source for source in run(self.owner.sources()) if source["source_id"] in names), None)

    @property
    def secrets(self) -> list[str]:
        """What must be seen nowhere."""
        declared = [*COMMON, *self.kind.settings]
        return [self.config[s.name] for s in declared if s.secret and len(self.config[s.name]) > 5]
