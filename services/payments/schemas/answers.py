"""What payments answers: standards, runs, lines, payments, payees, debts."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, PlainSerializer

from services.payments.rules.money import written

# Yuan with two decimals, a share with as many as it has.
Figure = Annotated[Decimal, PlainSerializer(written, return_type=str)]


class Answer(BaseModel):
    """Read from a record; amounts are strings, so that nobody's JSON makes them floats."""

    model_config = ConfigDict(from_attributes=True)


class StandardOut(Answer):
    """A figure of the tariff."""

    id: UUID
    key: str
    since: date
    amount: Figure
    state: str
    statistic_year: int | None
    source: str
    reason: str | None
    minimum: Figure | None
    previous: Figure | None
    proposed_by: str
    published_by: str | None
    announced_on: date | None
    version: int


class SimulationOut(Answer):
    """What a proposed standard would do."""

    id: UUID
    standard_id: UUID
    result: dict[str, Any]
    made_by: str
    made_at: datetime


class PriceOrderOut(Answer):
    """A month's price subsidy."""

    id: UUID
    month: date
    amount: Decimal
    rate_classes: list[str]
    state: str
    source: str
    proposed_by: str
    confirmed_by: str | None


class RunOut(Answer):
    """A run with its control totals; `allowed` are the steps it can take now."""

    id: UUID
    kind: str
    month: date
    original_id: UUID | None
    state: str
    prepared_by: str
    checked_by: str | None
    created_at: datetime
    lines: int
    children: int
    blocked: int
    total: Decimal
    overpaid: Decimal
    netted: Decimal
    to_pay: Decimal
    control: dict[str, Any]
    version: int
    allowed: list[str] = []
    progress: dict[str, int] = {}
    approvals: dict[str, int] = {}


class StepOut(Answer):
    """A step a run took."""

    verb: str
    before: str
    after: str
    level: int
    by: str
    at: datetime
    reason: str | None


class LineOut(Answer):
    """A line with what it rests on: it is what is `owed` less what was `decided_before`."""

    id: int
    child_id: UUID
    month: date
    benefit: str
    amount: Decimal
    owed: Decimal | None = None
    decided_before: Decimal = Decimal("0.00")
    town: str
    decision_id: UUID | None
    clauses: list[str] = []
    working: str = ""
    figures: dict[str, str] = {}
    reason: str = ""


class BlockedOut(Answer):
    """A child a run did not pay."""

    child_id: UUID
    reason: str
    town: str


class PaymentOut(Answer):
    """A payment; the payee's name and account are only in the bank's file."""

    id: UUID
    number: int
    child_id: UUID | None
    bank_code: str
    amount: Decimal
    town: str
    original_id: UUID | None


class FileOut(Answer):
    """A bank's file that was made."""

    bank_code: str
    rows: int
    total: Decimal
    sha256: str
    made_at: datetime


class AnswersOut(Answer):
    """What a return file came to."""

    paid: int
    returned: int
    open: int


class PayeeOut(Answer):
    """A payee without particulars; whose it is, for those who may know the child."""

    id: UUID
    child_id: UUID | None
    kind: str
    bank_code: str
    first_month: date | None
    last_month: date | None
    verified: bool
    refused: str | None
    source: str


class EntitlementOut(Answer):
    """A sum beside the award."""

    id: UUID
    child_id: UUID
    benefit: str
    amount: Decimal | None
    multiple: int | None
    decision_id: UUID
    clause: str
    state: str


class DebtOut(Answer):
    """What was paid too much."""

    id: UUID
    run_id: UUID
    child_id: UUID
    town: str
    amount: Decimal
    recovered: Decimal
    cause: str
    state: str
    way: str | None
    fault: str | None
    heard_on: date | None
    plan: list[Any]
    proposed_by: str | None
    approved_by: str | None
    version: int


class AwardOut(Answer):
    """A period of an award."""

    award_id: UUID
    decision_id: UUID
    rate_class: str
    first_month: date | None
    last_month: date | None
    other_relief: Decimal
    town: str


class ReliefOut(Answer):
    """Days of a child in relief."""

    id: UUID
    child_id: UUID
    since: date | None
    until: date | None
    source: str


class ArrivalOut(Answer):
    """A payment drawn to be asked after, and what was said."""

    payment_id: UUID
    child_id: UUID
    town: str
    amount: Decimal
    answer: str | None
    received: Decimal | None
    answered_by: str | None
    conclusion: str | None
    concluded_by: str | None
