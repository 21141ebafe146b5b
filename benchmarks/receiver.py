"""Somebody else's server, in a process of its own: `python -m benchmarks.receiver` prints its port.

What it does with a request is the path's matter: /takes, /fails, /hangs, /redirects (inward) or /lies; /count tells how
many requests each of them had.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.server import HOST, ROOT

ANSWERS = {
    "/takes": b"HTTP/1.1 204 Taken\r\nConnection: close\r\n\r\n",
    "/fails": b"HTTP/1.1 500 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "/redirects": b"HTTP/1.1 307 There\r\nLocation: http://169.254.169.254/latest\r\nContent-Length: 0\r\n\r\n",
    "/lies": b"HTTP/9 everything is fine\r\n\r\n" + b"\x00" * 40_000,
}
PATHS = (*ANSWERS, "/hangs")


async def serve() -> None:
    """Until it is ended."""
    had: Counter[str] = Counter()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            path = (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1].decode()
            had[path] += 1
            if path == "/count":
                said = json.dumps(had).encode()
                writer.write(b"HTTP/1.1 200 So many\r\nContent-Length: %d\r\n\r\n%b" % (len(said), said))
            elif path in ANSWERS:
                writer.write(ANSWERS[path])
            else:
                await reader.read(-1)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(one, HOST, 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def receiving() -> Iterator[int]:
    """The port of such a server, until the end of the block."""
    command = (sys.executable, "-m", "benchmarks.receiver")
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


if __name__ == "__main__":
    asyncio.run(serve())
