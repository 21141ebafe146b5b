"""The requirements files agree, are hashed, and name no registry."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from scripts.lock_requirements import HASH, NOTE

ROOT = Path(__file__).resolve().parents[2]
PAIRS = ("requirements", "requirements-hosted", "requirements-dev")


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def pins(name: str) -> dict[str, str]:
    lines = (line for line in HASH.sub("", read(name)).splitlines() if re.match(r"[a-z0-9]", line))
    return {line.partition("==")[0]: line for line in lines}


@pytest.mark.parametrize("pair", PAIRS)
def test_the_plain_file_is_the_lock_without_hashes_plus_the_project_itself(pair: str) -> None:
    assert read(f"{pair}.txt") == HASH.sub("", read(f"{pair}.lock")) + "-e .\n"
    assert read(f"{pair}.lock").startswith(NOTE)


@pytest.mark.parametrize("name", [*PAIRS, "requirements-fuzz", "requirements-image", "requirements-calendar"])
def test_every_pin_is_exact_and_hashed(name: str) -> None:
    entries = re.split(r"\n(?=\S)", read(f"{name}.lock").removeprefix(NOTE).strip())
    unsafe = [entry for entry in entries if not re.match(r"[a-z0-9-]+==\S+.*\n? +--hash=sha256:", entry)]
    assert unsafe == []


@pytest.mark.parametrize("more", ["requirements-hosted", "requirements-dev"])
def test_more_than_the_app_has_the_same_versions_as_the_app(more: str) -> None:
    app, wider = pins("requirements.lock"), pins(f"{more}.lock")
    assert {name: wider.get(name) for name in app} == app


def test_the_app_alone_brings_no_driver_of_a_hosted_store() -> None:
    drivers = {"google-cloud-firestore", "psycopg", "psycopg-binary", "psycopg-pool"}
    assert drivers <= set(pins("requirements-hosted.lock"))
    assert not drivers & set(pins("requirements.lock"))


def test_every_dependency_that_the_package_declares_is_pinned() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    extras = project["optional-dependencies"]
    declared = [*project["dependencies"], *extras["hosted"], *extras["dev"]]
    names = {re.match(r"[A-Za-z0-9_.-]+", line).group().lower() for line in declared}  # type: ignore[union-attr]
    assert names - {project["name"]} <= set(pins("requirements-dev.lock"))


def test_no_file_names_an_index_or_a_path() -> None:
    files = [file.name for file in ROOT.glob("requirements*")]
    assert len(files) == 9
    assert [name for name in files if re.search(r"://|--index|--find-links|(^|\s)/", read(name))] == []
