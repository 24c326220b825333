"""Which benefit wins and what is paid of it: candidates, 补差, the chosen one, shown (不重复享受).

Every class of the tariff that fits is a candidate. Its rate is topped up against other living
relief (R9); the candidate that leaves the child best off is chosen (R10); the others are kept
in the answer with the difference and the clause.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from services.payments.rules.book import Book, Price
from services.payments.rules.money import ZERO, written
from services.payments.rules.situation import OtherRelief
from services.payments.rules.tariff import RateClass, TopUp
from services.payments.rules.vocabulary import RELIEF_ZH, ReliefKind


@dataclass(frozen=True, slots=True)
class Candidate:
    """One class with its rate, what is deducted, and what would be paid."""

    rate_class: RateClass
    price: Price
    deducted: Decimal
    working: str
    missing: tuple[str, ...]
    unclear: bool
    clauses: tuple[str, ...]

    @property
    def payable(self) -> Decimal:
        """The rate less what is deducted, never below nothing."""
        return max(self.price.amount - self.deducted, ZERO)

    def shown(self, chosen: bool) -> dict[str, Any]:
        """How the solver's answer lists it."""
        return {
            "rate_class": self.rate_class.code,
            "zh": self.rate_class.zh,
            "standard": written(self.price.amount) if self.price.known else None,
            "deducted": written(self.deducted),
            "payable": written(self.payable) if not self.missing else None,
            "working": self.working,
            "clauses": list(self.clauses),
            "missing": list(self.missing),
            "chosen": chosen,
        }


@dataclass(frozen=True, slots=True)
class Solution:
    """The chosen candidate and all that were weighed."""

    chosen: Candidate
    candidates: tuple[Candidate, ...]
    missing: tuple[str, ...]
    unclear: bool

    @property
    def up_to(self) -> Decimal:
        """The most it can come to once everything is known."""
        return max((c.price.amount for c in self.candidates if c.price.known), default=ZERO)

    def shown(self) -> tuple[Mapping[str, Any], ...]:
        """The candidates as the answer lists them, the chosen one first."""
        rest = [c for c in self.candidates if c is not self.chosen]
        return (self.chosen.shown(True), *(c.shown(False) for c in rest))


def candidate(
    rate_class: RateClass, month: date, book: Book, relief: Iterable[OtherRelief]
) -> Candidate:
    """The class's rate in the month, topped up against the relief it does not stack with."""
    price = book.price(rate_class.amount, month)
    against = [r for r in relief if r.kind in rate_class.against]
    unclear = any(r.kind is ReliefKind.UNCLEAR for r in relief) and bool(rate_class.against)
    if book.top_up(month) is TopUp.NONE:
        against = []
    parts = [_deduction(r, month, book) for r in against]
    missing = (*price.missing, *(name for _, name in parts if name))
    deducted = sum((amount for amount, _ in parts), ZERO)
    working = price.working
    clauses = rate_class.clauses
    if against and not missing:
        taken = "".join(f"-{written(amount)}" for amount, _ in parts)
        working = f"max({price.working}{taken},0.00)"
        clauses = (*clauses, book.tariff.top_up_clause)
    return Candidate(rate_class, price, deducted, working, missing, unclear, clauses)


def price_of_class(rate_class: RateClass, month: date, book: Book, relief: Decimal) -> Candidate:
    """The class's rate in the month beside so much other living relief, as an award knows it."""
    known = [OtherRelief(ReliefKind.OTHER_LIVING, relief)] if relief else []
    return candidate(rate_class, month, book, known)


def infant_add_on(month: date, book: Book) -> Decimal | None:
    """What an infant of a poor household has on top in the month; None where nobody fixed it."""
    infant = book.tariff.infant
    worth = book.value(infant.key, month) if infant else None
    return worth[0] if worth else None


def _deduction(relief: OtherRelief, month: date, book: Book) -> tuple[Decimal, str]:
    """What is deducted for one relief, or the name of what is missing to know it."""
    if book.top_up(month) is TopUp.STANDARD and relief.kind is ReliefKind.DIBAO:
        found = book.value(book.tariff.top_up_standard, month)
        name = f"standard:{book.tariff.top_up_standard}"
        return (found[0], "") if found else (ZERO, name)
    if not relief.known:
        return ZERO, f"other_relief.{relief.kind.value}.monthly"
    return relief.monthly, ""


def solve(
    classes: Iterable[RateClass], month: date, book: Book, relief: Iterable[OtherRelief]
) -> Solution | None:
    """The best candidate; undetermined while an unknown one could still be better."""
    relief = tuple(relief)
    found = tuple(candidate(c, month, book, relief) for c in classes)
    if not found:
        return None
    known = [c for c in found if not c.missing]
    best = max(known, key=lambda c: c.payable, default=found[0])
    open_ones = [c for c in found if c.missing and _could_win(c, best)]
    missing = tuple(dict.fromkeys(name for c in open_ones for name in c.missing))
    return Solution(best, found, missing, any(c.unclear for c in found))


def _could_win(unknown: Candidate, best: Candidate) -> bool:
    """Whether an unknown candidate's upper bound lies above the best known payment."""
    if unknown is best or not unknown.price.known:
        return True
    return unknown.price.amount > best.payable


def named(relief: Iterable[OtherRelief]) -> str:
    """The other relief in words, for a statement."""
    return "、".join(RELIEF_ZH[r.kind] for r in relief)
