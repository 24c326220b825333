"""What was paid too much, as it stands, and what runs keep for it."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import Debt, Netting, Run

UNAPPROVED = ("preparing", "prepared", "checked")


def debts(state: str | None) -> Select[Debt]:
    """The debts in a state, or all of them."""
    wanted = select(Debt)
    return wanted if state is None else wanted.where(Debt.state == state)


async def kept(session: AsyncSession, run_id: UUID) -> tuple[int, Decimal]:
    """For how many debts a run keeps something, and how much."""
    sums = select(func.count(), func.coalesce(func.sum(Netting.amount), Decimal("0.00")))
    count, amount = (await session.execute(sums.where(Netting.run_id == run_id))).one()
    return count, amount


async def pending(session: AsyncSession, debt_id: UUID) -> Decimal:
    """What runs that are not approved yet would keep for a debt."""
    open_runs = (
        select(func.sum(Netting.amount))
        .join(Run, Run.id == Netting.run_id)
        .where(Netting.debt_id == debt_id, Run.state.in_(UNAPPROVED))
    )
    return await session.scalar(open_runs) or Decimal("0.00")
