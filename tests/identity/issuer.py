"""An OpenID Connect provider that does everything right, and lies where a test tells it to."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.factories import FixedClock

ISSUER = "https://login.example.org"
CLIENT = "the-client"
SECRET = "the-secret"
BASIC = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
Json = dict[str, Any]


def rsa(name: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig", "alg": "RS256"})


@dataclass
class Issuer:
    """`claims` and `document` are laid over what is right; a value None takes a claim away."""

    clock: FixedClock
    key: RSAKey = field(default_factory=lambda: rsa("first"))
    signer: RSAKey | OctKey | None = None
    algorithm: str = "RS256"
    claims: Json = field(default_factory=dict)
    document: Json = field(default_factory=dict)
    userinfo: Json | None = None
    status: int = 200
    asked: Json = field(default_factory=dict)
    reads: list[str] = field(default_factory=list)

    @property
    def transport(self) -> httpx2.ASGITransport:
        paths = {
            "/.well-known/openid-configuration": self._document,
            "/keys": self._keys,
            "/token": self._token,
            "/userinfo": self._userinfo,
        }
        app = Starlette(
            routes=[Route(path, endpoint, methods=["GET", "POST"]) for path, endpoint in paths.items()]
        )
        return httpx2.ASGITransport(app)

    def consent(self, address: str, code: str = "the-code") -> str:
        """The person says yes on the page at this address: the code that the browser is sent back with."""
        self.asked = {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()} | {
            "code": code
        }
        return code

    async def _document(self, request: Request) -> Response:
        self.reads.append(request.url.path)
        document = {
            "issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/authorize", "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys", "userinfo_endpoint": f"{ISSUER}/userinfo",
        }  # fmt: skip
        return JSONResponse(document | self.document, self.status)

    async def _keys(self, request: Request) -> Response:
        self.reads.append(request.url.path)
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def _token(self, request: Request) -> Response:
        form, asked = await request.form(), self.asked
        challenge = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        proven = base64.urlsafe_b64encode(challenge).decode().rstrip("=") == asked.get("code_challenge")
        known = request.headers["authorization"] == BASIC and form["redirect_uri"] == asked.get(
            "redirect_uri"
        )
        if not (proven and known and form["code"] == asked.pop("code", None)):
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse({"access_token": "access", "token_type": "Bearer", "id_token": self._id_token()})

    def _id_token(self) -> str:
        now = int(self.clock.now().timestamp())
        right: Json = {
            "iss": ISSUER, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 300, "nonce": self.asked["nonce"],
            "email": "Ann@Example.org", "email_verified": True,
        }  # fmt: skip
        claims = {name: value for name, value in (right | self.claims).items() if value is not None}
        header = {"alg": self.algorithm, "kid": self.key.kid}
        return jwt.encode(header, claims, self.signer or self.key, algorithms=[self.algorithm])

    async def _userinfo(self, request: Request) -> Response:
        assert request.headers["authorization"] == "Bearer access"
        return JSONResponse(self.userinfo or {"sub": "1"})
