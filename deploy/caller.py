"""A department's system on this machine: gets its token, calls the gateway, says what went wrong.

Used by the seed and by the journeys; a partner's own client looks the same.
"""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx


class Refusal(Exception):
    """The gateway answered with a problem; its body says which."""

    def __init__(self, answer: httpx.Response) -> None:
        self.status, self.problem = answer.status_code, _body(answer)
        request = answer.request
        super().__init__(f"{request.method} {request.url.path} → {self.status}: {self.problem}")


def _body(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return answer.text[:500]


class Token(httpx.Auth):
    """Client credentials with the officer behind the system; asked again when it ends."""

    def __init__(self, client: str, secret: str, officer: str | None) -> None:
        self._form = {"grant_type": "client_credentials", "client_id": client}
        self._form |= {"client_secret": secret} | ({"officer": officer} if officer else {})
        self._token = ""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Ask for a token when there is none, and once more when it is refused."""
        if not self._token:
            yield from self._renew(request)
        request.headers["Authorization"] = f"Bearer {self._token}"
        answer = yield request
        if answer.status_code == 401:
            yield from self._renew(request)
            request.headers["Authorization"] = f"Bearer {self._token}"
            yield request

    def _renew(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        granted = yield httpx.Request("POST", request.url.join("/oauth/token"), data=self._form)
        granted.read()
        if granted.status_code != 200:
            raise Refusal(granted)
        self._token = granted.json()["access_token"]


class Caller:
    """One officer at one department's system; `town` for a street's or town's."""

    def __init__(self, url: str, client: str, secret: str, officer: str | None) -> None:
        self.client, self.officer = client, officer
        self.http = httpx.Client(base_url=url, auth=Token(client, secret, officer), timeout=60)

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """The raw answer, whatever its status."""
        headers = options.pop("headers", {})
        if method == "POST":
            headers = {"Idempotency-Key": str(uuid4())} | headers
        return self.http.request(method, path, json=body, headers=headers, **options)

    def get(self, path: str, **query: Any) -> Any:
        """The body of a 2xx; Refusal otherwise."""
        return self._good(self.call("GET", path, params=query))

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        """The body of a 2xx; Refusal otherwise."""
        return self._good(self.call("POST", path, {} if body is None else body, **options))

    @staticmethod
    def _good(answer: httpx.Response) -> Any:
        if not answer.is_success:
            raise Refusal(answer)
        is_json = "json" in answer.headers.get("content-type", "")
        return answer.json() if is_json and answer.content else answer.content


class Offices:
    """Everybody who can sign in on this machine, by department and officer."""

    def __init__(self, url: str, data_dir: Path) -> None:
        self.url, self._file = url, data_dir / "sign-in.json"
        self._known: dict[tuple[str, str | None], Caller] = {}

    def at(self, department: str, officer: str | None = "officer-1", town: str = "") -> Caller:
        """`at("police")`, `at("civil_affairs", "officer-2")`, `at("town", town="331081001")`."""
        client = f"town-{town}" if town else department
        if (client, officer) not in self._known:
            secret = json.loads(self._file.read_text())["clients"][client]
            self._known[client, officer] = Caller(self.url, client, secret, officer)
        return self._known[client, officer]
