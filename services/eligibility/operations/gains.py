"""Who gains and who loses by another law, child by child: counts and costs of a month (测算).

Every child stands in one line of each table of its town: by the rate class it is paid at, and by
the category its award rests on. What is told of few is told of nobody (R24).
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from services.eligibility.rules.categories import CATEGORIES
from services.eligibility.rules.evaluation import Determined
from shared.suppression import TOTAL, Shown, suppressed, suppressed_alike

VERDICTS, WHEN = ("gain", "lose", "same"), ("now", "then")
TABLES = ("by_town", "by_category")
ADULT, NOT_NAMED = "after_eighteen", "none"
# A category that gives a diagnosis away is never counted by itself.
WITH_SEALED = "own_difficulty_or_hiv_affected"
COUNTED_AS = {"own_difficulty": WITH_SEALED} | {
    category.code: WITH_SEALED for category in CATEGORIES if category.sealed
}


class Stands(NamedTuple):
    """What a child is paid at under a law, and the category that rests on."""

    rate: str
    category: str


def stands(found: Determined) -> Stands:
    """How a child stands: by the category it is paid for, else by the first it is of."""
    code = found.award.category or next(iter(found.categories), NOT_NAMED)
    if found.adult is not None:
        code = ADULT
    elif not found.categories and found.award.rate_class == "undetermined":
        code = "undetermined"
    return Stands(found.award.rate_class, COUNTED_AS.get(code, code))


def nobody_yet() -> dict[str, Any]:
    """The result before anybody was counted."""
    return {**dict.fromkeys(VERDICTS, 0), "undetermined": 0, "changes": {}} | {
        table: {} for table in TABLES
    }


def count(
    result: dict[str, Any],
    town: str,
    before: Stands,
    after: Stands,
    amounts: Mapping[str, Mapping[str, str]],
) -> None:
    """One child more: what it costs a month now and then, by town, rate class and category."""
    if "undetermined" in (before.rate, after.rate):
        result["undetermined"] += 1
    stood = dict(zip(WHEN, (before, after), strict=True))
    costs = [Decimal(amounts[when].get(by.rate, "0")) for when, by in stood.items()]
    verdict = "same" if costs[0] == costs[1] else "gain" if costs[1] > costs[0] else "lose"
    result[verdict] += 1
    changes = result["changes"].setdefault(town, dict.fromkeys(VERDICTS, 0))
    changes[verdict] += 1
    for at, table in enumerate(TABLES):
        lines = result[table].setdefault(town, {})
        for when, cost in zip(WHEN, costs, strict=True):
            line = lines.setdefault(stood[when][at], {})
            line[f"children_{when}"] = line.get(f"children_{when}", 0) + 1
            line[f"monthly_{when}"] = str(Decimal(line.get(f"monthly_{when}", "0")) + cost)


def few_hidden(result: Mapping[str, Any], total: int, smallest: int) -> dict[str, Any]:
    """The result with no count of so few that it tells of one child, nor one that gives it away:
    all tables count the same children of each town.
    """
    towns = result["changes"]
    counted = [{v: {town: by[v] for town, by in towns.items()} for v in VERDICTS}]
    counted += [_counted(result[table], when) for table in TABLES for when in WHEN]
    verdicts, *tables = suppressed_alike(counted, smallest)
    shown: dict[str, Any] = {verdict: verdicts[verdict][TOTAL] for verdict in VERDICTS}
    open_ones = {"undetermined": result["undetermined"], "rest": total - result["undetermined"]}
    shown["undetermined"] = suppressed({"": open_ones}, smallest)[""]["undetermined"]
    shown["changes"] = {town: {v: verdicts[v][town] for v in VERDICTS} for town in towns}
    for table in TABLES:
        here, tables = tables[: len(WHEN)], tables[len(WHEN) :]
        shown[table] = _with_counts(result[table], here)
    return shown


def _counted(by_town: Mapping[str, Any], when: str) -> dict[str, dict[str, int]]:
    names = sorted({name for lines in by_town.values() for name in lines})
    return {
        name: {
            town: lines.get(name, {}).get(f"children_{when}", 0) for town, lines in by_town.items()
        }
        for name in names
    }


def _with_counts(by_town: Mapping[str, Any], counted: list[Shown]) -> dict[str, Any]:
    """The lines with their counts as they may be shown; no sum of money beside a hidden one."""
    found: dict[str, Any] = {town: {name: {} for name in lines} for town, lines in by_town.items()}
    for when, table in zip(WHEN, counted, strict=True):
        for town, lines in by_town.items():
            for name, line in lines.items():
                number = table[name][town]
                monthly = line.get(f"monthly_{when}", "0")
                found[town][name][f"children_{when}"] = number
                found[town][name][f"monthly_{when}"] = None if number is None else monthly
    return found
