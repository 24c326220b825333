"""Two files of one child: found by likeness, merged by two people, undone if wrong (归并)."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Child, Merge
from services.eligibility.operations.facts import compare
from services.eligibility.operations.hearing import facts_came
from services.eligibility.operations.register import link
from services.eligibility.operations.steps import step
from services.eligibility.queries.procedure import open_application, open_award
from services.eligibility.queries.register import files_among, merges, the_child, the_merge
from services.eligibility.rules.identity import alike, bare
from services.eligibility.rules.procedure import MERGE
from shared import vault
from shared.access import Particular
from shared.bus import emit
from shared.database import figure, new_id, now
from shared.events.eligibility import ChildLinked, ChildUnlinked
from shared.identity import Principal
from shared.problem import Conflict, Invalid, NotFound, Refused

TRACED = "trace"  # why, and by whom, where protection found that two are one


class SameFile(Invalid):
    """A file cannot be merged with itself."""

    zh, en = "不能与自身归并", "A file cannot be merged with itself"


class BothInProgress(Refused):
    """Both files have an award or an application open; one of the two is finished first."""

    zh, en = (
        "两份档案均有在办事项，须先办结其一",
        "Both files have something open: finish one first",
    )
    clause = "WL24:2.1.0b-3"


class AlreadyMerged(Conflict):
    """A merge of one of the two files waits for a second person already."""

    zh, en = "其中一份档案已有待确认的归并", "A merge of one of the files waits already"


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
    """Other files that may be the same child's, by name, birth date and place; a person looks."""
    identity = await vault.read(session, child.id, Particular.IDENTITY)
    if not (name := bare(identity.get("name") or "")):
        return []
    ids = await vault.lookup(session, "name", name)
    if born := identity.get("birth_date"):
        ids += await vault.lookup(session, "born", born)
    others = [one for one in await files_among(session, ids) if one.id != child.id]
    known = await vault.read_many(session, [other.id for other in others], Particular.IDENTITY)
    threshold = figure(session, "similarity_threshold")
    return [
        other.id
        for other in others
        if alike(
            identity,
            known.get(other.id, {}),
            threshold,
            same_place=child.town is not None and child.town == other.town,
        )
    ]


async def propose_merge(
    session: AsyncSession, actor: Principal, kept_id: UUID, merged_id: UUID, why: str
) -> Merge:
    """One person proposes that two files are of one child."""
    actor.of("civil_affairs")
    kept, merged = await the_child(session, kept_id), await the_child(session, merged_id)
    if kept.id == merged.id:
        raise SameFile()
    if await _waits(session, kept, merged):
        raise AlreadyMerged()
    return await _propose(session, kept, merged, why, actor.person())


async def traced(session: AsyncSession, kept_ref: UUID, found_ref: UUID) -> None:
    """Two people confirmed that a found child is a missed one (寻亲比中): its files are one's.

    Where both have a file, a person of civil affairs still confirms that they are put together.
    """
    kept, found = await _file(session, kept_ref), await _file(session, found_ref)
    if kept is not None and found is not None:
        if kept.id != found.id and not await _waits(session, kept, found):
            await _propose(session, kept, found, TRACED, TRACED)
    elif kept is not None:
        await link(session, kept, found_ref, TRACED)
    elif found is not None:
        await link(session, found, kept_ref, TRACED)


async def _file(session: AsyncSession, ref: UUID) -> Child | None:
    try:
        return await the_child(session, ref)
    except NotFound:
        return None


async def _waits(session: AsyncSession, kept: Child, merged: Child) -> bool:
    waiting = await session.scalars(merges(MERGE.first))
    return any({kept.id, merged.id} & {row.kept_id, row.merged_id} for row in waiting)


async def _propose(session: AsyncSession, kept: Child, merged: Child, why: str, by: str) -> Merge:
    row = Merge(
        id=new_id(),
        kept_id=kept.id,
        merged_id=merged.id,
        state=MERGE.first,
        why=why,
        proposed_by=by,
        proposed_at=now(session),
    )
    session.add(row)
    await session.flush()
    return row


async def confirm_merge(session: AsyncSession, actor: Principal, merge_id: UUID) -> Merge:
    """A second person confirms: the merged file's id leads to the kept one from now on.

    Nothing of either file is moved or deleted: statements, applications, decisions and awards of
    both are read together, so that it can be undone and no decision reads otherwise than it did.
    Raises SecondPersonNeeded, BothInProgress, UnlawfulMove.
    """
    row = await the_merge(session, merge_id)
    await step(session, actor, MERGE, _Row(row), "confirmation", first_officer=row.proposed_by)
    merged = await the_child(session, row.merged_id, lock=True)
    kept = await the_child(session, row.kept_id, lock=True)
    await _not_both(session, kept, merged)
    row.confirmed_by, row.confirmed_at = actor.person(), now(session)
    merged.merged_into = kept.id
    row.added_tasks = sorted({*merged.tasks} - {*kept.tasks})
    kept.tasks = sorted({*kept.tasks, *merged.tasks})
    kept.town, kept.named = kept.town or merged.town, kept.named or merged.named
    kept.shielded = kept.shielded or merged.shielded
    await session.flush()
    await compare(session, kept)
    await facts_came(session, kept)
    await emit(session, ChildLinked(child_id=kept.id, child_ref=merged.id, town=kept.town))
    return row


async def _not_both(session: AsyncSession, kept: Child, merged: Child) -> None:
    """Two open awards would be paid twice; two open applications be decided twice."""
    for open_one in (open_award, open_application):
        if await open_one(session, kept.id) and await open_one(session, merged.id):
            raise BothInProgress(allowed=[str(kept.id), str(merged.id)])


async def reject_merge(
    session: AsyncSession, actor: Principal, merge_id: UUID, reason: str
) -> Merge:
    """They are two children after all: nothing is changed (不归并)."""
    row = await the_merge(session, merge_id)
    await step(session, actor, MERGE, _Row(row), "rejection", reason=reason)
    return row


async def undo_merge(session: AsyncSession, actor: Principal, merge_id: UUID, reason: str) -> Merge:
    """It was a mistake: both files stand for themselves again, and everybody is told (撤销归并).

    What was told since lies in the file it was told under; what was decided on the facts of both
    is reviewed. A child that was shielded stays so until a person lifts it.
    """
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
    row.undone_by, row.undone_at = actor.person(), now(session)
    await session.flush()
    kept = await the_child(session, row.kept_id, lock=True)
    # Who had to do only with the other child has nothing to do with this one any more.
    others = {*row.added_tasks} - {"town", f"town:{kept.town}", "civil_affairs"}
    kept.tasks = sorted({*kept.tasks} - others)
    for child in (kept, merged):
        await facts_came(session, child)
    await emit(session, ChildUnlinked(child_id=kept.id, child_ref=merged.id, town=kept.town))
    return row
