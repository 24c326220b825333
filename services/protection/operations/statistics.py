"""Tables for the joint meeting: by kind and by town over months, small counts hidden (联席会议)."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.queries.statistics import NOWHERE, Counted, counted, delays
from services.protection.rules.statistics import DELAYS, MEASURES, Measure, months_over
from services.protection.schemas.statistics import DelayShown, MeasureShown, StatisticsShown
from shared.clocks import clock_name
from shared.database import figure, today
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.suppression import Shown, suppressed_alike

READERS = (
    "joint_meeting",
    "procuratorate",
    "child_protection_office",
    "civil_affairs",
    "police",
    "womens_federation",
    "politics_law",
    "auditor",
)


async def statistics(session: AsyncSession, actor: Principal, year: int | None) -> StatisticsShown:
    """Every measure of a year, in whole months that are over; nothing names anybody (R24)."""
    actor.of(*READERS)
    year = year or today(session).year
    months = months_over(year, today(session))
    smallest = int(figure(session, "smallest_count"))
    measures = []
    for code, measure in MEASURES.items():
        rows = await counted(session, code, months) if months else []
        measures.append(_shown(code, measure, rows, months, smallest))
    return StatisticsShown(
        year=year,
        months=months,
        smallest_count=smallest,
        measures=measures,
        delays=await _delays(session, months, smallest),
    )


def _shown(
    code: str, measure: Measure, rows: Counted, months: list[str], smallest: int
) -> MeasureShown:
    """One measure as two tables over the same months, suppressed together."""
    found = sorted({kind for kind, _, _, _ in rows} - set(measure.kinds))
    kinds = [*measure.kinds, *found]
    towns = [*jurisdiction().towns, NOWHERE]
    by_kind = _table(kinds, months, ((kind, month, n) for kind, _, month, n in rows))
    by_town = _table(towns, months, ((town, month, n) for _, town, month, n in rows))
    kinds_shown, towns_shown = suppressed_alike([by_kind, by_town], smallest)
    return MeasureShown(
        code=code,
        zh=measure.zh,
        clause=measure.clause,
        names={kind: measure.kinds.get(kind) or clock_name(kind) for kind in kinds},
        by_kind=kinds_shown,
        by_town=_known_towns(towns_shown),
    )


def _table(
    rows: list[str], months: list[str], counts: Iterable[tuple[str, str, int]]
) -> dict[str, dict[str, int]]:
    table = {row: dict.fromkeys(months, 0) for row in rows}
    for row, month, count in counts:
        table.setdefault(row, dict.fromkeys(months, 0))[month] += count
    return table


def _known_towns(shown: Shown) -> Shown:
    """Without the row of what no town is known for, where there is none of it."""
    if all(count == 0 for count in shown[NOWHERE].values()):
        shown.pop(NOWHERE)
    return shown


async def _delays(session: AsyncSession, months: list[str], smallest: int) -> list[DelayShown]:
    """Medians of months with enough cases; of fewer, not even how many there were."""
    found: dict[str, Any] = await delays(session, months) if months else {}
    return [
        DelayShown(
            code=code,
            zh=zh,
            clause=clause,
            median_minutes={
                month: median
                for month, (count, median) in sorted(found.get(code, {}).items())
                if count >= smallest
            },
        )
        for code, (zh, clause) in DELAYS.items()
    ]
