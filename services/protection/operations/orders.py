"""Instruments of law to guardians, and petitions to the court (监护干预文书、司法申请)."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Case, Order, Petition
from services.protection.operations.cases import the_case
from services.protection.operations.children import keep_person
from services.protection.operations.guardians import change_guardianship
from services.protection.operations.law import figure
from services.protection.operations.opening import entry, join
from services.protection.operations.steps import seal_note, signature, step
from services.protection.operations.warnings import warn
from services.protection.rules.cases import Level
from services.protection.rules.guardianship import months_after
from services.protection.rules.orders import (
    FILERS,
    IN_COURT,
    ORDER_MOVES,
    ORDERS,
    PARENT_EDUCATION_PARTNERS,
    PETITION_MOVES,
    OrderKind,
    Relief,
    court_clock,
    may_issue,
)
from services.protection.rules.petitions import (
    CIVIL_AFFAIRS_MUST,
    ENDS_THE_WAIT,
    OTHERS_MAY,
    PETITIONERS,
    may_petition,
)
from services.protection.rules.revocation import may_be_restored
from services.protection.rules.warnings import Reason
from services.protection.schemas.care import (
    OrderMove,
    OrderShown,
    OrderTold,
    PetitionMove,
    PetitionShown,
    PetitionTold,
    SessionTold,
)
from shared import deadlines
from shared.database import new_id, now, today
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.law import Facts, Verdict
from shared.problem import Forbidden, Invalid, NotFound, Refused


class TooLong(Refused):
    """A protection order holds no longer than the law's months."""

    zh, en = "有效期超过法定期限", "It would hold longer than the law allows"
    clause = "DV:30"


class GuardianUnknown(Invalid):
    """An order is made to somebody: particulars, or the reference of a known person."""

    zh, en = "须注明文书的相对人", "An order needs the person it is made to"
    clause = "WL24:3.3a-3"


class GroundsMissing(Invalid):
    """A revocation needs at least one of the seven grounds."""

    zh, en = "申请撤销监护人资格须有法定情形", "A revocation needs one of the seven grounds"
    clause = "FF2014-24:35"


class NotEntitled(Refused):
    """The law does not let this petitioner ask for this relief; `allowed` says who may."""

    zh, en = "依法不能由该主体提出此项申请", "The law does not let this petitioner ask for this"
    clause = "CIVIL:36"


class RestorationBarred(Refused):
    """The law bars this guardian from being restored, or it is too early or too late."""

    zh, en = "依法不得恢复监护人资格或不在申请期限内", "Restoration is barred or out of time"
    clause = "FF2014-24:40"


class JudgmentNeeded(Invalid):
    """A court's decision has its number."""

    zh, en = "须注明裁判文书号", "A court's decision needs its number"
    clause = "WL24:3.3c-1"


async def issue(session: AsyncSession, actor: Principal, case_id: UUID, told: OrderTold) -> Order:
    """Issue an instrument that belongs to the caller, for no longer than the law allows."""
    text = ORDERS[told.kind]
    if not may_issue(told.kind, actor.department):
        raise Forbidden(clause=text.clause, allowed=list(text.issuers))
    case = await the_case(session, actor, case_id)
    if told.guardian is None and told.guardian_ref is None:
        raise GuardianUnknown(where="body.guardian")
    guardian = told.guardian_ref
    if told.guardian is not None:
        guardian = await keep_person(session, told.guardian)
    assert guardian is not None
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
        issued_on=told.issued_on,
        issued_by=signature(actor),
        until_on=_until(session, text.term_figure, told.issued_on, told.until_on),
        education_partners=list(PARENT_EDUCATION_PARTNERS) if text.education else [],
        sessions_due=told.sessions,
        sessions_done=0,
    )
    session.add(order)
    await join(session, case, Level(case.level), (actor.department,))
    await _watch_the_end(session, order)
    note_id = await seal_note(session, told.words)
    entry(session, actor, case.id, "order", code=order.kind, ref=order.id, note_id=note_id)
    await session.flush()
    return order


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
    if verb == "withdrawal" and row.withdrawing_by is None:
        ORDER_MOVES.make(
            row.state, verb, department=actor.department, officer="/", first_officer=""
        )
        row.withdrawing_by = signature(actor)
        return row
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
        row.served_on = told.day or today(session)
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


async def education_session(
    session: AsyncSession, actor: Principal, order_id: UUID, told: SessionTold
) -> Order:
    """A session of compulsory parent education (1+X) was held."""
    actor.of(*PARENT_EDUCATION_PARTNERS, "police", "procuratorate", "court", "social_organisation")
    row = await the_order(session, actor, order_id)
    if told.attended:
        row.sessions_done += 1
    entry(
        session,
        actor,
        row.case_id,
        "parent_education",
        code="attended" if told.attended else "absent",
        ref=row.id,
        data={"held_on": told.held_on.isoformat(), "provider": told.provider},
    )
    return row


async def prepare(
    session: AsyncSession, actor: Principal, case_id: UUID, told: PetitionTold
) -> Petition:
    """Prepare what is asked of the court; grounds and bars are checked before, not after."""
    actor.of(*FILERS)
    case = await the_case(session, actor, case_id)
    _entitled(told)
    if Relief.REVOCATION in told.reliefs and not told.grounds:
        raise GroundsMissing(where="body.grounds")
    if Relief.RESTORATION in told.reliefs:
        _restorable(session, told)
    row = Petition(
        id=new_id(),
        case_id=case.id,
        child_ref=case.child_ref,
        reliefs=[r.value for r in told.reliefs],
        grounds=[g.value for g in told.grounds],
        respondents=sorted(set(told.respondents)),
        petitioner=told.petitioner.value,
        co_petitioners=[p.value for p in told.co_petitioners],
        urgent=told.urgent,
        assessment_id=told.assessment_id,
        state=PETITION_MOVES.first,
        prepared_at=now(session),
        prepared_by=signature(actor),
    )
    session.add(row)
    note_id = await seal_note(session, told.words)
    entry(session, actor, case.id, "petition", ref=row.id, note_id=note_id)
    await join(session, case, Level(case.level), (actor.department, "court"))
    await session.flush()
    return row


def _entitled(told: PetitionTold) -> None:
    for relief in told.reliefs:
        if not may_petition(relief, told.petitioner):
            clause, entitled = PETITIONERS[relief]
            raise NotEntitled(
                where="body.petitioner", clause=clause, allowed=sorted(p.value for p in entitled)
            )


def _restorable(session: AsyncSession, told: PetitionTold) -> None:
    if told.restoration is None:
        raise Invalid(where="body.restoration", clause="CIVIL:38")
    facts = Facts(told.restoration.model_dump(exclude_none=True))
    found = may_be_restored.find(facts, jurisdiction().law.on(today(session)))
    if found.verdict is Verdict.NOT_MET:
        raise RestorationBarred(finding=found.tree())


async def move_petition(
    session: AsyncSession, actor: Principal, petition_id: UUID, verb: str, told: PetitionMove
) -> Petition:
    """Support asked and given, filed with its clock, decided by the court, withdrawn by two."""
    row = await session.get(Petition, petition_id, with_for_update=True)
    if row is None:
        raise NotFound()
    await the_case(session, actor, row.case_id)
    decides = verb in {"grant", "refusal"} and actor.department == "court"
    if decides and row.state in IN_COURT and told.judgment_ref is None:
        raise JudgmentNeeded(where="body.judgment_ref")
    if verb == "withdrawal" and row.withdrawing_by is None:
        PETITION_MOVES.make(
            row.state, verb, department=actor.department, officer="/", first_officer=""
        )
        row.withdrawing_by = signature(actor)
        return row
    first = row.withdrawing_by if verb == "withdrawal" else None
    await step(
        session,
        actor,
        PETITION_MOVES,
        row,
        verb,
        case_id=row.case_id,
        reason=told.reason,
        note=told.note,
        first_officer=first,
    )
    await _after_petition(session, actor, row, verb, told)
    entry(session, actor, row.case_id, "petition_step", code=verb, ref=row.id)
    return row


async def _after_petition(
    session: AsyncSession, actor: Principal, row: Petition, verb: str, told: PetitionMove
) -> None:
    if verb == "support_request":
        case = await the_case(session, actor, row.case_id)
        await join(session, case, Level(case.level), ("procuratorate",))
        await deadlines.start(session, "support_reply", row.id, "procuratorate")
    if verb in {"support", "support_refusal"}:
        await deadlines.meet(session, "support_reply", row.id)
    if verb == "filing":
        row.filed_on = told.day or today(session)
        kind = court_clock(row.reliefs, row.urgent)
        await deadlines.start(session, kind, row.id, "court")
        if not ENDS_THE_WAIT.isdisjoint(row.reliefs):
            await deadlines.meet(session, OTHERS_MAY, row.case_id)
            await deadlines.meet(session, CIVIL_AFFAIRS_MUST, row.case_id)
    if verb in {"grant", "refusal"}:
        row.decided_on, row.judgment_ref = told.day or today(session), told.judgment_ref
        await deadlines.meet(session, court_clock(row.reliefs, row.urgent), row.id)
    if verb in {"grant", "refusal", "withdrawal"}:
        await deadlines.cancel(session, row.id, why=verb)
    if verb == "grant":
        row.appointed = told.appointed
        await _in_force(session, actor, row)


async def _in_force(session: AsyncSession, actor: Principal, row: Petition) -> None:
    """A judgment changes guardianship: the history gets its line, the others are told."""
    kinds = {
        Relief.REVOCATION.value: "revoked",
        Relief.CHANGE_OF_GUARDIAN.value: "changed",
        Relief.RESTORATION.value: "restored",
    }
    since = row.decided_on or today(session)
    for relief in row.reliefs:
        if relief not in kinds:
            continue
        if relief == Relief.REVOCATION.value:
            row.revoked_on = since
        await change_guardianship(
            session,
            actor,
            row.child_ref,
            row.case_id,
            kind=kinds[relief],
            carer_kind=row.appointed or "court_decision",
            since=since,
            ground=row.grounds[0] if row.grounds else None,
            basis=("judgment", row.id),
        )


def shown_order(row: Order) -> OrderShown:
    """An order and its lawful steps."""
    view = OrderShown.model_validate(row)
    view.allowed = [move.verb for move in ORDER_MOVES.lawful(row.state)]
    return view


def shown_petition(row: Petition) -> PetitionShown:
    """A petition and its lawful steps."""
    view = PetitionShown.model_validate(row)
    view.allowed = [move.verb for move in PETITION_MOVES.lawful(row.state)]
    return view
