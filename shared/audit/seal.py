"""Sealing: every few seconds the new disclosures become leaves under a signed checkpoint.

Ids become visible out of order, so a leaf has a place of its own: whatever commits late comes
later in the log. One sealer at a time, by an advisory lock.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, Row, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared.audit.disclosures import Disclosure, canonical
from shared.audit.notes import Checkpoint, signature
from shared.audit.tree import grown, leaf, root_of, unpacked
from shared.database import APPEND_ONLY, KernelRecord, Sessions, now, transaction
from shared.keys import signing_key

SEAL_LOCK = 0x4854_0002
BATCH = 5000
_LEAVES = text(
    """
    INSERT INTO audit_leaf (index, disclosure_id, hash)
    SELECT :first + n - 1, id, hash
      FROM unnest(CAST(:ids AS bigint[]), CAST(:hashes AS bytea[]))
      WITH ORDINALITY AS leaf(id, hash, n)
    """
)


class Leaf(KernelRecord):
    """The place of a disclosure in the log, and its hash as it was sealed."""

    __tablename__ = "audit_leaf"
    __table_args__ = (APPEND_ONLY,)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    disclosure_id: Mapped[int] = mapped_column(unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class CheckpointRecord(KernelRecord):
    """A signed checkpoint; `frontier` is what is needed to go on from it."""

    __tablename__ = "audit_checkpoint"
    __table_args__ = (APPEND_ONLY,)
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    note: Mapped[str]
    frontier: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime]


class Cosignature(KernelRecord):
    """A second department's signature over a checkpoint it found consistent with the one before."""

    __tablename__ = "audit_cosignature"
    __table_args__ = (APPEND_ONLY,)
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    witness: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[str]
    signed_at: Mapped[datetime]


async def newest(session: AsyncSession) -> CheckpointRecord | None:
    """The checkpoint of the whole log."""
    found = select(CheckpointRecord).order_by(CheckpointRecord.size.desc()).limit(1)
    return await session.scalar(found)


async def _unsealed(session: AsyncSession) -> Sequence[Row[Any]]:
    """The newest rows, as the columns that are hashed: an object of each would cost more."""
    low = select(func.coalesce(func.max(Leaf.disclosure_id), 0) - BATCH).scalar_subquery()
    missing = select(Leaf.index).where(Leaf.disclosure_id == Disclosure.id).exists()
    rows = select(*Disclosure.__table__.columns).where(Disclosure.id > low, ~missing)
    return (await session.execute(rows.order_by(Disclosure.id).limit(BATCH))).all()


async def seal(service: str, sessions: Sessions) -> int:
    """Put new disclosures under a checkpoint; how many there were."""
    async with transaction(sessions) as session:
        await session.execute(text("SELECT pg_advisory_xact_lock(:id)"), {"id": SEAL_LOCK})
        rows = await _unsealed(session)
        if not rows:
            return 0
        last = await newest(session)
        size, packed = (last.size, last.frontier) if last else (0, b"")
        hashes = [leaf(canonical(row)) for row in rows]
        frontier = grown(unpacked(packed), size, hashes)
        places = {"first": size, "ids": [row.id for row in rows], "hashes": hashes}
        await session.execute(_LEAVES, places)
        checkpoint = Checkpoint(f"hutong/{service}", size + len(rows), root_of(frontier))
        line = signature(checkpoint.origin, signing_key(f"audit-{service}"), checkpoint.text())
        record = {"size": checkpoint.size, "note": f"{checkpoint.text()}\n{line}\n"}
        record |= {"frontier": b"".join(frontier), "sealed_at": now(session)}
        await session.execute(insert(CheckpointRecord), [record])
        return len(rows)
