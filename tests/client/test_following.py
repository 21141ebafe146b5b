"""The event feed as an iterator."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import islice
from urllib.parse import parse_qs, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from task_assistant.client import Client, Unreachable, each, run
from task_assistant.client.transport import TRIES, Reply, Request
from tests.client.test_delivery import BROKEN_OFF, KEY, Scripted


def page(*seqs: int) -> Reply:
    events = [{"seq": seq, "type": "created"} for seq in seqs]
    return Reply(200, {}, json.dumps({"events": events, "next": seqs[-1] if seqs else 0}).encode())


def test_following_goes_on_where_it_was_when_the_server_comes_back() -> None:
    away: list[Reply | Unreachable] = [BROKEN_OFF] * TRIES
    line = Scripted(page(1, 2), *away, page(3), page(4))
    followed = each(Client("http://localhost:1", KEY, transport=line).follow())
    assert [event["seq"] for event in islice(followed, 4)] == [1, 2, 3, 4]
    asked = [request.target.split("&")[0] for request in line.asked]
    assert asked == ["/api/events?after=0", *["/api/events?after=2"] * (TRIES + 1), "/api/events?after=3"]


class Numbered:
    """Serves events with these numbers; how many it read is what a hosted server would pay."""

    def __init__(self, seqs: Iterable[int], *, tells_its_end: bool = True) -> None:
        self.seqs, self.tells_its_end = list(seqs), tells_its_end
        self.requests = self.read = 0

    async def send(self, request: Request) -> Reply:
        asked = parse_qs(urlsplit(request.target).query)
        after, limit = int(asked.get("after", ["0"])[0]), int(asked["limit"][0])
        seen = [seq for seq in self.seqs if seq > after][:limit]
        self.requests, self.read = self.requests + 1, self.read + len(seen)
        said = {"events": [{"seq": seq} for seq in seen], "next": seen[-1] if seen else after}
        end = {"newest": self.seqs[-1]} if self.tells_its_end else {}
        return Reply(200, {}, json.dumps(said | end).encode())

    async def pause(self, seconds: float) -> None: ...

    async def close(self) -> None: ...


def latest(line: Numbered, limit: int, least: int | None = None) -> list[int]:
    found, at = run(Client("http://localhost:1", KEY, transport=line).latest(limit, least=least))
    assert at == line.seqs[-1]
    return [event["seq"] for event in found]


@given(st.sets(st.integers(1, 3_000), min_size=1), st.integers(1, 500), st.booleans())
def test_the_latest_are_found_beyond_gaps_and_on_servers_that_do_not_tell_their_end(
    numbers: set[int], limit: int, tells: bool
) -> None:
    seqs = sorted(numbers)
    assert latest(Numbered(seqs, tells_its_end=tells), limit) == seqs[-limit:]


def test_a_gap_costs_a_look_a_little_further_back_and_none_for_whom_fewer_will_do() -> None:
    seqs = [seq for seq in range(1, 50_001) if seq != 49_900]
    wide, enough = Numbered(seqs), Numbered(seqs)
    assert latest(wide, 500) == seqs[-500:]
    assert wide.read <= 2_600
    assert latest(enough, 500, least=1) == seqs[-499:]
    assert (enough.requests, enough.read) == (3, 500)
