"""`python -m shared.audit SERVICE [WITNESS_NOTES]`: is the record of disclosures still whole?

Names what was changed, removed, inserted or cut off, table by table: disclosures, their leaves,
checkpoints, co-signatures. The chain in the database alone cannot show that its own end was cut
off together with its checkpoints; the notes a witness has kept can, so give them whenever there
are some.
"""

import argparse
import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.audit.disclosures import Disclosure, canonical, genuine
from shared.audit.notes import Checkpoint, parsed, signed_by
from shared.audit.seal import CheckpointRecord, Cosignature, Leaf
from shared.audit.tree import leaf, root_of, unpacked
from shared.audit.walk import (
    CHANGED,
    CHECKPOINT,
    CUT_OFF,
    DISCLOSURE,
    INSERTED,
    REMOVED,
    Entry,
    Seal,
    Touched,
    walk,
)
from shared.bus import SOURCES
from shared.database import engine_for, sessions_of, transaction
from shared.keys import signing_key
from shared.settings import settings

WITNESS = "procuratorate"
COSIGNATURE = "audit_cosignature"
CHINESE = {CHANGED: "已改动", REMOVED: "已删除", INSERTED: "事后插入", CUT_OFF: "末尾被截去"}


@dataclass
class Report:
    """What was found; nothing touched means that the record is as it was sealed."""

    leaves: int = 0
    checkpoints: int = 0
    cosigned: int = 0
    touched: list[Touched] = field(default_factory=list)

    def whole(self) -> bool:
        """Whether the record is as it was sealed."""
        return not self.touched

    def named(self, how: str, table: str = DISCLOSURE) -> list[str]:
        """Which rows of a table were touched in this way."""
        return [one.which for one in self.touched if (one.how, one.table) == (how, table)]

    def lines(self) -> list[str]:
        """The report in words."""
        counts = f"{self.leaves} 条、{self.checkpoints} 个封存点、{self.cosigned} 个会签"
        said = [f"审计记录 {counts} | {'完好 whole' if self.whole() else '被动过 tampered'}"]
        return said + [
            f"{CHINESE[one.how]} {one.how}: {one.table} {one.which}" for one in self.touched
        ]


@dataclass(frozen=True, slots=True)
class Log:
    """The tables of one service's record as they lie there."""

    rows: dict[int, Disclosure]
    leaves: list[Leaf]
    checkpoints: list[CheckpointRecord]
    cosignatures: list[Cosignature]


async def verify(
    session: AsyncSession, service: str, witness_notes: list[str] | None = None
) -> Report:
    """Compare every row with its leaf, and the leaves with every root somebody signed."""
    log = await _read(session)
    report = Report(len(log.leaves), len(log.checkpoints), len(log.cosignatures))
    report.touched += _copied(log)
    own, wrong = _own_seals(log, f"hutong/{service}", f"audit-{service}")
    kept, bad = _kept_seals(witness_notes or [], f"hutong/{service}")
    report.touched += [*wrong, *bad, *_cosignatures(log), *_witnessed(log, own, kept)]
    seals = {seal.size: seal for seal in own}
    for seal in kept:
        # Where platform and witness signed different roots, the witness's is the older truth.
        if seal.size not in seals or seals[seal.size].root != seal.root:
            seals[seal.size] = seal
    known = {(one.table, one.which) for one in report.touched}
    found = walk(_entries(log), [seals[size] for size in sorted(seals)], log.rows.keys())
    report.touched += [one for one in found if (one.table, one.which) not in known]
    return report


async def _read(session: AsyncSession) -> Log:
    return Log(
        {row.id: row for row in await session.scalars(select(Disclosure))},
        list(await session.scalars(select(Leaf).order_by(Leaf.index))),
        list(await session.scalars(select(CheckpointRecord).order_by(CheckpointRecord.size))),
        list(await session.scalars(select(Cosignature).order_by(Cosignature.size))),
    )


def _entries(log: Log) -> list[Entry]:
    found = []
    for one in log.leaves:
        row = log.rows.get(one.disclosure_id)
        now = leaf(canonical(row)) if row is not None else None
        true = row is not None and genuine(row)
        found.append(Entry(one.index, one.disclosure_id, one.hash, now, true))
    return found


def _copied(log: Log) -> Iterator[Touched]:
    """Rows the platform did not write: not sealed yet without a true MAC, or with another's.

    Of two with one MAC the copy is the one that was sealed later, whatever number it was given.
    """
    sealed = {one.disclosure_id: one.index for one in log.leaves}
    order = sorted(log.rows, key=lambda number: (sealed.get(number, len(sealed)), number))
    seen: set[bytes] = set()
    for number in order:
        row = log.rows[number]
        if row.mac in seen or (number not in sealed and not genuine(row)):
            yield Touched(INSERTED, DISCLOSURE, str(number))
        seen.add(row.mac)


def _own_seals(log: Log, origin: str, key: str) -> tuple[list[Seal], list[Touched]]:
    """The checkpoints the platform really signed, and those that were touched."""
    seals, wrong = [], []
    for record in log.checkpoints:
        frontier = tuple(unpacked(record.frontier))
        said = _signed(record.note, origin, key)
        true = said is not None and root_of(frontier) == said.root
        if said is not None and said.size == record.size:
            seals.append(Seal(said.size, said.root, frontier if true else None))
        if not true or said is None or said.size != record.size:
            wrong.append(Touched(CHANGED, CHECKPOINT, str(record.size)))
    return seals, wrong


def _kept_seals(notes: list[str], origin: str) -> tuple[list[Seal], list[Touched]]:
    """What the witness has kept of this log."""
    seals, wrong = [], []
    for note in notes:
        said = _signed(note, origin, WITNESS, signer=WITNESS)
        if said is None:
            wrong.append(Touched(CHANGED, "witness_note", note.partition("\n")[0][:60]))
        else:
            seals.append(Seal(said.size, said.root))
    return seals, wrong


def _signed(note: str, origin: str, key: str, signer: str = "") -> Checkpoint | None:
    """The checkpoint of a note if it is of this log and its signer signed it."""
    try:
        said = parsed(note)
    except ValueError:
        return None
    lines = note.split("\n\n", 1)[-1].splitlines()
    held = any(signed_by(signer or origin, signing_key(key), said.text(), one) for one in lines)
    return said if held and said.origin == origin else None


def _cosignatures(log: Log) -> Iterator[Touched]:
    """Co-signatures that do not hold, and checkpoints they tell of that are gone."""
    notes = {record.size: record.note for record in log.checkpoints}
    for one in log.cosignatures:
        if one.size not in notes:
            yield Touched(REMOVED, CHECKPOINT, str(one.size))
            continue
        try:
            text = parsed(notes[one.size]).text()
        except ValueError:
            continue
        if not signed_by(one.witness, signing_key(WITNESS), text, one.line):
            yield Touched(CHANGED, COSIGNATURE, str(one.size))


def _witnessed(log: Log, own: list[Seal], kept: list[Seal]) -> Iterator[Touched]:
    """What the notes of the witness tell of: co-signatures and checkpoints gone or made anew."""
    sizes = {record.size for record in log.checkpoints}
    known, roots = {one.size for one in log.cosignatures}, {seal.size: seal.root for seal in own}
    for seal in kept:
        if seal.size not in known:
            yield Touched(REMOVED, COSIGNATURE, str(seal.size))
        if roots.get(seal.size, seal.root) != seal.root:
            yield Touched(CHANGED, CHECKPOINT, str(seal.size))
        elif seal.size not in sizes and seal.size not in known:
            yield Touched(REMOVED, CHECKPOINT, str(seal.size))


async def _main(service: str, notes: list[str]) -> int:
    engine = engine_for(settings().database_url)
    async with transaction(sessions_of(engine)) as session:
        report = await verify(session, service, notes)
    await engine.dispose()
    print("\n".join(report.lines()))  # noqa: T201 - a command speaks
    return 0 if report.whole() else 1


def main(arguments: list[str]) -> int:
    """Verify the log of DATABASE_URL's service; exit code 1 when it was touched."""
    asked = argparse.ArgumentParser(prog="python -m shared.audit", description=__doc__)
    asked.add_argument("service", choices=SOURCES)
    asked.add_argument("witness_notes", type=Path, nargs="?", help="what the witness has kept")
    given = asked.parse_args(arguments)
    notes = given.witness_notes.read_text().split("\n---\n") if given.witness_notes else []
    return asyncio.run(_main(given.service, [note for note in notes if note.strip()]))
