"""Petitions to the court: prepared, supported, filed with its clocks, decided (司法申请)."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Petition
from services.protection.operations.cases import the_case
from services.protection.operations.guardians import change_guardianship
from services.protection.operations.opening import entry, join
from services.protection.operations.steps import (
    first_to_withdraw,
    seal_note,
    signature,
    step,
    the_day,
)
from services.protection.queries.care import newest_revocation, petitions_of
from services.protection.rules.cases import Level
from services.protection.rules.orders import (
    COURT_CLOCKS,
    FILERS,
    IN_COURT,
    PETITION_MOVES,
    PROTECTION_CLOCKS,
    SUIT,
    Relief,
    court_clocks,
)
from services.protection.rules.petitions import (
    CIVIL_AFFAIRS_MUST,
    ENDS_THE_WAIT,
    OTHERS_MAY,
    PETITIONERS,
    may_petition,
)
from services.protection.rules.revocation import may_be_restored
from services.protection.schemas.care import PetitionMove, PetitionShown, PetitionTold
from shared import deadlines
from shared.database import law_today, new_id, now, today
from shared.identity import Principal
from shared.law import Facts, Verdict
from shared.problem import Forbidden, Invalid, NotFound, Refused


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
        await _restorable(session, case.child_ref, told)
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


async def _restorable(session: AsyncSession, child_ref: UUID, told: PetitionTold) -> None:
    """Nobody is restored whom the law bars; the day of the revocation is that of the judgment."""
    if told.restoration is None:
        raise Invalid(
            "须注明恢复监护人资格所依据的事实",
            "Say the facts the restoration rests on",
            where="body.restoration",
            clause="CIVIL:38",
        )
    applied = told.restoration.applied_on
    the_day(session, applied, where="body.restoration.applied_on", clause="FF2014-24:38")
    facts = Facts(told.restoration.model_dump(exclude_none=True))
    if (revoked := await newest_revocation(session, child_ref)) is not None:
        facts["revoked_on"] = revoked.since
    found = may_be_restored.find(facts, law_today(session))
    if found.verdict is Verdict.NOT_MET:
        raise RestorationBarred(finding=found.tree())


async def the_petition(session: AsyncSession, actor: Principal, petition_id: UUID) -> Petition:
    """The petition, locked, if the caller may know of its case."""
    row = await session.get(Petition, petition_id, with_for_update=True)
    if row is None:
        raise NotFound()
    await the_case(session, actor, row.case_id)
    return row


async def move_petition(
    session: AsyncSession, actor: Principal, petition_id: UUID, verb: str, told: PetitionMove
) -> Petition:
    """Support asked and given, filed with its clock, decided by the court, withdrawn by two."""
    row = await the_petition(session, actor, petition_id)
    decides = verb in {"grant", "refusal"} and actor.department == "court"
    if decides and row.state in IN_COURT and told.judgment_ref is None:
        raise JudgmentNeeded(where="body.judgment_ref")
    if verb in OF_THE_PETITIONER:
        _of_the_petitioner(actor, row, verb)
    if first_to_withdraw(actor, PETITION_MOVES, row, verb):
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


OF_THE_PETITIONER = frozenset({"support_request", "filing", "withdrawal"})


def _of_the_petitioner(actor: Principal, row: Petition, verb: str) -> None:
    """Only who prepared a petition, or is named in it, goes to court with it or takes it back."""
    move = PETITION_MOVES.may(row.state, verb, actor.department)
    by_the_petitioner(actor, row, move.clause)


def by_the_petitioner(actor: Principal, row: Petition, clause: str) -> None:
    """Who prepared it or is named in it, and nobody else."""
    named = {row.petitioner, *row.co_petitioners}
    prepared_by = row.prepared_by.rpartition("/")[0]
    if actor.client != prepared_by and actor.department not in named:
        raise Forbidden(clause=clause, allowed=sorted(named & {*FILERS}) or [prepared_by])


async def _after_petition(
    session: AsyncSession, actor: Principal, row: Petition, verb: str, told: PetitionMove
) -> None:
    if verb == "support_request":
        case = await the_case(session, actor, row.case_id)
        await join(session, case, Level(case.level), ("procuratorate",))
        await deadlines.start(session, "support_reply", row.id, "procuratorate")
    elif verb in {"support", "support_refusal"}:
        await deadlines.meet(session, "support_reply", row.id)
    elif verb == "filing":
        await _filed(session, row, told)
    elif verb in {"grant", "refusal"}:
        await _decided(session, actor, row, verb, told)
    if verb in {"grant", "refusal", "withdrawal"}:
        await deadlines.cancel(session, row.id, why=verb)


async def _filed(session: AsyncSession, row: Petition, told: PetitionMove) -> None:
    """The court's clocks begin, each by its own law; those who may petition need not any more."""
    row.filed_on = the_day(session, told.day, where="body.day", clause="WL24:3.3c-1")
    for kind in court_clocks(row.reliefs, row.urgent, await _in_suit(session, row)):
        await deadlines.start(session, kind, row.id, "court")
    if not ENDS_THE_WAIT.isdisjoint(row.reliefs):
        await deadlines.meet(session, OTHERS_MAY, row.case_id)
        await deadlines.meet(session, CIVIL_AFFAIRS_MUST, row.case_id)


async def _decided(
    session: AsyncSession, actor: Principal, row: Petition, verb: str, told: PetitionMove
) -> None:
    row.judgment_ref = told.judgment_ref
    row.decided_on = the_day(
        session, told.day, where="body.day", clause="WL24:3.3c-1", not_before=row.filed_on
    )
    for kind in COURT_CLOCKS:
        await deadlines.meet(session, kind, row.id)
    if verb == "grant":
        row.appointed = told.appointed
        await _in_force(session, actor, row)


async def _in_suit(session: AsyncSession, row: Petition) -> bool:
    """Whether a suit about the child's guardianship is before the court: this one or another."""
    rows = await petitions_of(session, row.case_id)
    return any(not SUIT.isdisjoint(one.reliefs) for one in rows if one.state in IN_COURT)


async def protected(session: AsyncSession, case_id: UUID) -> None:
    """The court has protected the child; what else the petition asks has its own clock still."""
    for petition in await petitions_of(session, case_id):
        if petition.state in IN_COURT:
            for kind in PROTECTION_CLOCKS:
                await deadlines.meet(session, kind, petition.id)


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


def shown_petition(row: Petition) -> PetitionShown:
    """A petition and its lawful steps."""
    view = PetitionShown.model_validate(row)
    view.allowed = PETITION_MOVES.allowed(row.state)
    return view
