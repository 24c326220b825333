"""What follows from reports once they are taken: a breach of duty, a shorter clock, a warning."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.operations import clocks, contacts, warnings
from services.protection.queries.reports import late_or_known_before
from shared.events.protection import ReportAccepted


async def reports_accepted(session: AsyncSession, events: Sequence[ReportAccepted]) -> None:
    """Of most reports nothing follows: they came in time, of a child nobody had told of."""
    unusual = await late_or_known_before(session, [event.report_id for event in events])
    for event in events:
        if event.report_id not in unusual:
            continue
        await contacts.late_report(session, event.report_id)
        if event.case_id is not None:
            await clocks.hasten_contact(session, event.case_id)
        if event.child_ref is not None:
            await warnings.told_again(session, event.child_ref, event.case_id, event.town)
