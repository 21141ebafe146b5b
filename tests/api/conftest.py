"""A fresh server for each test."""

from __future__ import annotations

import pytest

from tests.api.server import Client, Server


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def person(server: Server) -> Client:
    """The person, with the owner key of the environment."""
    return server.client()


@pytest.fixture
async def alpha(server: Server) -> Client:
    """An agent."""
    return await server.client_of("agent", "alpha")


@pytest.fixture
async def mail(server: Server) -> Client:
    """An adapter."""
    return await server.client_of("adapter", "mail")
