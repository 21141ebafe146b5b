"""A git working tree for each attempt, on a branch of its own. One with changes is never deleted."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

DIFF_BYTES = 200_000


class GitFailed(Exception):
    """git said no; the message is its own."""


@dataclass(frozen=True, slots=True)
class Worktree:
    """The working tree at `path`, on `branch`, which began at the commit `base` of `repository`."""

    repository: Path
    path: Path
    branch: str
    base: str

    @classmethod
    async def make(cls, repository: Path, path: Path, branch: str) -> Worktree:
        """Raises GitFailed."""
        base = (await git(repository, "rev-parse", "HEAD")).strip()
        await git(repository, "worktree", "add", "-q", "-b", branch, str(path), base)
        return cls(repository, path, branch, base)

    @property
    def ref(self) -> str:
        """How a reviewer names it."""
        return f"{self.repository.name}@{self.branch}"

    async def diff(self) -> str:
        """Everything that changed since the base, committed or not, new files too. Raises GitFailed."""
        await git(self.path, "add", "--all", "--intent-to-add")
        return await git(self.path, "diff", self.base)

    async def changed(self) -> bool:
        """Whether anything would be lost with it; when git cannot tell, yes."""
        try:
            commits = await git(self.path, "rev-list", "--count", f"{self.base}..HEAD")
            return commits.strip() != "0" or bool((await git(self.path, "status", "--porcelain")).strip())
        except GitFailed:
            return True

    async def leave(self) -> None:
        """Takes an unchanged one away; git itself refuses to take one with changes."""
        if await self.changed():
            return
        await git(self.repository, "worktree", "remove", str(self.path))
        await git(self.repository, "branch", "-q", "-d", self.branch)


async def git(folder: Path, *words: str) -> str:
    """What git prints. Raises GitFailed."""
    process = await asyncio.create_subprocess_exec(
        "git", "-C", str(folder), *words,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, wrong = await process.communicate()
    if process.returncode:
        raise GitFailed(wrong.decode("utf-8", "replace").strip() or f"git {words[0]} failed")
    return out.decode("utf-8", "replace")
