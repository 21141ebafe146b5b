"""The world of each test."""

from __future__ import annotations

import pytest

from tests.services.world import World


@pytest.fixture
def world() -> World:
    """A fresh, empty board at NOW."""
    return World()
