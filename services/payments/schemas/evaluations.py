"""What `POST /v1/payments/evaluations` takes: facts, awards, events, standards, months.

The facts may stand at the top or under `situation`. What is not mentioned is absent, `null` is
unknown. Chinese legal words and codes are both understood; keys nobody knows are named in the
answer under `not_considered`, so that nothing is ignored in silence.
"""

from typing import Annotated, Any

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from services.payments.schemas.amounts import Answer, Day, Month, Share, Yuan
from services.payments.schemas.wording import described

CONSUMPTION = (
    "urban_consumption_yearly",
    "urban_consumption_per_capita",
    "urban_consumption",
    "consumption_previous_year",
    "previous_year_urban_consumption",
)


def listed(value: Any) -> Any:
    """One thing or a list of things, as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


class Facts(BaseModel):
    """A part of a situation; unknown keys are kept and named in the answer."""

    model_config = ConfigDict(extra="allow", populate_by_name=True, json_schema_extra=described)

    def unread(self, where: str) -> list[str]:
        """The keys nobody reads, with their place."""
        return [f"{where}.{key}" if where else key for key in (self.model_extra or {})]


class SchoolingIn(Facts):
    """Schooling before the events, or with its dates (就学情况)."""

    stage: str | None = None
    enrolled: Answer = None
    expected_graduation: Day | None = None
    graduated_on: Day | None = Field(
        None, validation_alias=AliasChoices("graduated_on", "graduated", "graduation_date")
    )
    left: Any = None
    dropped_out_on: Day | None = None
    leave_of_absence_from: Day | None = None
    next_admission: Any = Field(
        None, validation_alias=AliasChoices("next_admission", "next", "admission", "admitted")
    )
    enlisted_on: Day | None = Field(
        None, validation_alias=AliasChoices("enlisted_on", "enlisted", "enlistment_date")
    )
    returned_on: Day | None = Field(
        None, validation_alias=AliasChoices("returned_on", "returned", "return_date")
    )
    status_retained: Answer = True
    full_time: Answer = True


class TrainingIn(Facts):
    """Rehabilitation training: whether the institution is designated or recognised, and when."""

    designated: Answer = Field(
        None, validation_alias=AliasChoices("designated", "institution_designated", "recognised")
    )
    since: Day | None = Field(None, validation_alias=AliasChoices("since", "from"))
    until: Day | None = Field(None, validation_alias=AliasChoices("until", "to"))


class PeriodIn(Facts):
    """A period, both ends included."""

    since: Day | None = Field(None, validation_alias=AliasChoices("since", "from", "started_on"))
    until: Day | None = Field(
        None, validation_alias=AliasChoices("until", "to", "ended_on", "handed_over_on")
    )
    note: str | None = None
    source: str | None = None


class ChildIn(Facts):
    """The child's facts."""

    birth_date: Day | None = None
    hukou_city: str | None = Field(None, validation_alias=AliasChoices("hukou_city", "hukou"))
    hukou_here: Answer = None
    categories: Annotated[list[str], BeforeValidator(listed)] = Field(
        default=[], validation_alias=AliasChoices("categories", "category")
    )
    schooling: SchoolingIn | str | bool | None = None
    labour_capacity: Answer = None
    civil_capacity: Answer = None
    training: TrainingIn | str | bool | None = None
    rehabilitation: TrainingIn | PeriodIn | str | bool | None = None
    nursing: PeriodIn | str | bool | None = None
    died_on: Day | None = Field(
        None, validation_alias=AliasChoices("died_on", "death_date", "died")
    )
    placement: str | None = None


class HouseholdIn(Facts):
    """The household the child is counted in."""

    class_: str | None = Field(None, validation_alias=AliasChoices("class", "class_", "kind"))
    dibao_active: Answer = None


class StandardIn(Facts):
    """Published figures from a day on (公布标准), yuan a month and shares."""

    effective_from: Day | None = Field(
        None, validation_alias=AliasChoices("effective_from", "since", "from")
    )
    announced_on: Day | None = Field(
        None, validation_alias=AliasChoices("announced_on", "published_on", "published")
    )
    institution_orphan_monthly: Yuan | None = None
    scattered_orphan_monthly: Yuan | None = None
    institution_orphan_yearly: Yuan | None = None
    dibao_child_monthly: Yuan | None = None
    dibao_child_rate_of_scattered: Share | None = None
    dibao_child_floor_monthly: Yuan | None = None
    dibao_margin_child_monthly: Yuan | None = None
    dibao_margin_rate_of_scattered: Share | None = None
    street_child_monthly: Yuan | None = None
    street_child_rate_of_scattered: Share | None = None
    infant_nutrition_monthly: Yuan | None = None
    dibao_standard_monthly: Yuan | None = None
    urban_consumption_yearly: Yuan | None = Field(
        None,
        validation_alias=AliasChoices(*CONSUMPTION),
    )


class ReliefIn(PeriodIn):
    """Other relief the child has; `kind` in words or as a code (其他救助)."""

    kind: str = Field("", validation_alias=AliasChoices("kind", "type", "name", "benefit"))
    monthly: Yuan | None = Field(
        None,
        validation_alias=AliasChoices("monthly", "amount", "monthly_amount", "amount_monthly"),
    )


class EventIn(Facts):
    """What happened on a day: a code of `Happening`, or the Chinese words for one."""

    date: Day = Field(validation_alias=AliasChoices("date", "day", "on", "happened_on"))
    what: str = Field(validation_alias=AliasChoices("what", "kind", "type", "event", "code"))
    categories: Annotated[list[str], BeforeValidator(listed)] = Field(
        default=[], validation_alias=AliasChoices("categories", "category", "to", "new_categories")
    )
    removes: Annotated[list[str], BeforeValidator(listed)] = Field(
        default=[], validation_alias=AliasChoices("removes", "ended", "from")
    )
    starts: Day | None = Field(None, validation_alias=AliasChoices("starts", "starts_on", "begins"))
    status_retained: Answer = True
    stage: str | None = None


class AwardIn(Facts):
    """An award: rate class or category, first and last month, or the day of confirmation."""

    rate_class: str | None = Field(
        None, validation_alias=AliasChoices("rate_class", "class", "basis", "category")
    )
    first_month: Month | None = Field(
        None, validation_alias=AliasChoices("first_month", "from", "since")
    )
    last_month: Month | None = Field(
        None, validation_alias=AliasChoices("last_month", "to", "until")
    )
    confirmed_on: Day | None = Field(
        None, validation_alias=AliasChoices("confirmed_on", "approved_on", "decided_on")
    )
    decision_id: str | None = None


class PriceOrderIn(Facts):
    """An order of price subsidy: months and amount a head."""

    months: Annotated[list[Month], BeforeValidator(listed)] = Field(
        default=[], validation_alias=AliasChoices("months", "month")
    )
    amount_per_head: Yuan | None = Field(
        None, validation_alias=AliasChoices("amount_per_head", "amount", "per_head")
    )
    paid_in: Month | None = Field(None, validation_alias=AliasChoices("paid_in", "paid_on"))
    received_elsewhere: Answer = False
    rate_classes: list[str] = []


class InsuranceIn(Facts):
    """Residents' medical insurance of a year."""

    year: int | None = None
    enrolled: Answer = True
    personal_contribution: Yuan | None = Field(
        None,
        validation_alias=AliasChoices("personal_contribution", "contribution", "amount"),
    )
    borne_elsewhere: Answer = False


class TemporaryIn(Facts):
    """Temporary relief after an emergency."""

    happened_on: Day | None = Field(
        None, validation_alias=AliasChoices("happened_on", "event_on", "date")
    )
    approved_amount: Yuan | None = Field(
        None, validation_alias=AliasChoices("approved_amount", "amount")
    )


class PaidIn(Facts):
    """What was paid for a month."""

    month: Month
    amount: Yuan
    benefit: str = "basic_living"


class LumpSumPaidIn(Facts):
    """A lump sum that was paid before."""

    months: int = 6


class SituationIn(Facts):
    """Everything a question about money may say."""

    child: ChildIn = ChildIn()
    household: HouseholdIn | str | None = None
    standards_in_force: Annotated[list[StandardIn], BeforeValidator(listed)] = Field(
        default=[], validation_alias=AliasChoices("standards_in_force", "standards")
    )
    relief: Annotated[list[PeriodIn], BeforeValidator(listed)] = Field(
        default=[], validation_alias=AliasChoices("relief", "relief_episodes", "episodes")
    )
    other_relief: Annotated[list[ReliefIn] | dict[str, Any], BeforeValidator(lambda v: v or [])] = (
        Field(
            default=[],
            validation_alias=AliasChoices(
                "other_relief", "other_living_relief", "other_living_assistance"
            ),
        )
    )
    events: Annotated[list[EventIn], BeforeValidator(listed)] = []
    awards: Annotated[list[AwardIn], BeforeValidator(listed)] = Field(
        default=[], validation_alias=AliasChoices("awards", "award")
    )
    confirmed_on: Day | None = Field(
        None, validation_alias=AliasChoices("confirmed_on", "approved_on", "confirmation_date")
    )
    price_subsidy: Annotated[list[PriceOrderIn], BeforeValidator(listed)] = Field(
        default=[], validation_alias=AliasChoices("price_subsidy", "price_subsidies")
    )
    insurance: Annotated[list[InsuranceIn], BeforeValidator(listed)] = []
    temporary_relief: Annotated[list[TemporaryIn], BeforeValidator(listed)] = []
    rates: dict[str, Yuan | None] = {}
    other_lines: dict[str, Any] | list[Any] = {}
    paid: Annotated[list[PaidIn], BeforeValidator(listed)] = []
    lump_sums_paid: Annotated[list[LumpSumPaidIn | int], BeforeValidator(listed)] = []
    as_of: Day | None = None


class MonthsBetween(BaseModel):
    """A span of months, both included."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    first: Month = Field(validation_alias=AliasChoices("first", "from"))
    last: Month = Field(validation_alias=AliasChoices("last", "to"))


class EvaluationIn(SituationIn):
    """A question: a situation (here, or under `situation`), and the months asked about.

    Without months the answer covers those around what happened. Bare standards such as
    `scattered_orphan_monthly` beside the facts hold for every month asked.
    """

    months: list[Month] | MonthsBetween | None = None
    month: Month | None = None

    @model_validator(mode="before")
    @classmethod
    def flat(cls, data: Any) -> Any:
        """Take `situation` apart and gather bare standards into one entry."""
        if not isinstance(data, dict):
            return data
        inner = data.get("situation", data.get("facts"))
        outer = {key: value for key, value in data.items() if key not in ("situation", "facts")}
        flat = {**inner, **outer} if isinstance(inner, dict) else dict(data)
        names = set(StandardIn.model_fields) - {"effective_from", "announced_on"}
        bare = {key: flat.pop(key) for key in list(flat) if key in names or key in CONSUMPTION}
        if bare:
            given = listed(flat.get("standards_in_force", flat.pop("standards", None)))
            flat["standards_in_force"] = [bare, *given]
        return flat
