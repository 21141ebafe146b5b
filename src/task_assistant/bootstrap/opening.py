"""The address that a browser on this computer opens."""

from __future__ import annotations

import asyncio

from task_assistant.bootstrap.settings import LocalSignIn, SettingsRefused, load_settings
from task_assistant.bootstrap.wiring import make_services, make_store
from task_assistant.ports.store import StoreUnavailable


def address(url: str, path: str) -> str:
    """`url` with `path`, or a one-use sign-in link to the board where the server of this directory wants one."""
    try:
        settings = load_settings()
        if url != settings.base_url or settings.local_sign_in is not LocalSignIn.LINK:
            return url + path
        return f"{url}/sign-in/{asyncio.run(_token())}"
    except (SettingsRefused, StoreUnavailable):
        return url + path


async def _token() -> str:
    settings = load_settings()
    store = make_store(settings)
    await store.open()
    try:
        return await make_services(settings, store).links.create()
    finally:
        await store.close()
