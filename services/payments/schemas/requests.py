"""Requests: standards, runs, returns, payees, entitlements, debts, budgets."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from services.payments.rules.recovery import FAULT_ZH, Fault, Way
from services.payments.rules.vocabulary import Benefit
from services.payments.schemas.amounts import Month, Share, Yuan


class Request(BaseModel):
    """What is not known is refused."""

    model_config = ConfigDict(extra="forbid")


Text = Annotated[str, Field(min_length=1, max_length=500)]


class StandardRequest(Request):
    """A figure of the tariff from a day on, with the statistic's year and its source."""

    key: str
    since: date
    amount: Yuan | None = None
    share: Share | None = None
    statistic_year: int | None = Field(None, ge=2000, le=2100)
    source: Text
    reason: str | None = Field(None, max_length=500)


class Signature(Request):
    """A second person's signature, with reasons where the law asks for them."""

    reason: str | None = Field(None, max_length=500)
    simulation_id: UUID | None = None


class ReasonRequest(Request):
    """Why."""

    reason: Annotated[str, Field(min_length=4, max_length=500)]


class SimulationRequest(Request):
    """How many months ahead."""

    months: int = Field(12, ge=1, le=36)


class PriceOrderRequest(Request):
    """A month's price subsidy a head (价格补贴通知)."""

    month: Month
    amount_per_head: Yuan
    rate_classes: list[str] = []
    source: Text


class RunKind(StrEnum):
    """Kinds of run an officer begins."""

    MONTHLY = "monthly"
    CORRECTION = "correction"


def _kind(value: object) -> object:
    return {"按月": "monthly", "更正": "correction"}.get(str(value), value)


class RunRequest(Request):
    """A run for a month; its id may come from the client and is then its idempotency key."""

    id: UUID | None = None
    kind: Annotated[RunKind, BeforeValidator(_kind)] = RunKind.MONTHLY
    month: Month


class StepRequest(Request):
    """A step; count and sum as the officer sees them guard what is signed."""

    lines: int | None = Field(None, ge=0)
    total: Yuan | None = None
    reason: str | None = Field(None, max_length=500)

    @property
    def declared(self) -> tuple[int, Decimal] | None:
        """Count and sum; nothing unless both are said."""
        if self.lines is None or self.total is None:
            return None
        return self.lines, self.total


class ReturnRow(Request):
    """What the bank says of one row of its file."""

    number: int = Field(ge=1)
    status: str
    reason: str = Field("", max_length=100)


class ReturnsRequest(Request):
    """The bank's answers as rows or as the text of its file; `complete`: the others were paid."""

    day: date | None = None
    rows: list[ReturnRow] | None = Field(None, max_length=200_000)
    content: str | None = Field(None, max_length=20_000_000)
    complete: bool = False


class ReversalRequest(Request):
    """A payment called paid before and sent back since."""

    number: int = Field(ge=1)
    reason: Annotated[str, Field(min_length=1, max_length=100)]
    day: date | None = None


class PayeeKind(StrEnum):
    """Who receives for a child."""

    GUARDIAN = "guardian"
    CARER = "carer"
    INSTITUTION = "institution"
    YOUTH = "youth"


def _payee(value: object) -> object:
    words = {"监护人": "guardian", "照料人": "carer", "福利机构": "institution", "本人": "youth"}
    return words.get(str(value), value)


class PayeeRequest(Request):
    """A payee with account; since a month, by default the next."""

    kind: Annotated[PayeeKind, BeforeValidator(_payee)]
    name: Annotated[str, Field(min_length=1, max_length=100)]
    account: Annotated[str, Field(min_length=8, max_length=40)]
    bank_code: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{2,20}$")]
    since: Month | None = None


class VerificationRequest(Request):
    """Whether the account is the payee's."""

    verified: bool
    reason: str | None = Field(None, max_length=200)


class LiftRequest(ReasonRequest):
    """Lift a block."""

    block: str


class EntitlementRequest(Request):
    """A sum a month beside the award, resting on a decision."""

    child_id: UUID
    benefit: Benefit
    amount: Yuan
    first_month: Month
    last_month: Month
    decision_id: UUID
    town: str


class RecoveryRequest(Request):
    """How a debt is to be settled: through whose fault, and when the family was heard."""

    way: Way
    fault: Annotated[Fault, BeforeValidator(lambda value: FAULT_ZH.get(str(value), value))]
    heard_on: date | None = None
    months: int = Field(1, ge=1, le=120)
    consent: str | None = Field(None, max_length=200)
    reason: Annotated[str, Field(min_length=4, max_length=500)]


class ReceiptRequest(Request):
    """Money that came back."""

    amount: Yuan
    reference: Text


class BudgetRequest(Request):
    """What finance set aside."""

    year: int = Field(ge=2000, le=2100)
    town: str
    rate_class: str
    amount: Yuan


class OtherReliefRequest(Request):
    """Other living relief of a child from a month on, yuan a month (其他生活救助)."""

    since: Month
    monthly: Yuan


class ReliefRequest(Request):
    """Days in relief; without an end they go on."""

    since: date
    until: date | None = None
    source: str = Field("civil_affairs", pattern="^(civil_affairs|police)$")


class ReliefEndRequest(Request):
    """The last day of relief."""

    until: date


class EnrolmentRow(Request):
    """One child of a list of the insured."""

    child_id: UUID
    enrolled: bool = True
    borne_elsewhere: bool = False


class EnrolmentsRequest(Request):
    """Who is enrolled in residents' insurance of a year (参保名单)."""

    year: int = Field(ge=2000, le=2100)
    rows: list[EnrolmentRow] = Field(min_length=1, max_length=50_000)


class ArrivalAnswer(StrEnum):
    """What a family says when somebody asks whether the money came."""

    RECEIVED = "received"
    SHORT = "short"
    NOT_RECEIVED = "not_received"
    UNREACHABLE = "unreachable"


class ArrivalRequest(Request):
    """What the family said; `received`: how much, when it was less."""

    answer: ArrivalAnswer
    received: Yuan | None = None


class ConclusionRequest(Request):
    """What was found out about a payment the family denies."""

    conclusion: Annotated[str, Field(min_length=4, max_length=500)]
