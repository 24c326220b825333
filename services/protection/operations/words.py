"""Words that were sealed beside codes, for those who may read a case's notes (办案文字)."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared import access, vault
from shared.access import Particular, Subject
from shared.identity import Principal


async def words_of(
    session: AsyncSession,
    actor: Principal,
    subject: Subject,
    notes: Iterable[UUID | None],
    what: str,
) -> dict[UUID, str]:
    """Note → its words, none where the policy shows none; that `what` was read is on record."""
    ids = [note for note in notes if note is not None]
    if not ids or not access.ask(actor, "see", Particular.NOTES, subject).allowed:
        return {}
    found = await vault.read_many(session, ids, Particular.NOTES)
    await access.disclose(session, actor, subject, {Particular.NOTES: {what: ""}})
    return {note: str(held["words"]) for note, held in found.items() if held}
