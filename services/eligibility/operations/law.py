"""The law in use, and places: what the operations ask the jurisdiction (辖区)."""

from datetime import date

from shared.jurisdiction import UnknownTown, jurisdiction
from shared.law import LawOfDay


def law_of(day: date) -> LawOfDay:
    """The law of a day."""
    return jurisdiction().law.on(day)


def registered_here(place: str) -> bool:
    """Whether a place of registration is of this county; a town's own name is too."""
    return jurisdiction().names(place)


def town_code(name: str | None) -> str | None:
    """The code of a town said by name or code; UnknownTown when there is no such town."""
    return None if name is None else jurisdiction().town(name).code


def town_or_county(name: str | None) -> str:
    """The town's code, or the county's own where the town is not known yet."""
    try:
        return town_code(name) or jurisdiction().meta.code
    except UnknownTown:
        return jurisdiction().meta.code
