"""Other figures or rules over the whole register: who gains, who loses, the cost; only read (测算).

A reading of the document is a figure or a switch of the jurisdiction, so another reading is tried
as another figure; a rule is tried away by its name.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Child, Simulation
from services.eligibility.operations.gains import Stands, count, few_hidden, nobody_yet, stands
from services.eligibility.operations.knowing import told_of_all
from services.eligibility.queries.procedure import one
from services.eligibility.queries.register import contested
from services.eligibility.rules.categories import CATEGORIES
from services.eligibility.rules.evaluation import determine
from services.eligibility.rules.scope import in_scope
from services.eligibility.rules.standing import Said, standing_on
from shared import deadlines
from shared.database import new_id, now, today
from shared.documents import DocumentError
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.law import RULES, About, Figure, Group, LawOfDay, Part, plain
from shared.problem import Invalid
from shared.register import figure_value

CHUNK, MOST = 500, 1200
SEALED = frozenset(category.part.name for category in CATEGORIES if category.sealed)
# The figures rules of this service read; one is read where a category's rate is told.
FIGURES = {"dibao_margin_paid_monthly"} | {
    name
    for (service, _), rule in RULES.items()
    if service == "services.eligibility"
    for name in rule.figures
}


def _names(part: Part) -> Iterator[str]:
    """What parts are called below a part; what only a sealed category asks would tell of it."""
    if part.name in SEALED:
        return
    if isinstance(part, About):
        yield from _names(part.part)
        return
    yield part.name
    for below in part.parts if isinstance(part, Group) else ():
        yield from _names(below)


WAIVABLE = {name for root in (in_scope, *[c.part for c in CATEGORIES]) for name in _names(root)}
WAIVABLE -= {in_scope.name}


class UnknownFigure(Invalid):
    """No rule of eligibility reads such a figure; each error names the figures rules do read."""

    zh, en = "认定规则不使用这个数值", "No rule of eligibility reads this figure"


class OtherKindOfFigure(Invalid):
    """A figure is tried in its own unit; `allowed` shows one."""

    zh, en = "数值的种类不对", "That is another kind of figure"


class UnknownRule(Invalid):
    """The rules have no such name, or it would tell of a diagnosis who is counted by it."""

    zh, en = "没有可以暂不适用的这条规则", "There is no such rule to be left out"


def changed_law(figures: Mapping[str, Any], waived: Iterable[str], day: date) -> LawOfDay:
    """The law of a day with other figures and without some rules, from that day on.

    Raises UnknownFigure, OtherKindOfFigure, UnknownRule.
    """
    law, names = jurisdiction().law, sorted(waived)
    for name in sorted(set(figures) - FIGURES):
        raise UnknownFigure(where=f"figures.{name}", allowed=sorted(FIGURES))
    for name in names:
        if name not in WAIVABLE:
            raise UnknownRule(where="waived", allowed=sorted(WAIVABLE))
    changed = [_changed(law.figures[name], value) for name, value in figures.items()]
    return law.with_figures(changed).without(names).on(day)


def _changed(known: Figure, value: Any) -> Figure:
    """The figure with another value, of the same kind as the one it has."""
    like = known.values[-1][1]
    wrong = OtherKindOfFigure(where=f"figures.{known.name}", allowed=[plain(like), known.unit])
    try:
        typed = figure_value(f"figures.{known.name}", value, known.unit)
    except DocumentError as error:
        raise wrong from error
    if not _alike(typed, like):
        raise wrong
    return Figure(
        known.name, known.clause, known.unit, known.zh, ((date.min, typed),), known.reading
    )


def _alike(value: Any, like: Any) -> bool:
    """Whether a value is of the kind of another, and a number one that dates can be moved by."""
    if isinstance(like, tuple):
        items = value if isinstance(value, tuple) else (None,)
        return all(_alike(item, like[0]) for item in items) if like else True
    if type(value) is not type(like):
        return False
    if isinstance(value, Decimal) and not value.is_finite():
        return False
    return isinstance(value, (bool, str, Mapping)) or 0 <= value <= MOST


async def simulate(
    session: AsyncSession,
    actor: Principal,
    day: date | None,
    figures: Mapping[str, Any],
    waived: Sequence[str],
    amounts: Mapping[str, Mapping[str, str]],
) -> Simulation:
    """Begin a simulation over all files; it goes on in chunks and shows its progress."""
    actor.of("civil_affairs", "finance")
    chosen = day or today(session)
    changed_law(figures, waived, chosen)
    row = Simulation(
        id=new_id(),
        day=chosen,
        figures=dict(figures),
        waived=sorted(set(waived)),
        amounts={name: dict(values) for name, values in amounts.items()},
        asked_by=actor.person(),
        state="running",
        total=await session.scalar(_living(func.count())) or 0,
        done=0,
        result=nobody_yet(),
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
    tried = _tried(orjson.dumps(row.figures), tuple(row.waived), row.day)
    laws = jurisdiction().law.on(row.day), tried
    result, moment = deepcopy(row.result), now(session)
    told = await told_of_all(session, [child.id for child in files], moment)
    disputed = await contested(session, list(told), moment)
    for child in files:
        names = [name for whose, name in disputed if whose == child.id]
        before, after = [_stands(told[child.id], law, moment, names) for law in laws]
        count(result, child.town or "", before, after, row.amounts)
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
    return few_hidden(row.result, row.total, smallest) if row.state == "finished" else {}


@lru_cache(8)
def _tried(figures: bytes, waived: tuple[str, ...], day: date) -> LawOfDay:
    """The law of a simulation, one object for all its chunks."""
    return changed_law(orjson.loads(figures), waived, day)


def _stands(said: list[Said], law: LawOfDay, moment: datetime, disputed: list[str]) -> Stands:
    return stands(determine(standing_on(said, law, moment, disputed).facts, law))
