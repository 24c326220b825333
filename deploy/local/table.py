"""Which processes the platform has, in the order they start, with their ports and databases."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """`offset` is the distance from PORT; a process without a migration owns no database."""

    name: str
    application: str
    offset: int
    owns_database: bool = True
    optional: bool = False

    @property
    def database(self) -> str:
        return f"hutong_{self.name}"


PROCESSES = (
    Row("eligibility", "services.eligibility.app:app", 11),
    Row("payments", "services.payments.app:app", 12),
    Row("protection", "services.protection.app:app", 13),
    Row("referrals", "services.referrals.app:app", 14),
    Row("gateway", "gateway.app:app", 0),
    Row("cockpit", "gateway.cockpit.app:app", 1, owns_database=False, optional=True),
)
POSTGRES_OFFSET, NATS_OFFSET, NATS_MONITOR_OFFSET = 21, 22, 23
OFFSETS = (*(row.offset for row in PROCESSES), POSTGRES_OFFSET, NATS_OFFSET, NATS_MONITOR_OFFSET)

UVICORN_FLAGS = (
    *("--host", "127.0.0.1", "--loop", "uvloop", "--http", "shared.serving:OnePiece"),
    *("--ws", "none"),
    # Whose word about an address or a certificate counts is the gateway's to say, not the server's.
    *("--no-server-header", "--no-access-log", "--no-proxy-headers"),
    # An event stream stays open for ever, so stopping cannot wait for its end.
    *("--timeout-graceful-shutdown", "3"),
)
