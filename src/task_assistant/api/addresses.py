"""Under which names this server may be spoken to, and which web origins are its own pages."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
_HOST = re.compile(
    r"(?P<name>\[[0-9a-f:.]{2,45}\]|[a-z0-9_](?:[a-z0-9_.-]{0,252}))(?::(?P<port>[0-9]{1,5}))?"
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_REMEMBERED = 256  # Host values whose verdict is kept; more are judged anew each time
_LONGEST = 262  # bytes of a Host worth remembering: 253 of a name, the colon, the port


@dataclass(frozen=True, slots=True)
class Host:
    """A name (lower case, IPv6 in brackets) with the port that was written, if any."""

    name: str
    port: int | None = None

    @classmethod
    def parse(cls, text: str) -> Host | None:
        """Read a `Host` header or an entry of ALLOWED_HOSTS; None for anything but name[:port]."""
        match = _HOST.fullmatch(text.lower())
        if match is None:
            return None
        port = int(match["port"]) if match["port"] else None
        return None if port is not None and port > 65_535 else cls(match["name"], port)

    @property
    def loopback(self) -> bool:
        """True for the names that no DNS server decides about, so that no foreign page can take them."""
        return self.name in LOOPBACK_NAMES


def loopback_peer(scope_client: tuple[str, int] | None) -> bool:
    """True if the connection comes from this machine; False for unix sockets and anything unclear."""
    if scope_client is None:
        return False
    try:
        address = ipaddress.ip_address(scope_client[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


@dataclass(frozen=True, slots=True)
class Addresses:
    """The names of one running server. Build it with `Addresses.of`.

    `local` is local mode: no public address, so loopback names on any port are ours too (the port may be forwarded;
    a rebinding page cannot have such a name). `public` is the origin of PUBLIC_BASE_URL.
    """

    local: bool
    public_origin: bytes | None = None
    public_host: Host | None = None
    allowed: frozenset[Host] = frozenset()
    _verdicts: dict[bytes, bool] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(
        cls, *, local: bool = True, public_base_url: str | None = None, allowed_hosts: Iterable[str] = ()
    ) -> Addresses:
        """From the settings. Raises ValueError, in words for the person, for what is no address or name."""
        allowed = frozenset(_entry(text) for text in allowed_hosts if text.strip())
        if not public_base_url:
            return cls(local=local, allowed=allowed)
        scheme, host = _base(public_base_url)
        port = host.port or _DEFAULT_PORTS[scheme]
        written = host.name if port == _DEFAULT_PORTS[scheme] else f"{host.name}:{port}"
        origin = f"{scheme}://{written}".encode()
        return cls(local=local, public_origin=origin, public_host=Host(host.name, port), allowed=allowed)

    @property
    def https(self) -> bool:
        """True if people reach this server by https only, as PUBLIC_BASE_URL says."""
        return self.public_origin is not None and self.public_origin.startswith(b"https:")

    def knows(self, host: bytes | None) -> bool:
        """True if the `Host` header names this server; a missing, doubled or broken one does not."""
        if host is None:
            return False
        verdict = self._verdicts.get(host)
        if verdict is None:
            verdict = self._judge(host)
            if len(self._verdicts) < _REMEMBERED and len(host) <= _LONGEST:
                self._verdicts[host] = verdict
        return verdict

    def _judge(self, raw: bytes) -> bool:
        host = Host.parse(raw.decode("latin-1"))
        if host is None:
            return False
        if host.loopback and self.local:
            return True
        return self.is_public(host) or host in self.allowed or Host(host.name) in self.allowed

    def is_public(self, host: Host) -> bool:
        """True for the host of PUBLIC_BASE_URL; browsers leave out a port that goes without saying."""
        unsaid = _DEFAULT_PORTS["https" if self.https else "http"]
        return Host(host.name, host.port or unsaid) == self.public_host

    def own_origin(self, origin: bytes, host: bytes) -> bool:
        """True if the `Origin` header is this server's own page, given the `Host` (already known) it was asked by.

        Where PUBLIC_BASE_URL names the host, only its scheme counts: a page injected into plain http on the same name
        is not ours. For other names either scheme does, since whoever ends TLS there need not have told us.
        """
        if origin == self.public_origin:
            return True
        asked = Host.parse(host.decode("latin-1"))
        if asked is None or (not self.local and self.is_public(asked)):
            return False
        return origin in (b"http://" + host.lower(), b"https://" + host.lower())


def _entry(text: str) -> Host:
    host = Host.parse(text.strip())
    if host is None:
        example = "such as tasks.lan, 192.168.1.20 or [fd00::1]:8000"
        raise ValueError(f"ALLOWED_HOSTS: {text.strip()!r} is not a host name or IP address, {example}")
    return host


def _base(url: str) -> tuple[str, Host]:
    parts = urlsplit(url)
    host = Host.parse(parts.netloc)
    if parts.scheme not in _DEFAULT_PORTS or host is None:
        raise ValueError(f"PUBLIC_BASE_URL: {url!r} is not an address such as https://tasks.example.org")
    return parts.scheme, host
