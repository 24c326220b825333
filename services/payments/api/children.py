"""A child's payees, awards, blocks, entitlements and statement."""

from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import AwareDatetime
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import AwardPeriod, Entitlement, Payee
from services.payments.operations import awards, granting, payees
from services.payments.operations.statements import printed, statement
from services.payments.queries import awards as queries
from services.payments.schemas.answers import AwardOut, EntitlementOut, PayeeOut
from services.payments.schemas.requests import (
    EntitlementRequest,
    LiftRequest,
    OtherReliefRequest,
    PayeeRequest,
    ReasonRequest,
    VerificationRequest,
)
from shared import access, vault
from shared.access import Particular
from shared.database import Session
from shared.identity import Actor
from shared.openapi import forms
from shared.problem import NotFound
from shared.web import Route

router = APIRouter(prefix="/v1/payments", tags=["儿童 children"], route_class=Route)


def _last(upper: date | None) -> date | None:
    return None if upper is None else (upper - timedelta(days=1)).replace(day=1)


def _payee(row: Payee) -> PayeeOut:
    return PayeeOut(
        id=row.id,
        child_id=row.child_id,
        kind=row.kind,
        bank_code=row.bank_code,
        first_month=row.months.lower,
        last_month=_last(row.months.upper),
        verified=row.verified_at is not None and row.refused is None,
        refused=row.refused,
        source=row.source,
    )


def _award(row: AwardPeriod) -> AwardOut:
    return AwardOut(
        award_id=row.award_id,
        decision_id=row.decision_id,
        rate_class=row.rate_class,
        first_month=row.months.lower,
        last_month=_last(row.months.upper),
        other_relief=row.other_relief,
        town=row.town,
    )


async def _known(session: AsyncSession, actor: Actor, child_id: UUID) -> access.Subject:
    """The child as the access policy sees it; absent and not yours to know read alike."""
    town = await queries.town_of(session, child_id)
    if town is None:
        raise NotFound()
    subject = access.Subject(child_id, town=town)
    access.may_know(actor, subject)
    return subject


@router.get(
    "/children/{child_id}/statement",
    response_class=Response,
    responses=forms("application/json", "text/html"),
)
async def read_statement(
    session: Session,
    actor: Actor,
    child_id: UUID,
    form: Annotated[str, Query(pattern="^(json|html)$")] = "json",
    known_at: AwareDatetime | None = None,
) -> Response:
    """A child's money by month with explanation, as data or as a page to print.

    `known_at`: as it stood at that moment, each clause in the words then in force (当时依据).
    """
    found = await statement(session, actor, child_id, known_at)
    if form == "html":
        return HTMLResponse(printed(found))
    return JSONResponse(found)


@router.get("/children/{child_id}/awards")
async def list_awards(session: Session, actor: Actor, child_id: UUID) -> list[AwardOut]:
    """The periods of a child's awards."""
    await _known(session, actor, child_id)
    return [_award(row) for row in await queries.periods(session, child_id)]


@router.post("/children/{child_id}/other-relief")
async def set_other_relief(
    session: Session, actor: Actor, child_id: UUID, said: OtherReliefRequest
) -> list[AwardOut]:
    """Other living relief from a month on: the award is topped up (补差, WL24:2.1.0b-3)."""
    actor.of("civil_affairs", "town")
    await _known(session, actor, child_id)
    await awards.set_other_relief(session, child_id, said.since, said.monthly)
    return [_award(row) for row in await queries.periods(session, child_id)]


@router.get("/children/{child_id}/payees")
async def list_payees(session: Session, actor: Actor, child_id: UUID) -> list[dict[str, Any]]:
    """Who is and was paid; name and account as the caller may see them."""
    subject = await _known(session, actor, child_id)
    rows = await queries.payees(session, child_id)
    sealed = await vault.read_many(session, [row.id for row in rows], Particular.MONEY)
    shown = await access.disclose_many(
        session, actor, [(subject, {Particular.MONEY: sealed.get(row.id, {})}) for row in rows]
    )
    return [
        _payee(row).model_dump(mode="json") | view.get(Particular.MONEY, {})
        for row, view in zip(rows, shown, strict=True)
    ]


@router.post("/children/{child_id}/payees", status_code=201)
async def enter_payee(
    session: Session, actor: Actor, child_id: UUID, said: PayeeRequest
) -> PayeeOut:
    """A payee from the next month on; another person verifies the account."""
    actor.of("civil_affairs", "town")
    await _known(session, actor, child_id)
    particulars = {"name": said.name, "account": said.account}
    row = await payees.enter_payee(
        session,
        child_id,
        said.kind.value,
        particulars,
        said.bank_code,
        since=said.since,
        by=actor.person(),
        source=actor.department,
    )
    return _payee(row)


@router.post("/payees/{payee_id}/verification")
async def verify_payee(
    session: Session, actor: Actor, payee_id: UUID, said: VerificationRequest
) -> PayeeOut:
    """Whether the account is the payee's; never by who entered it. A bank needs no child's id."""
    row = await payees.verify_payee(session, actor, payee_id, said.verified, said.reason)
    subject = access.Subject(row.child_id, town=await queries.town_of(session, row.child_id))
    known = access.ask(actor, "know", "case", subject).allowed
    return _payee(row) if known else _payee(row).model_copy(update={"child_id": None})


@router.get("/children/{child_id}/blocks")
async def list_blocks(session: Session, actor: Actor, child_id: UUID) -> list[dict[str, Any]]:
    """Why the child is not paid."""
    await _known(session, actor, child_id)
    return [
        {"block": b.reason, "since": b.since.isoformat(), "source": b.source}
        for b in await queries.open_blocks(session, child_id)
    ]


@router.post("/children/{child_id}/blocks/lifting", status_code=204)
async def lift_block(session: Session, actor: Actor, child_id: UUID, said: LiftRequest) -> None:
    """Lift a block with reasons; what it kept back is worked out again."""
    actor.of("civil_affairs")
    await _known(session, actor, child_id)
    if not await awards.lift(session, child_id, said.block, actor.person(), said.reason):
        raise NotFound()


@router.post("/entitlements", status_code=201, response_model=EntitlementOut)
async def propose_entitlement(
    session: Session, actor: Actor, said: EntitlementRequest
) -> Entitlement:
    """Nursing, training, rehabilitation living, insurance or temporary relief (WL24:2.2.2e)."""
    return await granting.propose_entitlement(
        session,
        actor,
        said.child_id,
        said.benefit,
        said.amount,
        said.first_month,
        said.last_month,
        said.decision_id,
        said.town,
    )


@router.post("/entitlements/{entitlement_id}/confirmation", response_model=EntitlementOut)
async def confirm_entitlement(session: Session, actor: Actor, entitlement_id: UUID) -> Entitlement:
    """A second person confirms."""
    return await granting.confirm_entitlement(session, actor, entitlement_id)


@router.post("/entitlements/{entitlement_id}/withdrawal", response_model=EntitlementOut)
async def withdraw_entitlement(
    session: Session, actor: Actor, entitlement_id: UUID, said: ReasonRequest
) -> Entitlement:
    """Withdraw it; what was paid of it is worked out again."""
    return await granting.withdraw_entitlement(session, actor, entitlement_id, said.reason)
