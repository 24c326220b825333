"""`python -m shared.audit SERVICE [WITNESS_NOTES]`: is the record of disclosures still whole?

Names each row that was changed, removed, inserted or cut off. The chain in the database alone
cannot show that its own end was cut off together with its checkpoints; the notes a witness has
kept can, so give them whenever there are some.
"""

import asyncio
import sys
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.audit.disclosures import Disclosure, canonical, genuine
from shared.audit.notes import Checkpoint, parsed, signed_by
from shared.audit.seal import CheckpointRecord, Cosignature, Leaf
from shared.audit.tree import grown, leaf, root_of
from shared.database import engine_for, sessions_of, transaction
from shared.keys import signing_key
from shared.settings import settings

WITNESS = "procuratorate"


@dataclass
class Report:
    """What was found; empty lists mean that nothing was touched."""

    leaves: int = 0
    checkpoints: int = 0
    cosigned: int = 0
    changed: list[int] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    inserted: list[int] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def whole(self) -> bool:
        """Whether the record is as it was sealed."""
        return not (self.changed or self.removed or self.inserted or self.broken)

    def lines(self) -> list[str]:
        """The report in words."""
        counts = f"{self.leaves} 条、{self.checkpoints} 个封存点、{self.cosigned} 个会签"
        said = [f"审计记录 {counts} | {'完好 whole' if self.whole() else '被动过 tampered'}"]
        said += [f"已改动 changed: disclosure {n}" for n in self.changed]
        said += [f"已删除 removed: disclosure {n}" for n in self.removed]
        said += [f"事后插入 inserted: disclosure {n}" for n in self.inserted]
        return said + self.broken


async def verify(
    session: AsyncSession, service: str, witness_notes: list[str] | None = None
) -> Report:
    """Compare every row with its leaf and every checkpoint with the leaves below it."""
    report = Report()
    leaves = list(await session.scalars(select(Leaf).order_by(Leaf.index)))
    rows = {row.id: row for row in await session.scalars(select(Disclosure))}
    report.leaves = len(leaves)
    _rows(report, leaves, rows)
    checkpoints = list(
        await session.scalars(select(CheckpointRecord).order_by(CheckpointRecord.size))
    )
    report.checkpoints = len(checkpoints)
    own = [(f"hutong/{service}", f"audit-{service}", record.note) for record in checkpoints]
    kept = [(WITNESS, WITNESS, note) for note in witness_notes or []]
    _checkpoints(report, [one.hash for one in leaves], own + kept)
    if [one.index for one in leaves] != list(range(len(leaves))):
        report.broken.append("序号不连续 leaves are missing")
    if len(leaves) > (checkpoints[-1].size if checkpoints else 0):
        report.broken.append("末尾未封存 leaves beyond the last checkpoint")
    await _cosignatures(session, report, checkpoints)
    return report


def _rows(report: Report, leaves: list[Leaf], rows: dict[int, Disclosure]) -> None:
    hashes = {one.disclosure_id: one.hash for one in leaves}
    report.removed += [number for number in hashes if number not in rows]
    seen: set[bytes] = set()
    for number, row in sorted(rows.items()):
        if number in hashes and leaf(canonical(row)) != hashes[number]:
            report.changed.append(number)
        elif row.mac in seen or not genuine(row):
            report.inserted.append(number)
        seen.add(row.mac)


def _checkpoints(report: Report, hashes: list[bytes], notes: list[tuple[str, str, str]]) -> None:
    """Walk the log once, and stop at every checkpoint to compare its root and signature."""
    frontier: list[bytes] = []
    size = 0
    for checkpoint, who, key, lines in sorted(_read(report, notes), key=lambda one: one[0].size):
        said = checkpoint.text()
        if not any(signed_by(who, signing_key(key), said, line) for line in lines):
            report.broken.append(f"签名不符 signature: size {checkpoint.size}")
        if checkpoint.size > len(hashes):
            cut = checkpoint.size - len(hashes)
            report.broken.append(f"末尾被截去 cut off: {cut} leaves after {len(hashes)}")
            continue
        frontier = grown(frontier, size, hashes[size : checkpoint.size])
        size = checkpoint.size
        if root_of(frontier) != checkpoint.root:
            report.broken.append(f"根不符 root: size {checkpoint.size}")


def _read(
    report: Report, notes: list[tuple[str, str, str]]
) -> list[tuple[Checkpoint, str, str, list[str]]]:
    found = []
    for who, key, note in notes:
        try:
            found.append((parsed(note), who, key, note.split("\n\n", 1)[-1].splitlines()))
        except ValueError:
            report.broken.append("封存点无法读取 unreadable checkpoint")
    return found


async def _cosignatures(
    session: AsyncSession, report: Report, checkpoints: list[CheckpointRecord]
) -> None:
    notes = {record.size: record.note for record in checkpoints}
    for one in await session.scalars(select(Cosignature)):
        report.cosigned += 1
        note = notes.get(one.size)
        text = parsed(note).text() if note else ""
        if not signed_by(one.witness, signing_key(one.witness), text, one.line):
            report.broken.append(f"会签不符 co-signature: size {one.size}")


async def _main(service: str, notes: list[str]) -> int:
    engine = engine_for(settings().database_url)
    async with transaction(sessions_of(engine)) as session:
        report = await verify(session, service, notes)
    await engine.dispose()
    print("\n".join(report.lines()))  # noqa: T201 - a command speaks
    return 0 if report.whole() else 1


def main(arguments: list[str]) -> int:
    """Verify the log of DATABASE_URL's service; exit code 1 when it was touched."""
    if not arguments:
        sys.exit("python -m shared.audit SERVICE [WITNESS_NOTES]")
    notes = Path(arguments[1]).read_text().split("\n---\n") if arguments[1:] else []
    return asyncio.run(_main(arguments[0], [note for note in notes if note.strip()]))
