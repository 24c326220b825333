"""The HTTP door of payments: parse, name the actor, call one operation, answer."""

from services.payments.api import (
    arrivals,
    care,
    children,
    debts,
    evaluations,
    planning,
    returns,
    runs,
    standards,
)

ROUTERS = [
    evaluations.router,
    standards.router,
    runs.router,
    returns.router,
    arrivals.router,
    care.router,
    children.router,
    debts.router,
    planning.router,
]
