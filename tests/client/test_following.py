"""The event feed as an iterator."""

from __future__ import annotations

import json
from itertools import islice

from task_assistant.client import Client, Unreachable, each, run
from task_assistant.client.transport import TRIES, Reply
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


def test_the_latest_are_found_beyond_gaps_and_on_servers_that_do_not_tell_their_end() -> None:
    def ending(newest: dict[str, int], *pages: Reply) -> list[int]:
        first = Reply(200, {}, json.dumps({"events": [], "next": 0, **newest}).encode())
        found, at = run(Client("http://localhost:1", KEY, transport=Scripted(first, *pages)).latest(2))
        assert at == 900
        return [event["seq"] for event in found]

    nothing = Reply(200, {}, b'{"events": [], "next": 900}')
    assert ending({"newest": 900}, page(900), nothing, page(300, 800, 900), nothing) == [800, 900]
    assert ending({}, page(1, 2, 900), nothing) == [2, 900]
