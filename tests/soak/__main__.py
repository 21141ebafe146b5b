"""Runs samples of the long runs, or with `--full` their whole length (minutes), and prints what they saw."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import pytest


def main() -> int:
    """Pytest's exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--full", action="store_true", help="the whole length instead of samples")
    parser.add_argument("-k", metavar="WORDS", help="only the runs whose names have these words")
    given = parser.parse_args()
    if given.full:
        os.environ["PTA_SOAK"] = "full"
    chosen = ["-k", given.k] if given.k else []
    return pytest.main(["-m", "soak or postgres", "-s", str(Path(__file__).parent), *chosen])


if __name__ == "__main__":
    sys.exit(main())
