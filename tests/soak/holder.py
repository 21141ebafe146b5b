"""An agent in a process of its own: claims a task, says so on standard output, and then works until it is killed."""

from __future__ import annotations

import asyncio
import json
import sys

from benchmarks.connection import Connection


async def main(port: int, key: str) -> None:
    """Claims, tells the answer as one line of JSON, and never speaks to the server again."""
    async with Connection(port) as line:
        claim = (await line.call("POST", "/api/agent/claim", key, {"lease_seconds": 30})).expect(200).json()
        sys.stdout.write(json.dumps(claim) + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
