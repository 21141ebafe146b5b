"""Runs the trials on one adapter and says of each whether it stood it, and if not, why."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from task_assistant.client import Client, run
from task_assistant.client.adapters.adapter import Adapter
from task_assistant.client.adapters.contract.bench import Bench, Broken
from task_assistant.client.adapters.contract.cases import CASES, Examples
from task_assistant.client.adapters.delivery import Delivery


@dataclass(frozen=True, slots=True)
class Verdict:
    """One trial: `held`, or `why` not; None when it does not concern this adapter."""

    case: str
    held: bool | None
    why: str = ""


def hold(
    kind: type[Adapter], examples: Examples, url: str, owner_key: str, only: Sequence[str] = ()
) -> list[Verdict]:
    """Every trial, or those named, each under a name of its own on this server, which should be a scratch one."""
    owner = Client.plain(url, owner_key)
    try:
        with tempfile.TemporaryDirectory() as directory:
            return [_tried(case, kind, examples, owner, Path(directory)) for case in only or CASES]
    finally:
        run(owner.close())


def _tried(case: str, kind: type[Adapter], examples: Examples, owner: Client, around: Path) -> Verdict:
    name = f"{kind.name}-{secrets.token_hex(3)}"
    alias = type(kind.__name__, (kind,), {"name": name, "__module__": kind.__module__})
    clients: list[Client] = []
    try:
        bench = Bench(alias, owner.url, owner, around / name, clients=clients, handshake=_handshake(examples))
        concerned = CASES[case](bench, examples)
    except Broken as problem:
        return Verdict(case, False, str(problem))
    except Exception as problem:  # noqa: BLE001 -- whatever an adapter does, the other trials go on
        return Verdict(case, False, f"{type(problem).__name__}: {problem}")
    finally:
        for client in clients:
            run(client.close())
    return Verdict(case, True if concerned else None)


def _handshake(examples: Examples) -> Delivery | None:
    return examples["handshake"].delivery if "handshake" in examples else None
