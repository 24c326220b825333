"""Two files of one child: found by likeness, merged by two people, undone if wrong (归并)."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Child, ChildRef, Merge
from services.eligibility.operations.law import law_of
from services.eligibility.operations.register import link
from services.eligibility.operations.steps import step
from services.eligibility.queries.procedure import open_application, open_award
from services.eligibility.queries.register import living_files, the_child, the_merge
from services.eligibility.rules.identity import similarity
from services.eligibility.rules.procedure import MERGE
from shared import vault
from shared.access import Particular
from shared.database import new_id, now, today
from shared.identity import Principal
from shared.problem import Invalid, Refused


class SameFile(Invalid):
    """A file cannot be merged with itself."""

    zh, en = "不能与自身归并", "A file cannot be merged with itself"


class BothInProgress(Refused):
    """Something of the file to be merged is still open; it is finished first."""

    zh, en = "被归并档案尚有在办事项", "The file to be merged has something open"


class _Row:
    """A merge as the steps record it: under the child that is kept."""

    def __init__(self, merge: Merge) -> None:
        self.merge, self.id, self.child_id = merge, merge.id, merge.kept_id

    @property
    def state(self) -> str:
        """Where the merge stands."""
        return self.merge.state

    @state.setter
    def state(self, state: str) -> None:
        self.merge.state = state


async def possible_duplicates(session: AsyncSession, child: Child) -> list[UUID]:
    """Other files of the same birth date and a similar name; a person looks at them."""
    identity = await vault.read(session, child.id, Particular.IDENTITY)
    name, born = identity.get("name"), identity.get("birth_date")
    if not name or not born:
        return []
    ids = [key for key in await vault.lookup(session, "born", born) if key != child.id]
    others = await living_files(session, ids)
    known = await vault.read_many(session, [other.id for other in others], Particular.IDENTITY)
    threshold = law_of(today(session)).figures["similarity_threshold"]
    return [
        other.id
        for other in others
        if similarity(name, known.get(other.id, {}).get("name") or "") >= threshold
    ]


async def propose_merge(
    session: AsyncSession, actor: Principal, kept_id: UUID, merged_id: UUID, why: str
) -> Merge:
    """One person proposes that two files are of one child."""
    actor.of("civil_affairs")
    kept, merged = await the_child(session, kept_id), await the_child(session, merged_id)
    if kept.id == merged.id:
        raise SameFile()
    row = Merge(
        id=new_id(),
        kept_id=kept.id,
        merged_id=merged.id,
        state=MERGE.first,
        why=why,
        proposed_by=actor.person(),
        proposed_at=now(session),
    )
    session.add(row)
    await session.flush()
    return row


async def confirm_merge(session: AsyncSession, actor: Principal, merge_id: UUID) -> Merge:
    """A second person confirms: the merged file's id leads to the kept one from now on.

    Nothing of either file is moved or deleted, so that it can be undone; what is open in the
    file to be merged is finished first (BothInProgress).
    """
    row = await the_merge(session, merge_id)
    await step(session, actor, MERGE, _Row(row), "confirmation", first_officer=row.proposed_by)
    merged = await session.get(Child, row.merged_id, with_for_update=True)
    kept = await the_child(session, row.kept_id, lock=True)
    assert merged is not None
    if await open_application(session, merged.id) or await open_award(session, merged.id):
        raise BothInProgress()
    merged.merged_into = kept.id
    kept.tasks = sorted({*kept.tasks, *merged.tasks})
    row.confirmed_by, row.confirmed_at = actor.person(), now(session)
    await link(session, kept, merged.id, "merge")
    return row


async def undo_merge(session: AsyncSession, actor: Principal, merge_id: UUID, reason: str) -> Merge:
    """It was a mistake: both files stand for themselves again (撤销归并)."""
    row = await the_merge(session, merge_id)
    await step(
        session,
        actor,
        MERGE,
        _Row(row),
        "undoing",
        reason=reason,
        first_officer=row.confirmed_by,
    )
    merged = await session.get(Child, row.merged_id, with_for_update=True)
    assert merged is not None
    merged.merged_into = None
    ref = await session.get(ChildRef, row.merged_id)
    if ref is not None:
        await session.delete(ref)
    row.undone_by, row.undone_at = actor.person(), now(session)
    return row
