"""The script that sets Cloud Run up, against a stand-in for the Google Cloud CLI that remembers what was made."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from task_assistant.bootstrap.settings import load_settings

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "deploy" / "cloudrun" / "create.py"
GCLOUD = f"""#!{sys.executable}
import json, pathlib, sys
home, words = pathlib.Path(__file__).parent, sys.argv[2:]
assert sys.argv[1] == "--quiet", "it must never ask"
made = json.loads((home / "made").read_text())
told = {{"words": words, "given": sys.stdin.read() if "--data-file=-" in words else ""}}
with (home / "asked").open("a") as asked:
    asked.write(json.dumps(told) + "\\n")
plain = [w.split("@")[0] for w in words if not w.startswith("--") and w not in ("create", "describe")]
thing = " ".join(plain + [w for w in words if w.startswith("--field-config")])
if words[:2] == ["projects", "describe"]:
    print("123456789")
elif "describe" in words:
    sys.exit(0 if thing in made else "NOT_FOUND")
elif "create" in words:
    if thing in made:
        sys.exit("ALREADY_EXISTS: " + thing)
    (home / "made").write_text(json.dumps([*made, thing]))
elif words[:3] == ["run", "services", "replace"]:
    (home / "service.yaml").write_text(pathlib.Path(words[3]).read_text())
"""


@dataclass
class Cloud:
    """The stand-in's home."""

    home: Path

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        (self.home / "asked").write_text("")
        environ = {**os.environ, "PATH": f"{self.home}{os.pathsep}{os.environ['PATH']}"}
        command = (sys.executable, str(SCRIPT), "my-board", "europe-west1", *words)
        return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)

    def asked(self) -> list[list[str]]:
        return [json.loads(line)["words"] for line in (self.home / "asked").read_text().splitlines()]

    def given(self) -> list[str]:
        lines = map(json.loads, (self.home / "asked").read_text().splitlines())
        return [line["given"] for line in lines if line["given"]]

    def made(self) -> list[str]:
        found: list[str] = json.loads((self.home / "made").read_text())
        return found


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    program = tmp_path / "gcloud"
    program.write_text(GCLOUD)
    program.chmod(0o755)
    (tmp_path / "made").write_text("[]")
    return Cloud(tmp_path)


def test_it_prints_every_command_and_does_nothing_until_told(cloud: Cloud) -> None:
    done = cloud.run()
    assert done.returncode == 0, done.stderr
    assert "gcloud firestore databases create" in done.stdout
    assert "Nothing was done" in done.stdout
    assert cloud.made() == []
    assert [words[:2] for words in cloud.asked()] == [["projects", "describe"]]


def test_told_to_it_makes_each_thing_once_and_the_second_run_changes_nothing_but_the_image(
    cloud: Cloud,
) -> None:
    first = cloud.run("--yes")
    assert first.returncode == 0, first.stdout + first.stderr
    made = cloud.made()
    indexes = json.loads((ROOT / "deploy" / "firestore.indexes.json").read_text())
    assert sum(thing.startswith("firestore indexes composite") for thing in made) == len(indexes["indexes"])
    overrides = [
        words for words in cloud.asked() if words[:4] == ["firestore", "indexes", "fields", "update"]
    ]
    assert len(overrides) == len(indexes["fieldOverrides"])
    assert {"secrets pta-session-secret", "secrets pta-owner-key", "firestore databases"} <= set(made)
    again = cloud.run("--yes")
    assert again.returncode == 0, again.stdout + again.stderr
    assert cloud.made() == made
    assert cloud.given() == []
    assert any(words[:2] == ["builds", "submit"] for words in cloud.asked())


def test_secrets_are_random_and_go_by_standard_input_only(cloud: Cloud) -> None:
    done = cloud.run("--yes")
    one, two = cloud.given()
    assert one != two
    assert min(len(one), len(two)) >= 48
    everything = done.stdout + done.stderr + json.dumps(cloud.asked())
    assert one not in everything
    assert two not in everything


def test_the_service_is_filled_in_and_its_environment_starts_the_app(cloud: Cloud, tmp_path: Path) -> None:
    cloud.run("--yes")
    service = yaml.safe_load((cloud.home / "service.yaml").read_text())
    spec = service["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    assert spec["serviceAccountName"] == "pta-app@my-board.iam.gserviceaccount.com"
    assert container["image"] == "europe-west1-docker.pkg.dev/my-board/pta/app"
    secret, key = cloud.given() or ("s" * 10, "k" * 10)
    environ = {given["name"]: given.get("value", "") for given in container["env"]}
    environ |= {"SESSION_SECRET_KEY": secret, "TASK_TRACKER_API_KEY": key, "K_SERVICE": "pta", "PORT": "8080"}
    settings = load_settings(environ, env_file=None)
    assert (settings.hosted, settings.base_url) == (True, "https://pta-123456789.europe-west1.run.app")
    assert settings.google_cloud_project == "my-board"


def test_a_command_that_fails_ends_it_with_what_was_said(cloud: Cloud) -> None:
    program = cloud.home / "gcloud"
    text = program.read_text().replace(
        'elif "create" in words:',
        'elif words[0] == "builds":\n    sys.exit("no quota")\nelif "create" in words:',
    )
    program.write_text(text)
    done = cloud.run("--yes")
    assert done.returncode == 1
    assert "FAILED the image" in done.stderr
    assert "no quota" in done.stderr
    assert not any(words[0] == "run" for words in cloud.asked())
