"""Standards as a question gives them, made into entries of the book."""

from datetime import date

from services.payments.rules.book import Published
from services.payments.rules.money import exact, rounded_up
from services.payments.schemas.evaluations import StandardIn


def published_of(given: list[StandardIn]) -> list[Published]:
    """Given standards as entries of the book; without a day they hold for every month."""
    found = []
    for entry in given:
        since = entry.effective_from or date.min
        figures = entry.model_dump(exclude={"effective_from", "announced_on"}, exclude_none=True)
        for extra in entry.model_extra or {}:
            figures.pop(extra, None)
        for orphan in ("institution_orphan", "scattered_orphan"):
            if (yearly := figures.pop(f"{orphan}_yearly", None)) is not None:
                figures.setdefault(f"{orphan}_monthly", rounded_up(exact(yearly) / 12))
        found += [
            Published(key, since, amount, entry.announced_on, "given")
            for key, amount in figures.items()
        ]
    return found
