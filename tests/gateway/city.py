"""A city's sign-in for the tests: a small OpenID Connect provider that really signs.

It keeps to the standard as long as nobody tells it to misbehave; each way of misbehaving is one a
broken, careless or hostile provider, or somebody between it and us, could show.
"""

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from deploy.host import free_port

CLIENT, SECRET = "hutong", "city-secret"


@dataclass
class City:
    """Who is who in the city, and how the provider behaves."""

    port: int = field(default_factory=free_port)
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, auto_kid=True))
    codes: dict[str, dict[str, Any]] = field(default_factory=dict)
    spoil: Callable[[dict[str, Any]], None] = lambda _claims: None
    signed_with: RSAKey | None = None
    userinfo: dict[str, Any] | None = None
    asked: list[dict[str, str]] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def well(self) -> None:
        """Behave again."""
        self.spoil, self.signed_with, self.userinfo = (lambda _claims: None), None, None

    def id_token(self, person: str, nonce: str) -> str:
        moment, key = int(time.time()), self.signed_with or self.key
        claims: dict[str, Any] = {"iss": self.issuer, "aud": CLIENT, "sub": f"sub-{person}"}
        claims |= {"iat": moment, "exp": moment + 300, "nonce": nonce} | self.people[person]
        self.spoil(claims)
        return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key, algorithms=["RS256"])

    def app(self) -> FastAPI:
        app = FastAPI()
        self._documents(app)
        self._endpoints(app)
        return app

    def _documents(self, app: FastAPI) -> None:
        @app.get("/.well-known/openid-configuration")
        async def discovery() -> dict[str, Any]:
            names = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            found = {f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in names.items()}
            if self.userinfo is None:
                del found["userinfo_endpoint"]
            return found | {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/jwks"}

        @app.get("/jwks")
        async def jwks() -> dict[str, Any]:
            return dict(KeySet([self.key]).as_dict(private=False))

        @app.get("/userinfo")
        async def userinfo() -> dict[str, Any]:
            return self.userinfo or {}

    def _endpoints(self, app: FastAPI) -> None:
        @app.get("/authorize")
        async def authorize(request: Request) -> Response:
            """The person is whoever the test says in `as`; a real one would ask for a password."""
            asked = dict(request.query_params)
            self.asked.append(asked)
            code = secrets.token_urlsafe(16)
            self.codes[code] = asked
            back = {"code": code, "state": asked["state"], "iss": self.issuer}
            return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 303)

        @app.post("/token")
        async def token(request: Request) -> Response:
            form = {k: v[0] for k, v in parse_qs((await request.body()).decode()).items()}
            asked = self.codes.pop(form.get("code", ""), None)
            verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
            pair = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            if (
                asked is None
                or asked["code_challenge"] != challenge
                or asked["redirect_uri"] != form.get("redirect_uri")
                or request.headers.get("authorization") != f"Basic {pair}"
            ):
                return JSONResponse({"error": "invalid_grant"}, 400)
            person = asked.get("as", "")
            said = {"access_token": "at", "token_type": "Bearer"}
            return JSONResponse(said | {"id_token": self.id_token(person, asked["nonce"])})


@contextmanager
def running_city() -> Iterator[City]:
    """The provider on a port of its own."""
    city = City()
    config = uvicorn.Config(city.app(), port=city.port, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield city
    server.should_exit = True
    thread.join(10)
