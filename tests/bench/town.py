"""The whole platform for a benchmark: started without a seed, asked from outside."""

import asyncio
import json
import os
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from deploy.caller import Offices
from deploy.local.table import POSTGRES_OFFSET, PROCESSES
from deploy.servers import Postgres
from gateway.identity.ring import Ring
from shared.identity import PRINCIPAL, Principal, signed
from tests.factories import use_environment
from tests.platform import Platform

TICK = 1_000_000 // os.sysconf("SC_CLK_TCK")
DATABASE = re.compile(r"^postgres: \w+ hutong_(\w+)")


class Town:
    """A platform without seed on ports of its own, and what a benchmark asks of it."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.offices = Offices(platform.url, platform.data_dir)
        offset = next(row.offset for row in PROCESSES if row.name == "protection")
        self.service_port = platform.port + offset

    def database(self, service: str) -> str:
        """The address of a service's database."""
        server = Postgres(self.platform.data_dir / "postgres", self.platform.port + POSTGRES_OFFSET)
        return server.url(f"hutong_{service}")

    def ask(self, service: str, query: str, *values: Any) -> list[dict[str, Any]]:
        """What a database says."""

        async def asked() -> list[dict[str, Any]]:
            connection = await asyncpg.connect(self.database(service))
            try:
                return [dict(row) for row in await connection.fetch(query, *values)]
            finally:
                await connection.close()

        return asyncio.run(asked())

    def processor_time(self) -> Counter[str]:
        """Microseconds each of the platform's processes has used: more than a busy clock says.

        PostgreSQL's sessions are told apart by their database.
        """
        names = {row["pid"]: name for name, row in self.platform.processes().items()}
        spent: Counter[str] = Counter()
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                pid, _, rest = (folder / "stat").read_text().partition(" ")
                words = rest.rpartition(")")[2].split()
                ours = names.get(int(pid)) or names.get(int(words[1]))
                if ours is not None:
                    at = DATABASE.search((folder / "cmdline").read_text())
                    name = f"{ours} {at[1]}" if at else ours
                    spent[name] += sum(map(int, words[11:15])) * TICK
        return spent

    def limit(self, client: str, rate: int = 100_000) -> None:
        """Set a client's limit; without a rate it is as good as lifted."""
        self.ask("gateway", "UPDATE client SET rate = $1 WHERE id = $2 RETURNING id", rate, client)
        self.ask("gateway", "SELECT pg_notify('gateway_identity', '')")
        time.sleep(0.5)

    def bearer(self, client: str, officer: str = "officer-1") -> str:
        """The header of a department's token."""
        secrets = json.loads((self.platform.data_dir / "sign-in.json").read_text())["clients"]
        form = {"grant_type": "client_credentials", "client_id": client, "officer": officer}
        form["client_secret"] = secrets[client]
        answer = httpx.post(f"{self.platform.url}/oauth/token", data=form, timeout=30)
        return f"Authorization: Bearer {answer.raise_for_status().json()['access_token']}"

    def principal(self, department: str) -> str:
        """The header by which a service knows a department, as the gateway makes it."""
        use_environment(self.platform.data_dir)
        who = Principal(department, department, "officer-1", scopes=("protection:write",))
        return f"{PRINCIPAL}: {signed(who, Ring().signing(), int(time.time()) + 3600)}"


@contextmanager
def running() -> Iterator[Town]:
    """A town from its start to its stop."""
    with tempfile.TemporaryDirectory(prefix="hutong-bench-") as folder:
        platform = Platform(Path(folder), clock="real")
        platform.start()
        try:
            yield Town(platform)
        finally:
            platform.stop()


def row(
    name: str, value: float, unit: str, ratio: float | None, baseline: str | None
) -> dict[str, Any]:
    """One line of the results."""
    kept = round(value, 2 if value < 100 else 0)
    found = {"name": name, "value": kept, "unit": unit, "baseline": baseline}
    return found | {"ratio": None if ratio is None else round(ratio, 2)}
