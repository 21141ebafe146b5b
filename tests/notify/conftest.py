"""What the tests of webhooks and messages share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.notify.hooked import Hooked
from tests.notify.receiver import receiving
from tests.notify.told import Told
from tests.services.world import World


@pytest.fixture
async def hooked() -> AsyncIterator[Hooked]:
    async with receiving() as receiver:
        yield Hooked(receiver)


@pytest.fixture
async def told() -> AsyncIterator[Told]:
    async with receiving() as receiver:
        yield Told(World(), receiver)
