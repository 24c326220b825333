"""A line of money with everything it rests on: amount, clause, figures, working, reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from services.payments.rules.money import ZERO
from services.payments.rules.reasons import Reason
from services.payments.rules.vocabulary import Benefit, Status


@dataclass(frozen=True, slots=True)
class Line:
    """What is owed for one month and benefit, or why nothing or nothing yet is.

    `up_to` and `proposal` are what it can at most come to while facts are missing or a person
    has to decide; they are never paid by themselves.
    """

    month: date
    benefit: Benefit
    status: Status
    amount: Decimal
    reason: Reason
    clauses: tuple[str, ...]
    working: str = "0.00"
    figures: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    rate_class: str = ""
    up_to: Decimal = ZERO
    choices: tuple[Mapping[str, Any], ...] = ()
    day: date = date.max

    @property
    def due(self) -> bool:
        """Whether the amount may be paid."""
        return self.status is Status.DUE


def nothing(month: date, benefit: Benefit, reason: Reason, *more: str) -> Line:
    """0.00, because the law gives nothing here."""
    clauses = tuple(dict.fromkeys((reason.clause, *more)))
    return Line(month, benefit, Status.NOT_DUE, ZERO, reason, clauses)


def review(month: date, benefit: Benefit, reason: Reason, up_to: Decimal = ZERO) -> Line:
    """A person must decide; nothing is paid or refused by itself."""
    return Line(
        month, benefit, Status.MANUAL_REVIEW, ZERO, reason, (reason.clause,), "", up_to=up_to
    )


def open_question(
    month: date,
    benefit: Benefit,
    missing: tuple[str, ...],
    clauses: tuple[str, ...] = (),
    up_to: Decimal = ZERO,
    reason: Reason = Reason.FACTS_MISSING,
) -> Line:
    """Undetermined: facts or a figure are missing, and these are they."""
    return Line(
        month,
        benefit,
        Status.UNDETERMINED,
        ZERO,
        reason,
        clauses or (reason.clause,),
        "",
        missing=missing,
        up_to=up_to,
    )
