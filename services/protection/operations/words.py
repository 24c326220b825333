"""Words that were sealed beside codes, for those who may read a case's notes (办案文字)."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from shared import access, vault
from shared.access import Particular, Subject
from shared.identity import Principal


class Noted(Protocol):
    """A record beside which words may be sealed."""

    @property
    def note_id(self) -> UUID | None: ...


R = TypeVar("R", bound=Noted)
V = TypeVar("V", bound=BaseModel)


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


async def with_words(
    session: AsyncSession,
    actor: Principal,
    rows: Sequence[R],
    shape: type[V],
    subject_of: Callable[[R], Subject],
    what: str,
) -> list[V]:
    """The rows of a list, of another person each, as `shape` with their words where they may
    be read; that `what` was read is on record."""
    subjects = [subject_of(row) for row in rows]
    permitted = [
        row.note_id if access.ask(actor, "see", Particular.NOTES, subject).allowed else None
        for row, subject in zip(rows, subjects, strict=True)
    ]
    found = await vault.read_many(session, filter(None, permitted), Particular.NOTES)
    read: list[tuple[Subject, access.Classes]] = [
        (subject, {Particular.NOTES: {what: ""}})
        for subject, note in zip(subjects, permitted, strict=True)
        if note in found
    ]
    await access.disclose_many(session, actor, read)
    words = [found[note]["words"] if note in found else None for note in permitted]
    return [
        shape.model_validate(row).model_copy(update={"words": said})
        for row, said in zip(rows, words, strict=True)
    ]
