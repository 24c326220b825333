"""What a change of standards comes to: month by month, back pay, winners and losers (测算结果)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from services.payments.rules.money import ZERO
from services.payments.rules.months import later

Span = tuple[str, Decimal, bool, date, date]


@dataclass(frozen=True, slots=True)
class Change:
    """One month of one class of children: what each was owed before and is owed after.

    `infant` is about the add-on of those among them who are infants. `held`: nobody may pay
    them now. `decided`: a run decided this before, so that the difference is back pay.
    """

    month: date
    rate_class: str
    other_relief: Decimal
    children: int
    before: Decimal
    after: Decimal
    held: bool = False
    decided: bool = False
    infant: bool = False
    lump_sum: bool = False

    @property
    def difference(self) -> Decimal:
        """What the change costs in this month for all of them."""
        return (self.after - self.before) * self.children


def summed(changes: Sequence[Change], months: Iterable[date]) -> dict[str, Any]:
    """The sums that are signed for: by month and class, back pay, to come, held back."""
    payable = [change for change in changes if not change.held]
    back_pay = sum((c.difference for c in payable if c.decided), ZERO)
    everything = sum((c.difference for c in payable), ZERO)
    held = sum((c.difference for c in changes if c.held), ZERO)
    return {
        "months": [_month(month, payable) for month in months],
        "back_pay": f"{back_pay:.2f}",
        "coming": f"{everything - back_pay:.2f}",
        "held_back": f"{held:.2f}",
    }


def _month(month: date, changes: Sequence[Change]) -> dict[str, Any]:
    here = [change for change in changes if change.month == month]
    by_class: dict[str, Decimal] = {}
    for change in here:
        before = by_class.get(change.rate_class, ZERO)
        by_class[change.rate_class] = before + change.difference
    return {
        "month": f"{month:%Y-%m}",
        "back_pay": any(change.decided for change in here),
        "by_class": {code: f"{amount:.2f}" for code, amount in by_class.items()},
        "difference": f"{sum(by_class.values(), ZERO):.2f}",
        "cost": f"{cost(here):.2f}",
    }


def cost(changes: Iterable[Change]) -> Decimal:
    """What all of them are owed after the change."""
    return sum((change.after * change.children for change in changes), ZERO)


def classes(changes: Sequence[Change], month: date) -> list[dict[str, Any]]:
    """Who is paid how much a month before and after, class by class, in one month."""
    return [
        {
            "rate_class": c.rate_class,
            "other_relief": f"{c.other_relief:.2f}",
            "infant_add_on": c.infant,
            "children": c.children,
            "before": f"{c.before:.2f}",
            "after": f"{c.after:.2f}",
            "held": c.held,
        }
        for c in changes
        if c.month == month and not c.lump_sum
    ]


def spans(changes: Sequence[Change], *, more: bool) -> list[Span]:
    """The months in which a class has more (or less), run together: class, relief, first, after."""
    concerned: dict[tuple[str, Decimal, bool], set[date]] = {}
    for c in changes:
        if not c.lump_sum and (c.after > c.before if more else c.after < c.before):
            key = (c.rate_class, c.other_relief, c.infant)
            concerned.setdefault(key, set()).add(c.month)
    found: list[Span] = []
    for key, months in concerned.items():
        found += [(*key, first, upper) for first, upper in _together(sorted(months))]
    return found


def _together(months: Sequence[date]) -> list[tuple[date, date]]:
    runs: list[tuple[date, date]] = []
    for month in months:
        if runs and runs[-1][1] == month:
            runs[-1] = (runs[-1][0], later(month))
        else:
            runs.append((month, later(month)))
    return runs
