"""The tables of eligibility; particulars are sealed in the vault, not here."""

from services.eligibility.models.procedure import (
    Application,
    Award,
    Decision,
    DecisionCount,
    Delivery,
    FactRequest,
    Import,
    ImportRow,
    Objection,
    Plan,
    Proposal,
    Review,
    Simulation,
)
from services.eligibility.models.record import Record
from services.eligibility.models.register import (
    Child,
    ChildRef,
    Fact,
    FactConflict,
    Merge,
    Person,
)
from services.eligibility.models.steps import Step

__all__ = [
    "Application",
    "Award",
    "Child",
    "ChildRef",
    "Decision",
    "DecisionCount",
    "Delivery",
    "Fact",
    "FactConflict",
    "FactRequest",
    "Import",
    "ImportRow",
    "Merge",
    "Objection",
    "Person",
    "Plan",
    "Proposal",
    "Record",
    "Review",
    "Simulation",
    "Step",
]
