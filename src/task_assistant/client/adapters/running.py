"""`main`: what `python adapters/NAME.py` runs. Configuration comes from the environment, not from the command line."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from task_assistant.client import Client
from task_assistant.client.adapters.adapter import Adapter, FileAdapter, WebhookAdapter
from task_assistant.client.adapters.configuration import COMMON, Configuration, configure
from task_assistant.client.adapters.delivery import Delivery
from task_assistant.client.adapters.receiver import Receiver
from task_assistant.client.adapters.redaction import RedactingFormatter, Redactor
from task_assistant.client.adapters.rounds import Rounds
from task_assistant.client.adapters.state import State
from task_assistant.client.adapters.sync import WAIT, Sync, TwoWay
from task_assistant.client.adapters.trouble import Misconfigured
from task_assistant.client.problems import NoKey, NotAnAddress

log = logging.getLogger("pta.adapter")


def main(
    kind: type[Adapter], arguments: Sequence[str] | None = None, environ: Mapping[str, str] | None = None
) -> int:
    """Runs an adapter until it is stopped, or once; the exit code."""
    chosen = _parser(kind).parse_args(arguments)
    try:
        config = configure(kind.settings, os.environ if environ is None else environ)
        client = client_of(config)
    except (Misconfigured, NotAnAddress, NoKey) as problem:
        print(problem, file=sys.stderr)  # noqa: T201 -- there is no log before there is a configuration
        return 2
    adapter = make(kind, config, dry=chosen.dry_run)
    if (unfit := _unfit(adapter, chosen)) is not None:
        print(unfit, file=sys.stderr)  # noqa: T201 -- a mistake on the command line, for whoever typed it
        return 2
    redactor = Redactor(config.secrets)
    _log_to_stderr(redactor)
    rounds = Rounds(adapter, client, redactor, dry=chosen.dry_run)
    if chosen.once or isinstance(adapter, FileAdapter):
        return rounds.once().code
    stopping = Stopping()
    if chosen.sync and isinstance(adapter, TwoWay):
        sync = Sync(adapter, adapter, client, redactor)
        while not stopping.is_set():
            stopping.wait(sync.once(WAIT).wait)
    elif isinstance(adapter, WebhookAdapter):
        serve(adapter, rounds, stopping)
    else:
        while not stopping.is_set():
            stopping.wait(rounds.once().wait)
    return 0


def _unfit(adapter: Adapter, chosen: argparse.Namespace) -> str | None:
    """What is wrong with the command line, after reading the files that it names."""
    if chosen.sync and isinstance(adapter, TwoWay):
        missing = [name for name in adapter.sync_needs if not adapter.config[name]]
        return f"--sync needs {', '.join(missing)}." if missing else None
    if isinstance(adapter, FileAdapter):
        try:
            adapter.files = [read_file(name) for name in chosen.files or ["-"]]
        except OSError as problem:
            return f"{problem.filename} cannot be read: {problem.strerror}."
    return None


def read_file(name: str) -> Delivery:
    """A file of the command line, or standard input for `-`."""
    if name == "-":
        return Delivery(sys.stdin.buffer.read(), path="")
    path = Path(name)
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return Delivery(path.read_bytes(), {"last-modified": changed.isoformat()}, path.name)


def make(kind: type[Adapter], config: Configuration, *, dry: bool = False) -> Adapter:
    """The adapter with its state; in a dry run a webhook's deliveries are kept apart from the real ones."""
    directory = config.state_of(config["PTA_SOURCE_ID"] or kind.name)
    return kind(
        config, State(directory / "dry-run" if dry and issubclass(kind, WebhookAdapter) else directory)
    )


def client_of(config: Configuration) -> Client:
    """The client of this adapter's key; the program's name tells the server who changes things."""
    return Client.plain(config["TASK_TRACKER_URL"], config["TASK_TRACKER_API_KEY"], program="pta-adapter")


class Stopping(threading.Event):
    """Set by SIGINT and SIGTERM; whoever waits for something else as well is woken through `also`."""

    def __init__(self) -> None:
        super().__init__()
        self.also: threading.Event | None = None
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.set())

    def set(self) -> None:
        """Stops."""
        super().set()
        if self.also is not None:
            self.also.set()


def serve(adapter: WebhookAdapter, rounds: Rounds, stopping: Stopping) -> None:
    """Receives and takes deliveries until stopped; what still waits is taken after the next start."""
    receiver = Receiver(adapter)
    stopping.also = receiver.arrived
    server = receiver.serve(adapter.config["ADAPTER_HOST"], int(adapter.config["ADAPTER_PORT"]))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    log.info("%s listens on port %s", adapter.source_name, server.server_port)
    try:
        while not stopping.is_set():
            receiver.arrived.clear()
            outcome = rounds.once(forged=receiver.count_forged())
            if outcome.code:
                stopping.wait(outcome.wait)
            else:
                receiver.arrived.wait(outcome.wait)
    finally:
        server.shutdown()
        server.server_close()


def _log_to_stderr(redactor: Redactor) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(RedactingFormatter(redactor))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # it logs addresses, and Telegram's hold the token


def _parser(kind: type[Adapter]) -> argparse.ArgumentParser:
    settings = "\n".join(f"  {s.name:26} {s.what}" for s in (*kind.settings, *COMMON))
    parser = argparse.ArgumentParser(
        prog=f"{kind.name}.py", description=f"{kind.title}: an adapter of Personal Task Assistant.",
        epilog=f"settings, from the environment only:\n{settings}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--once", action="store_true", help="take what there is and end")
    if issubclass(kind, TwoWay):
        parser.add_argument("--sync", action="store_true", help="tell the source what becomes of its tasks")
    if issubclass(kind, FileAdapter):
        parser.add_argument("files", nargs="*", metavar="FILE", help="files; else standard input")
    parser.set_defaults(sync=False)
    parser.add_argument("--dry-run", action="store_true", help="say what would be ingested; change nothing")
    return parser
