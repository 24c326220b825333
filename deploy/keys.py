"""Makes every secret of a platform on many machines, once: `python -m deploy.keys FOLDER`.

Below FOLDER comes one folder a process, with its own keys and nothing of another's, one
`environment` file a process with the addresses of its database and of NATS, the passwords of
NATS, and `roles.sql` for PostgreSQL. What is there already stays as it is. FOLDER is the most
secret thing there is: the keys open every particular, so keep a copy apart from the backups.
"""

import argparse
import json
import os
import secrets
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from joserfc.jwk import KeySet, OKPKey

from deploy.local.table import PROCESSES

SERVICES = ("eligibility", "payments", "protection", "referrals")
OWNERS = (*SERVICES, "gateway")
DASHBOARDS = ("procuratorate", "child_protection_office", "joint_meeting")
SYMMETRIC = ("kek", "kek-sealed", "index", "cursor", "audit")
WITNESS, COCKPIT = "procuratorate", "cockpit"


class Folder:
    """A folder whose files are written once.

    Only its owner may enter the outermost one; what is inside is readable, since a container reads
    its own part of it as another user.
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        place.mkdir(exist_ok=True, mode=0o755)

    def once(self, name: str, content: bytes) -> bytes:
        """The file's content, written first if there is none."""
        path = self.place / name
        if not path.exists():
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with os.fdopen(os.open(path, flags, 0o644), "wb") as file:
                file.write(content)
        return path.read_bytes()

    def signing(self, name: str) -> OKPKey:
        """An Ed25519 key pair under a name."""
        fresh = OKPKey.generate_key("Ed25519", auto_kid=True)
        key = OKPKey.import_key(self.once(f"{name}.jwk", fresh.as_pem(private=True)))
        key.ensure_kid()
        return key


def make(target: Path, postgres: str, nats: str) -> None:
    """All of it, for a PostgreSQL at `host:port` and a NATS at `host:port`."""
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    witness = Folder(target / WITNESS).signing(WITNESS)
    gateway = Folder(target / "gateway").signing("gateway")
    public = json.dumps(KeySet([gateway]).as_dict(private=False)).encode()
    ring = json.dumps([{"name": "gateway", "since": int(time.time()), "until": None}]).encode()
    Folder(target / "gateway").once("gateway-ring.json", ring)
    clients = [*(f"service:{name}" for name in SERVICES), COCKPIT]
    fresh = {client: secrets.token_urlsafe(32) for client in clients}
    shown = json.dumps(fresh).encode()
    known = json.loads(Folder(target / "gateway").once("service-clients.json", shown))
    _own_client(target / COCKPIT, COCKPIT, known)
    for name in OWNERS:
        own = Folder(target / name)
        for key in SYMMETRIC:
            own.once(f"{key}.key", secrets.token_bytes(32))
        own.signing(f"audit-{name}")
        own.once("gateway-jwks.json", public)
        own.once(f"{WITNESS}.jwk", witness.as_pem(private=False))
        if name in SERVICES:
            _own_client(own.place, f"service:{name}", known)
    _addresses(Folder(target), postgres, nats)


def _own_client(place: Path, client: str, known: Mapping[str, str]) -> None:
    """A process has the secret of its own client at the gateway, and of nobody else's."""
    secret = json.dumps({client: known[client]}).encode()
    Folder(place).once("service-clients.json", secret)


def _password() -> bytes:
    # NATS reads a word that begins with a digit as a number.
    return f"p{secrets.token_hex(24)}".encode()


def _addresses(target: Folder, postgres: str, nats: str) -> None:
    """`<process>.env`, `nats.env` and `roles.sql`; passwords are kept in `passwords/`."""
    kept = Folder(target.place / "passwords")
    for name in ("postgres", "grafana"):
        kept.once(name, _password())
    users = {name: f"nats-{name}" for name in (*OWNERS, "operator")}
    users |= {f"dashboard_{name}": f"nats-dashboard_{name}" for name in DASHBOARDS}
    words = {user: kept.once(file, _password()).decode() for user, file in users.items()}
    bus = [f"{user.upper()}_PASSWORD={word}" for user, word in words.items()]
    bus.append(f"JETSTREAM_KEY={kept.once('jetstream', _password()).decode()}")
    roles: list[str] = []
    for row in PROCESSES:
        if not row.owns_database:
            continue
        database = kept.once(f"postgres-{row.name}", _password()).decode()
        bus_url = f"nats://{row.name}:{words[row.name]}@{nats}"
        url = f"postgresql://{row.database}:{database}@{postgres}/{row.database}"
        target.once(f"{row.name}.env", f"DATABASE_URL={url}\nNATS_URL={bus_url}\n".encode())
        roles += _role(row.database, database)
    target.once("nats.env", ("\n".join(bus) + "\n").encode())
    target.once("roles.sql", "\n".join(["CREATE ROLE hutong_app NOLOGIN;", *roles, ""]).encode())


def _role(name: str, password: str) -> list[str]:
    """A role that owns its database and may work as `hutong_app`; nobody else may connect."""
    return [
        f"CREATE ROLE {name} LOGIN PASSWORD '{password}';",
        f"GRANT hutong_app TO {name};",
        f"CREATE DATABASE {name} OWNER {name};",
        f"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC;",
    ]


def main(arguments: list[str]) -> None:
    """The command."""
    asked = argparse.ArgumentParser(prog="python -m deploy.keys", description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--postgres", default="postgres:5432", help="host:port of PostgreSQL")
    asked.add_argument("--nats", default="nats:4222", help="host:port of NATS")
    given = asked.parse_args(arguments)
    make(given.folder, given.postgres, given.nats)
    print(f"{given.folder}: 请离线保存一份。 Keep a copy of it apart from the backups.")


if __name__ == "__main__":
    main(sys.argv[1:])
