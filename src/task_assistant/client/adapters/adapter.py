"""What an author writes: what a source is called, what it needs, and how one of its deliveries is read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from task_assistant.client import Client
from task_assistant.client.adapters.configuration import Configuration, Setting
from task_assistant.client.adapters.content import Item
from task_assistant.client.adapters.delivery import Answer, Delivery
from task_assistant.client.adapters.signatures import Signature
from task_assistant.client.adapters.state import State
from task_assistant.client.adapters.vendor import Vendor, Web
from task_assistant.client.shapes import Task


@dataclass(frozen=True, slots=True)
class Page:
    """Deliveries of a poll, and where the next poll goes on once they have been taken."""

    deliveries: tuple[Delivery, ...]
    cursor: str | None


class Adapter(ABC):
    """A source. An instance is made once, with its configuration; `web` asks the source itself.

    `name` begins the external ids and never changes; `repair_url` is where the person mends what is broken; `edits` is
    False for a source whose items never change.
    """

    name: ClassVar[str]
    origin: ClassVar[str]
    title: ClassVar[str]
    repair_url: ClassVar[str]
    settings: ClassVar[tuple[Setting, ...]] = ()
    edits: ClassVar[bool] = True

    def __init__(self, config: Configuration, state: State, web: Web | None = None) -> None:
        self.config, self.state, self.web = config, state, web or Vendor()

    @property
    def source_id(self) -> str:
        """What tells this source from others of its kind."""
        return self.config["PTA_SOURCE_ID"] or self.name

    @property
    def source_name(self) -> str:
        """How people call it."""
        return self.config["PTA_SOURCE_NAME"] or self.title

    @abstractmethod
    def read(self, delivery: Delivery) -> Iterable[Item]:
        """The items of a delivery; none for what is no concern of this adapter.

        Raises:
            Malformed: it is not what the source documents.
            SourceTrouble: more had to be asked of the source, and it did not answer.
        """

    def act(self, client: Client, delivery: Delivery) -> None:  # noqa: B027 -- most have none
        """What a delivery asks to be done rather than captured, such as the press of a button; nothing, for most."""

    def captured(self, client: Client, tasks: Sequence[Task]) -> None:  # noqa: B027 -- most have none
        """Called with the tasks that have just been made, for an answer at the source. May raise SourceTrouble."""


class WebhookAdapter(Adapter):
    """A source that sends. `signature` says how it proves that it is the source."""

    signature: ClassVar[Signature]

    def greet(self, delivery: Delivery) -> Answer | None:  # noqa: ARG002 - for those that override it
        """The answer to a handshake, before any signature is checked; None for a delivery like any other."""
        return None

    def welcome(self, delivery: Delivery) -> Answer | None:  # noqa: ARG002 - for those that override it
        """The answer to a signed delivery that wants one of its own, such as a challenge."""
        return None

    def check(self, delivery: Delivery, now: datetime) -> None:
        """Raises BadSignature."""
        self.signature.check(delivery, self.config, now)

    def sign(self, body: bytes, now: datetime) -> dict[str, str]:
        """The headers with which the source would send this body; for tests."""
        return self.signature.sign(body, self.config, now)


class PollingAdapter(Adapter):
    """A source that is asked, every `every` seconds."""

    every: ClassVar[float] = 60.0

    @abstractmethod
    def fetch(self, cursor: str | None) -> Iterator[Page]:
        """Pages after the cursor (None at the very first poll), until nothing more is there.

        Raises SourceTrouble.
        """


class FileAdapter(Adapter):
    """A source that is named on the command line: files, or standard input. `files` are set before each round.

    A delivery's `path` is the file's name, empty for standard input; `last-modified` among its headers is ISO 8601.
    """

    files: Sequence[Delivery] = ()
