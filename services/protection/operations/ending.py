"""How care by the state ends otherwise than by return: long-term, adoption, transfer, majority.

Each end has its condition, checked before anybody signs; two sign what cannot be undone.
"""

from collections.abc import Awaitable, Callable
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Placement
from services.protection.operations.children import of_case
from services.protection.operations.guardians import change_guardianship
from services.protection.operations.returning import leave, the_placement
from services.protection.operations.steps import signature, step, the_day
from services.protection.queries.care import inquiries, newest_revocation, received_elsewhere
from services.protection.rules.adoption import adoptable_from, age_on, may_be_adopted
from services.protection.rules.guardianship import LongTermGround
from services.protection.rules.placements import PLACEMENT_MOVES
from services.protection.rules.revocation import RevocationGround
from services.protection.schemas.care import EndTold
from shared.access import Particular
from shared.clock import legal_day
from shared.database import figure, law_today, today
from shared.identity import Principal
from shared.law import Facts
from shared.problem import Refused, SecondPersonNeeded

BY_TWO = frozenset({"long_term", "adoption"})
ENDS = {
    "relocation": "relocated",
    "long_term": "long_term",
    "home_transfer": "transferred",
    "adoption": "adopted",
    "majority": "of_age",
    "death": "died",
}


class NotAdoptable(Refused):
    """The law does not let this child be adopted (yet), or not without its consent."""

    zh, en = "依法（尚）不得送养", "The law does not let this child be adopted, or not yet"
    clause = "CIVIL:1093"


class AdoptionTooEarly(Refused):
    """A child may be adopted a year after the revocation, and in grave cases at once."""

    zh, en = "撤销监护人资格未满一年，不得送养", "Adoption is not before a year after revocation"
    clause = "FF2014-24:44"


class GroundNeeded(Refused):
    """Long-term guardianship has one of five grounds."""

    zh, en = "长期监护须有法定情形", "Long-term guardianship needs one of its five grounds"
    clause = "MINORS:94"


class NotAppointed(Refused):
    """This ground is a judgment that revokes and appoints civil affairs."""

    zh, en = (
        "须有撤销监护人资格并指定民政部门的裁判",
        "A judgment must have appointed civil affairs",
    )
    clause = "MINORS:94-4"


class NotSought(Refused):
    """This ground is that nobody was found: the inquiry and its notice must have ended so."""

    zh, en = "查找父母的调查和公告尚未得出结论", "The search for the parents has not ended in vain"
    clause = "MINORS:94-1"


class NotReceived(Refused):
    """The child is the centre's until the other side has confirmed that it has it."""

    zh, en = "对方尚未确认接收，不得结束安置", "The other side has not confirmed: the care goes on"
    clause = "WL24:3.5c-3"


class StillAMinor(Refused):
    """A child leaves care as an adult at eighteen."""

    zh, en = "尚未满十八周岁", "Not eighteen yet"
    clause = "CIVIL:17"


async def _nobody_found(session: AsyncSession, child_ref: UUID) -> bool:
    """What the newest inquiry came to: who was found once may be lost again, and the other way."""
    rows = await inquiries(session, child_ref)
    return bool(rows) and rows[-1].outcome == "parents_not_found"


async def _born(session: AsyncSession, row: Placement) -> date | None:
    kinds = (Particular.IDENTITY,)
    told = (await of_case(session, row.child_ref, row.case_id, kinds)).get("identity", {})
    return date.fromisoformat(told["birth_date"]) if told.get("birth_date") else None


async def _long_term(session: AsyncSession, row: Placement, told: EndTold) -> None:
    if told.ground is None:
        raise GroundNeeded(where="body.ground", allowed=[g.value for g in LongTermGround])
    if told.ground is LongTermGround.REVOKED_AND_APPOINTED:
        revoked = await newest_revocation(session, row.child_ref)
        if revoked is None or revoked.carer_kind != "civil_affairs":
            raise NotAppointed(where="body.ground")
    nobody = told.ground is LongTermGround.NO_GUARDIAN_FOUND
    if nobody and not await _nobody_found(session, row.child_ref):
        raise NotSought(where="body.ground")


async def _adoption(session: AsyncSession, row: Placement, told: EndTold) -> None:
    await _waited(session, row)
    facts = Facts({"inquiry_closed": await _nobody_found(session, row.child_ref)})
    if told.adoptee is not None:
        facts["adoptee"] = told.adoptee.value
    if told.child_consents is not None:
        facts["child_consents"] = told.child_consents
    if (born := await _born(session, row)) is not None:
        facts["age"] = age_on(born, today(session))
    found = may_be_adopted.find(facts, law_today(session))
    if not found.met:
        raise NotAdoptable(missing=found.missing(), finding=found.tree())


async def _waited(session: AsyncSession, row: Placement) -> None:
    """Not before a year after a revocation, but for those grave cases never restored."""
    revoked = await newest_revocation(session, row.child_ref)
    if revoked is None:
        return
    grave = revoked.ground == RevocationGround.SERIOUS_ABUSE.value
    first = adoptable_from(revoked.since, int(figure(session, "adoption_wait_months")), grave)
    if today(session) < first:
        raise AdoptionTooEarly(allowed=[first])


async def _home_transfer(session: AsyncSession, row: Placement, told: EndTold) -> None:
    received = await received_elsewhere(session, row.child_ref)
    begun = row.removed_on or legal_day(row.requested_at)
    if received is None or received.received_on is None or received.received_on < begun:
        raise NotReceived(where="transfers")


async def _majority(session: AsyncSession, row: Placement, told: EndTold) -> None:
    born, age = await _born(session, row), int(figure(session, "adult_age"))
    if born is None:
        raise StillAMinor(missing=["birth_date"])
    if age_on(born, today(session)) < age:
        raise StillAMinor()


CONDITIONS: dict[str, Callable[[AsyncSession, Placement, EndTold], Awaitable[None]]] = {
    "long_term": _long_term,
    "adoption": _adoption,
    "home_transfer": _home_transfer,
    "majority": _majority,
}


async def end(
    session: AsyncSession, actor: Principal, placement_id: UUID, verb: str, told: EndTold
) -> Placement:
    """Long-term guardianship and adoption by two people, relocation, transfer, majority."""
    row = await the_placement(session, actor, placement_id)
    PLACEMENT_MOVES.may(row.state, verb, actor.department)
    if verb in CONDITIONS:
        await CONDITIONS[verb](session, row, told)
    day = the_day(
        session, told.day, where="body.day", clause="WL24:3.3b-1", not_before=row.removed_on
    )
    first = None
    if verb in BY_TWO:  # each for itself: who proposed the one has not signed the other
        proposed, _, first = (row.proposed_by or "").partition(" ")
        if proposed != verb:
            row.proposed_by = f"{verb} {signature(actor)}"
            return row
        if first == signature(actor):
            raise SecondPersonNeeded(clause="MINORS:94")
    await step(
        session, actor, PLACEMENT_MOVES, row, verb,
        case_id=row.case_id, note=told.words, first_officer=first,
    )  # fmt: skip
    row.proposed_by = None
    await leave(session, row)
    await change_guardianship(
        session,
        actor,
        row.child_ref,
        row.case_id,
        kind=ENDS[verb],
        carer_kind="civil_affairs" if verb == "long_term" else row.carer_kind,
        since=day,
        ground=told.ground.value if told.ground else None,
        basis=("placement", row.id),
    )
    return row
