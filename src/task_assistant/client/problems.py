"""What the server refused (RFC 9457), and what kept a request from reaching it: one exception for each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit


class Problem(Exception):
    """The server said no. `code` is stable; `detail` says what to do; `facts` are the members that it added.

    `retry_after` is in seconds, None when the server named no time.
    """

    codes: ClassVar[tuple[str, ...]] = ()

    def __init__(self, status: int, body: Mapping[str, Any], retry_after: int | None = None) -> None:
        self.status = status
        self.code = str(body.get("code", f"http_{status}"))
        self.title = str(body.get("title", "Refused"))
        self.detail = str(body.get("detail", self.title))
        self.request_id = body.get("request_id")
        self.retry_after = retry_after
        plain = ("type", "title", "status", "detail", "code", "request_id", "instance")
        self.facts: dict[str, Any] = {name: value for name, value in body.items() if name not in plain}
        super().__init__(self.detail)


class Unauthorised(Problem):
    """No key, or one that the server does not know (401)."""

    codes = ("not_signed_in",)


class Forbidden(Problem):
    """The key is right and its role or limits do not allow this (403)."""

    codes = ("role_forbidden", "field_forbidden", "scoped_key", "outside_key_limits", "never_held")


class Missing(Problem):
    """There is no such thing, or this key may not read it (404)."""

    codes = ("not_found", "task_not_found")


class NothingToClaim(Problem):
    """No task is claimable now (404). It is a final answer, not a failure."""

    codes = ("no_claimable_task",)


class AgentsPaused(Problem):
    """The person has paused agents; `retry_after` says when to ask again (404)."""

    codes = ("paused",)


class ClaimHeld(Problem):
    """Another worker holds the task: `facts` name the `holder` and until when (409)."""

    codes = ("claim_held",)


class ClaimLost(Problem):
    """The claim has ended. Stop working on the task; texts that came with the request were kept (409)."""

    codes = ("claim_lost",)


class Conflict(Problem):
    """The task is not in the state that this needs (409)."""

    codes = (
        "illegal_move", "not_claimable", "no_question", "no_assessment", "already_triaged", "result_changed",
        "external_id_taken", "dependency_cycle", "name_taken", "undo_conflict", "not_undoable", "action_link_outdated",
        "store_not_empty", "not_the_same",
    )  # fmt: skip


class Gone(Problem):
    """A one-use link that was used, is too old or was never made; `facts` may say `used_at` (410)."""

    codes = ("action_link_gone",)


class Changed(Problem):
    """The task has changed since the version that `If-Match` named (412)."""

    codes = ("version_mismatch",)


class Invalid(Problem):
    """The request is not what the contract says; `errors` names each field (422)."""

    codes = ("validation_error", "invalid_batch", "idempotency_key_reused", "dump_refused")

    @property
    def errors(self) -> list[dict[str, str]]:
        """`{"field", "message"}` for each thing to mend."""
        return list(self.facts.get("errors", []))


class Overloaded(Problem):
    """The server could not take it now, also after trying again (429, 503)."""

    codes = ("busy",)


class Unreachable(Exception):
    """No answer came: the server is not there, or the line broke. `sent` is False when nothing can have happened."""

    def __init__(self, url: str, why: str, *, sent: bool) -> None:
        self.url, self.why, self.sent = url, why, sent
        super().__init__(
            f"No answer from {url} ({why}). Is the server running? Start it with `pta serve`, or set TASK_TRACKER_URL."
        )


class NotAnAddress(Unreachable):
    """What is set as the server's address is none. It may be a misplaced key: only scheme and host are told."""

    def __init__(self, url: str) -> None:
        told = _scheme_and_host(url)
        super().__init__(told, "not an address", sent=False)
        named = f" ({told})" if told else ""
        self.args = (f"TASK_TRACKER_URL{named} is no address; write it like http://127.0.0.1:8000",)


def _scheme_and_host(url: str) -> str:
    """Such as `ftp://here`; empty when there are not both."""
    try:
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.hostname}" if parts.scheme and parts.hostname else ""
    except ValueError:  # such as half of an IPv6 address
        return ""


class NoKey(Exception):
    """There is no key to send."""

    def __init__(self, why: str = "") -> None:
        super().__init__(
            why
            or "No key: set TASK_TRACKER_API_KEY in the environment, or in the file .env of this directory."
        )


class NotAKey(NoKey):
    """What is set as the key cannot be one; the message has nothing of it."""

    def __init__(self) -> None:
        super().__init__("TASK_TRACKER_API_KEY has a line break, or a letter that no key has. Copy it again.")


KINDS = (
    Unauthorised, Forbidden, Missing, NothingToClaim, AgentsPaused, ClaimHeld, ClaimLost, Conflict, Gone, Changed,
    Invalid, Overloaded,
)  # fmt: skip
_BY_CODE = {code: kind for kind in KINDS for code in kind.codes}
_BY_STATUS: dict[int, type[Problem]] = {
    401: Unauthorised, 403: Forbidden, 404: Missing, 409: Conflict, 410: Gone, 412: Changed, 422: Invalid,
    429: Overloaded, 503: Overloaded,
}  # fmt: skip


def problem_of(status: int, body: bytes, retry_after: str | None) -> Problem:
    """The exception for an answer of 400 or more, also for one that some proxy wrote."""
    try:
        read = json.loads(body)
    except ValueError:
        read = {}
    members = read if isinstance(read, dict) else {}
    kind = _BY_CODE.get(str(members.get("code")), _BY_STATUS.get(status, Problem))
    seconds = int(retry_after) if retry_after and retry_after.isdigit() else None
    return kind(status, members, seconds)
