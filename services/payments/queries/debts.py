"""What was paid too much, as it stands."""

from sqlalchemy import Select, select

from services.payments.models import Debt


def debts(state: str | None) -> Select[Debt]:
    """The debts in a state, or all of them."""
    wanted = select(Debt)
    return wanted if state is None else wanted.where(Debt.state == state)
