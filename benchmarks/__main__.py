"""`python -m benchmarks`: one table of ratios. See README.md beside this."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from benchmarks.calls import CALLS
from benchmarks.rows import table
from benchmarks.run import SECTIONS, Wish, run

if sys.platform == "win32":
    from asyncio import run as run_loop
else:
    from uvloop import run as run_loop


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--boards", default="1000,10000,100000", help="numbers of active tasks")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions: a look, not a measurement")
    names = ", ".join((*SECTIONS, *(call.name for call in CALLS)))
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME", help=f"part of a name: {names}"
    )
    parser.add_argument(
        "--postgres", metavar="URL", help="calls only, on databases that are made on this PostgreSQL server"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also writes the rows there")
    return parser.parse_args()


def main() -> int:
    """Runs and tells; 0 even when a bar is missed, because machines differ."""
    given = arguments()
    sizes = tuple(sorted({int(size) for size in given.boards.split(",")}))
    rows = run_loop(run(Wish(sizes, given.quick, tuple(given.only), given.postgres)))
    print(table(rows))
    if given.json is not None:
        given.json.write_text(json.dumps([row.plain() for row in rows], indent=1, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
