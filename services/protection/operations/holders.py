"""What a file of evidence may hang on: one table, and who may know of each thing (证据归属).

Who may know of a thing may attach to it; who may read the notes of its case may read its files.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Assessment, Case, Delegation, Order, Petition, Placement
from services.protection.operations.cases import the_case
from services.protection.operations.handling import the_report
from services.protection.operations.opening import subject_of
from services.protection.operations.report_view import for_handlers, subject_of_report
from services.protection.operations.views import child_subject
from services.protection.queries.evidence import visit_entry
from services.protection.schemas.evidence import About
from shared import access
from shared.access import Subject
from shared.identity import Principal
from shared.problem import NotFound


@dataclass(frozen=True, slots=True)
class Holder:
    """A thing with evidence: whose affair it is, in which case, and who is shown every file."""

    about: About
    id: UUID
    case_id: UUID | None
    subject: Subject
    shows_all: bool  # otherwise a client is shown what it attached itself

    def holds(self, client: str, actor: Principal) -> bool:
        """Whether a file that this client attached is in the caller's list."""
        return self.shows_all or client == actor.client


Find = Callable[[AsyncSession, Principal, UUID, bool], Awaitable[Holder]]


async def _report(session: AsyncSession, actor: Principal, id_: UUID, lock: bool) -> Holder:
    report = await the_report(session, actor, id_, lock=lock)
    subject = await subject_of_report(session, report)
    return Holder(About.REPORT, id_, report.case_id, subject, for_handlers(actor, report))


async def _case(session: AsyncSession, actor: Principal, id_: UUID, lock: bool) -> Holder:
    return _of(About.CASE, id_, await the_case(session, actor, id_, lock=lock))


async def _visit(session: AsyncSession, actor: Principal, id_: UUID, lock: bool) -> Holder:
    line = await visit_entry(session, id_)
    if line is None:
        raise NotFound()
    return _of(About.VISIT, id_, await the_case(session, actor, line.case_id, lock=lock))


async def _delegation(session: AsyncSession, actor: Principal, id_: UUID, lock: bool) -> Holder:
    row = await session.get(Delegation, id_, with_for_update=lock)
    if row is None:
        raise NotFound()
    subject, case = await child_subject(session, row.child_ref)
    access.may_know(actor, subject)
    return Holder(About.DELEGATION, id_, case.id if case else None, subject, shows_all=True)


def _in_a_case(about: About, model: type[Any]) -> Find:
    async def find(session: AsyncSession, actor: Principal, id_: UUID, lock: bool) -> Holder:
        row = await session.get(model, id_)
        if row is None:
            raise NotFound()
        return _of(about, id_, await the_case(session, actor, row.case_id, lock=lock))

    return find


def _of(about: About, id_: UUID, case: Case) -> Holder:
    return Holder(about, id_, case.id, subject_of(case), shows_all=True)


HOLDERS: dict[About, Find] = {
    About.REPORT: _report,
    About.CASE: _case,
    About.VISIT: _visit,
    About.ASSESSMENT: _in_a_case(About.ASSESSMENT, Assessment),
    About.ORDER: _in_a_case(About.ORDER, Order),
    About.PETITION: _in_a_case(About.PETITION, Petition),
    About.PLACEMENT: _in_a_case(About.PLACEMENT, Placement),
    About.DELEGATION: _delegation,
}


async def the_holder(
    session: AsyncSession, actor: Principal, about: str, id_: UUID, *, lock: bool = True
) -> Holder:
    """The thing, if the caller may know of it; 404 otherwise."""
    return await HOLDERS[About(about)](session, actor, id_, lock)
