"""Words that were sealed beside codes, for those who may read a case's notes (办案文字)."""

from collections.abc import Iterable, Sequence
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


async def words_of_each(
    session: AsyncSession, actor: Principal, rows: Sequence[tuple[Subject, UUID | None]], what: str
) -> list[str | None]:
    """The words of each row of a list, of another person each; None where none may be read."""
    permitted = [
        note if note and access.ask(actor, "see", Particular.NOTES, subject).allowed else None
        for subject, note in rows
    ]
    found = await vault.read_many(session, filter(None, permitted), Particular.NOTES)
    read: list[tuple[Subject, access.Classes]] = [
        (subject, {Particular.NOTES: {what: ""}})
        for (subject, _), note in zip(rows, permitted, strict=True)
        if note in found
    ]
    await access.disclose_many(session, actor, read)
    return [found[note]["words"] if note in found else None for note in permitted]
