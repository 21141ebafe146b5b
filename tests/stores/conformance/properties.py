"""placeholder"""

from __future__ import annotations

from tests.stores.conformance.backend import Backend


class Properties(Backend):
    """x."""
