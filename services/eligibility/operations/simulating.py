"""Other figures over the whole register: who gains, who loses, the cost; only read (测算)."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Child, Simulation
from services.eligibility.operations.knowing import told_of_all
from services.eligibility.queries.procedure import one
from services.eligibility.queries.register import contested
from services.eligibility.rules.evaluation import determine
from services.eligibility.rules.standing import Said, standing_on
from shared import deadlines
from shared.database import new_id, now, today
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.law import Figure, LawOfDay
from shared.problem import Invalid
from shared.suppression import suppressed, suppressed_alike

CHUNK = 500
EXACT = ("yuan", "ratio")
VERDICTS, WHEN = ("gain", "lose", "same"), ("now", "then")


class UnknownFigure(Invalid):
    """The law has no such figure."""

    zh, en = "没有这个数值", "There is no such figure"


def changed_law(figures: Mapping[str, Any], day: date) -> LawOfDay:
    """The law of a day with other figures from that day on; UnknownFigure names the wrong ones."""
    law = jurisdiction().law
    unknown = sorted(set(figures) - set(law.figures))
    if unknown:
        raise UnknownFigure(allowed=unknown)
    changed = []
    for name, value in figures.items():
        known = law.figures[name]
        typed = Decimal(str(value)) if known.unit in EXACT else _plain(value)
        changed.append(
            Figure(name, known.clause, known.unit, known.zh, ((date.min, typed),), known.reading)
        )
    return law.with_figures(changed).on(day)


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


async def simulate(
    session: AsyncSession,
    actor: Principal,
    day: date | None,
    figures: Mapping[str, Any],
    amounts: Mapping[str, Mapping[str, str]],
) -> Simulation:
    """Begin a simulation over all files; it goes on in chunks and shows its progress."""
    actor.of("civil_affairs", "finance")
    chosen = day or today(session)
    changed_law(figures, chosen)
    row = Simulation(
        id=new_id(),
        day=chosen,
        figures=dict(figures),
        amounts={name: dict(values) for name, values in amounts.items()},
        asked_by=actor.person(),
        state="running",
        total=await session.scalar(_living(func.count())) or 0,
        done=0,
        result={"gain": 0, "lose": 0, "same": 0, "undetermined": 0, "by_town": {}},
        created_at=now(session),
    )
    session.add(row)
    await session.flush()
    await deadlines.remind(session, "simulation", row.id, now(session))
    return row


def _living(what: Any) -> Any:
    return (
        select(what).select_from(Child).where(Child.merged_into.is_(None), Child.left_on.is_(None))
    )


async def go_on(session: AsyncSession, simulation_id: UUID) -> None:
    """Work through the next files; the register itself is only read."""
    row = await one(session, Simulation, simulation_id, lock=True)
    wanted = _living(Child)
    if row.after is not None:
        wanted = wanted.where(Child.id > row.after)
    files = list(await session.scalars(wanted.order_by(Child.id).limit(CHUNK)))
    laws = jurisdiction().law.on(row.day), _changed(orjson.dumps(row.figures), row.day)
    result, moment = _copied(row.result), now(session)
    told = await told_of_all(session, [child.id for child in files], moment)
    disputed = await contested(session, list(told), moment)
    for child in files:
        names = [name for whose, name in disputed if whose == child.id]
        before, after = [_rate(told[child.id], law, moment, names) for law in laws]
        _count(result, child.town or "", before, after, row.amounts)
    row.result, row.done = result, row.done + len(files)
    if files:
        row.after = files[-1].id
        await deadlines.remind(session, "simulation", row.id, now(session))
    else:
        row.state, row.finished_at = "finished", now(session)


def result_for(actor: Principal, row: Simulation, smallest: int) -> dict[str, Any]:
    """The result as the caller may have it: who keeps the files knows them; everybody else sees
    no count of so few that it tells of one child, and none while chunks are added (R24).
    """
    if actor.department == "civil_affairs":
        return dict(row.result)
    if row.state != "finished":
        return {}
    verdicts = suppressed({"": {v: row.result[v] for v in VERDICTS}}, smallest)[""]
    open_ones = {"undetermined": row.result["undetermined"], "rest": row.total}
    open_ones["rest"] -= open_ones["undetermined"]
    undetermined = suppressed({"": open_ones}, smallest)[""]["undetermined"]
    shown = {verdict: verdicts[verdict] for verdict in VERDICTS} | {"undetermined": undetermined}
    return shown | {"by_town": _few_hidden(row.result["by_town"], smallest)}


def _few_hidden(by_town: Mapping[str, Any], smallest: int) -> dict[str, Any]:
    """By town and rate class, now and then: both count the same children of each town."""
    rates = sorted({rate for by in by_town.values() for rate in by})
    tables = [
        {r: {t: by.get(r, {}).get(f"children_{w}", 0) for t, by in by_town.items()} for r in rates}
        for w in WHEN
    ]
    found: dict[str, Any] = {town: {rate: {} for rate in by} for town, by in by_town.items()}
    for when, table in zip(WHEN, suppressed_alike(tables, smallest), strict=True):
        for town, by in by_town.items():
            for rate, line in by.items():
                count = table[rate][town]
                monthly = line.get(f"monthly_{when}", "0")
                found[town][rate][f"children_{when}"] = count
                found[town][rate][f"monthly_{when}"] = None if count is None else monthly
    return found


@lru_cache(8)
def _changed(figures: bytes, day: date) -> LawOfDay:
    """The law of a simulation, one object for all its chunks."""
    return changed_law(orjson.loads(figures), day)


def _rate(said: list[Said], law: LawOfDay, moment: datetime, disputed: list[str]) -> str:
    return determine(standing_on(said, law, moment, disputed).facts, law).award.rate_class


def _copied(result: Mapping[str, Any]) -> dict[str, Any]:
    towns = {town: {k: dict(v) for k, v in by.items()} for town, by in result["by_town"].items()}
    return {**result, "by_town": towns}


def _count(
    result: dict[str, Any], town: str, before: str, after: str, amounts: Mapping[str, Any]
) -> None:
    """One child more: what it costs a month now and then, by town and rate class."""
    if "undetermined" in (before, after):
        result["undetermined"] += 1
    cost_before = Decimal(amounts["now"].get(before, "0"))
    cost_after = Decimal(amounts["then"].get(after, "0"))
    verdict = (
        "same" if cost_after == cost_before else "gain" if cost_after > cost_before else "lose"
    )
    result[verdict] += 1
    by = result["by_town"].setdefault(town, {})
    for name, rate, cost in (("now", before, cost_before), ("then", after, cost_after)):
        line = by.setdefault(rate, {})
        line[f"children_{name}"] = line.get(f"children_{name}", 0) + 1
        line[f"monthly_{name}"] = str(Decimal(line.get(f"monthly_{name}", "0")) + cost)
