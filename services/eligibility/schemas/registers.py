"""Leaving, remedies, merges, bulk pushes, simulations as they are sent and shown."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, model_validator

from services.eligibility.rules.procedure import DELIVERED
from services.eligibility.schemas.shapes import Facts, Shown, Told, Words, worded
from shared.bounds import Day


class LeavingTold(Told):
    """How a child leaves the register's care, and when."""

    why: Literal["died", "moved", "adopted", "found_parents"]
    on: Day
    evidence: dict[str, Annotated[str, Field(max_length=200)]] = Field(default_factory=dict)


class RelocationTold(Told):
    """Which town a child lives in now, since when, and how that is known."""

    town: Annotated[str, Field(max_length=20)] = Field(description="镇（街道）名称或代码")
    on: Day
    reason: Words


class DeliveryTold(Told):
    """How the notice of a decision reached the family; a child's is never posted publicly."""

    delivered_on: Day
    way: Annotated[Literal["direct", "mail", "electronic", "left"], worded(DELIVERED)]
    receiver: Literal["guardian", "carer", "youth", "institution"] = "guardian"


class DeliveryShown(Shown):
    """A delivery, and until when the family may turn elsewhere."""

    id: UUID
    decision_id: UUID
    delivered_on: date
    way: str
    receiver: str
    reconsider_by: date | None = None
    sue_by: date | None = None


class ObjectionTold(Told):
    """An objection, reconsideration or suit against a decision."""

    kind: Literal["objection", "reconsideration", "lawsuit"]
    grounds: Words
    received_on: Day | None = None


class ObjectionResult(Told):
    """What came of it; `revision` opens the case again."""

    result: Literal["upholding", "revision", "withdrawal"]
    reason: Words


class ObjectionShown(Shown):
    """An objection and its result."""

    id: UUID
    child_id: UUID
    decision_id: UUID
    kind: str
    state: str
    received_on: date
    in_time: bool
    result: str | None
    decided_by: str | None
    new_application_id: UUID | None
    particulars: dict[str, dict[str, Any]] = Field(default_factory=dict)


class MergeTold(Told):
    """Two files that are of one child."""

    kept_id: UUID
    merged_id: UUID
    why: Words


class MergeShown(Shown):
    """A merge and who stands for it."""

    id: UUID
    kept_id: UUID
    merged_id: UUID
    state: str
    why: str
    proposed_by: str
    confirmed_by: str | None
    undone_by: str | None


class ImportShown(Shown):
    """How far a bulk push is."""

    id: UUID
    mode: str
    state: str
    total: int
    done: int
    accepted: int
    rejected: int
    created_at: datetime
    finished_at: datetime | None


class ImportedRow(Told):
    """A row of a bulk push: whose, what, since when."""

    child_id: UUID | None = Field(
        default=None, examples=["0190a1f2-7c3b-7e11-9d2a-5b6c7d8e9f01"], description="儿童编号"
    )
    id_no: Annotated[str, Field(max_length=18)] | None = Field(
        default=None, examples=["331099201606010026"], description="公民身份号码，与儿童编号择一"
    )
    facts: Facts
    valid_from: Day = Field(examples=["2024-03-01"], description="事实开始成立之日")
    valid_until: Day | None = Field(
        default=None, examples=["2025-03-01"], description="不再成立之首日，晚于起始之日"
    )
    evidence: dict[str, Annotated[str, Field(max_length=200)]] = Field(
        default_factory=dict, examples=[{"kind": "刑事判决书", "ref": "（2024）浙1081刑初1号"}]
    )

    @model_validator(mode="after")
    def _whose(self) -> "ImportedRow":
        if (self.child_id is None) == (self.id_no is None):
            raise ValueError("child_id 与 id_no 须择一 | one of child_id and id_no")
        return self


class ImportRowShown(Shown):
    """What became of a row."""

    number: int
    state: str
    errors: list[dict[str, Any]] | None


class SimulationTold(Told):
    """Other figures, rules left out, and what each rate class costs a month, now and then."""

    day: Day | None = None
    figures: Annotated[dict[str, Any], Field(max_length=50)] = Field(
        default={},
        description="数值（含口径开关）名称 → 假设值 | figure or switch → value",
        examples=[{"custody_months": 12, "dibao_margin_paid_monthly": True}],
    )
    waived: list[Annotated[str, Field(max_length=80)]] = Field(
        default=[],
        max_length=50,
        description="暂不适用的规则，按认定树中的名称 | rules left out, by their name in a finding",
        examples=[["lost_contact"]],
    )
    amounts_now: dict[str, Annotated[str, Field(pattern=r"^\d+(\.\d{1,2})?$")]]
    amounts_then: dict[str, Annotated[str, Field(pattern=r"^\d+(\.\d{1,2})?$")]]


class SimulationShown(Shown):
    """A simulation, its progress and its result."""

    id: UUID
    day: date
    state: str
    total: int
    done: int
    figures: dict[str, Any]
    waived: list[str]
    result: dict[str, Any] = Field(
        description="gain、lose、same、undetermined 人数；changes 按镇；by_town 按镇和补助类别、"
        "by_category 按镇和认定类别：children_now/then 人数，monthly_now/then 月度费用 "
        "| who gains and loses; by town, rate class and category: children and monthly cost"
    )
