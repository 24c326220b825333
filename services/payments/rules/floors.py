"""What a published standard may not fall below, and what it was before (R12, 自然增长机制).

The lawful minima of the document are rules with their clause; the check reads the floors of the
jurisdiction's tariff, so that another county's are data.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.payments.rules.book import Book, Published, ceiling
from services.payments.rules.money import ZERO, exact, rounded_up, written
from services.payments.rules.tariff import Floor
from shared.law import rule


@rule("WL24:2.1.1a", "福利机构孤儿每月标准的法定下限")
def institution_minimum_monthly(
    urban_consumption_yearly: Decimal,
    *,
    institution_share_of_consumption: Decimal,
    amount_unit: Decimal,
) -> Decimal:
    """A twelfth of 70 % of the previous year's urban consumption per head, rounded up."""
    yearly = exact(urban_consumption_yearly) * exact(institution_share_of_consumption)
    return rounded_up(yearly / 12, amount_unit)


@rule("WL24:2.1.1b", "社会散居孤儿每月标准的法定下限")
def scattered_minimum_monthly(
    institution_orphan_monthly: Decimal,
    *,
    scattered_share_of_institution: Decimal,
    amount_unit: Decimal,
) -> Decimal:
    """80 % of the institution standard, rounded up."""
    share = exact(institution_orphan_monthly) * exact(scattered_share_of_institution)
    return rounded_up(share, amount_unit)


@rule("WL24:2.1.2", "事实无人抚养、自身困境儿童的标准")
def paid_as_scattered(scattered_orphan_monthly: Decimal) -> Decimal:
    """De facto unsupported and own-difficulty children: the scattered standard."""
    return scattered_orphan_monthly


@rule("WL24:2.1.3", "受艾滋病影响儿童的标准")
def affected_paid_as_scattered(scattered_orphan_monthly: Decimal) -> Decimal:
    """Children affected by HIV/AIDS: the scattered standard."""
    return scattered_orphan_monthly


@rule("WL24:2.1.4a-1", "低保家庭儿童按比例的法定下限")
def dibao_child_share(
    scattered_orphan_monthly: Decimal, *, dibao_child_minimum_ratio: Decimal, amount_unit: Decimal
) -> Decimal:
    """20 % of the scattered standard, rounded up."""
    share = exact(scattered_orphan_monthly) * exact(dibao_child_minimum_ratio)
    return rounded_up(share, amount_unit)


@rule("WL24:2.1.4a-2", "低保家庭儿童每月不低于")
def dibao_child_minimum(dibao_share: Decimal, *, dibao_child_minimum_monthly: Decimal) -> Decimal:
    """And not less than 200 yuan a month."""
    return max(dibao_share, dibao_child_minimum_monthly)


@rule("WL24:2.1.5b-3", "流浪儿童救助标准的法定下限")
def street_child_minimum(
    scattered_orphan_monthly: Decimal, *, street_child_minimum_ratio: Decimal, amount_unit: Decimal
) -> Decimal:
    """50 % of the scattered standard, rounded up."""
    share = exact(scattered_orphan_monthly) * exact(street_child_minimum_ratio)
    return rounded_up(share, amount_unit)


@dataclass(frozen=True, slots=True)
class Check:
    """One key against its floor and its predecessor; `minimum` is what is lawful at least."""

    key: str
    clause: str
    published: Decimal
    minimum: Decimal
    working: str
    lawful: bool
    previous: Decimal
    lower_than_before: bool
    missing: tuple[str, ...] = ()
    stated: bool = True


def check(book: Book, month: date, keys: Iterable[str] = ()) -> list[Check]:
    """Every floor of the tariff whose key is published, or whose base is known, in the month."""
    wanted = set(keys)
    found = []
    for key, floor in book.tariff.floors.items():
        if wanted and key not in wanted:
            continue
        result = _check(book, floor, month)
        if result is not None:
            found.append(result)
    return found


def _entries(book: Book, key: str, month: date) -> list[Published]:
    return [p for p in book.entries() if p.key == key and p.since <= month]


def _check(book: Book, floor: Floor, month: date) -> Check | None:
    entries = _entries(book, floor.key, month)
    minimum, working, missing = _minimum(book, floor, month)
    if not entries and (missing or not floor.of):
        return None
    published = entries[-1].amount if entries else ZERO
    previous = entries[-2].amount if len(entries) > 1 else ZERO
    tolerance = book.figure("standard_tolerance", month) or ZERO
    lawful = bool(missing) or not entries or published + tolerance >= minimum
    lower = len(entries) > 1 and published < previous
    return Check(
        floor.key, floor.clause, published, minimum, working, lawful, previous, lower, missing,
        bool(entries),
    )  # fmt: skip


def _minimum(book: Book, floor: Floor, month: date) -> tuple[Decimal, str, tuple[str, ...]]:
    """The least lawful amount, how it is worked out, and what is missing to know it."""
    least, working = ZERO, "0.00"
    if floor.figure:
        figure = book.figure(floor.figure, month)
        if figure is None:
            return ZERO, "", (f"figure:{floor.figure}",)
        least, working = figure, written(figure)
    if not floor.of:
        return least, working, ()
    base = book.value(floor.of, month)
    share = book.figure(floor.share, month) if floor.share else Decimal(1)
    if base is None or share is None:
        return ZERO, "", (f"standard:{floor.of}",)
    unit = book.unit(month)
    amount = rounded_up(exact(base[0]) * exact(share) / floor.per, unit)
    per = f"/{floor.per}" if floor.per > 1 else ""
    text = f"{ceiling(unit)}({written(base[0])}*{written(share)}{per})"
    if floor.figure:
        return max(amount, least), f"max({text},{working})", ()
    return amount, text, ()
