"""What hosted mode refuses to start with: a table of rules, each with the one sentence that it ends the start with.

Hosted mode is a `PUBLIC_BASE_URL` that is not on loopback, or Cloud Run (`K_SERVICE`). What is one person's comfort on
a laptop would be open to everybody there.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from task_assistant.bootstrap.refusal import SettingsRefused

MIN_API_KEY: Final = 16  # characters
MIN_SESSION_SECRET: Final = 32
MIN_DIFFERENT: Final = 6  # characters that differ; fewer are no random text
_PLACEHOLDER: Final = re.compile(
    r"(change|replace)[-_ ]?(me|this|with|it).*|your[-_ ].*|<.*>|\.{3,}|…|x{3,}", re.I
)
Given = Mapping[str, str]


def is_placeholder(value: str) -> bool:
    """Whether a secret is still the example of some documentation."""
    return _PLACEHOLDER.fullmatch(value) is not None


class Rule(NamedTuple):
    """`setting` may not stand as it is when `unsafe`; `advice` completes the sentence that names it."""

    setting: str
    unsafe: Callable[[Given], bool]
    advice: str


def guess(text: str, shortest: int) -> bool:
    """Whether somebody may guess a secret: a placeholder, too short, or hardly any different characters."""
    return is_placeholder(text) or len(text) < shortest or len(set(text)) < MIN_DIFFERENT


def _guessed(name: str, shortest: int) -> Callable[[Given], bool]:
    return lambda given: name in given and guess(given[name], shortest)


def _plain(name: str) -> Callable[[Given], bool]:
    return lambda given: name in given and not given[name].lower().startswith("https://")


def _on_loopback(given: Given) -> bool:
    return is_loopback(given.get("PUBLIC_BASE_URL"))


def _any_host(given: Given) -> bool:
    return any("*" in part for part in re.split(r"[,\s]+", given.get("ALLOWED_HOSTS", "")))


def _any_proxy(given: Given) -> bool:
    parts = re.split(r"[,\s]+", given.get("TRUSTED_PROXIES", ""))
    return any("*" in part or part.endswith("/0") for part in parts)


def _local_sign_in(given: Given) -> bool:
    return given.get("LOCAL_SIGN_IN", "").lower() == "auto"


_RANDOM: Final = "of {0} or more random characters"
_SECRET: Final = _RANDOM.format(MIN_SESSION_SECRET)
_KEY: Final = _RANDOM.format(MIN_API_KEY) + ", or none"
HOSTED_RULES: Final[tuple[Rule, ...]] = (
    Rule("PUBLIC_BASE_URL", _on_loopback, "to be the https address that browsers use, not this machine's own name"),
    Rule("PUBLIC_BASE_URL", _plain("PUBLIC_BASE_URL"), "to start with https://: plain http can be read on its way"),
    Rule("SESSION_SECRET_KEY", lambda given: "SESSION_SECRET_KEY" not in given, _SECRET),
    Rule("SESSION_SECRET_KEY", _guessed("SESSION_SECRET_KEY", MIN_SESSION_SECRET), _SECRET),
    Rule("TASK_TRACKER_API_KEY", _guessed("TASK_TRACKER_API_KEY", MIN_API_KEY), _KEY),
    Rule("METRICS_KEY", _guessed("METRICS_KEY", MIN_API_KEY), _KEY),
    Rule("GOOGLE_OAUTH_CLIENT_SECRET", _guessed("GOOGLE_OAUTH_CLIENT_SECRET", 8), "as the provider's console shows it"),
    Rule("OIDC_ISSUER", _plain("OIDC_ISSUER"), "to start with https://: who signs in rests on its word"),
    Rule("LOCAL_SIGN_IN", _local_sign_in, "to be link or unset: nobody is signed in by being near the server"),
    Rule("ALLOWED_HOSTS", _any_host, "to name each host: with * any name would lead here (DNS rebinding)"),
    Rule("TRUSTED_PROXIES", _any_proxy, "to name the proxies' own addresses, or anybody could claim any address"),
)  # fmt: skip


def refuse_unsafe(given: Given) -> None:
    """Raises SettingsRefused for the first rule that hosted mode breaks."""
    for rule in HOSTED_RULES:
        if rule.unsafe(given):
            raise SettingsRefused(f"Hosted mode needs {rule.setting} {rule.advice}.")


def is_loopback(address: str | None) -> bool:
    """Whether an address is missing or names this machine only."""
    try:
        host = urlsplit(address or "").hostname or ""
    except ValueError:
        return True
    if host in ("", "localhost") or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
