"""A partner's client to copy: sign in, push once however often you try, sign, listen.

Needs httpx, joserfc and http-message-signatures. Nothing here is particular to one department.
"""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver, algorithms
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
COVERED = ("@method", "@target-uri", "content-type", "content-digest", "idempotency-key")
TRY_AGAIN = frozenset({429, 502, 503, 504})


class Partner:
    """One system of one department. With a key it proves itself by signature, else by secret."""

    def __init__(
        self,
        url: str,
        client_id: str,
        *,
        secret: str | None = None,
        key: OKPKey | None = None,
        officer: str | None = None,
    ) -> None:
        self.url, self.client_id, self.officer = url.rstrip("/"), client_id, officer
        self.secret, self.key = secret, key
        self.http = httpx.Client(base_url=self.url, timeout=30)
        self._token, self._until = "", 0.0

    # -- who we are -------------------------------------------------------------------------

    def token(self) -> str:
        """The access token, renewed before it ends."""
        if time.monotonic() >= self._until:
            answer = self.http.post("/oauth/token", data=self._form())
            answer.raise_for_status()
            granted = answer.json()
            self._token = granted["access_token"]
            self._until = time.monotonic() + granted["expires_in"] * 0.8
        return self._token

    def _form(self) -> dict[str, str]:
        form = {"grant_type": "client_credentials"}
        if self.officer:
            form["officer"] = self.officer
        if self.secret is not None:
            return form | {"client_id": self.client_id, "client_secret": self.secret}
        return form | {"client_assertion_type": ASSERTION, "client_assertion": self._assertion()}

    def _assertion(self) -> str:
        assert self.key is not None
        moment = int(time.time())
        claims = {"iss": self.client_id, "sub": self.client_id, "aud": self.url}
        more = {"iat": moment, "exp": moment + 60, "jti": uuid4().hex}
        header = {"alg": "Ed25519", "kid": self.key.thumbprint()}
        return jwt.encode(header, claims | more, self.key, algorithms=["Ed25519"])

    def register_key(self, key: OKPKey) -> None:
        """Register the public half of a key; from then on it may prove and sign for us."""
        key.ensure_kid()
        document = KeySet([key]).as_dict(private=False)
        answer = self.http.put("/v1/me/keys", json={"jwks": document}, headers=self.authorized())
        answer.raise_for_status()
        self.key = key

    def authorized(self, **more: str) -> dict[str, str]:
        """The headers of a request, with a token that lives."""
        return {"Authorization": f"Bearer {self.token()}", **more}

    # -- what we do -------------------------------------------------------------------------

    def get(self, path: str, **params: str) -> httpx.Response:
        """Ask."""
        return self.http.get(path, params=params or None, headers=self.authorized())

    def push(
        self, path: str, body: Any, *, key: str | None = None, tries: int = 5
    ) -> httpx.Response:
        """Push once: the same Idempotency-Key with every try, so that it takes effect once.

        201 and 200: the service has it. 202: the gateway has it and hands it over; see `settled`.
        """
        once = key or str(uuid4())
        for attempt in range(tries):
            request = self.request(path, body, once)
            try:
                answer = self.http.send(request)
            except httpx.TransportError:
                if attempt == tries - 1:
                    raise
                time.sleep(2**attempt)
                continue
            if answer.status_code not in TRY_AGAIN or attempt == tries - 1:
                return answer
            time.sleep(float(answer.headers.get("retry-after", 1)))
        raise AssertionError("at least one try")

    def request(
        self,
        path: str,
        body: Any,
        key: str,
        *,
        late: bool = False,
        key_used: OKPKey | None = None,
    ) -> httpx.Request:
        """The request of a push, signed when we have a key; every try is signed anew.

        `late` and `key_used` make signatures that must be refused, to see that they are.
        """
        content = json.dumps(body, ensure_ascii=False).encode()
        headers = self.authorized(**{"Content-Type": "application/json", "Idempotency-Key": key})
        request = self.http.build_request("POST", path, content=content, headers=headers)
        signer = key_used or self.key
        if signer is not None:
            created = datetime.now(UTC) - timedelta(minutes=10 if late else 0)
            sign(request, signer, content, created)
        return request

    def settled(self, answer: httpx.Response, seconds: float = 60) -> dict[str, Any]:
        """What became of a push that was answered 202; waits until it was handed over."""
        until = time.monotonic() + seconds
        while True:
            receipt = dict(self.get(answer.headers["location"]).json())
            if receipt["state"] != "held" or time.monotonic() > until:
                return receipt
            time.sleep(0.5)

    def events(self, after: str | None = None, **filters: str) -> Iterator[dict[str, Any]]:
        """Events for ever: comes back by itself, from the last one heard, and misses none.

        When the stream was made anew everything is told again: take each id once.
        """
        last = after
        while True:
            headers = self.authorized(**({"Last-Event-ID": last} if last else {}))
            try:
                with self.http.stream(
                    "GET", "/v1/events", params=filters, headers=headers, timeout=60
                ) as stream:
                    stream.raise_for_status()
                    for event_id, event in read_events(stream):
                        last = event_id
                        if "type" in event:  # else it only says that places count anew
                            yield event
            except httpx.TransportError:
                time.sleep(1)


def read_events(stream: httpx.Response) -> Iterator[tuple[str, dict[str, Any]]]:
    """The ids and CloudEvents of an event stream."""
    fields: dict[str, str] = {}
    for line in stream.iter_lines():
        if line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value
        elif not line and "data" in fields:
            yield fields["id"], json.loads(fields["data"])
            fields = {}


def sign(request: httpx.Request, key: OKPKey, content: bytes, created: datetime) -> None:
    """Sign a push (RFC 9421): method, target, digest and idempotency key, with a nonce."""
    kid = key.thumbprint()
    private: Any = key.get_op_key("sign")
    keys = MappingKeyResolver(private_keys={kid: private}, public_keys={})
    HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=keys).sign(
        request,
        key_id=kid,
        created=created,
        nonce=uuid4().hex,
        tag="hutong-push",
        covered_component_ids=COVERED,
        body=content,
        label="push",
    )
