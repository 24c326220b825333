"""Differences between what is owed and what was paid or decided, month by month (补发、多发).

A difference is a new line that names the earlier ones; nothing decided is changed. Paying too
little is back pay; paying too much is recorded with its cause, and recovering it is a proposal
that a second person approves (R29).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.payments.rules.evaluation import Evaluation
from services.payments.rules.lines import Line
from services.payments.rules.money import ZERO
from services.payments.rules.situation import Paid
from services.payments.rules.vocabulary import Status

Key = tuple[date, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """Owed less paid for one month and benefit; above nothing is back pay, below is overpaid."""

    month: date
    benefit: str
    owed: Decimal
    paid: Decimal
    clause: str

    @property
    def amount(self) -> Decimal:
        """What is still to pay, or negative what was paid too much."""
        return self.owed - self.paid

    @property
    def working(self) -> str:
        """How it was worked out."""
        return f"{self.owed:.2f}-{self.paid:.2f}"


def owed_by_key(lines: Iterable[Line]) -> dict[Key, tuple[Decimal, str]]:
    """The determined amounts of an evaluation by month and benefit; open ones are left out."""
    found: dict[Key, tuple[Decimal, str]] = {}
    for line in lines:
        if line.status in (Status.DUE, Status.NOT_DUE):
            key = (line.month, line.benefit.value)
            before = found.get(key, (ZERO, line.clauses[0]))[0]
            found[key] = (before + line.amount, line.clauses[0])
    return found


def differences(owed: Evaluation, paid: Mapping[Key, Decimal]) -> list[Difference]:
    """Every month and benefit where what was paid is not what is owed."""
    by_key = owed_by_key(owed.everything)
    open_keys = {
        (line.month, line.benefit.value)
        for line in owed.everything
        if line.status in (Status.UNDETERMINED, Status.MANUAL_REVIEW)
    }
    found = []
    for key in sorted(set(by_key) | set(paid)):
        if key in open_keys:
            continue
        amount, clause = by_key.get(key, (ZERO, "WL24:2.1.0b-1"))
        if amount != paid.get(key, ZERO):
            found.append(Difference(key[0], key[1], amount, paid.get(key, ZERO), clause))
    return found


def paid_by_key(paid: Iterable[Paid]) -> dict[Key, Decimal]:
    """Earlier payments summed by month and benefit."""
    found: dict[Key, Decimal] = {}
    for entry in paid:
        key = (entry.month, entry.benefit)
        found[key] = found.get(key, ZERO) + entry.amount
    return found


def instalments(total: Decimal, months: int) -> list[Decimal]:
    """A debt in equal months, the fen that do not divide in the first ones; sums exactly."""
    whole = int(total * 100)
    each, rest = divmod(whole, months)
    return [Decimal(each + (1 if n < rest else 0)) / 100 for n in range(months)]
