"""What an assessment costs in time of the processor: a text, the import, the first text; and bytes on disk."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.routing.data import Text
from task_assistant.domain.readiness import Matter, assess

ROUNDS = 5
# Modules that any server has loaded already are not the model's cost.
LOADING = """
import time, array, base64, dataclasses, functools, itertools, json, pkgutil, re, typing, zlib
began = time.process_time()
import task_assistant.domain.readiness as readiness
readiness.prior()
loaded = time.process_time()
readiness.assess(readiness.Matter("Could you please send me the report?"))
print((loaded - began) * 1e3, (time.process_time() - loaded) * 1e3)
"""


def report(found: list[Text], weights: Path) -> list[str]:
    """The best of some rounds each, so that other work on the machine disturbs little."""
    kinds = {
        "to-do items": [text for text in found if not text.mail], "e-mail": [text for text in found if text.mail],
    }  # fmt: skip
    paste = [Text("Could you look at the figures and call me on Friday, " * 200, 2, True, False, 1.0)] * 50
    rows = [
        f"{name}: {_each(texts):.0f} µs a text"
        for name, texts in {**kinds, "10,000 characters": paste}.items()
    ]
    loaded, first = _loading()
    size = weights.stat().st_size / 1e3
    return [
        "",
        *rows,
        f"{loaded:.0f} ms to import and load, {first:.0f} ms the first text, {size:.0f} kB of weights",
    ]


def _each(texts: list[Text]) -> float:
    matters, rounds = [Matter(text.text) for text in texts], []
    for _ in range(ROUNDS):
        began = time.process_time()
        for matter in matters:
            assess(matter)
        rounds.append((time.process_time() - began) / len(matters) * 1e6)
    return min(rounds)


def _loading() -> tuple[float, float]:
    """In processes of their own; the first one compiles the modules, as an installation does."""
    with tempfile.TemporaryDirectory() as kept:
        surroundings = {**os.environ, "PYTHONPYCACHEPREFIX": kept, "PYTHONPATH": os.pathsep.join(sys.path)}
        surroundings.pop("PYTHONDONTWRITEBYTECODE", None)
        command = [sys.executable, "-c", LOADING]
        times = [
            subprocess.run(
                command, env=surroundings, capture_output=True, check=True, text=True
            ).stdout.split()
            for _ in range(ROUNDS)
        ]
    return min(float(one[0]) for one in times), min(float(one[1]) for one in times)
