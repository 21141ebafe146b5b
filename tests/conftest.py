"""What every test run shares: Hypothesis profiles, and readable assertions in the shared store suite."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

pytest.register_assert_rewrite("tests.stores.conformance")

# Small and the same in every run; `HYPOTHESIS_PROFILE=ci` looks further, `soak` for as long as it takes.
SLOW_BOARDS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.differing_executors]
settings.register_profile(
    "default", max_examples=25, stateful_step_count=25, derandomize=True, deadline=None, database=None,
    phases=[Phase.explicit, Phase.generate, Phase.target, Phase.shrink], suppress_health_check=SLOW_BOARDS,
)  # fmt: skip
settings.register_profile("few", settings.get_profile("default"), max_examples=6, stateful_step_count=12)
settings.register_profile("ci", settings.get_profile("default"), max_examples=40, stateful_step_count=30)
settings.register_profile(
    "soak", settings.get_profile("default"), max_examples=2_000, stateful_step_count=80, derandomize=False,
)  # fmt: skip
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Leaves the emulator empty for the next test."""
    if item.get_closest_marker("firestore"):
        from tests.stores.firestore_only import emulator

        emulator.empty()
