"""What an OpenID Connect provider's answer must hold before it says who somebody is."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc.jwk import OctKey

from task_assistant.identity.oidc import OidcProvider
from task_assistant.ports.identity import Ask, Identity, ProviderUnavailable, Unproven
from tests.factories import FixedClock
from tests.identity.issuer import CLIENT, ISSUER, SECRET, Issuer, Json, rsa

ASK = Ask(
    state="the-state", nonce="the-nonce", verifier="v" * 43, redirect_uri="https://tasks.example.org/back"
)
ANN = Identity("ann@example.org", verified=True)


@pytest.fixture
def issuer() -> Issuer:
    return Issuer(FixedClock())


def provider_of(issuer: Issuer) -> OidcProvider:
    return OidcProvider(ISSUER, CLIENT, SECRET, issuer.clock, issuer.transport)


async def signed_in(issuer: Issuer, ask: Ask = ASK, provider: OidcProvider | None = None) -> Identity:
    provider = provider or provider_of(issuer)
    code = issuer.consent(await provider.address(ask))
    return await provider.identity(ask, code)


async def test_the_browser_is_sent_with_state_nonce_and_a_challenge_and_never_with_the_verifier(
    issuer: Issuer,
) -> None:
    address = await provider_of(issuer).address(ASK)
    said = {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}
    assert address.startswith(f"{ISSUER}/authorize?")
    assert said.items() >= {
        "response_type": "code", "client_id": CLIENT, "redirect_uri": ASK.redirect_uri, "scope": "openid email",
        "state": "the-state", "nonce": "the-nonce", "code_challenge_method": "S256",
    }.items()  # fmt: skip
    assert len(said["code_challenge"]) == 43
    assert ASK.verifier not in address
    assert SECRET not in address


async def test_the_answer_says_who_it_is_in_lower_case(issuer: Issuer) -> None:
    assert await signed_in(issuer) == ANN


@pytest.mark.parametrize("verified", [False, None, "true", 1])
async def test_only_true_means_verified(issuer: Issuer, verified: object) -> None:
    issuer.claims["email_verified"] = verified
    assert not (await signed_in(issuer)).verified


LIES: dict[str, Json] = {
    "another issuer": {"iss": "https://evil.example"},
    "no issuer": {"iss": None},
    "another audience": {"aud": "another-client"},
    "no audience": {"aud": None},
    "made for another client of this provider": {"aud": [CLIENT, "another"], "azp": "another"},
    "another nonce": {"nonce": "of-another-sign-in"},
    "no nonce": {"nonce": None},
    "no subject": {"sub": None},
    "no end": {"exp": None},
    "no beginning": {"iat": None},
    "no address": {"email": None},
    "an address that is none": {"email": "ann"},
    "an address that is a list": {"email": ["ann@example.org"]},
}


@pytest.mark.parametrize("claims", LIES.values(), ids=LIES)
async def test_an_answer_proves_nothing_with(issuer: Issuer, claims: Json) -> None:
    issuer.claims.update(claims)
    with pytest.raises(Unproven, match=r"id_token|e-mail"):
        await signed_in(issuer)


@pytest.mark.parametrize(
    ("seconds", "holds"), [(0, True), (350, True), (361, False), (-59, True), (-61, False)]
)
async def test_an_answer_holds_from_when_it_was_made_until_it_ends_give_or_take_a_minute(
    issuer: Issuer, seconds: int, holds: bool
) -> None:
    now = int(issuer.clock.now().timestamp())
    issuer.claims.update(iat=now - seconds, exp=now - seconds + 300)
    if holds:
        assert await signed_in(issuer) == ANN
    else:
        with pytest.raises(Unproven, match="id_token"):
            await signed_in(issuer)


async def test_a_signature_by_another_key_proves_nothing(issuer: Issuer) -> None:
    issuer.signer = rsa("first")
    with pytest.raises(Unproven, match="id_token"):
        await signed_in(issuer)


async def test_a_signature_with_the_public_key_as_a_shared_secret_proves_nothing(issuer: Issuer) -> None:
    issuer.signer, issuer.algorithm = OctKey.import_key(b"k" * 64), "HS256"
    with pytest.raises(Unproven, match="id_token"):
        await signed_in(issuer)


async def test_the_code_is_redeemed_with_the_verifier_of_this_sign_in_and_once(issuer: Issuer) -> None:
    provider = provider_of(issuer)
    other = Ask("another-state", "the-nonce", "w" * 43, ASK.redirect_uri)
    code = issuer.consent(await provider.address(ASK))
    with pytest.raises(Unproven, match="invalid_grant"):
        await provider.identity(other, code)
    code = issuer.consent(await provider.address(ASK))
    assert await provider.identity(ASK, code) == ANN
    with pytest.raises(Unproven, match="invalid_grant"):
        await provider.identity(ASK, code)


async def test_an_address_that_the_id_token_leaves_out_is_read_from_userinfo_of_the_same_subject(
    issuer: Issuer,
) -> None:
    issuer.claims.update(email=None, email_verified=None)
    issuer.userinfo = {"sub": "1", "email": "ann@example.org", "email_verified": True}
    assert await signed_in(issuer) == ANN
    issuer.userinfo["sub"] = "2"
    with pytest.raises(Unproven, match="somebody else"):
        await signed_in(issuer)


async def test_the_documents_are_read_once_an_hour_and_a_new_key_is_found_at_once(issuer: Issuer) -> None:
    provider = provider_of(issuer)
    for _ in range(3):
        await signed_in(issuer, provider=provider)
    assert len(issuer.reads) == len(set(issuer.reads)) == 2
    issuer.clock.advance(minutes=2)
    issuer.key = rsa("second")
    assert await signed_in(issuer, provider=provider) == ANN
    assert issuer.reads.count("/keys") == 2
    issuer.key = rsa("third")
    with pytest.raises(Unproven):  # so soon again is no change of keys: somebody makes key ids up
        await signed_in(issuer, provider=provider)
    assert issuer.reads.count("/keys") == 2


async def test_an_issuer_that_spells_itself_with_a_slash_is_the_same(issuer: Issuer) -> None:
    issuer.document["issuer"] = issuer.claims["iss"] = ISSUER + "/"
    assert await signed_in(issuer) == ANN


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"token_endpoint": None},
        {"token_endpoint": "http://login.example.org/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": 7},
    ],
)
async def test_a_document_that_does_not_speak_of_this_issuer_over_https_counts_as_none(
    issuer: Issuer, document: Json
) -> None:
    issuer.document.update(document)
    with pytest.raises(ProviderUnavailable):
        await provider_of(issuer).address(ASK)


@pytest.mark.parametrize("status", [302, 404, 500])
async def test_a_provider_that_does_not_answer_is_unavailable(issuer: Issuer, status: int) -> None:
    issuer.status = status
    with pytest.raises(ProviderUnavailable):
        await provider_of(issuer).address(ASK)


async def test_a_provider_that_cannot_be_reached_is_unavailable() -> None:
    def refuse(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused", request=request)

    provider = OidcProvider(ISSUER, CLIENT, SECRET, FixedClock(), httpx2.MockTransport(refuse))
    with pytest.raises(ProviderUnavailable):
        await provider.address(ASK)


@pytest.mark.parametrize(
    ("issuer", "name"),
    [("https://accounts.google.com", "Google"), (ISSUER, "login.example.org")],
)
def test_the_button_names_google_or_the_host(issuer: str, name: str) -> None:
    assert OidcProvider(issuer, CLIENT, SECRET, FixedClock()).name == name
