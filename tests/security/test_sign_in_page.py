"""Signing in by an owner key or a one-use link, and what does not sign in."""

from __future__ import annotations

import pytest

from task_assistant.api.sign_in import Attempts
from task_assistant.domain.roles import Role
from tests import factories
from tests.web.doorstep import FROM_ELSEWHERE, HERE, KEY, TYPED, Doorstep

FORM = {"origin": HERE}


@pytest.fixture
def doorstep() -> Doorstep:
    return Doorstep(auto=False)


@pytest.mark.parametrize("path", ["/", "/tasks?lane=human", "/docs"])
async def test_a_page_that_nobody_is_signed_in_for_is_the_sign_in_page_itself(
    doorstep: Doorstep, path: str
) -> None:
    async with doorstep.client() as browser:
        answer = await browser.get(path, headers=TYPED)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "location" not in answer.headers
    assert '<form method="post" action="/sign-in">' in answer.text


async def test_an_owner_key_signs_in_and_goes_on_to_the_page_that_was_asked_for(doorstep: Doorstep) -> None:
    async with doorstep.client() as browser:
        asked = await browser.get("/tasks?lane=human", headers=TYPED)
        assert 'name="next" value="/tasks?lane=human"' in asked.text
        fields = {"key": f"  {KEY}\n", "next": "/tasks?lane=human"}
        answer = await browser.post("/sign-in", data=fields, headers=FORM)
        assert (answer.status_code, answer.headers["location"]) == (303, "/tasks?lane=human")
        assert (await browser.get("/tasks?lane=human", headers=TYPED)).status_code == 200


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "evil",
        "",
        "/x\r\nset-cookie: a=b",
        "/sign-in",
        "/sign-in/token",
        "/sign-out",
        "/" + "x" * 5_000,
        "/ünsafe",
    ],
)
async def test_signing_in_never_leads_off_this_server(doorstep: Doorstep, elsewhere: str) -> None:
    async with doorstep.client() as browser:
        answer = await browser.post("/sign-in", data={"key": KEY, "next": elsewhere}, headers=FORM)
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("key", ["", "wrong", "schlüssel", "x" * 10_000, "pta_claim_1_x", "\x00"])
async def test_any_other_text_is_refused_on_the_page(doorstep: Doorstep, key: str) -> None:
    async with doorstep.client() as browser:
        answer = await browser.post("/sign-in", data={"key": key}, headers=FORM)
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert "not an owner key" in answer.text


@pytest.mark.parametrize("role", [Role.AGENT, Role.ADAPTER, Role.READER])
async def test_only_an_owners_key_makes_the_browser_the_persons(doorstep: Doorstep, role: Role) -> None:
    _, secret = await doorstep.services.keys.create(factories.owner(), role, "somebody")
    async with doorstep.client() as browser:
        answer = await browser.post("/sign-in", data={"key": secret}, headers=FORM)
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


async def test_the_key_never_comes_back_in_a_page_or_an_address(doorstep: Doorstep) -> None:
    async with doorstep.client() as browser:
        answer = await browser.post("/sign-in", data={"key": "wrong-but-secret"}, headers=FORM)
        assert "wrong-but-secret" not in answer.text
        answer = await browser.get("/sign-in?key=in-the-address", headers=TYPED)
        assert answer.status_code == 200
        assert "in-the-address" not in answer.text


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain", ""])
async def test_only_a_form_signs_in(doorstep: Doorstep, kind: str) -> None:
    async with doorstep.client() as browser:
        headers = FORM | {"content-type": kind}
        answer = await browser.post("/sign-in", content=f"key={KEY}", headers=headers)
    assert answer.status_code == 415


async def test_a_form_of_megabytes_is_refused(doorstep: Doorstep) -> None:
    async with doorstep.client() as browser:
        answer = await browser.post("/sign-in", data={"key": "x" * 1_000_000}, headers=FORM)
    assert answer.status_code == 413


# -- one-use links -----------------------------------------------------------------------------------------------------


async def test_opening_a_link_changes_nothing_and_its_button_signs_in_once(doorstep: Doorstep) -> None:
    token = await doorstep.services.links.create()
    async with doorstep.client() as phone, doorstep.client() as second:
        for _ in range(3):  # a chat preview, a mail scanner, the person
            shown = await phone.get(f"/sign-in/{token}", headers=FROM_ELSEWHERE)
            assert shown.status_code == 200
            assert "set-cookie" not in shown.headers
            assert shown.text.count("<button") == 1
        used = await phone.post(f"/sign-in/{token}", headers=FORM)
        assert (used.status_code, used.headers["location"]) == (303, "/")
        assert (await phone.get("/", headers=TYPED)).status_code == 200
        again = await second.post(f"/sign-in/{token}", headers=FORM)
        assert again.status_code == 401
        assert "used already" in again.text
        assert "set-cookie" not in again.headers


@pytest.mark.parametrize(("minutes", "status"), [(14, 303), (15, 401), (16, 401)])
async def test_a_link_is_good_for_15_minutes(doorstep: Doorstep, minutes: int, status: int) -> None:
    token = await doorstep.services.links.create()
    doorstep.clock.advance(minutes=minutes)
    async with doorstep.client() as browser:
        assert (await browser.post(f"/sign-in/{token}", headers=FORM)).status_code == status


@pytest.mark.parametrize("token", ["unknown", "x" * 3_000, "%3Cscript%3E", "%00", "%C3%BC"])
async def test_an_invented_link_signs_nobody_in(doorstep: Doorstep, token: str) -> None:
    async with doorstep.client() as browser:
        shown = await browser.get(f"/sign-in/{token}", headers=TYPED)
        assert shown.status_code == 200
        assert "<script>" not in shown.text
        assert (await browser.post(f"/sign-in/{token}", headers=FORM)).status_code == 401


async def test_a_link_looked_at_with_head_is_still_good(doorstep: Doorstep) -> None:
    token = await doorstep.services.links.create()
    async with doorstep.client() as browser:
        assert (await browser.head(f"/sign-in/{token}")).status_code == 200
        assert (await browser.post(f"/sign-in/{token}", headers=FORM)).status_code == 303


# -- guessing ----------------------------------------------------------------------------------------------------------


async def test_guessing_is_slowed_down_for_the_guesser_alone(doorstep: Doorstep) -> None:
    guesser, person = doorstep.client(peer=("203.0.113.5", 1)), doorstep.client(peer=("192.0.2.9", 1))
    async with guesser, person:
        for n in range(Attempts.LIMIT):
            answer = await guesser.post("/sign-in", data={"key": f"guess-{n}"}, headers=FORM)
            assert answer.status_code == 401
        answer = await guesser.post("/sign-in", data={"key": KEY}, headers=FORM)
        assert answer.status_code == 429
        assert 0 < int(answer.headers["retry-after"]) <= Attempts.WINDOW
        assert (await guesser.post("/sign-in/token", headers=FORM)).status_code == 429
        assert (await person.post("/sign-in", data={"key": KEY}, headers=FORM)).status_code == 303
        doorstep.clock.advance(seconds=Attempts.WINDOW)
        assert (await guesser.post("/sign-in", data={"key": KEY}, headers=FORM)).status_code == 303


def test_the_memory_of_attempts_is_bounded() -> None:
    attempts = Attempts(lambda: 0.0)
    for n in range(Attempts.CLIENTS * 2):
        attempts.wrong({"client": (f"10.{n // 65_536}.{n // 256 % 256}.{n % 256}", 1)})
    assert len(attempts._wrong) == Attempts.CLIENTS


def test_one_household_on_ipv6_is_one_client() -> None:
    attempts = Attempts(lambda: 0.0)
    for n in range(Attempts.LIMIT):
        attempts.wrong({"client": (f"2001:db8::{n:x}", 1)})
    assert len(attempts._wrong) == 1
