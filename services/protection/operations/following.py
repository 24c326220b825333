"""What follows from a report once it is taken: a breach of duty, a shorter clock, a warning."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.operations import clocks, contacts, warnings
from shared.events.protection import ReportFlagged


async def report_flagged(session: AsyncSession, event: ReportFlagged) -> None:
    """Of most reports nothing follows: they came in time, of a child nobody had told of."""
    await contacts.late_report(session, event.report_id)
    await clocks.hasten_contact(session, event.case_id)
    await warnings.told_again(session, event.child_ref, event.case_id, event.town)
