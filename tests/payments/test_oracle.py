"""Whatever happens to awards and standards, every child ends with exactly what the law says.

An oracle of plain loops in whole fen knows nothing of runs, classes or deltas: it walks every
child through every month. After all corrections the lines must sum to it, whatever the order in
which late facts came; what was told before is told again word for word; and a correction asked
for again writes nothing. Hypothesis writes the histories; a failing one is kept as it is, since
every try takes seconds.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.payments.models import Record
from services.payments.operations import awards
from services.payments.rules.months import later, span
from shared.clock import clock
from shared.database import engine_for, transaction
from shared.events.eligibility import AwardOpened
from tests.payments.desk import CHECKER, Desk
from tests.payments.test_relief import at

FIRST, LAST = date(2026, 1, 1), date(2026, 4, 1)
RATES = {"institution": "institution_orphan_monthly", "scattered": "scattered_orphan_monthly"}


@dataclass
class Child:
    """One child as the oracle knows it: class and other relief of every month, in fen."""

    award: AwardOpened
    classes: dict[date, str] = field(default_factory=dict)
    relief: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    infant_until: date | None = None


@dataclass
class Oracle:
    """What the law says, month by month."""

    children: list[Child] = field(default_factory=list)
    standards: dict[str, list[tuple[date, int]]] = field(default_factory=dict)
    orders: dict[date, int] = field(default_factory=dict)

    def standard(self, key: str, month: date) -> int:
        return [amount for since, amount in self.standards[key] if since <= month][-1]

    def rate(self, rate_class: str, month: date) -> int:
        if rate_class in RATES:
            return self.standard(RATES[rate_class], month)
        if rate_class == "dibao_child":
            scattered = self.standard(RATES["scattered"], month)
            return max(-(-scattered * 20 // 100), 20000)
        return 0

    def month(self, child: Child, month: date) -> int:
        rate_class = child.classes.get(month)
        if rate_class is None:
            return 0
        rate = self.rate(rate_class, month)
        living = rate - child.relief[month] if rate_class in RATES else rate
        young = child.infant_until is not None and child.infant_until >= month and rate_class
        subsidy = self.orders.get(month, 0) if rate > 0 else 0
        return max(living, 0) + (3000 if young else 0) + subsidy

    def owed(self) -> dict[tuple[UUID, date], int]:
        owed = {
            (child.award.child_id, month): self.month(child, month)
            for child in self.children
            for month in span(FIRST, LAST)
        }
        return {key: amount for key, amount in owed.items() if amount}


class World:
    """The service and the oracle are told the same."""

    def __init__(self, desk: Desk, chance: Random) -> None:
        self.desk, self.chance, self.oracle = desk, chance, Oracle()

    async def begin(self) -> None:
        await self.desk.standards()
        self.oracle.standards = {
            "institution_orphan_monthly": [(date(2023, 8, 1), 265000)],
            "scattered_orphan_monthly": [(date(2023, 8, 1), 212000)],
        }
        for _ in range(6):
            await self.opens()

    async def opens(self) -> None:
        rate_class = self.chance.choice(
            ["institution", "scattered", "scattered", "dibao_child", "dibao_margin_child"]
        )
        first = later(FIRST, self.chance.randrange(3))
        infant = later(FIRST, self.chance.randrange(4)) if self.chance.random() < 0.4 else None
        award = await self.desk.award(rate_class, first, infant_until=infant)
        child = Child(award, dict.fromkeys(span(first, LAST), rate_class), infant_until=infant)
        self.oracle.children.append(child)

    def _some(self) -> Child:
        return self.chance.choice([c for c in self.oracle.children if c.classes])

    async def changes(self) -> None:
        child, rate_class = self._some(), self.chance.choice([*RATES, "dibao_child"])
        month = self.chance.choice(sorted(child.classes))
        await self.desk.changed(child.award, rate_class, month)
        child.classes |= {m: rate_class for m in child.classes if m >= month}

    async def ends(self) -> None:
        child = self._some()
        month = self.chance.choice(sorted(child.classes))
        await self.desk.ended(child.award, month, reason="no_longer_eligible")
        child.classes = {m: c for m, c in child.classes.items() if m <= month}

    async def relieved(self) -> None:
        child, fen = self._some(), self.chance.randrange(0, 300000)
        month = self.chance.choice(sorted(child.classes))
        async with transaction(self.desk.sessions) as session:
            await awards.set_other_relief(session, child.award.child_id, month, yuan(fen))
        for later_one in span(month, LAST):
            child.relief[later_one] = fen

    async def rises(self) -> None:
        key = RATES["scattered"]
        since = later(FIRST, self.chance.randrange(4))
        entries = self.oracle.standards[key]
        amount = max(a for _, a in entries) + self.chance.randrange(1, 20000)
        await self.desk.published(key, f"{yuan(amount)}", since.isoformat())
        self.oracle.standards[key] = sorted(
            [(s, a) for s, a in entries if s != since] + [(since, amount)]
        )

    async def ordered(self) -> None:
        month = later(FIRST, self.chance.randrange(4))
        if month in self.oracle.orders:
            return
        said = {"month": f"{month:%Y-%m}", "amount_per_head": "48.50", "source": "通知"}
        order = await self.desk.must("/price-orders", said)
        await self.desk.must(f"/price-orders/{order['id']}/confirmation", officer=CHECKER)
        self.oracle.orders[month] = 4850

    async def something_happens(self) -> None:
        happenings = [self.opens, self.changes, self.ends, self.relieved, self.rises, self.ordered]
        await self.chance.choice(happenings)()

    async def corrected(self, month: date) -> None:
        run = await self.desk.post("/runs", {"month": f"{month:%Y-%m}", "kind": "correction"})
        if run.status_code == 201:
            await self.desk.paid(run.json())


def yuan(fen: int) -> Decimal:
    return Decimal(fen) / 100


async def forget(desk: Desk) -> None:
    """Empty every table of payments: the owner may, the service may not."""
    url = desk.sessions.kw["bind"].url.render_as_string(False)
    owner = engine_for(url, role=None)
    tables = ", ".join(table.name for table in Record.metadata.sorted_tables)
    async with owner.begin() as connection:
        await connection.execute(text(f"TRUNCATE {tables}"))
    await owner.dispose()


async def told(desk: Desk, child: UUID, known_at: str = "") -> dict[str, Any]:
    """A child's money as it stood at a moment."""
    asked = f"?known_at={known_at}" if known_at else ""
    answer = (await desk.get(f"/children/{child}/statement{asked}")).json()
    del answer["known_at"], answer["day"], answer["town"]
    return dict(answer)


HISTORIES = settings(
    max_examples=6,
    phases=[Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@HISTORIES
@given(chance=st.randoms(use_true_random=False))
@pytest.mark.timeout(600)
async def test_after_all_corrections_lines_sum_to_what_an_oracle_of_loops_says(
    desk: Desk, chance: Random
) -> None:
    await forget(desk)
    at(f"{FIRST:%Y-%m}-12")
    world = World(desk, chance)
    await world.begin()
    said: list[tuple[str, UUID, dict[str, Any]]] = []
    for month in span(FIRST, LAST):
        at(f"{month:%Y-%m}-12")
        await desk.paid(await desk.run(f"{month:%Y-%m}"))
        for _ in range(3):
            await world.something_happens()
        await world.corrected(month)
        for child in world.oracle.children:
            child_id, moment = child.award.child_id, clock().strftime("%Y-%m-%dT%H:%M:%SZ")
            said.append((moment, child_id, await told(desk, child_id)))
    await lines_are_what_the_oracle_says(desk, world.oracle)
    for moment, child_id, then in said:
        assert await told(desk, child_id, moment) == then
    await asked_again_nothing_is_written(desk)
    found = (await desk.get("/ledger")).json()["proofs"]
    assert found["holds"], found


async def lines_are_what_the_oracle_says(desk: Desk, oracle: Oracle) -> None:
    rows = await desk.sql(
        """SELECT child_id, line.month, sum(amount) * 100 FROM line JOIN run r ON r.id = run_id
           WHERE r.state <> 'rejected' GROUP BY 1, 2 HAVING sum(amount) <> 0"""
    )
    assert {(row[0], row[1]): int(row[2]) for row in rows} == oracle.owed()


async def asked_again_nothing_is_written(desk: Desk) -> None:
    before = await desk.sql("SELECT count(*) FROM line")
    await desk.sql(
        """INSERT INTO recalculation (child_id, since, cause, asked_at)
           SELECT DISTINCT child_id, date '2026-01-01', 'again', now() FROM line RETURNING id"""
    )
    again = await desk.run(f"{LAST:%Y-%m}", kind="correction")
    assert (again["lines"], again["total"]) == (0, "0.00")
    assert await desk.sql("SELECT count(*) FROM line") == before
