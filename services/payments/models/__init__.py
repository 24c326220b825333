"""The tables of payments; names and accounts lie sealed in the vault."""

from services.payments.models.awards import (
    AwardPeriod,
    Block,
    ChildLink,
    Entitlement,
    Payee,
    Recalculation,
)
from services.payments.models.ledger import Budget, Debt, Simulation, Transfer
from services.payments.models.record import Record
from services.payments.models.runs import (
    BankFile,
    BlockedRow,
    Explanation,
    Line,
    Outcome,
    Payment,
    Run,
    RunPart,
    RunStep,
)
from services.payments.models.standards import PriceOrder, Standard

__all__ = [
    "AwardPeriod",
    "BankFile",
    "Block",
    "BlockedRow",
    "Budget",
    "ChildLink",
    "Debt",
    "Entitlement",
    "Explanation",
    "Line",
    "Outcome",
    "Payee",
    "Payment",
    "PriceOrder",
    "Recalculation",
    "Record",
    "Run",
    "RunPart",
    "RunStep",
    "Simulation",
    "Standard",
    "Transfer",
]
