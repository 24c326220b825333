"""The HTTP door of eligibility: parse, name the actor, call one operation, answer."""

from services.eligibility.api import (
    applications,
    children,
    decisions,
    evaluations,
    facts,
    registers,
    searches,
)

ROUTERS = [
    evaluations.router,
    applications.router,
    decisions.router,
    facts.router,
    registers.router,
    children.router,
    searches.router,
]
