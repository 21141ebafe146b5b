"""docs/adapters.md and adapters/README.md say what is: the example runs, the rules hold, every setting is there."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from task_assistant.bootstrap.scratch import scratch_server
from task_assistant.client.adapters.contract import hold
from task_assistant.client.adapters.contract.cases import CASES
from task_assistant.client.adapters.contract.examples import load_adapter, load_examples
from task_assistant.domain.extraction import extract
from task_assistant.domain.extraction.lines import PREFIXES

GUIDE = Path("docs/adapters.md").read_text("utf-8")
README = Path("adapters/README.md").read_text("utf-8")
FILES = sorted(Path("adapters").glob("[a-z]*.py"))


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", GUIDE, re.S)
    assert found
    return found[1]


def test_the_example_of_the_guide_stands_every_trial(tmp_path: Path) -> None:
    (tmp_path / "basecamp.py").write_text(block("python"), "utf-8")
    for name, payload in json.loads(block("json")).items():
        file = tmp_path / "fixtures" / "basecamp" / f"{name}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(payload), "utf-8")
    kind, examples = load_adapter(tmp_path / "basecamp.py"), load_examples(tmp_path / "fixtures" / "basecamp")
    with scratch_server() as server:
        assert not [v for v in hold(kind, examples, server.url, server.owner_key) if v.held is False]


def test_every_trial_and_every_prefix_is_in_the_guide() -> None:
    assert all(f"`{case}`" in GUIDE for case in CASES)
    assert all(f"`{prefix}:" in GUIDE for prefix in PREFIXES)


def test_the_lines_of_the_guide_become_tasks() -> None:
    for line in (
        "todo: Pay rent fri 9am !2",
        "- [ ] Book the room",
        "me: Call Bob",
        "codex: Write the notes",
    ):
        assert f"`{line}`" in GUIDE
        assert len(extract(line, datetime(2026, 11, 23, 9, tzinfo=UTC), UTC, mine=True).found) == 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_readme_has_each_adapter_with_all_its_settings(path: Path) -> None:
    (row,) = [line for line in README.splitlines() if line.startswith(f"| `{path.name}`")]
    _, _, _, _, must, may, _ = row.split("|")
    settings = load_adapter(path).settings
    assert set(re.findall(r"`(\w+)`", must)) == {s.name for s in settings if s.default is None}
    assert set(re.findall(r"`(\w+)`", may)) == {s.name for s in settings if s.default is not None}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_adapter_names_its_sources_own_documentation(path: Path) -> None:
    assert re.search(r"https://\S+|RFC \d+", load_adapter(path).__doc__ or "") or re.search(
        r"https://\S+", path.read_text("utf-8").split('"""')[1]
    )
