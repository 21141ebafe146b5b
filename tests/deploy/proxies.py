"""Caddy and nginx as they are, with the files of deploy/proxy/: only ports and certificates are a test's own."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from benchmarks.server import free_port
from scripts.checks.proxies import PROGRAMS, find_program

PLACE = Path(__file__).resolve().parents[2] / "deploy" / "proxy"
NAME = "tasks.example.org"
ELSEWHERE = "127.0.0.2"  # where clients are: at no address of a trusted proxy
PATIENCE = 30.0
Command = tuple[str, ...]


def caddy(home: Path, port: int, app: int) -> Command:
    """Its own certificate authority in place of the public one."""
    site = (PLACE / "Caddyfile").read_text("utf-8").replace("127.0.0.1:8000", f"127.0.0.1:{app}")
    options = f"""{{
        admin off
        local_certs
        skip_install_trust
        auto_https disable_redirects
        https_port {port}
        default_bind 127.0.0.1
        storage file_system {home}
    }}
    """
    (home / "Caddyfile").write_text(options + site)
    return (program("caddy"), "run", "--config", str(home / "Caddyfile"), "--adapter", "caddyfile")


def nginx(home: Path, port: int, app: int) -> Command:
    """A certificate that nobody has signed."""
    site = (PLACE / "nginx.conf").read_text("utf-8").replace("127.0.0.1:8000", f"127.0.0.1:{app}")
    site = site.replace("listen 443", f"listen 127.0.0.1:{port}")
    site = site.replace(f"/etc/letsencrypt/live/{NAME}", str(home))
    certify(home)
    places = "".join(
        f"{kind}_temp_path {home}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = f"daemon off; pid {home}/pid; error_log stderr; events {{}} http {{ access_log off; {places} {site} }}"
    (home / "nginx.conf").write_text(whole)
    return (program("nginx"), "-p", str(home), "-c", str(home / "nginx.conf"))


def certify(home: Path) -> None:
    words = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")
    names = ("-subj", f"/CN={NAME}", "-keyout", f"{home}/privkey.pem", "-out", f"{home}/fullchain.pem")
    subprocess.run((program("openssl"), *words, *names), check=True, capture_output=True)


PROXIES: dict[str, Callable[[Path, int, int], Command]] = {"caddy": caddy, "nginx": nginx}


def program(name: str) -> str:
    """Where it is. Skips the test without it, or fails with CI=true."""
    found = find_program(name)
    if found is None:
        words = f"no {name} (on Debian: apt-get install {PROGRAMS[name]})"
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(words)
    return found


@contextmanager
def behind(proxy: str, home: Path, app: int) -> Iterator[httpx.Client]:
    """A client that asks the proxy, which stands before the app at this port."""
    home.mkdir()
    port = free_port()
    command = PROXIES[proxy](home, port, app)
    environ = {**os.environ, "HOME": str(home), "XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    with (home / "log").open("wb") as log:
        running = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
    try:
        with httpx.Client(
            base_url=f"https://127.0.0.1:{port}", headers={"Host": NAME}, event_hooks={"request": [_name]},
            transport=httpx.HTTPTransport(verify=False, local_address=ELSEWHERE),
        ) as client:  # fmt: skip
            _wait_for(client, running, home / "log")
            yield client
    finally:
        running.terminate()
        running.wait()


def _name(request: httpx.Request) -> None:
    """TLS asks for the proxy's name, too, though the address is a number."""
    request.extensions["sni_hostname"] = NAME


def _wait_for(client: httpx.Client, running: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and running.poll() is None:
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.02)
    pytest.fail(log.read_text(errors="replace")[-2000:])
