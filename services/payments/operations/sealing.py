"""Seals on a run's rows: whoever changes one past the service is found out (封签).

The second officer's check seals lines and explanations, sending seals the payments. Some rows at
a time are digested where they lie; the digests are kept under a MAC with a key the database does
not have. Every later step, and every file for a bank, first looks whether the seals are whole.
"""

import hmac
import struct
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import Run, Seal
from services.payments.queries import runs as queries
from shared.database import now
from shared.keys import secret_key
from shared.problem import Refused

STEP = 500
ENTRY = struct.Struct(">q32s")


class RowsTampered(Refused):
    """Rows of the run were changed past the service after somebody signed for them."""

    zh, en = "批次数据在签署后被改动，已停止处理", "Rows were changed after they were signed for"
    clause = "WL24:2.1.0b-1"


def _digests(table: str, key: str, *columns: str) -> str:
    row = ", ".join(f"coalesce({column}::text, '-')" for column in columns)
    return f"""
        SELECT {key} / {STEP} AS part, sha256(convert_to(
               string_agg(concat_ws('|', {key}, {row}), E'\\n' ORDER BY {key}), 'UTF8')) AS digest
        FROM {table} WHERE run_id = :run GROUP BY 1 ORDER BY 1
    """  # noqa: S608 - made of this module's own text


ROWS = {
    "explanation": _digests(
        "explanation", "id", "month", "benefit", "rate_class", "other_relief", "infant",
        "multiple", "amount", "clauses", "working", "figures", "reason",
    ),
    "line": _digests(
        "line", "id", "child_id", "decision_id", "explanation_id", "month", "amount", "benefit",
        "town",
    ),
    "payment": _digests(
        "payment", "number", "id", "child_id", "payee_id", "bank_code", "amount", "town",
        "original_id",
    ),
}  # fmt: skip
SIGNED = ("explanation", "line")
PAID = ("payment",)


async def _digested(session: AsyncSession, run_id: UUID, what: str) -> dict[int, bytes]:
    rows = await session.execute(text(ROWS[what]), {"run": run_id})
    return {part: bytes(digest) for part, digest in rows}


def _mac(run_id: UUID, what: str, digests: bytes) -> bytes:
    return hmac.digest(secret_key("audit"), f"seal|{run_id}|{what}|".encode() + digests, "sha256")


async def seal(session: AsyncSession, run: Run, *whats: str) -> None:
    """Seal a run's rows as they are now."""
    for what in whats:
        parts = await _digested(session, run.id, what)
        digests = b"".join(ENTRY.pack(part, digest) for part, digest in parts.items())
        session.add(
            Seal(
                run_id=run.id,
                what=what,
                digests=digests,
                mac=_mac(run.id, what, digests),
                sealed_at=now(session),
            )
        )
    await session.flush()


async def broken(session: AsyncSession, run_id: UUID, what: str) -> list[str]:
    """Where rows differ from what was sealed: `line 4500-4999`; nothing when all is whole."""
    kept = await queries.seal(session, run_id, what)
    if kept is None:
        return [f"{what}: 无封签 no seal"]
    if not hmac.compare_digest(kept.mac, _mac(run_id, what, kept.digests)):
        return [f"{what}: 封签无效 the seal is not ours"]
    sealed = dict(ENTRY.iter_unpack(kept.digests))
    found = await _digested(session, run_id, what)
    wrong = sorted(part for part in sealed | found if sealed.get(part) != found.get(part))
    return [f"{what} {part * STEP}-{part * STEP + STEP - 1}" for part in wrong]


def sealed_rows(run: Run) -> tuple[str, ...]:
    """Which rows of a run somebody has signed for by now."""
    signed = () if run.kind == "follow_up" or run.state in _UNSIGNED else SIGNED
    return signed + (PAID if run.state in ("sent", "reconciled", "closed") else ())


_UNSIGNED = ("preparing", "prepared", "rejected")


async def unbroken(session: AsyncSession, run: Run, *whats: str) -> None:
    """Refuse to go on when rows were changed after somebody signed for them."""
    wrong = [place for what in whats for place in await broken(session, run.id, what)]
    if wrong:
        raise RowsTampered(rows=wrong[:20])
