"""The trials, a function each; its docstring says what must hold. One that concerns no such adapter answers False."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from task_assistant.client import run
from task_assistant.client.adapters.adapter import WebhookAdapter
from task_assistant.client.adapters.configuration import configure
from task_assistant.client.adapters.contract.bench import Bench, Broken
from task_assistant.client.adapters.contract.damage import damaged, garbled
from task_assistant.client.adapters.contract.examples import Example
from task_assistant.client.adapters.rounds import CURSOR
from task_assistant.client.adapters.trouble import Malformed, Misconfigured, SourceTrouble
from task_assistant.client.shapes import Task

Examples = Mapping[str, Example]
Case = Callable[[Bench, Examples], bool]
LANGUAGES: Final = "Grüße an 李雷 🎉 и всем — مرحبا"


def starts_only_with_its_secrets(bench: Bench, _: Examples) -> bool:
    """Without a secret it refuses to start, and a webhook has one to check signatures with."""
    environ = {**bench.config.values}
    needed = [s for s in bench.kind.settings if s.secret and s.default is None]
    if isinstance(bench.adapter, WebhookAdapter) and not needed:
        raise Broken("it receives webhooks and declares no secret that it cannot start without")
    for setting in needed:
        try:
            configure(bench.kind.settings, {**environ, setting.name: ""})
        except Misconfigured:
            continue
        raise Broken(f"it starts without {setting.name}")
    return True


def makes_tasks(bench: Bench, examples: Examples) -> bool:
    """A new item becomes tasks with a title, a context and a stable external id; the source is reported healthy."""
    outcome = bench.deliver(examples["created"])
    tasks = _some(bench)
    if any(not task["source_context"] for task in tasks):
        raise Broken("a task has no source_context: whoever works on it cannot see where it came from")
    source = bench.source()
    if outcome.code or source is None or source["status"] != "healthy":
        raise Broken("after a delivery that works the source is not reported as healthy")
    return True


def replay(bench: Bench, examples: Examples) -> bool:
    """The same delivery again changes nothing, also when the adapter's memory has been lost."""
    bench.deliver(examples["created"])
    before = _some(bench)
    bench.deliver(examples["created"])
    bench.again().deliver(examples["created"])
    after = bench.tasks()
    if len(after) != len(before):
        raise Broken(
            f"{len(after) - len(before)} more tasks after a replay: the ids of its items are not stable"
        )
    if _versions(after) != _versions(before):
        raise Broken("a replay changed a task")
    return True


def edit(bench: Bench, examples: Examples) -> bool:
    """An edited item changes its tasks and makes no second ones."""
    if not bench.kind.edits:
        return False
    bench.deliver(examples["created"])
    before = _some(bench)
    bench.deliver(_edited(examples))
    after = bench.tasks()
    if [task["id"] for task in after] != [task["id"] for task in before]:
        raise Broken("an edit made a new task instead of changing the one there is")
    if _titles(after) == _titles(before):
        raise Broken("an edit did not reach the task's title")
    return True


def out_of_order(bench: Bench, examples: Examples) -> bool:
    """An older version that arrives after a newer one changes nothing."""
    if not bench.kind.edits:
        return False
    bench.deliver(_edited(examples))
    before = _some(bench)
    bench.deliver(examples["created"])
    if _versions(bench.tasks()) != _versions(before):
        raise Broken("an older version overwrote a newer one: give items their changed_at")
    return True


def bad_signature(bench: Bench, examples: Examples) -> bool:
    """A delivery with a wrong signature or without one is refused, shown, and forgotten once a good one comes."""
    if bench.receiver is None:
        return False
    bench.web.replies = examples["created"].replies
    good = bench.signed(examples["created"].delivery)
    for forged in (
        replace(good, body=good.body + b" "),
        replace(good, headers=examples["created"].delivery.headers),
        replace(good, headers={n: garbled(v) for n, v in good.headers.items()}),
    ):
        if bench.receiver.receive(forged).status not in (401, 403):
            raise Broken("it takes a delivery with a wrong signature")
    bench.round()
    source = bench.source()
    if bench.tasks() or source is None or source["status"] == "healthy":
        raise Broken("a forged delivery is not shown at the source")
    return makes_tasks(bench, examples)


def malformed(bench: Bench, examples: Examples) -> bool:
    """No payload, however damaged, breaks it: it raises Malformed or finds nothing, and goes on with the next one."""
    bench.web.replies = examples["created"].replies
    for body in damaged(examples["created"].delivery.body):
        try:
            delivery = replace(examples["created"].delivery, body=body)
            bench.adapter.act(bench.clients[0], delivery)
            list(bench.adapter.read(delivery))
        except (Malformed, SourceTrouble):
            continue
        except Exception as problem:  # noqa: BLE001 -- an adapter may do anything
            shown = body[:80].decode("utf-8", "replace")
            raise Broken(
                f"it stumbles over a damaged payload ({type(problem).__name__}: {problem}): {shown}"
            ) from None
    bench.deliver(Example(replace(examples["created"].delivery, body=b"{")))
    return makes_tasks(bench, examples)


def huge(bench: Bench, examples: Examples) -> bool:
    """A huge text is taken and cut, not refused and not lost."""
    probe = bench.again()
    probe.deliver(examples["created"])
    title = _some(bench)[0]["title"]
    longer = f"{title} " + "and so on " * 20_000
    fresh = bench.renamed("huge")
    fresh.deliver(examples["created"].saying(title, longer))
    tasks = fresh.tasks()
    if not tasks:
        raise Broken("a huge text is lost")
    if not any(task["title"].startswith(title[:60]) for task in tasks):
        raise Broken("a huge text lost its beginning")
    return True


def unicode(bench: Bench, examples: Examples) -> bool:
    """Text of every script arrives as it was written."""
    bench.deliver(examples["created"])
    title = _some(bench)[0]["title"]
    fresh = bench.renamed("unicode")
    fresh.deliver(examples["created"].saying(title, LANGUAGES))
    if LANGUAGES not in _titles(fresh.tasks()):
        raise Broken(f"“{LANGUAGES}” arrived as {_titles(fresh.tasks())}")
    return True


def server_down(bench: Bench, examples: Examples) -> bool:
    """While the server is down nothing is lost, and afterwards everything comes once."""
    place = bench.adapter.state.read(CURSOR)
    with bench.server_down():
        try:
            outcome = bench.deliver(examples["created"])
        except Broken:
            raise
        except Exception as problem:  # noqa: BLE001 -- an adapter may do anything
            raise Broken(f"it ends when the server is down ({type(problem).__name__})") from None
        if outcome.code == 0:
            raise Broken("it took no notice of a server that is down")
        if bench.adapter.state.read(CURSOR) != place:
            raise Broken("it moved its cursor before the ingest: what it had read is lost")
    bench.resume(examples["created"])
    if len(bench.tasks()) != _expected(bench, examples):
        raise Broken("what arrived while the server was down is lost, or came twice")
    return True


def key_revoked(bench: Bench, examples: Examples) -> bool:
    """A revoked key ends the round with its own exit code; with a new key everything comes."""
    run(bench.owner.revoke_key(bench.key["id"]))
    place = bench.adapter.state.read(CURSOR)
    try:
        outcome = bench.deliver(examples["created"])
    except Broken:
        raise
    except Exception as problem:  # noqa: BLE001 -- an adapter may do anything
        raise Broken(f"it ends when its key is revoked ({type(problem).__name__})") from None
    if outcome.code != 5 or bench.adapter.state.read(CURSOR) != place:
        raise Broken("it took no notice of its revoked key")
    bench.renew_key()
    bench.resume(examples["created"])
    if len(bench.tasks()) != _expected(bench, examples):
        raise Broken("what arrived while the key was revoked is lost, or came twice")
    return True


def unknown_type(bench: Bench, examples: Examples) -> bool:
    """What is no concern of it makes no task and no trouble."""
    bench.deliver(examples["unknown"])
    source = bench.source()
    if bench.tasks():
        raise Broken("something that is no concern of it became a task")
    if source is None or source["status"] != "healthy":
        raise Broken("something that is no concern of it made trouble")
    return True


def keeps_secrets(bench: Bench, examples: Examples) -> bool:
    """Its secrets are in no log, task or report, whatever happens."""
    bench.deliver(examples["created"])
    bench.deliver(Example(replace(examples["created"].delivery, body=b"{")))
    seen = bench.log.getvalue() + json.dumps([bench.tasks(), bench.source()]) + repr(bench.config)
    if any(secret in seen for secret in bench.secrets):
        raise Broken("one of its secrets is in a log, a task or a report")
    return True


CASES: Final[dict[str, Case]] = {
    "starts only with its secrets": starts_only_with_its_secrets, "makes tasks": makes_tasks, "replay": replay,
    "edit": edit, "out of order": out_of_order, "bad signature": bad_signature, "malformed": malformed, "huge": huge,
    "unicode": unicode, "server down": server_down, "key revoked": key_revoked, "unknown type": unknown_type,
    "keeps secrets": keeps_secrets,
}  # fmt: skip


def _some(bench: Bench) -> list[Task]:
    tasks = bench.tasks()
    if not tasks:
        raise Broken("a new item did not become a task")
    return tasks


def _edited(examples: Examples) -> Example:
    if "edited" not in examples:
        raise Broken("there is no example edited.*; an adapter whose items never change says edits = False")
    return examples["edited"]


def _expected(bench: Bench, examples: Examples) -> int:
    fresh = bench.renamed("expected")
    fresh.deliver(examples["created"])
    return len(_some(fresh))


def _titles(tasks: list[Task]) -> list[str]:
    return sorted(task["title"] for task in tasks)


def _versions(tasks: list[Task]) -> dict[int, int]:
    return {task["id"]: task["version"] for task in tasks}
