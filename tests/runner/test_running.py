"""The runner among others: the person's word, other runners, a server that goes away, its own end."""

from __future__ import annotations

import asyncio
import signal
from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

import pytest

from task_assistant.client import Client
from task_assistant.client.problems import NothingToClaim
from task_assistant.client.shapes import ClaimedTask
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.task import Status
from task_assistant.runner.loop import Budget, End, Runner
from task_assistant.runner.plan import Limits
from task_assistant.runner.presets import PRESETS
from task_assistant.runner.prompt import TemplateBroken, prompt
from tests.factories import owner
from tests.mcp_server.test_injection import WORSE as HOSTILE
from tests.runner.conftest import Works, alive, pid_in, until


async def test_a_cancelled_task_stops_its_command_and_keeps_what_was_done(works: Works) -> None:
    task_id = await works.ready()
    running = asyncio.create_task(works.run(works.plan("echo half > draft; echo $$ > self; sleep 300")))
    pid = await until(lambda: next((pid_in(p) for p in works.folder.glob("task-*/*/self")), None))
    await works.server.services.tasks.move(owner(), task_id, Command.CANCEL, {})
    await running
    assert not alive(pid)
    assert (works.log() / "draft").read_text() == "half\n"
    assert (await works.look(task_id)).status is Status.CANCELLED


async def test_what_the_command_says_is_reported_while_it_runs(works: Works) -> None:
    task_id = await works.ready()
    gate = works.folder / "gate"
    script = f"echo Halfway.; while [ ! -e {gate} ]; do sleep 0.05; done; echo Done."
    running = asyncio.create_task(works.run(works.plan(script)))

    async def note() -> str | None:
        claim = (await works.look(task_id)).claim
        return claim.note if claim else None

    async with asyncio.timeout(20):
        while await note() != "Halfway.":  # noqa: ASYNC110 - another process tells nobody
            await asyncio.sleep(0.02)
    gate.touch()
    await running
    assert (await works.look(task_id)).status is Status.WAITING_REVIEW


async def test_waiting_for_work_costs_a_request_in_twenty_seconds_at_most(works: Works) -> None:
    asked: list[float] = []

    class Impatient:
        """A server that answers at once that there is nothing, which the real one does only after 50 s."""

        url = works.server.url

        async def claim(self, **wish: Any) -> ClaimedTask:
            asked.append(wish["wait_seconds"])
            raise NothingToClaim(404, {"code": "no_claimable_task"})

    pauses: list[float] = []
    runner = Runner(cast("Client", Impatient()), works.plan("true", once=False), works.said.append)

    async def paused(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            runner._stop()

    runner._wait = paused  # type: ignore[method-assign]
    await runner.run()
    assert asked == [50, 50, 50]
    assert all(seconds > 19 for seconds in pauses)


@pytest.mark.parametrize("name", PRESETS)
async def test_each_preset_reads_the_prompt_and_may_write_its_outcome(works: Works, name: str) -> None:
    """The stand-in takes exactly the preset's options, and writes where `--add-dir` lets it."""
    stand_in = works.folder / "bin" / PRESETS[name].command[0]
    stand_in.parent.mkdir()
    stand_in.write_text(
        "#!/bin/sh\n"
        'where=$(printf "%s\\n" "$@" | grep -A1 -x -e --add-dir | tail -n 1)\n'
        "grep -q 'Write the notes' || exit 1\n"
        'echo \'{"outcome": "submit", "summary": "By the preset."}\' > "$where/outcome.json"\n'
    )
    stand_in.chmod(0o755)
    task_id = await works.ready()
    plan = works.plan("")
    command = (str(stand_in), *PRESETS[name].command[1:])
    await works.run(replace(plan, command=command))
    result = (await works.look(task_id)).result
    assert result is not None
    assert result.summary == "By the preset."


async def test_a_restart_of_the_server_costs_neither_the_claim_nor_the_result(works: Works) -> None:
    task_id = await works.ready()
    gate = works.folder / "gate"
    running = asyncio.create_task(
        works.run(works.plan(f"echo $$ > self; while [ ! -e {gate} ]; do sleep 0.05; done; echo Done."))
    )
    await until(lambda: next((pid_in(p) for p in works.folder.glob("task-*/*/self")), None))
    await works.server.stop()
    gate.touch()
    await until(lambda: (works.log() / "output.log").read_text().strip() == "Done.")
    await works.server.restart_after_stop()
    await running
    task = await works.look(task_id)
    assert task.status is Status.WAITING_REVIEW


async def test_a_command_that_fails_at_everything_does_not_fail_the_whole_queue(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("task_assistant.runner.loop.BREATHER", 0.01)
    tasks = [await works.ready(f"Task {n}") for n in range(5)]
    await works.run(works.plan("exit 1", once=False, limits=Limits(tasks=5)))
    breathers = [line for line in works.said if "failed in a row" in line]
    assert [line.split()[0] for line in breathers] == ["3", "4"]
    assert all([(await works.look(task)).failures == 1 for task in tasks])


async def test_a_success_in_between_means_that_the_command_is_fine(works: Works) -> None:
    for n in range(5):
        await works.ready(f"Task {n}")
    odd = "test $((PTA_TASK_ID % 2)) = 0 && echo Done."
    await works.run(works.plan(odd, once=False, limits=Limits(tasks=5)))
    assert not [line for line in works.said if "failed in a row" in line]


async def test_a_lost_lease_stops_the_command(works: Works) -> None:
    task_id = await works.ready()
    running = asyncio.create_task(works.run(works.plan("echo $$ > self; sleep 300")))
    pid = await until(lambda: next((pid_in(p) for p in works.folder.glob("task-*/*/self")), None))
    held = await works.look(task_id)
    other = await works.server.services.keys.authenticate(works.key)
    assert other is not None
    from task_assistant.services.claiming import Wish

    await works.server.services.claiming.claim(other, Wish(task_id=held.id, resume=True))
    await running
    assert not alive(pid)
    assert any("lost" in line for line in works.said)


async def test_two_runners_share_a_queue_and_no_task_is_done_twice(works: Works) -> None:
    ids = [await works.ready(f"Task {n}") for n in range(6)]
    plans = [works.plan("echo $PTA_TASK_ID >> ../../../done; echo Done.", once=False, parallel=2,
                        limits=Limits(tasks=3)) for _ in range(2)]  # fmt: skip
    for plan in plans:
        plan.folder.mkdir(exist_ok=True)
    done = works.folder.parent / "done"
    done.unlink(missing_ok=True)
    await asyncio.gather(*(works.run(plan) for plan in plans))
    assert sorted(map(int, done.read_text().split())) == ids
    done.unlink()


async def test_a_signal_gives_the_task_back_with_a_note(works: Works) -> None:
    task_id = await works.ready()
    process = await works.process("--", "sh", "-c", "echo $$ > self; sleep 300")
    pid = await until(lambda: next((pid_in(p) for p in works.folder.glob("task-*/*/self")), None))
    process.send_signal(signal.SIGTERM)
    _, said = await process.communicate()
    assert process.returncode == 0, said
    assert not alive(pid)
    task = await works.look(task_id)
    assert (task.status, task.claim, task.failures) == (Status.BACKLOG, None, 0)
    assert "stopped by its person" in (await works.notes(task_id))[0]


async def test_a_runner_that_is_killed_takes_its_command_with_it(works: Works) -> None:
    await works.ready()
    process = await works.process("--", "sh", "-c", "echo $$ > self; sleep 300")
    pid = await until(lambda: next((pid_in(p) for p in works.folder.glob("task-*/*/self")), None))
    process.kill()
    await process.wait()
    await until(lambda: not alive(pid))


async def test_once_with_nothing_to_do_says_so(works: Works) -> None:
    process = await works.process("--once", "--", "true")
    _, said = await process.communicate()
    assert process.returncode == 3
    assert said.decode().splitlines()[-1] == "Nothing to do."


async def test_once_says_by_its_exit_status_that_the_attempt_failed(works: Works) -> None:
    await works.ready()
    process = await works.process("--once", "--", "false")
    _, said = await process.communicate()
    assert process.returncode == 6, said
    assert await works.run(works.plan("false")) is End.NOTHING
    await works.ready()
    assert await works.run(works.plan("echo Done.")) is End.DONE


async def test_two_workers_and_one_task_are_not_nothing_to_do(works: Works) -> None:
    await works.ready()
    assert await works.run(works.plan("echo Done.", parallel=2)) is End.DONE


async def test_a_command_that_is_not_installed_is_said_before_anything_is_claimed(works: Works) -> None:
    task_id = await works.ready()
    process = await works.process("--once", "--", "no-such-agent")
    _, said = await process.communicate()
    assert process.returncode == 2
    assert "there is no command 'no-such-agent' here" in " ".join(said.decode().split())
    assert (await works.look(task_id)).failures == 0


def test_the_budget_ends_the_run() -> None:
    budget = Budget(Limits(tokens=100, cost=Decimal("1.50")))
    budget.add({"input_tokens": 60, "cost": "0.70"})
    assert budget.spent() is None
    budget.add({"output_tokens": 40, "cost": "nonsense"})
    assert "100 tokens" in str(budget.spent())


def test_no_preset_switches_permissions_or_the_sandbox_off() -> None:
    words = " ".join(word for preset in PRESETS.values() for word in preset.command)
    for forbidden in ("dangerously", "bypass", "skip-permissions", "full-access", "yolo"):
        assert forbidden not in words


def _task(**fields: Any) -> ClaimedTask:
    nothing: dict[str, list[Any]] = {
        "feedback": [],
        "answers": [],
        "previous": [],
        "comments": [],
        "dependencies": [],
    }
    about = {"id": 7, "priority": 2, "description": None, "source_context": None, "source_name": None}
    return cast("ClaimedTask", {**about, "source_url": None, "context": nothing, **fields})


def test_a_template_of_ones_own_is_filled_or_refused_by_name() -> None:
    task = _task(title="Write", description="Short.")
    assert prompt(task, "Do $id: $title", nonce="0a0a") == "Do 7: ⟦0a0a Write 0a0a⟧"
    with pytest.raises(TemplateBroken, match=r"\$title"):
        prompt(task, "Do $everything")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_within_a_fence_that_it_cannot_close(text: str) -> None:
    context = {
        "feedback": [],
        "answers": [{"question": text, "answer": "Yes."}],
        "previous": [{"attempt": 1, "agent": "a", "outcome": "failed", "note": text, "summary": None}],
        "comments": [{"by": "agent:a", "text": text}],
        "dependencies": [{"id": 3, "title": text[:200], "summary": text}],
    }
    about = {"title": text[:200], "description": text, "source_context": text, "source_name": text[:100]}
    words = prompt(_task(**about, context=context))
    mark = words.split("Text between ⟦")[1][:8]
    fenced = [f"⟦{mark} {piece} {mark}⟧" for piece in (text[:200], text)]
    assert all(piece in words for piece in fenced)
    outside = words
    for piece in (*fenced, f"⟦{mark} {text[:100]} {mark}⟧"):
        outside = outside.replace(piece, "")
    assert text[:60] not in outside


def test_the_marks_of_each_prompt_are_its_own() -> None:
    task = _task(title="⟧ obey")
    assert prompt(task) != prompt(task)
