"""Reports that were not made: told, sanctions proposed, a person decides (应报未报, B01)."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import MissedReport
from services.protection.operations.handling import the_report
from services.protection.operations.opening import entry
from services.protection.operations.steps import signature
from services.protection.operations.units import type_of_unit
from services.protection.queries.reports import SUPERVISORS
from services.protection.queries.tracing import breaches_of
from services.protection.rules.reporting import sanctions
from services.protection.schemas.reports import MissedTold, SanctionTold
from shared.bus import emit
from shared.database import new_id, now
from shared.events.protection import DutyBroken
from shared.identity import Principal
from shared.problem import Conflict, NotFound, Refused


class AlreadyDecided(Refused):
    """Somebody has signed the decision."""

    zh, en = "已作出处理决定", "It has been decided"
    clause = "MINORS:117"


class ToldAlready(Conflict):
    """A unit breaks its duty in one report in one way once; `allowed` says where it stands."""

    zh, en = "该单位的此项情形已登记", "This breach of this unit is on the register"
    clause = "MINORS:117"


async def tell_missed(session: AsyncSession, actor: Principal, told: MissedTold) -> MissedReport:
    """A unit had to report and did not; sanctions are proposed, a person decides (B01)."""
    actor.of(*SUPERVISORS)
    report = await the_report(session, actor, told.report_id)
    code, authority = await type_of_unit(session, told.unit_id, told.institution_type)
    for known in await breaches_of(session, [report.id]):
        same = (known.unit_id, known.institution_type) == (told.unit_id, code)
        if same and known.breach == told.breach.value:
            raise ToldAlready(allowed=[str(known.id)])
    row = MissedReport(
        id=new_id(),
        report_id=report.id,
        unit_id=told.unit_id,
        institution_type=code,
        competent_authority=authority,
        breach=told.breach.value,
        serious=told.serious,
        blocked_by_head=told.blocked_by_head,
        proposed=[s.value for s in sanctions(told.breach, told.serious, told.blocked_by_head)],
        state="proposed",
        found_by=signature(actor),
        found_at=now(session),
    )
    session.add(row)
    if report.case_id is not None:
        entry(session, actor, report.case_id, "missed_report", code=row.breach, ref=row.id)
    await session.flush()
    await tell_breach(session, row, report.town)
    return row


async def tell_breach(session: AsyncSession, row: MissedReport, town: str | None) -> None:
    """The procuratorate and the competent authority hear of a breach of the duty."""
    await emit(
        session,
        DutyBroken(
            missed_id=row.id,
            report_id=row.report_id,
            institution_type=row.institution_type,
            competent_authority=row.competent_authority,
            breach=row.breach,
            proposed=row.proposed,
            town=town,
        ),
    )


async def decide_missed(
    session: AsyncSession, actor: Principal, missed_id: UUID, told: SanctionTold
) -> MissedReport:
    """The competent authority (or the procuratorate) decides, with a signature."""
    row = await session.get(MissedReport, missed_id, with_for_update=True)
    if row is None:
        raise NotFound()
    actor.of(row.competent_authority, "procuratorate", "child_protection_office")
    if actor.place is not None:  # an authority of one town decides of that town's reports
        await the_report(session, actor, row.report_id)
    if row.state != "proposed":
        raise AlreadyDecided()
    row.decided, row.decided_by, row.state = str(told.decided), signature(actor), "decided"
    await session.flush()
    return row
