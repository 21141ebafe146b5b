"""A working tree per attempt: changes are handed back, and nothing that a command left in it is run by the runner."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from task_assistant.domain.task import Task
from task_assistant.runner.git import GitFailed
from task_assistant.runner.worktree import DIFF_BYTES, Worktree
from tests.factories import owner
from tests.runner.conftest import Works

ME = ("-c", "user.name=a", "-c", "user.email=a@example.org")


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *ME, *words], cwd=folder, check=True, stdout=subprocess.DEVNULL)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    folder.mkdir()
    (folder / "a").write_text("one\n")
    for words in (["init", "-q", "-b", "main"], ["add", "a"], ["commit", "-qm", "one"]):
        git(folder, *words)
    return folder


async def handed_back(works: Works, task: Task) -> str:
    assert task.result is not None
    names = [artifact.name for artifact in task.result.artifacts]
    assert "change.diff" in names
    number = task.result.artifacts[names.index("change.diff")].n
    return (await works.server.services.tasks.artifact(owner(), task.id, number)).text or ""


async def test_each_attempt_has_a_working_tree_and_changes_are_handed_back(
    works: Works, repository: Path
) -> None:
    task = await works.once("echo two >> a; echo new > 'b ü'; echo Changed a, added b.", worktree=repository)
    text = await handed_back(works, task)
    assert "+two" in text
    assert "+new" in text
    assert (works.log() / "work" / "b ü").exists()
    assert task.result is not None
    assert task.result.refs[0].startswith("repo@pta/task-")
    assert (repository / "a").read_text() == "one\n"
    await works.once("echo Nothing to change.", worktree=repository)
    assert not (works.log() / "work").exists()


# In ../own is a repository of the command's own: {trap} stands wherever git would run a program for it.
PLANTS = """
git -C ../own config core.fsmonitor {trap}
git -C ../own config diff.external {trap}
git -C ../own config filter.f.clean {trap}
git -C ../own config diff.t.textconv {trap}
ln -s {trap} ../own/.git/hooks/post-index-change
echo '* filter=f diff=t' > .gitattributes
"""


@pytest.mark.parametrize("put", ["echo gitdir: $PWD/../own/.git > .git", "rm .git; mv ../own/.git ."])
async def test_a_repository_put_in_place_of_the_trees_own_runs_nothing_and_hides_nothing(
    works: Works, repository: Path, put: str
) -> None:
    marker, trap = _trap(works.folder)
    script = f"git clone -q {repository} ../own\n{PLANTS.format(trap=trap)}{put}\necho two >> a; echo new > b"
    text = await handed_back(works, await works.once(f"{script}; echo Done.", worktree=repository))
    assert "+two" in text
    assert "+new" in text
    assert not marker.exists()


async def test_a_repository_put_where_a_submodule_belongs_runs_nothing(
    works: Works, repository: Path
) -> None:
    head = (repository / ".git/refs/heads/main").read_text().strip()
    git(repository, "update-index", "--add", "--cacheinfo", f"160000,{head},part")
    git(repository, "commit", "-qm", "A submodule")
    marker, trap = _trap(works.folder)
    plant = f"git -C part config core.fsmonitor {trap}; git -C part config filter.f.clean {trap}"
    script = (
        f"git clone -q {repository} part; git -C part reset -q --hard HEAD~1; {plant}; "
        "echo '* filter=f' > part/.gitattributes; echo two > part/a; echo two >> a; echo Done."
    )
    assert "+two" in await handed_back(works, await works.once(script, worktree=repository))
    assert not marker.exists()


async def test_taking_an_unchanged_tree_away_runs_nothing_of_a_repository_put_in_its_place(
    tmp_path: Path, repository: Path
) -> None:
    tree = await Worktree.make(repository, tmp_path / "tree", "try", os.environ)
    marker, trap = _trap(tmp_path)
    git(tmp_path, "clone", "-q", str(repository), "own")
    git(tmp_path / "own", "config", "core.fsmonitor", str(trap))
    (tree.path / ".git").write_text(f"gitdir: {tmp_path}/own/.git\n")
    assert not await tree.changed()
    with pytest.raises(GitFailed):
        await tree.leave()
    assert tree.path.exists()
    assert not marker.exists()


async def test_a_program_of_the_persons_own_configuration_sees_no_key(
    works: Works, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TASK_TRACKER_API_KEY", "pta_long_lived")
    seen = works.folder / "seen"
    git(repository, "config", "filter.f.clean", f"env >> {seen}; cat")
    await works.once("echo '* filter=f' > .gitattributes; echo two >> a; echo Done.", worktree=repository)
    words = seen.read_text()
    assert "PATH=" in words
    assert "TASK_TRACKER" not in words
    assert "pta_long_lived" not in words


async def test_a_link_in_the_place_of_the_tree_shows_no_other_folder(works: Works, repository: Path) -> None:
    elsewhere = works.folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "secret").write_text("of the person\n")
    script = f"cd ..; mv work gone; ln -s {elsewhere} work; echo Done."
    task = await works.once(script, worktree=repository)
    assert task.result is not None
    assert [artifact.name for artifact in task.result.artifacts] == ["output.log"]
    assert (works.log() / "gone" / "a").exists()


async def test_a_huge_diff_is_cut_and_says_so(tmp_path: Path, repository: Path) -> None:
    tree = await Worktree.make(repository, tmp_path / "tree", "try", os.environ)
    (tree.path / "big").write_text("a line of many\n" * 200_000)
    text = await tree.diff()
    assert len(text.encode()) < DIFF_BYTES + 100
    assert text.endswith("[cut here: the diff is longer than 199,000 bytes]\n")


async def test_looking_at_the_changes_leaves_the_index_as_it_was(tmp_path: Path, repository: Path) -> None:
    tree = await Worktree.make(repository, tmp_path / "tree", "try", os.environ)
    (tree.path / "b").write_text("new\n")
    before = (tree.administration / "index").read_bytes()
    assert "+new" in await tree.diff()
    assert (tree.administration / "index").read_bytes() == before


async def test_a_tree_that_git_cannot_read_counts_as_changed_and_stays(
    tmp_path: Path, repository: Path
) -> None:
    tree = await Worktree.make(repository, tmp_path / "tree", "try", os.environ)
    (tree.administration / "HEAD").write_text("nonsense")
    assert await tree.changed()
    await tree.leave()
    assert tree.path.exists()
    (tree.administration / "index").unlink()
    with pytest.raises(GitFailed, match="index"):
        await tree.diff()


def _trap(folder: Path) -> tuple[Path, Path]:
    """A program that leaves a marker when it is run, and is a faithful filter else."""
    marker, trap = folder / "marker", folder / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {marker}\ncat\n")
    trap.chmod(0o755)
    return marker, trap
