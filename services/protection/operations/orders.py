"""Instruments of law to guardians: issued, served, followed up, extended, ended (监护干预文书)."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Case, Order
from services.protection.operations.cases import the_case
from services.protection.operations.children import keep_person
from services.protection.operations.opening import entry, join
from services.protection.operations.petitions import protected
from services.protection.operations.steps import (
    DayImpossible,
    first_to_withdraw,
    seal_note,
    signature,
    step,
    the_day,
)
from services.protection.operations.warnings import warn
from services.protection.rules.cases import Level
from services.protection.rules.guardianship import months_after
from services.protection.rules.orders import (
    ORDER_MOVES,
    ORDERS,
    PARENT_EDUCATION_PARTNERS,
    PROTECTS,
    OrderKind,
    may_issue,
)
from services.protection.rules.warnings import Reason
from services.protection.schemas.care import (
    OrderMove,
    OrderShown,
    OrderTold,
    SessionTold,
)
from shared import deadlines, vault
from shared.access import Particular
from shared.database import figure, new_id, today
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.problem import Forbidden, Invalid, NotFound, Refused


class TooLong(Refused):
    """A protection order holds no longer than the law's months."""

    zh, en = "有效期超过法定期限", "It would hold longer than the law allows"
    clause = "DV:30"


class AdviceIsForUnits(Invalid):
    """The procuratorate advises units that failed, not guardians: that is a recommendation."""

    zh, en = "检察建议向有关单位提出，不向监护人签发", "Units are advised, guardians are not"
    clause = "MINORS:114"


class SessionsMissing(Refused):
    """An order to be taught is fulfilled when the sessions it asks for were attended (1+X)."""

    zh, en = "规定的亲职教育课程尚未全部参加", "Sessions are still to be attended"
    clause = "WL24:3.3a-2"


class GuardianUnknown(Invalid):
    """An order is made to somebody: particulars, or the reference of a known person."""

    zh, en = "须注明文书的相对人", "An order needs the person it is made to"
    clause = "WL24:3.3a-3"


async def issue(session: AsyncSession, actor: Principal, case_id: UUID, told: OrderTold) -> Order:
    """Issue an instrument that belongs to the caller, for no longer than the law allows."""
    text = ORDERS[told.kind]
    if not may_issue(told.kind, actor.department):
        raise Forbidden(clause=text.clause, allowed=list(text.issuers))
    if told.kind is OrderKind.PROCURATORIAL_ADVICE:
        raise AdviceIsForUnits(where="body.kind", allowed=["/v1/protection/recommendations"])
    case = await the_case(session, actor, case_id)
    guardian = await _guardian(session, told)
    issued_on = the_day(session, told.issued_on, where="body.issued_on", clause=text.clause)
    order = Order(
        id=new_id(),
        case_id=case.id,
        child_ref=case.child_ref,
        guardian_ref=guardian,
        kind=told.kind.value,
        issuer=actor.department,
        grounds=list(told.grounds),
        duties=list(told.duties),
        state="issued",
        issued_on=issued_on,
        issued_by=signature(actor),
        until_on=_until(session, text.term_figure, told.issued_on, told.until_on),
        education_partners=list(PARENT_EDUCATION_PARTNERS) if text.education else [],
        sessions_due=told.sessions,
        sessions_done=0,
    )
    session.add(order)
    if told.kind in PROTECTS:
        await protected(session, case.id)
    await join(session, case, Level(case.level), (actor.department,))
    await _watch_the_end(session, order)
    note_id = await seal_note(session, told.words)
    entry(session, actor, case.id, "order", code=order.kind, ref=order.id, note_id=note_id)
    await session.flush()
    return order


async def _guardian(session: AsyncSession, told: OrderTold) -> UUID:
    """The person it is made to, told anew or known already."""
    if told.guardian is not None:
        return await keep_person(session, told.guardian)
    if told.guardian_ref is None:
        raise GuardianUnknown(where="body.guardian")
    if not await vault.read(session, told.guardian_ref, Particular.IDENTITY):
        raise GuardianUnknown(where="body.guardian_ref")
    return told.guardian_ref


async def _watch_the_end(session: AsyncSession, order: Order) -> None:
    """An alert days before the instrument ends (期满提醒)."""
    await deadlines.cancel(session, order.id, "order_end", "another end")
    if order.until_on is not None:
        day = order.until_on - timedelta(days=int(figure(session, "order_alarm_days")))
        at = jurisdiction().calendar.start_of(max(day, today(session)))
        await deadlines.remind(session, "order_end", order.id, at, department=order.issuer)


def _until(
    session: AsyncSession, term: str | None, issued_on: date, until_on: date | None
) -> date | None:
    """The end: what was written, or the whole term of the law; never longer than that."""
    if until_on is not None and until_on < issued_on:
        allowed = [issued_on.isoformat()]
        raise DayImpossible(where="body.until_on", clause="DV:30", allowed=allowed)
    if term is None:
        return until_on
    longest = months_after(issued_on, int(figure(session, term)))
    if until_on is not None and until_on > longest:
        raise TooLong(where="body.until_on", allowed=[longest])
    return until_on or longest


async def the_order(session: AsyncSession, actor: Principal, order_id: UUID) -> Order:
    """The order, locked, if the caller may know of its case."""
    row = await session.get(Order, order_id, with_for_update=True)
    if row is None:
        raise NotFound()
    await the_case(session, actor, row.case_id)
    return row


async def move_order(
    session: AsyncSession, actor: Principal, order_id: UUID, verb: str, told: OrderMove
) -> Order:
    """Service, follow-up, breach, fulfilment, extension, withdrawal by two."""
    row = await the_order(session, actor, order_id)
    only_issuer = verb != "follow_up"
    if only_issuer and actor.department != row.issuer:
        raise Forbidden(clause=ORDERS[_kind(row)].clause, allowed=[row.issuer])
    if first_to_withdraw(actor, ORDER_MOVES, row, verb):
        return row
    lawful = verb in ORDER_MOVES.allowed(row.state)
    if verb == "fulfilment" and lawful and row.sessions_done < row.sessions_due:
        raise SessionsMissing(missing=[row.sessions_due - row.sessions_done])
    first = row.withdrawing_by if verb == "withdrawal" else None
    await step(
        session,
        actor,
        ORDER_MOVES,
        row,
        verb,
        case_id=row.case_id,
        reason=told.reason,
        note=told.note,
        first_officer=first,
    )
    await _after_order(session, row, verb, told)
    entry(session, actor, row.case_id, "order_step", code=verb, ref=row.id)
    return row


def _kind(row: Order) -> OrderKind:
    return next(kind for kind in ORDERS if kind.value == row.kind)


async def _after_order(session: AsyncSession, row: Order, verb: str, told: OrderMove) -> None:
    if verb == "service":
        row.served_on = the_day(
            session, told.day, where="body.day", clause="WL24:3.3a-4", not_before=row.issued_on
        )
    if verb in {"service", "follow_up"}:
        await deadlines.meet(session, "order_follow_up", row.id)
        await deadlines.start(session, "order_follow_up", row.id, row.issuer)
    if verb == "extension":
        term = ORDERS[_kind(row)].term_figure
        row.until_on = _until(session, term, row.until_on or today(session), told.until_on)
        await _watch_the_end(session, row)
    if verb in {"fulfilment", "withdrawal"}:
        await deadlines.cancel(session, row.id, why=verb)
    if verb == "breach":
        case = await session.get(Case, row.case_id)
        await warn(
            session, row.child_ref, Reason.ORDER_BREACHED,
            town=case.town if case else None, case_id=row.case_id, cause_id=row.id,
        )  # fmt: skip


async def change_on_review(
    session: AsyncSession, row: Order, until_on: date | None, duties: list[str]
) -> None:
    """The court holds the order for another time, or with other duties, within the law's months."""
    if until_on is not None:
        row.until_on = _until(session, ORDERS[_kind(row)].term_figure, row.issued_on, until_on)
        await _watch_the_end(session, row)
    row.duties = duties or row.duties


async def withdraw_on_review(
    session: AsyncSession, actor: Principal, row: Order, made_by: str
) -> None:
    """The court takes its order back: another judge than who made it signs."""
    if "withdrawal" not in ORDER_MOVES.allowed(row.state):
        return
    await step(
        session, actor, ORDER_MOVES, row, "withdrawal", case_id=row.case_id, first_officer=made_by
    )
    await _after_order(session, row, "withdrawal", OrderMove())


async def education_session(
    session: AsyncSession, actor: Principal, order_id: UUID, told: SessionTold
) -> Order:
    """A session of compulsory parent education (1+X) was held."""
    actor.of(*PARENT_EDUCATION_PARTNERS, "police", "procuratorate", "court", "social_organisation")
    row = await the_order(session, actor, order_id)
    held_on = the_day(
        session, told.held_on, where="body.held_on", clause="WL24:3.3a-2", not_before=row.issued_on
    )
    if told.attended:
        row.sessions_done += 1
    entry(
        session,
        actor,
        row.case_id,
        "parent_education",
        code="attended" if told.attended else "absent",
        ref=row.id,
        data={"held_on": held_on.isoformat(), "provider": told.provider},
    )
    return row


def shown_order(row: Order) -> OrderShown:
    """An order and its lawful steps."""
    view = OrderShown.model_validate(row)
    view.allowed = ORDER_MOVES.allowed(row.state)
    return view
