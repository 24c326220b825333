"""What is found at tattoo shops: breaches, in words for who looks into them (文身治理)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import TattooFinding
from services.protection.operations.law import town_code
from services.protection.operations.missed_reports import AlreadyDecided
from services.protection.operations.steps import seal_note, signature, the_day
from services.protection.operations.words import with_words
from services.protection.rules.reporting import (
    adult_customer,
    age_proof_asked,
    ban_sign_shown,
    tattoo_inducement,
)
from services.protection.schemas.reports import TattooDecision, TattooShown, TattooTold
from shared.access import Subject
from shared.database import figure, new_id, now
from shared.identity import Principal
from shared.problem import Invalid, NotFound


class NothingWrong(Invalid):
    """The finding names no breach."""

    zh, en = "所述情形不构成违反", "What is told breaches nothing"
    clause = "WL24:3.1b-1"


async def tattoo(session: AsyncSession, actor: Principal, told: TattooTold) -> TattooFinding:
    """A finding at a tattoo shop: which clauses are breached; consent of parents is no question.

    The birth date decides whether the customer was a minor on the day; it is not kept.
    """
    actor.of("market_regulation", "police", "procuratorate", "health", "town", "institution")
    the_day(session, told.found_on, where="body.found_on", clause="WL24:3.1b")
    the_day(session, told.service_on, where="body.service_on", clause="WL24:3.1b-1")
    minor = _minor(session, told)
    breaches = _breaches(told, minor)
    if not breaches and told.sign_shown is None and told.id_checked is None:
        raise NothingWrong()
    row = TattooFinding(
        id=new_id(),
        kind="inspection" if told.service_on is None else "service",
        shop_ref=told.shop_ref,
        town=actor.town or town_code(told.town),
        found_on=told.found_on,
        service_on=told.service_on,
        customer_minor=minor,
        sign_shown=told.sign_shown,
        id_checked=told.id_checked,
        breaches=breaches,
        state="found" if breaches else "in_order",
        found_by=actor.department,
        note_id=await seal_note(session, told.words),
        at=now(session),
    )
    session.add(row)
    await session.flush()
    return row


def _minor(session: AsyncSession, told: TattooTold) -> bool | None:
    if told.customer_birth is None:
        return None
    age = int(figure(session, "adult_age"))
    return not adult_customer(told.customer_birth, told.service_on or told.found_on, adult_age=age)


def _breaches(told: TattooTold, minor: bool | None) -> list[str]:
    found = []
    if minor and told.service_on is not None and not told.induced:
        found.append("WL24:3.1b-1")
    if tattoo_inducement(told.induced, minor is not False):
        found.append("WL24:3.1b-2")
    if told.sign_shown is not None and not ban_sign_shown(
        told.sign_shown, told.sign_prominent is not False
    ):
        found.append("WL24:3.1c-1")
    if told.id_checked is not None and not age_proof_asked(
        told.age_in_doubt is not False, told.id_checked
    ):
        found.append("WL24:3.1c-2")
    return found


async def decide_tattoo(
    session: AsyncSession, actor: Principal, finding_id: UUID, told: TattooDecision
) -> TattooFinding:
    """Market regulation decides, with a signature."""
    actor.of("market_regulation")
    row = await session.get(TattooFinding, finding_id, with_for_update=True)
    if row is None:
        raise NotFound()
    if row.state != "found":
        raise AlreadyDecided(clause="WL24:3.1c-1")
    row.state, row.decided_by = told.decision, signature(actor)
    return row


async def tattoos_view(
    session: AsyncSession, actor: Principal, rows: Sequence[TattooFinding]
) -> list[TattooShown]:
    """Findings, with what was said of them for who found it and market regulation."""
    return await with_words(session, actor, rows, TattooShown, _shop, "finding")


def _shop(row: TattooFinding) -> Subject:
    looks_into_it = frozenset({row.found_by, "market_regulation"})
    return Subject(row.shop_ref, "shop", row.town, looks_into_it)
