"""How the client tries again, what it raises, and what it never says."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from task_assistant.client import Client, Problem, Unreachable, run
from task_assistant.client.problems import (
    KINDS,
    ClaimHeld,
    Invalid,
    NoKey,
    NothingToClaim,
    Overloaded,
    problem_of,
)
from task_assistant.client.transport import TRIES, Reply, Request
from task_assistant.domain.errors import refusals

KEY = "a-key-that-must-not-leak"
OK = Reply(200, {}, b"{}")
NOT_THERE = Unreachable("http://localhost:1", "connection refused", sent=False)
BROKEN_OFF = Unreachable("http://localhost:1", "it closed the connection", sent=True)


class Scripted:
    """Answers from a list, the last one for ever; waiting takes no time."""

    def __init__(self, *answers: Reply | Unreachable) -> None:
        self.answers = list(answers)
        self.asked: list[Request] = []
        self.pauses: list[float] = []

    async def send(self, request: Request) -> Reply:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Unreachable):
            raise answer
        return answer

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    async def close(self) -> None: ...


def refusal(status: int, code: str, **facts: object) -> Reply:
    body = {"status": status, "code": code, "detail": f"Because of {code}.", **facts}
    return Reply(status, {}, json.dumps(body).encode())


@pytest.fixture
def client_of() -> Callable[[Scripted], Client]:
    return lambda transport: Client("http://localhost:1", KEY, transport=transport)


def test_a_post_goes_again_with_the_same_idempotency_key(client_of: Callable[[Scripted], Client]) -> None:
    line = Scripted(BROKEN_OFF, refusal(503, "busy"), OK)
    run(client_of(line).create(title="Call Alice"))
    assert len(line.asked) == 3
    assert len({request.headers["idempotency-key"] for request in line.asked}) == 1


def test_two_calls_never_share_an_idempotency_key(client_of: Callable[[Scripted], Client]) -> None:
    line = Scripted(OK)
    client = client_of(line)
    run(client.create(title="Call Alice"))
    run(client.create(title="Call Alice"))
    assert len({request.headers["idempotency-key"] for request in line.asked}) == 2


def test_a_patch_goes_again_only_when_nothing_was_sent(client_of: Callable[[Scripted], Client]) -> None:
    run(client_of(Scripted(NOT_THERE, OK)).edit(1, title="Call Bob"))
    line = Scripted(BROKEN_OFF, OK)
    with pytest.raises(Unreachable):
        run(client_of(line).edit(1, title="Call Bob"))
    assert len(line.asked) == 1


def test_a_key_is_minted_once_or_not_at_all(client_of: Callable[[Scripted], Client]) -> None:
    line = Scripted(BROKEN_OFF, OK)
    with pytest.raises(Unreachable):
        run(client_of(line).create_key("agent", "alpha"))
    assert len(line.asked) == 1
    assert "idempotency-key" not in line.asked[0].headers


def test_it_gives_up_after_a_few_tries(client_of: Callable[[Scripted], Client]) -> None:
    line = Scripted(NOT_THERE)
    with pytest.raises(Unreachable, match="pta serve"):
        run(client_of(line).me())
    assert len(line.asked) == TRIES
    line = Scripted(refusal(503, "busy"))
    with pytest.raises(Overloaded):
        run(client_of(line).me())


def test_the_wait_that_the_server_names_is_kept(client_of: Callable[[Scripted], Client]) -> None:
    line = Scripted(Reply(429, {"retry-after": "7"}, b""), OK)
    run(client_of(line).me())
    assert line.pauses == [7.0]


def test_a_refusal_is_raised_at_once_with_its_facts(client_of: Callable[[Scripted], Client]) -> None:
    line = Scripted(refusal(409, "claim_held", holder="beta"))
    with pytest.raises(ClaimHeld, match=r"Because of claim_held\.") as held:
        run(client_of(line).claim(7))
    assert held.value.facts == {"holder": "beta"}
    assert len(line.asked) == 1


def test_what_some_proxy_wrote_is_a_problem_too() -> None:
    problem = problem_of(418, b"<html>tea</html>", None)
    assert (type(problem), problem.code) == (Problem, "http_418")
    assert isinstance(problem_of(422, b"[]", None), Invalid)


def test_every_refusal_of_the_server_has_an_exception_of_its_own_kind() -> None:
    known = {code for kind in KINDS for code in kind.codes}
    assert {refusal.code for refusal in refusals()} == known


def test_an_empty_queue_is_told_from_a_missing_task() -> None:
    assert isinstance(problem_of(404, b'{"code": "no_claimable_task"}', None), NothingToClaim)
    assert not isinstance(problem_of(404, b'{"code": "task_not_found"}', None), NothingToClaim)


def test_without_a_key_nothing_is_sent(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TASK_TRACKER_API_KEY", raising=False)
    monkeypatch.chdir(str(tmp_path))
    line = Scripted(OK)
    with pytest.raises(NoKey, match="TASK_TRACKER_API_KEY"):
        run(Client("http://localhost:1", transport=line).me())
    assert line.asked == []


def test_the_key_is_in_no_text(client_of: Callable[[Scripted], Client]) -> None:
    line = Scripted(refusal(401, "not_signed_in"))
    client = client_of(line)
    with pytest.raises(Problem) as problem:
        run(client.me())
    for thing in (client, line.asked[0], problem.value, client.__dict__["_transport"]):
        assert KEY not in repr(thing)
