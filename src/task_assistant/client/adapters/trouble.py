"""What can go wrong between a source, its adapter and the server: an exception each, with what to do in its text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class Misconfigured(Exception):
    """The environment lacks something; the adapter refuses to start. `problems` names all of it at once."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("This adapter cannot start:\n" + "\n".join(f"  {problem}" for problem in problems))


class BadSignature(Exception):
    """Somebody else sent this, or the secret differs from the one that the source signs with."""


class Malformed(Exception):
    """A delivery that is not what the source documents."""


class SourceTrouble(Exception):
    """The source does not give what it should. `status` and `code` go into the report; the text says what to do.

    `retry_after` is in seconds, when the source named a time.
    """

    status: ClassVar[str] = "failed"
    code: ClassVar[str] = "source_failed"

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class Unavailable(SourceTrouble):
    """No answer, or a failure on the source's own side; it may pass."""

    status = "unavailable"
    code = "no_answer"


class SignInNeeded(SourceTrouble):
    """The source no longer takes the credential."""

    status = "reauth_required"
    code = "signed_out"


class RateLimited(SourceTrouble):
    """The source asks to be left alone for a while."""

    status = "rate_limited"
    code = "asked_to_wait"


class WrongSettings(SourceTrouble):
    """What the settings name is not there."""

    status = "misconfigured"
    code = "not_found"
