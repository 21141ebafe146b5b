"""What an assessment costs: time a text, time to import, bytes on disk."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.routing.data import Text
from task_assistant.domain.readiness import Matter, assess


def report(found: list[Text], weights: Path) -> list[str]:
    """Microseconds a text (the best of five rounds), milliseconds of the import, kilobytes of the weights."""
    matters = [Matter(text.text) for text in found]
    rounds = []
    for _ in range(5):
        began = time.perf_counter()
        for matter in matters:
            assess(matter)
        rounds.append((time.perf_counter() - began) / len(matters) * 1e6)
    once = (
        "import time, dataclasses, re, json, pathlib, array, base64, functools, zlib; t = time.perf_counter()\n"
        "import task_assistant.domain.readiness as r; r.prior(); print((time.perf_counter() - t) * 1e3)"
    )
    loading = min(
        float(subprocess.run([sys.executable, "-c", once], capture_output=True, check=True, text=True).stdout)
        for _ in range(3)
    )
    return [
        "",
        f"{min(rounds):.0f} µs a text, {loading:.0f} ms to import and load, {weights.stat().st_size / 1e3:.0f} kB",
    ]
