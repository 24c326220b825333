"""Who a child is: one reference however many people tell of it, particulars sealed (一人一号)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import ChildKey, ChildLink
from services.protection.queries.cases import reports_of
from services.protection.queries.children import key_of, of_child, open_cases, references
from services.protection.schemas.told import ChildTold, Person
from shared import vault
from shared.access import Particular
from shared.database import new_id, now


def digests(keys: Sequence[str]) -> list[bytes]:
    """Keyed digests of what a child may be recognised by."""
    return [vault.digest("protection.child", key) for key in keys]


async def recognise(session: AsyncSession, child: ChildTold) -> tuple[UUID, UUID | None]:
    """The child's reference and the open case about it, if there is one.

    Two who tell of the same child at once meet at the same row: the second waits for the first.
    """
    wanted = digests(child.keys())
    known = await _known(session, wanted)
    if known is None and child.child_ref is not None:
        known = await key_of(session, child.child_ref)  # told of before its reference was a key
    child_ref = known.child_ref if known else (child.child_ref or new_id())
    keys = [*wanted, *digests([f"ref|{child_ref}"])]
    for digest in sorted(set(keys)):
        row = upsert(ChildKey).values(
            digest=digest,
            child_ref=child_ref,
            case_id=known.case_id if known else None,
            first_at=now(session),
        )
        await session.execute(row.on_conflict_do_nothing())
    met = await _known(session, keys)
    assert met is not None
    return met.child_ref, met.case_id


async def _known(session: AsyncSession, wanted: list[bytes]) -> ChildKey | None:
    for digest in wanted:
        found = await session.scalar(
            select(ChildKey)
            .where(ChildKey.digest == digest)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if found is not None:
            return found
    return None


async def linked(session: AsyncSession, child_id: UUID, child_ref: UUID) -> None:
    """The register knows the child as `child_id`: from now on both names lead to it."""
    known = await key_of(session, child_ref)
    row = upsert(ChildKey).values(
        digest=digests([f"ref|{child_id}"])[0],
        child_ref=child_ref,
        case_id=known.case_id if known else None,
        first_at=now(session),
    )
    await session.execute(row.on_conflict_do_nothing())
    await unite(session, child_id, child_ref, "register")


async def unlinked(session: AsyncSession, child_id: UUID, child_ref: UUID) -> None:
    """They are two children after all: the register's id leads to this child no more."""
    await session.execute(
        delete(ChildKey).where(
            ChildKey.digest == digests([f"ref|{child_id}"])[0], ChildKey.child_ref == child_ref
        )
    )
    await separate(session, child_id, child_ref, "register")


async def unite(session: AsyncSession, kept: UUID, merged: UUID, why: str) -> None:
    """Two references are one child: what was told under either is read together.

    Nothing is moved, so that it can be taken back; new tellings join the child's open case.
    """
    row = upsert(ChildLink).values(child_ref=merged, one_with=kept, why=why, at=now(session))
    await session.execute(row.on_conflict_do_nothing())
    await lead_to_open_case(session, kept)


async def separate(session: AsyncSession, kept: UUID, merged: UUID, why: str) -> None:
    """Who said that they are one takes it back; each leads to its own open case again."""
    await session.execute(
        delete(ChildLink).where(
            ChildLink.child_ref == merged, ChildLink.one_with == kept, ChildLink.why == why
        )
    )
    for child_ref in (kept, merged):
        await lead_to_open_case(session, child_ref)


async def lead_to_open_case(session: AsyncSession, child_ref: UUID) -> None:
    """The child's keys lead to its newest open case, or to none."""
    found = await open_cases(session, child_ref)
    await case_is(session, child_ref, found[0].id if found else None)


async def case_is(session: AsyncSession, child_ref: UUID, case_id: UUID | None) -> None:
    """From now on this is the child's open case (or none is)."""
    await session.execute(
        update(ChildKey)
        .where(of_child(ChildKey.child_ref, child_ref))
        .values(case_id=case_id)
        .execution_options(synchronize_session="fetch")
    )


async def remember(session: AsyncSession, child_ref: UUID, told: ChildTold) -> None:
    """Seal what was told; what is known already stays where the new telling says nothing."""
    await vault.add(session, child_ref, told.classes())
    if told.id_no:
        await vault.index(session, child_ref, {"id_no": told.id_no})


async def keep_person(session: AsyncSession, person: Person) -> UUID:
    """Seal an adult's particulars under a fresh reference."""
    person_ref = new_id()
    await vault.keep_classes(session, person_ref, person.classes())
    if person.id_no:
        await vault.index(session, person_ref, {"id_no": person.id_no})
    return person_ref


async def particulars(
    session: AsyncSession, subject_id: UUID, kinds: Sequence[Particular]
) -> dict[str, dict[str, Any]]:
    """The sealed classes of a person that are known; still to go through `access.disclose`."""
    found = await vault.read_classes(session, [subject_id], kinds)
    return {kind: held[subject_id] for kind, held in found.items() if held}


async def of_case(
    session: AsyncSession, child_ref: UUID, case_id: UUID | None, kinds: Sequence[Particular]
) -> dict[str, dict[str, Any]]:
    """The child as everybody in its case told of it."""
    reports = await reports_of(session, case_id) if case_id else []
    return await as_told(session, child_ref, [row.id for row in reports], kinds)


async def as_told(
    session: AsyncSession, child_ref: UUID, reports: Sequence[UUID], kinds: Sequence[Particular]
) -> dict[str, dict[str, Any]]:
    """The child by reports, later ones over earlier ones, and over them what is kept under the
    child's own references.
    """
    subjects = [*reports, *await references(session, child_ref)]
    held = await vault.read_classes(session, subjects, kinds)
    found: dict[str, dict[str, Any]] = {}
    for kind in kinds:
        merged: dict[str, Any] = {}
        for subject in subjects:
            merged |= held[kind].get(subject, {})
        if merged:
            found[str(kind)] = merged
    return found
