"""The list of checks that people, git hooks and CI share: one row each, each with a name to call it by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scripts.checks.chromium import missing_chromium
from scripts.checks.firestore import missing_emulator
from scripts.checks.postgres import missing_postgres
from scripts.checks.proxies import missing_proxies

# Where tests need a store's server; the rest is not read.
STORES = ("tests/stores", "tests/stories", "tests/moving")


@dataclass(frozen=True)
class Check:
    """One check: `command` starts with a program of the development environment.

    `only_all` says why a plain run leaves it out (empty: it does not); `missing` looks for what the check needs beyond
    Python and returns what is not there, or an empty text. A `light` one keeps one core busy and goes beside others.
    """

    name: str
    what: str
    command: tuple[str, ...]
    only_all: str = ""
    missing: Callable[[Path], str] = lambda _root: ""
    light: bool = False


CHECKS: tuple[Check, ...] = (
    Check("lint", "likely bugs and style", ("ruff", "check", "."), light=True),
    Check("format", "layout of the code", ("ruff", "format", "--check", "."), light=True),
    Check("types", "types, strictly", ("mypy",), light=True),
    Check("imports", "dependencies point inward", ("lint-imports",), light=True),
    Check(
        "image",
        "the Dockerfile linted, and its steps walked in an empty folder, as another user",
        ("python", "-m", "scripts.checks.image"),
        only_all="installs everything once more",
        light=True,
    ),
    Check(
        "fuzz",
        "every endpoint against the examples of its own OpenAPI document (schemathesis)",
        ("python", "-m", "scripts.checks.fuzz", "--phases", "examples"),
        only_all="takes minutes and an environment of its own",
        light=True,
    ),
    Check(
        "calendar",
        "the calendar feed in vdirsyncer and khal, across the clock changes",
        ("python", "-m", "scripts.checks.calendar"),
        only_all="needs an environment of its own",
        light=True,
    ),
    Check(
        "proxies",
        "the app behind a real Caddy and a real nginx, with our own files for them",
        ("pytest", "-m", "proxies", "tests/deploy"),
        only_all="needs Caddy and nginx",
        missing=missing_proxies,
        light=True,
    ),
    Check("tests", "behaviour", ("pytest", "-n", "2")),
    Check(
        "browser",
        "the pages in a real browser: flows, accessibility, hostile text",
        ("pytest", "-n", "2", "-m", "browser", "tests/browser"),
        only_all="needs Chromium",
        missing=missing_chromium,
    ),
    Check(
        "firestore",
        "the Firestore store on Google's own emulator: the shared suite, races, reads counted",
        # The emulator takes its time for every query, and the properties look further on the other stores.
        ("pytest", "-n", "2", "-m", "firestore", "--hypothesis-profile=few", *STORES),
        only_all="needs Google's Firestore emulator and Java",
        missing=missing_emulator,
    ),
    Check(
        "postgres",
        "the PostgreSQL store on a real server: the shared suite, stories, restarts, races between processes",
        # The shared properties look further on the other stores already; here each example costs a database.
        ("pytest", "-n", "2", "-m", "postgres", "--hypothesis-profile=default", *STORES, "tests/soak"),
        only_all="needs PostgreSQL's server",
        missing=missing_postgres,
    ),
    Check(
        "soak",
        "samples of the long runs: races between processes, kill -9 under load",
        ("pytest", "-n", "2", "-m", "soak", "tests/soak"),
        only_all="takes minutes",
    ),
)
