"""Managing outbound webhooks over the API."""

from __future__ import annotations

import pytest

from tests.api.server import Client, Server

ON_EVERY_STORE = True
URL = "https://example.org/hook?token=part-of-the-address"


async def test_a_webhook_is_made_listed_switched_and_removed(person: Client, server: Server) -> None:
    made = await person.post("/api/webhooks", {"url": URL, "types": ["asked", "asked"]}, expect=201)
    assert made["secret"].startswith("whsec_")
    assert (made["types"], made["on"]) == (["asked"], True)
    one = f"/api/webhooks/{made['id']}"
    assert (await person.post(f"{one}/disable"))["disabled_why"] == "you switched it off"
    assert (await person.post(f"{one}/enable"))["on"] is True
    [listed] = await person.get("/api/webhooks")
    assert "secret" not in listed
    assert await person.get(f"{one}/dead") == []
    assert await person.post(f"{one}/replay") == {"replayed": 0}
    await person.ask("DELETE", one, expect=204)
    for call in (f"{one}/enable", f"{one}/replay"):
        await person.post(call, expect=404)
    assert await person.get("/api/webhooks") == []
    told = await person.get("/api/events")
    assert "part-of-the-address" not in str(told)
    assert told["events"][0]["text"] == "Webhook made for example.org"
    kept = await server.store.documents("webhook_secret", server.clock.now())
    assert kept == []


async def test_the_secret_is_kept_encrypted_and_told_again_only_to_the_same_request(
    person: Client, server: Server
) -> None:
    key = {"Idempotency-Key": "make-1"}
    made = await person.post("/api/webhooks", {"url": URL}, expect=201, headers=key)
    assert await person.post("/api/webhooks", {"url": URL}, expect=201, headers=key) == made
    for kind in ("webhook", "webhook_secret", "answer"):
        documents = await server.store.documents(kind, server.clock.now())
        assert documents
        assert made["secret"] not in str(documents)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": "ftp://example.org"}, "url"),
        ({"url": "https://me:pw@example.org"}, "url"),
        ({"url": URL, "types": ["exploded"]}, "types[0]"),
        ({"types": []}, "url"),
    ],
)
async def test_what_is_no_webhook_is_refused_by_name(person: Client, body: object, field: str) -> None:
    told = await person.post("/api/webhooks", body, expect=422)
    assert told["errors"][0]["field"] == field


async def test_there_are_at_most_20(person: Client) -> None:
    for _ in range(20):
        await person.post("/api/webhooks", {"url": URL}, expect=201)
    assert "21" in str(await person.post("/api/webhooks", {"url": URL}, expect=422))
