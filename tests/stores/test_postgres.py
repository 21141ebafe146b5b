"""The PostgreSQL store keeps what the port promises, on a real server."""

from __future__ import annotations

import pytest

from tests.stores.conformance import StoreContract
from tests.stores.postgres_only.backend import Postgres

pytestmark = pytest.mark.postgres


class TestPostgres(Postgres, StoreContract):
    """All topics."""
