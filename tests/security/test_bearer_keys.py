"""Keys: one header, one role, 401 for whatever is not a key, 403 before anything else is looked at."""

from __future__ import annotations

import pytest

from task_assistant.api.auth import EnvironmentKey, access_of, allow, bearer
from task_assistant.domain.errors import NotSignedIn
from task_assistant.domain.roles import Caller, Role
from tests import factories
from tests.web.doorstep import FETCHED, KEY, Doorstep

MALFORMED = {
    "no key": b"Bearer",
    "an empty key": b"Bearer ",
    "another scheme": b"Basic b3duZXI6a2V5",
    "the key alone": KEY.encode(),
    "a key in quotes with a space": b'Bearer "a key"',
    "two keys": b"Bearer " + KEY.encode() + b" " + KEY.encode(),
    "not ASCII, UTF-8": "Bearer schlüssel".encode(),
    "not ASCII, latin-1": "Bearer schlüssel".encode("latin-1"),
    "no text at all": b"\xff\xfe\x00",
    "a tab": b"Bearer\t" + KEY.encode(),
    "a NUL": b"Bearer " + KEY.encode() + b"\x00",
    "too long": b"Bearer " + b"a" * 600,
    "nearly the key": b"Bearer " + KEY.encode() + b"x",
    "less than the key": b"Bearer " + KEY.encode()[:-1],
    "a claim key of no task": b"Bearer pta_claim_999_token",
    "a claim key of no number": b"Bearer pta_claim_\xc2\xb2_token",
    "a claim key of a huge number": b"Bearer pta_claim_99999999999999999999999999_token",
    "a key that was never made": b"Bearer pta_owner_" + b"A" * 43,
}


@pytest.mark.parametrize("why", MALFORMED)
async def test_what_is_not_a_key_is_401_and_says_how_to_send_one(why: str) -> None:
    async with Doorstep().client() as client:
        answer = await client.get("/api/tasks", headers=[(b"authorization", MALFORMED[why])])
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_header_sent_twice_is_no_key() -> None:
    async with Doorstep().client() as client:
        twice = [(b"authorization", f"Bearer {KEY}".encode())] * 2
        assert (await client.get("/api/tasks", headers=twice)).status_code == 401


@pytest.mark.parametrize("written", ["Bearer {}", "bearer {}", "BEARER {}", "Bearer  {}", "Bearer {} "])
def test_a_key_may_be_written_as_http_allows(written: str) -> None:
    scope = {"headers": [(b"authorization", written.format(KEY).encode())]}
    assert bearer(scope) == KEY


async def test_a_wrong_key_is_not_saved_by_a_session_beside_it() -> None:
    async with await Doorstep().signed_in() as browser:
        assert (await browser.get("/api/tasks", headers=FETCHED)).status_code == 200
        wrong = FETCHED | {"authorization": "Bearer wrong"}
        assert (await browser.get("/api/tasks", headers=wrong)).status_code == 401


@pytest.mark.parametrize("key", [None, ""])
@pytest.mark.parametrize("given", ["", "None", "replace-me-with-a-long-random-key", "null"])
async def test_without_a_usable_key_in_the_environment_none_is_accepted(key: str | None, given: str) -> None:
    doorstep = Doorstep(key=key)
    assert await doorstep.keys.authenticate(given) is None
    async with doorstep.client() as client:
        headers = {"authorization": f"Bearer {given}"}
        assert (await client.get("/api/tasks", headers=headers)).status_code == 401


async def test_the_key_of_the_environment_is_the_owners() -> None:
    caller = await Doorstep().keys.authenticate(KEY)
    assert caller is not None
    assert (caller.role, caller.actor) == (Role.OWNER, "human")


async def test_stored_keys_work_beside_the_one_of_the_environment() -> None:
    doorstep = Doorstep()
    _, secret = await doorstep.services.keys.create(factories.owner(), Role.AGENT, "alpha")
    caller = await doorstep.keys.authenticate(secret)
    assert caller is not None
    assert caller.actor == "agent:alpha"


async def test_a_revoked_key_is_401_with_its_next_request() -> None:
    doorstep = Doorstep()
    key, secret = await doorstep.services.keys.create(factories.owner(), Role.AGENT, "alpha")
    async with doorstep.client() as client:
        headers = {"authorization": f"Bearer {secret}"}
        assert (await client.get("/api/tasks", headers=headers)).status_code == 200
        await doorstep.services.keys.revoke(factories.owner(), key.id)
        assert (await client.get("/api/tasks", headers=headers)).status_code == 401


@pytest.mark.parametrize("role", [Role.AGENT, Role.ADAPTER, Role.READER])
async def test_a_wrong_role_is_403_whatever_the_body_is(role: Role) -> None:
    doorstep = Doorstep()
    _, secret = await doorstep.services.keys.create(factories.owner(), role, "somebody")
    async with doorstep.client() as client:
        for body in (b"", b"{not json", b'{"unknown": 1}'):
            headers = {"authorization": f"Bearer {secret}"}
            answer = await client.post("/api/keys", content=body, headers=headers)
            assert answer.status_code == 403
            assert answer.json()["role"] == role.value


async def test_no_secret_is_kept_in_the_open() -> None:
    doorstep = Doorstep()
    _, key = await doorstep.services.keys.create(factories.owner(), Role.AGENT, "alpha")
    link = await doorstep.services.links.create()
    session, _ = await doorstep.services.sessions.start()
    kept = repr(doorstep.store.board.documents)
    for secret in (key, link, session, KEY):
        assert secret not in kept


class _Counting:
    """Stored keys that note how often they are asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def authenticate(self, secret: str) -> Caller | None:
        self.asked.append(secret)
        return None


async def test_every_other_key_is_looked_up_in_the_store() -> None:
    stored = _Counting()
    keys = EnvironmentKey(KEY, stored)
    assert await keys.authenticate(KEY) is not None
    assert await keys.authenticate("another") is None
    assert stored.asked == ["another"]


def test_an_endpoint_that_does_not_say_who_may_call_it_is_not_taken() -> None:
    async def forgotten() -> None: ...

    with pytest.raises(TypeError, match="forgotten"):
        access_of(forgotten)


def test_the_note_of_an_endpoint_names_its_roles_and_what_they_may() -> None:
    @allow(Role.OWNER, action="undo")
    async def undo() -> None: ...

    access = access_of(undo)
    access.check(factories.owner())
    with pytest.raises(Exception, match="may not undo"):
        access.check(factories.agent())


def test_no_header_is_no_key_and_a_broken_one_is_refused() -> None:
    assert bearer({"headers": []}) is None
    with pytest.raises(NotSignedIn):
        bearer({"headers": [(b"authorization", b"Bearer")]})
