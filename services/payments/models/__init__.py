"""The tables of payments; names and accounts lie sealed in the vault."""

from services.payments.models.awards import (
    AwardPeriod,
    Block,
    ChildLink,
    Enrolment,
    Entitlement,
    NextChange,
    Payee,
    Recalculation,
    ReliefEpisode,
)
from services.payments.models.ledger import Budget, Debt, Netting, Proof, Simulation, Transfer
from services.payments.models.record import Record
from services.payments.models.runs import (
    Arrival,
    BankFile,
    BlockedRow,
    Explanation,
    Line,
    Outcome,
    Payment,
    Reversal,
    Run,
    RunPart,
    RunStep,
    Seal,
)
from services.payments.models.standards import PriceOrder, Standard

__all__ = [
    "Arrival",
    "AwardPeriod",
    "BankFile",
    "Block",
    "BlockedRow",
    "Budget",
    "ChildLink",
    "Debt",
    "Enrolment",
    "Entitlement",
    "Explanation",
    "Line",
    "Netting",
    "NextChange",
    "Outcome",
    "Payee",
    "Payment",
    "PriceOrder",
    "Proof",
    "Recalculation",
    "Record",
    "ReliefEpisode",
    "Reversal",
    "Run",
    "RunPart",
    "RunStep",
    "Seal",
    "Simulation",
    "Standard",
    "Transfer",
]
