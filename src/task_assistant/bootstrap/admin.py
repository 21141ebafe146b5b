"""What set-up needs of the app, as one JSON line a command: `python -m task_assistant.bootstrap.admin COMMAND`.

It works on the store itself, so it can run while no server does. It speaks for whoever may read the data directory.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from task_assistant.bootstrap.settings import Settings, SettingsRefused, load_settings
from task_assistant.bootstrap.wiring import make_services, make_store
from task_assistant.domain.errors import NameTaken
from task_assistant.domain.roles import Caller, Role
from task_assistant.ports.store import StoreUnavailable
from task_assistant.services.house import Services

PERSON = Caller(Role.OWNER, "setup", "setup", via="cli")
Given = argparse.Namespace
Answer = dict[str, Any]


async def _migrate(services: Services, settings: Settings, _: Given) -> Answer:
    await services.desk.store.check()
    return {"migrated": True, "store": settings.store.value}


async def _sample_tasks(services: Services, _: Settings, __: Given) -> Answer:
    return {"created": await services.sample_tasks.load(PERSON)}


async def _create_key(services: Services, _: Settings, given: Given) -> Answer:
    key, secret = await services.keys.create(PERSON, Role(given.role), given.name)
    return {"id": key.id, "name": key.name, "role": key.role.value, "key": secret}


async def _sign_in_link(services: Services, settings: Settings, _: Given) -> Answer:
    return {"url": f"{settings.base_url}/sign-in/{await services.links.create()}"}


COMMANDS: dict[str, Callable[[Services, Settings, Given], Awaitable[Answer]]] = {
    "migrate": _migrate,
    "sample-tasks": _sample_tasks,
    "create-key": _create_key,
    "sign-in-link": _sign_in_link,
}


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="task_assistant.bootstrap.admin", description=__doc__.splitlines()[0]
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name in COMMANDS:
        command = commands.add_parser(name)
        if name == "create-key":
            roles = [role.value for role in Role if role is not Role.SYSTEM]
            command.add_argument("--role", choices=roles, default="agent")
            command.add_argument("--name", required=True)
    return parser


async def _run(given: Given) -> Answer:
    settings = load_settings()
    store = make_store(settings)
    await store.open()
    try:
        return await COMMANDS[given.command](make_services(settings, store), settings, given)
    finally:
        await store.close()


def main() -> int:
    """Runs one command; 0 with its answer on standard output, 1 with one sentence on standard error."""
    try:
        print(json.dumps(asyncio.run(_run(_arguments().parse_args()))))
    except (SettingsRefused, StoreUnavailable, NameTaken) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
