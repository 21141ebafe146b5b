"""Any OpenID Connect provider: the code flow with PKCE, and the checks of its signed answer (Core 1.0, 3.1.3.7)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.base_client import OAuthError  # type: ignore[import-untyped]  # it has no types
from authlib.integrations.httpx_client import AsyncOAuth2Client  # type: ignore[import-untyped]
from joserfc import jws, jwt
from joserfc.errors import JoseError

from task_assistant.identity.documents import (
    SECONDS,
    Endpoints,
    Published,
    Transport,
    make_client,
    read_json,
)
from task_assistant.ports.clock import Clock
from task_assistant.ports.identity import Ask, Identity, ProviderUnavailable, Unproven

SCOPE = "openid email"
# Signatures by a key that only the provider has. Neither `none` nor HS256, for which its public key would do.
ALGORITHMS = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "Ed25519",
    "EdDSA",
)
LEEWAY = 60  # seconds that the two clocks may be apart
GOOGLE = "accounts.google.com"


class OidcProvider:
    """The provider at the address `issuer`, and no other. `transport` leads there; None is the network."""

    def __init__(
        self, issuer: str, client_id: str, client_secret: str, clock: Clock, transport: Transport = None
    ) -> None:
        host = urlsplit(issuer).netloc
        self.name = "Google" if host == GOOGLE else host
        self._client_id = client_id
        self._client_secret = client_secret
        self._clock = clock
        self._transport = transport
        self._published = Published(issuer, clock, transport)

    async def address(self, ask: Ask) -> str:
        """Where the browser goes to be asked; `prompt` lets a person with several accounts choose one."""
        endpoints = await self._published.endpoints()
        async with self._oauth(endpoints, ask) as oauth:
            url, _ = oauth.create_authorization_url(
                endpoints.authorization,
                state=ask.state,
                nonce=ask.nonce,
                code_verifier=ask.verifier,
                prompt="select_account",
            )
        return str(url)

    def _oauth(self, endpoints: Endpoints, ask: Ask) -> Any:
        method = "client_secret_post" if endpoints.posts_secret else "client_secret_basic"
        return AsyncOAuth2Client(
            self._client_id,
            self._client_secret,
            token_endpoint_auth_method=method,
            scope=SCOPE,
            redirect_uri=ask.redirect_uri,
            code_challenge_method="S256",
            timeout=SECONDS,
            follow_redirects=False,
            transport=self._transport,
        )

    async def identity(self, ask: Ask, code: str) -> Identity:
        """Who the code speaks of, after every check that the standard asks for."""
        token = await self._redeem(ask, code)
        claims = await self._checked(token.get("id_token"), ask.nonce)
        if "email" not in claims:
            claims = {**claims, **await self._userinfo(token, claims["sub"])}
        email = claims.get("email")
        if not isinstance(email, str) or "@" not in email:
            raise Unproven("the answer names no e-mail address")
        return Identity(email.strip().lower(), claims.get("email_verified") is True)

    async def _redeem(self, ask: Ask, code: str) -> dict[str, Any]:
        endpoints = await self._published.endpoints()
        try:
            async with self._oauth(endpoints, ask) as oauth:
                token = await oauth.fetch_token(endpoints.token, code=code, code_verifier=ask.verifier)
        except OAuthError as error:
            raise Unproven(f"the provider refuses the code: {error.error}") from error
        except (httpx2.HTTPError, ValueError) as error:
            raise ProviderUnavailable(f"{endpoints.token}: {type(error).__name__}") from error
        return dict(token)

    async def _checked(self, text: Any, nonce: str) -> dict[str, Any]:
        """The claims of the id_token, if it is from this issuer, for this client, of this question, and of now."""
        if not isinstance(text, str):
            raise Unproven("the answer holds no id_token")
        try:
            header = jws.extract_compact(text.encode()).headers()
            keys = await self._published.keys(header.get("kid"))
            token = jwt.decode(text, keys, algorithms=ALGORITHMS)
            issuer = (await self._published.endpoints()).issuer
            self._claims(issuer, nonce).validate(token.claims)
        except (JoseError, ValueError) as error:
            raise Unproven(f"the id_token does not hold: {type(error).__name__} {error}") from error
        if token.claims.get("azp", self._client_id) != self._client_id:
            raise Unproven("the id_token was made for another client")
        return token.claims

    def _claims(self, issuer: str, nonce: str) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=int(self._clock.now().timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": self._client_id},
            nonce={"essential": True, "value": nonce},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )

    async def _userinfo(self, token: dict[str, Any], subject: str) -> dict[str, Any]:
        """The address of the same subject, from providers that leave it out of the id_token."""
        endpoints = await self._published.endpoints()
        if endpoints.userinfo is None:
            return {}
        headers = {"Authorization": f"Bearer {token.get('access_token', '')}"}
        async with make_client(self._transport) as client:
            said = await read_json(client, endpoints.userinfo, headers)
        if said.get("sub") != subject:
            raise Unproven("the userinfo speaks of somebody else")
        return {name: said[name] for name in ("email", "email_verified") if name in said}
