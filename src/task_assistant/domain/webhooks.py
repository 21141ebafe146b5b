"""Outbound webhooks: which event goes to whom and when, how it is signed, and which addresses are never spoken to.

Signatures are those of Standard Webhooks (standardwebhooks.com): HMAC-SHA256 over id, timestamp and body.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from task_assistant.domain.history import Event, EventType
from task_assistant.domain.task import Task

HOLD = timedelta(seconds=10)  # what the person did waits so long, so that Undo recalls it
# Quickly at first, then every hour, so that a receiver which is back is noticed soon: 23 h 36 min in all.
RETRIES = tuple(timedelta(seconds=s) for s in (5, 60, 300, 1_800, *[3_600] * 23))
PATIENCE = timedelta(
    hours=23
)  # always failing for so long, which is all tries of one event, switches a webhook off
RETRY_AFTER_MOST = timedelta(hours=1)
DEAD_KEPT = timedelta(days=30)
GONE = 410
SECRET_PREFIX = "whsec_"  # noqa: S105 - how Standard Webhooks marks a secret
MOST = 20  # webhooks
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


# -- which and when ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where events go. `types` empty means all. `after` is the `seq` from which on they are meant.

    `failing_since` is the first failure after the last success; `disabled_why` says why it is off, None while it is on.
    """

    id: str
    url: str
    types: tuple[str, ...]
    after: int
    created_at: datetime
    disabled_why: str | None = None
    failing_since: datetime | None = None
    last_ok_at: datetime | None = None

    @property
    def on(self) -> bool:
        """Whether events are sent."""
        return self.disabled_why is None

    def wants(self, event: Event) -> bool:
        """Whether its filter lets the event through."""
        return event.seq > self.after and (not self.types or event.type in self.types)


def may_leave(task: Task | None, event: Event) -> bool:
    """Whether the event may leave the server: never while its task is private or purged (rule 7)."""
    return event.task_id is None or (task is not None and not task.private and not task.purged)


def due_at(event: Event) -> datetime:
    """When the event may be sent first."""
    return event.at + HOLD if event.actor == "human" and event.task_id is not None else event.at


def next_try(tries: int, now: datetime, retry_after: int | None = None) -> datetime | None:
    """When to try again after so many failures; None when it is enough. The receiver may ask for later, up to 1 h."""
    if tries > len(RETRIES):
        return None
    asked = min(timedelta(seconds=retry_after or 0), RETRY_AFTER_MOST)
    return now + max(RETRIES[tries - 1], asked)


def gives_up(hook: Webhook, now: datetime) -> bool:
    """Whether it has failed for so long, without one success, that it is switched off."""
    return hook.failing_since is not None and hook.failing_since + PATIENCE <= now


KINDS = tuple(kind.value for kind in EventType)


# -- signing -----------------------------------------------------------------------------------------------------------


def secret_of(random: str) -> str:
    """A signing secret from random text: 32 bytes behind the prefix of the standard."""
    return SECRET_PREFIX + base64.b64encode(hashlib.sha256(random.encode()).digest()).decode()


def signed(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of Standard Webhooks, version v1."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    timestamp = str(int(at.timestamp()))
    mac = hmac.digest(key, b".".join((message_id.encode(), timestamp.encode(), body)), "sha256")
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }


# -- where to ----------------------------------------------------------------------------------------------------------


class AddressRefused(ValueError):
    """The address is none that webhooks may be sent to; the message says why and what to do."""


_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[^\s/?#@\\:\[\]]+|\[[0-9a-f:.]+\])(?P<port>:[0-9]{1,5})?"
    r"(?P<path>(?:/[!-\"$-~]*)?(?:\?[!-\"$-~]*)?)(?:#[!-~]*)?",
    re.ASCII | re.IGNORECASE,
)
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Target:
    """The parts of an address: `named` is host and port as `Host` tells them, `path` has the query."""

    secure: bool
    host: str
    port: int
    named: str
    path: str


def target(url: str) -> Target:
    """The parts of the address. Raises AddressRefused for what is no http(s) address with a host, or names a user."""
    found = _URL.fullmatch(url) if url.isascii() and len(url) <= 2_048 else None
    if found is None:
        raise AddressRefused(
            "must be an address such as https://example.org/hook: plain ASCII, at most 2,048 characters, "
            "without user name or password"
        )
    scheme = found["scheme"].lower()
    port = int(found["port"][1:]) if found["port"] else PORTS[scheme]
    if not 0 < port < 65_536:
        raise AddressRefused("must name a port from 1 to 65535")
    path = found["path"] if found["path"].startswith("/") else f"/{found['path']}"
    named = f"{found['host']}{found['port'] or ''}"
    return Target(scheme == "https", found["host"].strip("[]"), port, named, path)


def check_addresses(found: Iterable[str], allowed: Sequence[Network]) -> str:
    """The address to connect to, of those that a name resolved to. Raises AddressRefused when any of them is inward.

    All must do: a name that leads outward and inward at once is a trap.
    """
    addresses = [ipaddress.ip_address(text.partition("%")[0]) for text in found]
    if not addresses:
        raise AddressRefused("resolves to no address")
    for address in addresses:
        if not _outward(address) and not any(address in network for network in allowed):
            raise AddressRefused(
                f"leads to {address}, which is no public address; allow it with WEBHOOK_ALLOWED_NETWORKS"
            )
    return str(addresses[0])


UNICAST, NAT64 = ipaddress.ip_network("2000::/3"), ipaddress.ip_network("64:ff9b::/96")


def _outward(address: Address) -> bool:
    """A public unicast address. IPv6 forms that carry an IPv4 address are judged by both."""
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return True
    return (address in UNICAST or address in NAT64) and all(map(_outward, _carried(address)))


def _carried(address: ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64:
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [each for each in found if each is not None]
