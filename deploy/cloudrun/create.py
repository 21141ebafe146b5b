"""Makes what Personal Task Assistant needs on Google Cloud: `python3 deploy/cloudrun/create.py PROJECT REGION`.

Prints every command before anything happens; `--yes` then runs them. It can be run again at any time: what is there
stays as it is, and a new image replaces the running one. Needs the Google Cloud CLI, signed in, and nothing else.
Secrets are made here, go to Secret Manager by standard input, and are shown nowhere.
"""

from __future__ import annotations

import argparse
import json
import secrets
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
INDEXES = HERE.parent / "firestore.indexes.json"
APIS = ("run", "firestore", "secretmanager", "artifactregistry", "cloudbuild")
SECRETS = ("pta-session-secret", "pta-owner-key")
ALREADY = ("already exists", "already_exists")


@dataclass(frozen=True)
class Step:
    """One thing to make. `there` succeeds when it is there already; `secret` makes what `make` reads from its input."""

    what: str
    make: tuple[str, ...]
    there: tuple[str, ...] | None = None
    secret: bool = False


@dataclass(frozen=True)
class Place:
    """Where it is made. `address` is what browsers and agents use."""

    project: str
    region: str
    address: str

    @property
    def account(self) -> str:
        """Whom the service runs as: it may use the database and read its two secrets, and nothing else."""
        return f"pta-app@{self.project}.iam.gserviceaccount.com"

    @property
    def image(self) -> str:
        """The image's name in the project's own registry."""
        return f"{self.region}-docker.pkg.dev/{self.project}/pta/app"


def steps(place: Place, service: Path) -> Iterator[Step]:
    """Everything in the order in which it must be there; `service` is the filled-in service file."""
    p, member = f"--project={place.project}", f"--member=serviceAccount:{place.account}"
    yield Step("APIs", ("services", "enable", *(f"{api}.googleapis.com" for api in APIS), p))
    database = ("--database=(default)", p)
    yield Step(
        "the database",
        ("firestore", "databases", "create", f"--location={place.region}", "--type=firestore-native", *database),
        ("firestore", "databases", "describe", *database),
    )  # fmt: skip
    yield from indexes(p)
    accounts = ("iam", "service-accounts")
    yield Step(
        "the service's account",
        (*accounts, "create", "pta-app", p),
        (*accounts, "describe", place.account, p),
    )
    right = ("--role=roles/datastore.user", "--condition=None")
    yield Step(
        "its right to the database", ("projects", "add-iam-policy-binding", place.project, member, *right)
    )
    for name in SECRETS:
        yield Step(
            f"secret {name}",
            ("secrets", "create", name, "--data-file=-", p),
            ("secrets", "describe", name, p),
            secret=True,
        )
        yield Step(
            f"its right to {name}",
            ("secrets", "add-iam-policy-binding", name, member, "--role=roles/secretmanager.secretAccessor", p),
        )  # fmt: skip
    at, repositories = (f"--location={place.region}", p), ("artifacts", "repositories")
    yield Step(
        "the registry",
        (*repositories, "create", "pta", "--repository-format=docker", *at),
        (*repositories, "describe", "pta", *at),
    )
    build = ("builds", "submit", str(ROOT), f"--config={HERE / 'build.yaml'}")
    yield Step("the image", (*build, f"--substitutions=_IMAGE={place.image}", p))
    yield Step("the service", ("run", "services", "replace", str(service), f"--region={place.region}", p))
    yield Step(
        "who may call it (the app itself asks for a key or a sign-in)",
        ("run", "services", "add-iam-policy-binding", "pta", "--member=allUsers", "--role=roles/run.invoker",
         f"--region={place.region}", p),
    )  # fmt: skip


def indexes(project: str) -> Iterator[Step]:
    """The composite indexes and the exceptions from indexing every field, as the index file declares them."""
    declared: dict[str, Any] = json.loads(INDEXES.read_text("utf-8"))
    for index in declared["indexes"]:
        fields = tuple(f"--field-config={_field(field)}" for field in index["fields"])
        group = f"--collection-group={index['collectionGroup']}"
        names = ", ".join(field["fieldPath"] for field in index["fields"])
        make = (
            "firestore",
            "indexes",
            "composite",
            "create",
            group,
            "--query-scope=collection",
            *fields,
            "--async",
        )
        yield Step(f"index on {names}", (*make, project))
    for field in declared["fieldOverrides"]:
        kept = tuple(f"--index={_kind(index)}" for index in field["indexes"]) or ("--disable-indexes",)
        group = f"--collection-group={field['collectionGroup']}"
        make = ("firestore", "indexes", "fields", "update", field["fieldPath"], group, *kept, "--async")
        yield Step(f"indexing of {field['collectionGroup']}.{field['fieldPath']}", (*make, project))


def _field(field: dict[str, str]) -> str:
    return f"field-path={field['fieldPath']},{_kind(field)}"


def _kind(index: dict[str, str]) -> str:
    kind = "array-config" if "arrayConfig" in index else "order"
    return f"{kind}={index['arrayConfig' if kind == 'array-config' else 'order'].lower()}"


def filled_in(place: Place, folder: Path) -> Path:
    """The service file for this place."""
    text = (HERE / "service.yaml").read_text("utf-8")
    head, _, body = text.partition("apiVersion")
    for name, value in (("PROJECT", place.project), ("IMAGE", place.image), ("ADDRESS", place.address)):
        body = body.replace(f": {name}\n", f": {value}\n").replace(f"@{name}.", f"@{value}.")
    written = folder / "service.yaml"
    written.write_text(head + "apiVersion" + body, "utf-8")
    return written


def gcloud(words: tuple[str, ...], given: str | None = None) -> subprocess.CompletedProcess[str]:
    """Runs the Google Cloud CLI without questions."""
    command = ("gcloud", "--quiet", *words)
    return subprocess.run(command, input=given, capture_output=True, text=True, check=False)


def carry_out(step: Step) -> None:
    """Makes it unless it is there. Ends the program when that fails, with what the command said."""
    if step.there is not None and gcloud(step.there).returncode == 0:
        print(f"there  {step.what}")
        return
    done = gcloud(step.make, secrets.token_urlsafe(48) if step.secret else None)
    there = any(words in done.stderr.lower() for words in ALREADY)
    if done.returncode and not there:
        sys.exit(
            f"FAILED {step.what}: gcloud {shlex.join(step.make)}\n{done.stderr.strip()}\nMend it and run this again."
        )
    print(f"{'there ' if there else 'made  '} {step.what}")


def parse(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="create.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("project", help="the Google Cloud project's id")
    parser.add_argument("region", help="such as europe-west1")
    parser.add_argument(
        "--address", help="a domain of your own, with https://; else the one that Cloud Run gives"
    )
    parser.add_argument("--yes", action="store_true", help="run the commands, not only print them")
    return parser.parse_args(words)


def address_of(choices: argparse.Namespace) -> str:
    """The address to come: Cloud Run makes it from the service's name, the project's number and the region."""
    if choices.address:
        return str(choices.address).rstrip("/")
    asked = gcloud(("projects", "describe", choices.project, "--format=value(projectNumber)"))
    if asked.returncode:
        sys.exit(f"The project {choices.project} cannot be read: {asked.stderr.strip()}")
    return f"https://pta-{asked.stdout.strip()}.{choices.region}.run.app"


def main(words: list[str]) -> int:
    """Prints the plan; with --yes carries it out."""
    choices = parse(words)
    place = Place(choices.project, choices.region, address_of(choices))
    with tempfile.TemporaryDirectory() as folder:
        plan = list(steps(place, filled_in(place, Path(folder))))
        for step in plan:
            print(
                f"# {step.what}\ngcloud {shlex.join(step.make)}{'  < (a fresh secret)' if step.secret else ''}"
            )
        if not choices.yes:
            print(
                "\nNothing was done. Run it again with --yes to run these commands; what is there stays as it is."
            )
            return 0
        for step in plan:
            carry_out(step)
    print(f"\nPersonal Task Assistant answers at {place.address}")
    print(
        f"The owner's key: gcloud secrets versions access latest --secret=pta-owner-key --project={place.project}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
