"""What leaves the service about a child: asked of the policy, masked, and on record (知悉)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import (
    Case,
    Detention,
    DetentionChild,
    Guardianship,
    Petition,
)
from services.protection.operations.children import of_case
from services.protection.operations.opening import subject_of
from services.protection.operations.words import words_of
from services.protection.queries.care import delegations_of, guardianship_of
from services.protection.queries.children import key_of, of_child
from services.protection.queries.detentions import children_of, detentions_of
from services.protection.queries.warnings import town_told
from services.protection.schemas.detentions import ChildOfDetained, ChildShown, DetentionShown
from shared import access
from shared.access import Particular, Subject
from shared.identity import Principal
from shared.problem import NotFound

CHILD_CLASSES = (
    Particular.IDENTITY,
    Particular.ADDRESS,
    Particular.CONTACT,
    Particular.HEALTH,
)
# Who must ask, arrange care and write the agreement when a parent is held (WL24:3.6b, 3.6c).
BY_LAW = ("police", "justice", "civil_affairs", "child_protection_office")


async def child_subject(session: AsyncSession, child_ref: UUID) -> tuple[Subject, Case | None]:
    """Whose particulars these are: the case's tasks, or those of the detention; 404 for nobody."""
    key = await key_of(session, child_ref)
    if key is None:
        raise NotFound()
    child_ref = key.child_ref
    case = await session.get(Case, key.case_id) if key.case_id else None
    if case is not None:
        return subject_of(case), case
    newest = await session.scalar(
        select(Case)
        .where(of_child(Case.child_ref, child_ref))
        .order_by(Case.opened_at.desc(), Case.id.desc())
        .limit(1)
    )
    if newest is not None:
        return subject_of(newest), newest
    rows = await detentions_of(session, child_ref)
    town = next((line.town for _, line in rows if line.town), None)
    town = town or await town_told(session, child_ref)
    assisted = {row.assisted_by for row in await delegations_of(session, child_ref)}
    tasks = frozenset(assisted | ({"police"} if rows else set()))
    return Subject(child_ref, "child", town, tasks), None


async def child_view(session: AsyncSession, actor: Principal, child_ref: UUID) -> ChildShown:
    """The child as this caller may see it; who saw which fields is recorded."""
    subject, case = await child_subject(session, child_ref)
    child_ref = subject.id
    access.may_know(actor, subject)
    rows = await detentions_of(session, child_ref)
    classes = await of_case(session, child_ref, case.id if case else None, CHILD_CLASSES)
    offence = {str(detention.id): detention.kind for detention, _ in rows}
    history = await guardianship_of(session, child_ref)
    placement = {str(row.id): row.carer_kind for row in history}
    held = {"offence": offence, "placement": placement}
    more = {kind: dict[str, Any](values) for kind, values in held.items() if values}
    shown = await access.disclose(session, actor, subject, classes | more)
    whose = await _whose(session, child_ref)
    return ChildShown(
        child_ref=child_ref,
        town=subject.town,
        case_id=case.id if case else None,
        **{kind: shown[kind] for kind in classes},
        detentions=[
            {
                "detention_id": detention.id,
                "person_ref": detention.person_ref,
                "relation": line.relation,
                "kind": shown["offence"][str(detention.id)],
                "state": detention.state,
                "began_on": detention.began_on,
                "ends_on": detention.ends_on,
                "released_on": detention.released_on,
                "carer_kind": line.carer_kind,
            }
            for detention, line in rows
        ],
        guardianship=[
            _guardianship(row, shown["placement"][str(row.id)], whose) for row in history
        ],
    )


async def _whose(session: AsyncSession, child_ref: UUID) -> dict[UUID, list[str]]:
    """Petition → whose guardianship it was about."""
    rows = await session.scalars(select(Petition).where(of_child(Petition.child_ref, child_ref)))
    return {row.id: row.respondents for row in rows}


def _guardianship(
    row: Guardianship, carer_kind: str, whose: dict[UUID, list[str]]
) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "whose": whose.get(row.basis_id, []) if row.basis_id else [],
        "ground": row.ground,
        "carer_kind": carer_kind,
        "since": row.since,
        "basis": row.basis_kind,
        "basis_id": row.basis_id,
    }


def subject_of_detention(
    actor: Principal, row: Detention, lines: Sequence[DetentionChild]
) -> Subject:
    """Whose detention it is, and who has a task by law: police, justice, the towns of the children.

    A town that has a child of the detained is the town of the affair for itself.
    """
    towns = {town for town in (row.town, *(line.town for line in lines)) if town}
    tasks = {*BY_LAW, "town", *(f"town:{town}" for town in towns)}
    town = actor.town if actor.town in towns else row.town
    return Subject(row.id, "adult", town, frozenset(tasks))


async def detention_view(session: AsyncSession, actor: Principal, row: Detention) -> DetentionShown:
    """One detention; and why the question could not be answered, for those with a task in it."""
    (view,) = await detentions_view(session, actor, [row])
    lines = (await children_of(session, [row.id]))[row.id]
    subject = subject_of_detention(actor, row, lines)
    words = await words_of(session, actor, subject, [row.why_id], "why_unable")
    view.why_unable = next(iter(words.values()), None)
    return view


async def detentions_view(
    session: AsyncSession, actor: Principal, rows: Sequence[Detention]
) -> list[DetentionShown]:
    """Detentions as the caller may see them: why somebody is held is an offence's particular."""
    children = await children_of(session, [row.id for row in rows])
    asked: list[tuple[Subject, access.Classes]] = [
        (
            subject_of_detention(actor, row, children[row.id]),
            {Particular.OFFENCE: {"kind": row.kind}},
        )
        for row in rows
    ]
    views = []
    for row, shown in zip(rows, await access.disclose_many(session, actor, asked), strict=True):
        view = DetentionShown.model_validate(row)
        view.kind = shown[Particular.OFFENCE]["kind"]
        signed = (row.evidence or {}).get("id")
        view.evidence_id = UUID(signed) if signed else None
        view.children = [ChildOfDetained.model_validate(one) for one in children[row.id]]
        views.append(view)
    return views
