"""What the tests of webhooks share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.notify.hooked import Hooked
from tests.notify.receiver import receiving


@pytest.fixture
async def hooked() -> AsyncIterator[Hooked]:
    async with receiving() as receiver:
        yield Hooked(receiver)
