"""Clocks as they are shown: in a case, of a report, on the desk of an office."""

from uuid import UUID

from shared.clocks import ClockShown


class DeskLine(ClockShown):
    """A clock on the desk: the thing it is about, its case, and where to read it."""

    id: UUID
    about: str | None
    about_id: UUID
    case_id: UUID | None
    town: str | None
    path: str | None
