"""What the books say: balances of accounts, and what was posted of a run."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import Transfer
from services.payments.rules.accounts import Cause


async def balances(session: AsyncSession) -> dict[str, Decimal]:
    """Every account's debits less its credits; together they are nothing."""
    found: dict[str, Decimal] = {}
    for column, sign in ((Transfer.debit, 1), (Transfer.credit, -1)):
        rows = await session.execute(select(column, func.sum(Transfer.amount)).group_by(column))
        for account, amount in rows:
            found[account] = found.get(account, Decimal("0.00")) + sign * amount
    return found


async def posted(session: AsyncSession, run_id: UUID, cause: Cause) -> Decimal:
    """What was moved so far for a cause of a run."""
    moved = select(func.sum(Transfer.amount)).where(
        Transfer.run_id == run_id, Transfer.cause == cause.value
    )
    return await session.scalar(moved) or Decimal(0)
