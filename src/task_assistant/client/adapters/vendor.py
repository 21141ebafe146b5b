"""Requests to the source itself, with its refusals as the troubles that a source can have."""

from __future__ import annotations

import json
from typing import Any, Final, Protocol

import httpx2

from task_assistant.client.adapters.backoff import seconds_of
from task_assistant.client.adapters.trouble import (
    RateLimited,
    SignInNeeded,
    SourceTrouble,
    Unavailable,
    WrongSettings,
)

TIMEOUT: Final = 30.0
LARGEST: Final = 20_000_000  # bytes of an answer


class Web(Protocol):
    """What an adapter asks its source with."""

    def ask(
        self, method: str, url: str, *, headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None, body: dict[str, Any] | None = None, timeout: float = TIMEOUT,
    ) -> Any:  # fmt: skip
        """The JSON of the answer, None for an empty one. Raises SourceTrouble."""
        ...


class Vendor:
    """The source over HTTPS. Redirects are not followed: a token must not travel to another address."""

    def __init__(self) -> None:
        self._http = httpx2.Client(timeout=TIMEOUT)

    def ask(
        self, method: str, url: str, *, headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None, body: dict[str, Any] | None = None, timeout: float = TIMEOUT,
    ) -> Any:  # fmt: skip
        """The JSON of the answer, None for an empty one.

        Raises:
            SourceTrouble: as `trouble_of` says; the address is in no text, for it may hold a token.
        """
        try:
            answer = self._http.request(
                method, url, headers=headers, params=query, json=body, timeout=timeout
            )
        except httpx2.TransportError as problem:
            raise Unavailable(f"The source does not answer ({type(problem).__name__}).") from None
        if answer.status_code >= 300:
            raise trouble_of(answer.status_code, answer.headers.get("retry-after"))
        if not answer.content:
            return None
        try:
            return json.loads(answer.content[:LARGEST])
        except ValueError:
            raise Unavailable("The source answered something that is no JSON.") from None

    def close(self) -> None:
        """Lets connections go."""
        self._http.close()


def trouble_of(status: int, retry_after: str | None = None) -> SourceTrouble:
    """What a status means for the person: sign in anew, mend the settings, or wait."""
    named = seconds_of(retry_after)
    if status == 401:
        return SignInNeeded("The source does not take the credential any more (401): make a new one.")
    if status == 429 or (status == 403 and named is not None):
        return RateLimited(f"The source asks to wait ({status}).", named)
    if status == 403:
        return SignInNeeded("The credential may not do this (403): give it the rights that the README names.")
    if status in (404, 410):
        return WrongSettings(f"What the settings name is not there ({status}): check them.")
    if status >= 500:
        return Unavailable(f"The source has a failure of its own ({status}).", named)
    return SourceTrouble(
        f"The source refused the request ({status}): the adapter or its settings need mending."
    )
