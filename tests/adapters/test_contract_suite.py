"""The contract suite passes good adapters and fails each broken one for its own reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from task_assistant.bootstrap.scratch import Scratch
from task_assistant.client.adapters import Adapter
from task_assistant.client.adapters.contract import hold
from task_assistant.client.adapters.contract.cases import CASES
from task_assistant.client.adapters.contract.examples import NotCheckable, load_adapter, load_examples
from task_assistant.client.adapters.skeleton import Refused, write
from tests.adapters.broken import BROKEN, EXAMPLES, Good, GoodPoll

OURS = sorted(Path("adapters").glob("[a-z]*.py"))


@pytest.mark.parametrize("kind", [Good, GoodPoll])
def test_a_good_adapter_stands_every_trial(kind: type[Adapter], server: Scratch) -> None:
    assert not [v for v in hold(kind, EXAMPLES, server.url, server.owner_key) if v.held is False]


@pytest.mark.parametrize("kind", BROKEN, ids=lambda kind: kind.__name__)
def test_a_broken_adapter_fails_for_the_right_reason(kind: type[Adapter], server: Scratch) -> None:
    case, reason = BROKEN[kind]
    (verdict,) = hold(kind, EXAMPLES, server.url, server.owner_key, [case])
    assert verdict.held is False
    assert reason in verdict.why


def test_every_trial_has_a_broken_adapter_that_fails_it() -> None:
    assert {case for case, _ in BROKEN.values()} == set(CASES)


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_each_of_our_adapters_stands_every_trial(path: Path, server: Scratch) -> None:
    examples = load_examples(path.parent / "fixtures" / path.stem)
    verdicts = hold(load_adapter(path), examples, server.url, server.owner_key)
    assert not [v for v in verdicts if v.held is False]


def test_the_skeleton_stands_every_trial_as_it_is_written(tmp_path: Path, server: Scratch) -> None:
    file, *_ = write("base_camp", tmp_path)
    examples = load_examples(tmp_path / "fixtures" / "base_camp")
    assert not [
        v for v in hold(load_adapter(file), examples, server.url, server.owner_key) if v.held is False
    ]


def test_the_skeleton_overwrites_nothing_and_wants_a_proper_name(tmp_path: Path) -> None:
    write("desk", tmp_path)
    with pytest.raises(Refused, match="is there already"):
        write("desk", tmp_path)
    with pytest.raises(Refused, match="is no name"):
        write("../desk", tmp_path)


def test_a_file_without_an_adapter_or_without_payloads_is_named(tmp_path: Path) -> None:
    (tmp_path / "nothing.py").write_text("x = 1\n")
    with pytest.raises(NotCheckable, match="defines 0 adapters"):
        load_adapter(tmp_path / "nothing.py")
    with pytest.raises(NotCheckable, match=r"has no created\.json"):
        load_examples(tmp_path)


def test_an_adapter_that_cannot_read_is_told_what_it_lacks(tmp_path: Path) -> None:
    kit, kind = "from task_assistant.client.adapters import PollingAdapter", "class Begun(PollingAdapter):"
    (tmp_path / "begun.py").write_text(f"{kit}\n\n\n{kind}\n    name = 'begun'\n")
    with pytest.raises(NotCheckable, match="Begun lacks fetch, read; write it"):
        load_adapter(tmp_path / "begun.py")
