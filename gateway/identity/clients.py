"""The systems that may call: one department each, for towns one town each (接入系统)."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from joserfc.jwk import KeySet

from shared.bus import SERVICES
from shared.problem import Unavailable

SCOPES = (
    *(f"{service}:{right}" for service in SERVICES for right in ("read", "write")),
    *("gateway:read", "gateway:write"),
)


@dataclass(frozen=True, slots=True)
class Client:
    """A registered system. A rate of None is the jurisdiction's figure."""

    id: str
    department: str
    town: str | None = None
    kind: str = "system"  # system | service | sign_in
    scopes: frozenset[str] = frozenset(SCOPES)
    secret_digest: str | None = None
    keys: KeySet | None = None
    certificates: frozenset[str] = frozenset()
    bound: bool = False  # tokens only with DPoP or a certificate
    redirects: frozenset[str] = frozenset()
    rate: float | None = None
    enabled: bool = True

    def knows(self, secret: str) -> bool:
        """Whether this is the client's secret; takes the same time for every wrong one."""
        expected = self.secret_digest or ""
        return hmac.compare_digest(digest_of(secret), expected) and bool(expected)


def digest_of(secret: str) -> str:
    """Secrets here are 256 random bits, so one hash is enough to keep them."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Clients:
    """All clients in memory: a token costs no question to the database."""

    def __init__(self, clients: Iterable[Client] = ()) -> None:
        self._by_id: dict[str, Client] = {client.id: client for client in clients}
        self._loaded = bool(self._by_id)

    def replace(self, clients: Iterable[Client]) -> None:
        """Take over what the database says now."""
        self._by_id = {client.id: client for client in clients}
        self._loaded = True

    def find(self, client_id: str) -> Client | None:
        """An enabled client, or None; Unavailable where the database was never reached.

        A gateway that begins without its database knows nobody yet: saying so with 401 would
        tell every partner that its good credentials are wrong.
        """
        if not self._loaded:
            raise Unavailable(retry_after=2)
        client = self._by_id.get(client_id)
        return client if client is not None and client.enabled else None

    def __iter__(self) -> Any:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)
