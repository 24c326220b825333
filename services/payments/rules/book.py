"""The book of prices: what every key of the tariff is worth in a month, and since when.

Published standards win over the law's own figures; where the law sets a minimum for a rate the
city publishes, the higher of the two is paid. A missing rate is missing: it is never guessed
from a later month or borrowed from another class.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from services.payments.rules.money import ZERO, exact, rounded_up, written
from services.payments.rules.months import last_day
from services.payments.rules.tariff import Formula, Tariff, TopUp
from shared.law import Law


@dataclass(frozen=True, slots=True)
class Published:
    """A figure the city published: key of the tariff, first day, yuan or ratio (公布标准)."""

    key: str
    since: date
    amount: Decimal
    announced_on: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Price:
    """What a formula comes to: amount, how it was worked out, the figures used, what is missing."""

    amount: Decimal
    working: str
    figures: Mapping[str, str]
    missing: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """Whether nothing is missing for it."""
        return not self.missing


class Book:
    """The prices of one tariff under given published figures."""

    def __init__(self, tariff: Tariff, law: Law, published: Iterable[Published]) -> None:
        self.tariff, self.law = tariff, law
        self._published: dict[str, list[Published]] = {}
        for entry in sorted(published, key=lambda p: (p.since, p.announced_on or p.since)):
            self._published.setdefault(entry.key, []).append(entry)
        self._values: dict[tuple[str, date], tuple[Decimal, str] | None] = {}

    def known_on(self, day: date) -> "Book":
        """The book as it stood on a day: without what was announced after it."""
        entries = [p for found in self._published.values() for p in found]
        kept = [p for p in entries if (p.announced_on or p.since) <= day]
        return Book(self.tariff, self.law, kept)

    def entries(self) -> list[Published]:
        """Every published figure, by key and day."""
        return [entry for found in self._published.values() for entry in found]

    def top_up(self, month: date) -> TopUp:
        """How other living relief counts in a month (R9); before the document, as it began."""
        declared = self.law.figures.get(self.tariff.top_up)
        day = max(month, declared.values[0][0]) if declared else month
        return self.tariff.mode(self.law.on(day).figures)

    def value(self, key: str, month: date) -> tuple[Decimal, str] | None:
        """The key's worth in the month and where it comes from; None when nobody fixed one.

        The figure in force on the first day of the month is the month's (R7: one rate a month).
        """
        if (key, month) not in self._values:
            self._values[key, month] = self._value(key, month)
        return self._values[key, month]

    def _value(self, key: str, month: date) -> tuple[Decimal, str] | None:
        entries = [p for p in self._published.get(key, ()) if p.since <= month]
        minimum = self.figure(self.tariff.minima.get(key, key), month)
        if not entries:
            return None if minimum is None else (minimum, "figure")
        paid = entries[-1].amount
        if minimum is not None and paid < minimum:
            return minimum, "minimum"
        return paid, f"published:{entries[-1].since.isoformat()}"

    def figure(self, name: str, month: date) -> Decimal | None:
        """A figure of the law for the month; one that began within the month counts from it."""
        for day in (month, last_day(month)):
            found = self.law.on(day).figures.get(name)
            if found is not None:
                return Decimal(str(found))
        return None

    def unit(self, month: date) -> Decimal:
        """The rounding unit of the month in yuan (R11)."""
        found = self.figure(self.tariff.unit, month)
        return Decimal("0.01") if found is None else found

    def price(self, formula: Formula, month: date) -> Price:
        """Work a formula out for the month, without any other relief deducted."""
        if formula.nothing:
            return Price(ZERO, "0.00", {})
        if formula.published and (set_by_city := self.value(formula.published, month)):
            amount = set_by_city[0]
            return Price(amount, written(amount), {formula.published: written(amount)})
        keys = [k for k in (formula.of, formula.minus, formula.share, formula.floor) if k]
        values = {key: self.value(key, month) for key in keys}
        share = values.get(formula.share or "")
        if share and not share[0] and not formula.floor:  # no part of it, whatever it is
            return Price(ZERO, "0.00", {str(formula.share): written(ZERO)})
        if missing := tuple(f"standard:{key}" for key in keys if values[key] is None):
            return Price(ZERO, "", {}, missing)
        worth = {key: found[0] for key, found in values.items() if found}
        return self._worked(formula, worth, self.unit(month))

    def _worked(self, formula: Formula, worth: Mapping[str, Decimal], unit: Decimal) -> Price:
        total, working = exact(worth[formula.of]), written(worth[formula.of])
        if formula.minus:
            total = max(total - exact(worth[formula.minus]), Fraction(0))
            working = f"max({working}-{written(worth[formula.minus])},0.00)"
        amount = rounded_up(total)
        if formula.share:
            total *= exact(worth[formula.share])
            amount = rounded_up(total, unit)
            working = f"{ceiling(unit)}({working}*{written(worth[formula.share])})"
        if formula.floor:
            amount = max(amount, worth[formula.floor])
            working = f"max({working},{written(worth[formula.floor])})"
        return Price(amount, working, {key: written(value) for key, value in worth.items()})


def ceiling(unit: Decimal) -> str:
    """The name of the rounding in a working: ceil2 to the fen, ceil0 to the yuan."""
    return f"ceil{max(0, -int(unit.normalize().as_tuple().exponent))}"
