"""How long the long runs are: a sample by default, the whole length with PTA_SOAK=full."""

from __future__ import annotations

import os
import sys

FULL = os.environ.get("PTA_SOAK") == "full"
RACE_TASKS = 5_000 if FULL else 500
KILLS = 50 if FULL else 3
DEADLINE = 1_800 if FULL else 300  # seconds after which a run that does not end has failed


def tell(text: str) -> None:
    """Says what a run saw, for who watches (`python -m tests.soak`)."""
    sys.stderr.write(f"\n{text}\n")
