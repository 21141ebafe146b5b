"""What becomes of a task when its command ends, in every way in which a command can end."""

from __future__ import annotations

import json
import resource
from pathlib import Path

import pytest

from task_assistant.bootstrap.settings_table import GROUPS
from task_assistant.domain.task import Status
from task_assistant.runner.plan import Limits
from task_assistant.runner.surroundings import NEVER
from tests.runner.conftest import Works, alive, pid_in


async def test_a_command_that_ends_well_submits_its_last_words_and_its_log(works: Works) -> None:
    task = await works.once("cat > seen.md; echo working; echo Wrote the notes.")
    assert task.status is Status.WAITING_REVIEW
    assert task.result is not None
    assert task.result.summary == "working\nWrote the notes."
    assert [artifact.name for artifact in task.result.artifacts] == ["output.log"]
    prompt = (works.log() / "seen.md").read_text("utf-8")
    assert "Write the notes" in prompt
    assert prompt == (works.log() / "prompt.md").read_text("utf-8")


async def test_what_is_said_on_the_way_is_in_the_log_and_not_in_the_summary(works: Works) -> None:
    task = await works.once(
        "echo Thinking. >&2; printf 'Wrote the n\\303'; printf '\\266tes.\\n'; echo More. >&2"
    )
    assert task.result is not None
    assert task.result.summary == "Wrote the nötes."
    log = (works.log() / "output.log").read_text("utf-8")
    assert {"Thinking.", "Wrote the nötes.", "More."} == set(log.splitlines())


async def test_a_written_outcome_asks_the_person(works: Works) -> None:
    said = {"outcome": "ask", "question": "Which version?", "kind": "decision", "options": ["1.0", "0.9"]}
    task = await works.once(f"echo '{json.dumps(said)}' > $PTA_FOLDER/outcome.json")
    assert task.status is Status.BLOCKED
    assert task.question is not None
    assert (task.question.text, task.question.options) == ("Which version?", ("1.0", "0.9"))


async def test_a_written_outcome_may_decline(works: Works) -> None:
    said = {"outcome": "release", "how": "declined", "note": "Only you can call Bob."}
    task = await works.once(f"echo '{json.dumps(said)}' > $PTA_FOLDER/outcome.json")
    assert task.assignee.value == "unassigned"
    assert await works.notes(task.id) == ["Only you can call Bob."]


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("echo Half done.; exit 1", "exit code 1"),
        ("exec /no/such/command", "no such command"),
        ("kill -9 $$", "137"),
        ("echo '{' > $PTA_FOLDER/outcome.json", "is no JSON"),
        ("true", "without a word"),
    ],
    ids=["exits 1", "missing", "killed", "broken outcome", "silent"],
)
async def test_a_command_that_fails_gives_the_task_back_with_the_reason(
    works: Works, script: str, why: str
) -> None:
    task = await works.once(script)
    assert task.status is Status.BACKLOG
    assert task.claim is None
    assert task.failures == 1
    assert why in (await works.notes(task.id))[0]
    assert any(f"#{task.id} given back (failed): " in line and why in line for line in works.said)


async def test_a_command_that_is_not_there_fails_with_its_name(works: Works) -> None:
    task_id = await works.ready()
    plan = works.plan("")
    await works.run(type(plan)(("no-such-agent",), works.folder, once=True))
    assert "no such command" in (await works.notes(task_id))[0]


async def test_exit_code_75_hands_the_task_on(works: Works) -> None:
    task = await works.once("echo Try later.; exit 75")
    assert (task.status, task.failures) == (Status.BACKLOG, 0)


async def test_a_command_that_hangs_is_stopped_with_its_children(works: Works) -> None:
    script = "trap '' TERM; sleep 300 & echo $! > child; echo $$ > self; wait; sleep 300"
    task = await works.once(script, limits=Limits(seconds=1.0))
    assert "ran for more than 1 s" in (await works.notes(task.id))[0]
    for name in ("child", "self"):
        pid = pid_in(works.log() / name)
        assert pid is not None
        assert not alive(pid)


async def test_a_command_that_floods_is_stopped(works: Works) -> None:
    task = await works.once("yes", limits=Limits(output=1_000_000))
    assert "wrote more than 1,000,000 bytes" in (await works.notes(task.id))[0]
    assert (works.log() / "output.log").stat().st_size < 3_000_000


async def test_a_child_left_behind_ends_with_the_command(works: Works) -> None:
    task = await works.once("sleep 300 & echo $! > child; echo Done.")
    assert task.status is Status.WAITING_REVIEW
    pid = pid_in(works.log() / "child")
    assert pid is not None
    assert not alive(pid)


async def test_a_command_that_kills_what_started_it_fails_and_leaves_nothing(works: Works) -> None:
    task = await works.once("echo $$ > self; kill -9 $PPID; sleep 300")
    assert task.failures == 1
    pid = pid_in(works.log() / "self")
    assert pid is not None
    assert not alive(pid)


async def test_a_full_disk_costs_the_log_and_not_the_work(works: Works) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, before[1]))
    try:
        task = await works.once("head -c 20000 /dev/zero | tr '\\0' 'x'; echo; echo Done.")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert task.result is not None
    assert task.result.summary.endswith("Done.")
    assert "log could not be written" in str(task.result.not_done)


async def test_a_folder_that_cannot_be_made_gives_the_task_back(works: Works) -> None:
    (works.folder / "task-1").write_text("in the way")
    task = await works.once("echo Done.")
    assert task.claim is None
    assert "no folder" in (await works.notes(task.id))[0]


async def test_the_command_sees_the_key_of_its_claim_and_none_of_the_persons(
    works: Works, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in (
        "TASK_TRACKER_API_KEY",
        "SESSION_SECRET_KEY",
        "DATABASE_URL",
        "MY_OWN_TOKEN",
        "PTA_DATA_DIR",
    ):
        monkeypatch.setenv(name, "the-persons-secret")
    monkeypatch.setenv("LET_THROUGH", "yes")
    await works.once("env > seen; echo Done.", passed=("LET_THROUGH", "SESSION_SECRET_KEY"))
    seen = (works.log() / "seen").read_text()
    assert "the-persons-secret" not in seen
    assert works.key not in seen
    assert "LET_THROUGH=yes" in seen
    assert "PTA_CLAIM_KEY=pta_claim_" in seen


def test_no_secret_of_the_server_is_passed_on_even_when_it_is_named() -> None:
    secrets = {setting.name for group in GROUPS for setting in group.settings if setting.secret}
    assert secrets <= NEVER


async def test_neither_key_nor_token_is_in_prompt_log_or_process_list(works: Works) -> None:
    await works.once("cat; tr '\\0' ' ' < /proc/$PPID/cmdline; echo $PTA_CLAIM_KEY > ../../claim-key")
    secret = (works.folder / "claim-key").read_text().strip()
    assert secret.startswith("pta_claim_")
    written = (works.log() / "output.log").read_text() + (works.log() / "prompt.md").read_text()
    assert secret not in written
    assert works.key not in written
    assert all(secret not in line and works.key not in line for line in works.said)
