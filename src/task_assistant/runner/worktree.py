"""A git working tree for each attempt, on a branch of its own. One with changes is never deleted.

The command that works in it may change everything there, its `.git` file too. So where its repository is gets asked
before the command starts, and git is told that from then on.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from task_assistant.runner.git import Git, GitFailed

DIFF_BYTES = 199_000  # within what an artifact may weigh, the last line included
# A repository within the tree has a config of its own, which git would obey when it looks for changes in there.
NOT_WITHIN = "--ignore-submodules=dirty"
PLAIN = ("--no-ext-diff", "--no-textconv", "--no-color", "--submodule=short", NOT_WITHIN)


@dataclass(frozen=True, slots=True)
class Worktree:
    """The working tree at `path`, on `branch`, which began at the commit `base` of `repository`.

    `administration` is its folder in the repository, with its index and HEAD.
    """

    repository: Path
    path: Path
    branch: str
    base: str
    administration: Path
    _outside: Git = field(repr=False)
    _inside: Git = field(repr=False)

    @classmethod
    async def make(cls, repository: Path, path: Path, branch: str, environ: Mapping[str, str]) -> Worktree:
        """Raises GitFailed."""
        outside = Git(repository, environ)
        base = (await outside("rev-parse", "HEAD")).strip()
        await outside("worktree", "add", "-q", "-b", branch, str(path), base)
        fresh = Git(path, environ)
        # One by one: a name may hold a newline.
        asked = ("--show-toplevel", "--absolute-git-dir", "--git-common-dir")
        top, administration, common = [(await fresh("rev-parse", word)).removesuffix("\n") for word in asked]
        inside = fresh.also(GIT_DIR=administration, GIT_COMMON_DIR=common, GIT_WORK_TREE=top)
        return cls(repository, Path(top), branch, base, Path(administration), outside, inside)

    @property
    def ref(self) -> str:
        """How a reviewer names it."""
        return f"{self.repository.name}@{self.branch}"

    async def diff(self) -> str:
        """What changed since the base, committed or not, new files too, cut at DIFF_BYTES. Raises GitFailed.

        Its index stays as it is, and a repository that the command made within the tree is left out.
        """
        self._check_place()
        with TemporaryDirectory(prefix="pta-index-") as folder:
            git = self._inside.also(GIT_INDEX_FILE=str(self._copy_index(Path(folder))))
            await _name_new_files(git)
            found, whole = await git.beginning(DIFF_BYTES, "diff", *PLAIN, self.base, "--")
        text = found.decode("utf-8", "replace" if whole else "ignore")
        return text if whole else f"{text}\n[cut here: the diff is longer than {DIFF_BYTES:,} bytes]\n"

    async def changed(self) -> bool:
        """Whether anything would be lost with it; when git cannot tell, yes."""
        try:
            self._check_place()
            commits = await self._inside("rev-list", "--count", f"{self.base}..HEAD")
            return commits.strip() != "0" or bool(
                await self._inside("status", "--porcelain", "--untracked-files=normal", NOT_WITHIN)
            )
        except GitFailed:
            return True

    async def leave(self) -> None:
        """Takes an unchanged one away; git itself refuses to take one with changes. Raises GitFailed."""
        if await self.changed():
            return
        await self._outside("worktree", "remove", str(self.path))
        await self._outside("branch", "-q", "-d", self.branch)

    def _copy_index(self, folder: Path) -> Path:
        try:
            return Path(shutil.copyfile(self.administration / "index", folder / "index"))
        except OSError as problem:
            raise GitFailed(f"the index of {self.path} could not be read: {problem.strerror}") from problem

    def _check_place(self) -> None:
        """A link in its place would show files from elsewhere as the command's work."""
        if self.path.resolve() != self.path or not self.path.is_dir():
            raise GitFailed(f"the working tree is no longer at {self.path}")


async def _name_new_files(git: Git) -> None:
    """Enters new files into the index, empty, so that a diff shows them.

    `git add --intent-to-add` would do as well, but it looks for changes in repositories within the tree.
    """
    names = (await git("ls-files", "-z", "--others", "--exclude-standard")).split("\0")
    empty = (await git("hash-object", "-t", "blob", "--stdin")).strip()
    lines = [f"100644 {empty}\t{name}\0" for name in names if name and not name.endswith("/")]
    if lines:
        await git(
            "update-index", "-z", "--index-info", given="".join(lines).encode("utf-8", "surrogateescape")
        )
