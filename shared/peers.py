"""Asking another service: through the gateway, with the service's own client, on record."""

import asyncio
import json
from functools import cache
from time import monotonic
from typing import Any
from uuid import uuid4

import httpx

from shared.problem import NotFound, Problem, Unavailable
from shared.settings import settings


class PeerRefused(Problem):
    """Another service said no; its own words are in `peer`."""

    status = 502
    zh, en = "其他服务拒绝了请求", "Another service refused the request"


class Peers:
    """A client of the gateway for one service; its token is renewed before it ends."""

    def __init__(self, service: str) -> None:
        self.service = service
        self._client = httpx.AsyncClient(base_url=settings().gateway_url, timeout=10)
        self._token, self._until = "", 0.0
        self._lock = asyncio.Lock()

    async def _authorization(self) -> str:
        async with self._lock:
            if monotonic() >= self._until:
                secrets = json.loads((settings().keys() / "service-clients.json").read_text())
                client = f"service:{self.service}"
                answer = await self._client.post(
                    "/oauth/token",
                    data={
                        "grant_type": "client_credentials",
                        "client_id": client,
                        "client_secret": secrets[client],
                    },
                )
                answer.raise_for_status()
                granted = answer.json()
                self._token = granted["access_token"]
                self._until = monotonic() + granted["expires_in"] * 0.8
        return f"Bearer {self._token}"

    async def ask(
        self,
        method: str,
        path: str,
        *,
        purpose: str = "duty",
        body: Any = None,
        key: str | None = None,
    ) -> Any:
        """The other service's answer; NotFound, PeerRefused or Unavailable when there is none."""
        try:
            headers = {
                "Authorization": await self._authorization(),
                "Purpose": purpose,
                "Idempotency-Key": key or str(uuid4()),
            }
            answer = await self._client.request(method, path, json=body, headers=headers)
        except (httpx.HTTPError, OSError) as error:
            raise Unavailable() from error
        if answer.status_code == 404:
            raise NotFound()
        if answer.status_code in (401, 429) or answer.status_code >= 500:
            self._until = 0.0
            raise Unavailable()
        if answer.status_code >= 400:
            raise PeerRefused(peer=answer.json())
        return answer.json() if answer.content else None


@cache
def peers(service: str) -> Peers:
    """The client of a service in this process."""
    return Peers(service)
