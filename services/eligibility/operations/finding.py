"""Finding a child in the register by who it is, and whether it is in the programme (查询、查重).

Nobody reads the register by it: a question names one person, and what the caller may not know of
is as absent as what is not there.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Award, Child
from services.eligibility.operations.particulars import held
from services.eligibility.operations.register import WrongNumber, shown
from services.eligibility.operations.steps import subject_of
from services.eligibility.queries.procedure import last_award, open_award
from services.eligibility.queries.register import files_among, the_child
from services.eligibility.rules.identity import bare, faults_of
from shared import access, audit, vault
from shared.access import Particular
from shared.identity import Principal
from shared.problem import Conflict, Forbidden, NotFound

# A child nobody knows: what the policy says of it, it says of every child.
ANY_CHILD = access.Subject(id=UUID(int=0))
Found = tuple[Child, Award | None, dict[str, dict[str, Any]]]


class SeveralFound(Conflict):
    """More than one child fits: an answer about the wrong one would be worse than none."""

    zh, en = (
        "符合条件的儿童不止一名，请补充身份号码",
        "Several children fit; name the citizen number",
    )


@dataclass(frozen=True, slots=True)
class Sought:
    """Who is looked for; whatever is said must fit."""

    child_id: UUID | None = None
    id_no: str | None = None
    name: str | None = None
    birth_date: date | None = None


async def found(session: AsyncSession, actor: Principal, sought: Sought) -> list[Found]:
    """The children that fit and of whom the caller may know, with what it may see of them."""
    return [
        (child, await last_award(session, child.id), await shown(session, actor, child))
        for child in await _files(session, sought)
        if access.ask(actor, "know", "case", subject_of(child)).allowed
    ]


async def enrolled(session: AsyncSession, actor: Principal, sought: Sought) -> bool:
    """Whether the child receives the basic living subsidy now; nothing else of it is told.

    The policy is asked first about any child at all, so that a refusal tells of nobody. Raises
    Forbidden and SeveralFound.
    """
    answer = access.ask(actor, "know", "enrolment", ANY_CHILD)
    if not answer.allowed:
        raise Forbidden(clause="WL24:2.1.0b-3", where="header.Purpose", allowed=["eligibility"])
    files = await _files(session, sought)
    if len(files) > 1:
        raise SeveralFound()
    rows = [
        audit.disclosure(
            session,
            actor,
            action="read",
            subject_id=child.id,
            subject_kind="child",
            fields=["enrolment.enrolled"],
            basis=list(answer.basis),
        )
        for child in files
    ]
    await audit.record(session, rows)
    return bool(files) and await open_award(session, files[0].id) is not None


async def _files(session: AsyncSession, sought: Sought) -> list[Child]:
    """The files every part of the question leads to; WrongNumber."""
    if sought.id_no and (errors := faults_of(sought.id_no, None)):
        raise WrongNumber(errors=errors)
    ways: list[list[Child]] = []
    if sought.child_id is not None:
        ways.append(await _file_of(session, sought.child_id))
    for kind, value in (("id_no", sought.id_no), ("born", sought.birth_date)):
        if value is not None:
            ids = await vault.lookup(session, kind, str(value))
            ways.append(await files_among(session, ids))
    files = [child for child in ways[0] if all(child in others for others in ways[1:])]
    if sought.name is None:
        return files
    wanted = bare(sought.name)
    return [child for child in files if await _name_of(session, child.id) == wanted]


async def _file_of(session: AsyncSession, child_id: UUID) -> list[Child]:
    try:
        return [await the_child(session, child_id)]
    except NotFound:
        return []


async def _name_of(session: AsyncSession, child_id: UUID) -> str:
    known = await held(session, child_id, Particular.IDENTITY)
    return bare(known.get("name") or "")
