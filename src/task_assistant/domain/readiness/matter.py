"""What is assessed: a task's words, and where they come from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Matter:
    """The text of a task and its context, as far as the assessment may look at them."""

    title: str
    description: str | None = None
    source_context: str | None = None
    source_url: str | None = None
    origin: str = "manual"
    source_name: str | None = None
    labels: tuple[str, ...] = ()

    @property
    def thread(self) -> bool:
        """Where it came from is at hand, so that "it" and "Alice" are no riddle."""
        return bool(self.source_context or self.source_url)

    @property
    def described(self) -> bool:
        """Somebody wrote more than the title."""
        return len((self.description or "").strip()) >= ENOUGH


ENOUGH = 20  # characters of a description that say something
