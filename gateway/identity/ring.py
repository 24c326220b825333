"""The keys that sign tokens: one signs, those before it still verify until their tokens end.

Rotation is publish, then sign: everybody who verifies has the new key before anything is
signed with it. The ring lies in the folder of keys, so that a gateway without its database
still knows its keys. Several gateways share the folder, or each has a copy: a new key names the
instant from which it signs, by when every copy has to be there.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from time import time
from typing import Any

from joserfc.jwk import KeySet, OKPKey

from shared.identity import publish_keys
from shared.keys import signing_key
from shared.settings import settings

FIRST = "gateway"
GRACE_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Place:
    """A key of the ring: it signs from `since` and has nothing left to verify after `until`."""

    name: str
    since: int
    until: int | None = None


class Ring:
    """The keys in use, newest first; re-read when another gateway turned the ring."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._changed = -1.0

    @property
    def _file(self) -> Path:
        return settings().keys() / "gateway-ring.json"

    def signing(self) -> OKPKey:
        """The one key that signs now."""
        places, moment = self._read(), time()  # a first key may be made only now
        return signing_key(next(one.name for one in places if one.since <= moment))

    def public(self) -> dict[str, Any]:
        """The JWKS document: every key a live token may be signed with."""
        keys = KeySet([signing_key(place.name) for place in self._read()])
        document = keys.as_dict(private=False)
        for key in document["keys"]:
            key |= {"use": "sig", "alg": "Ed25519"}
        return dict(document)

    def names(self) -> list[str]:
        """The names under which the keys in use lie in the folder, newest first."""
        return [place.name for place in self._read()]

    def verifying(self) -> KeySet:
        """The keys to verify our own tokens with."""
        return KeySet([signing_key(place.name) for place in self._read()])

    def rotate(self, ahead: int = 0) -> OKPKey:
        """Make a new key, which signs in so many seconds; the one before verifies an hour more."""
        moment = int(time())
        until = moment + ahead + GRACE_SECONDS
        kept = [
            place if place.until else Place(place.name, place.since, until)
            for place in self._read()
            if place.until is None or place.until > moment
        ]
        fresh = Place(f"{FIRST}-{moment}-{len(kept)}", moment + ahead)
        self._write([fresh, *kept])
        return signing_key(fresh.name)

    def _read(self) -> list[Place]:
        try:
            changed = self._file.stat().st_mtime
        except FileNotFoundError:
            self._write([Place(FIRST, int(time()))])
            return self._places
        if changed != self._changed:
            self._places = [Place(**entry) for entry in json.loads(self._file.read_text())]
            self._changed = changed
        return self._places

    def _write(self, places: list[Place]) -> None:
        publish_keys([signing_key(place.name) for place in places])
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps([asdict(place) for place in places]))
        fresh.replace(self._file)
        self._places, self._changed = places, self._file.stat().st_mtime
