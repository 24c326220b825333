"""What `POST /v1/payments/evaluations` takes: facts, awards, events, standards, months.

The facts may stand at the top or under `situation`. What is not mentioned is absent, `null` is
unknown. Chinese legal words and codes are both understood, fields under any of the names in
`names.py`, nested or flat; what nobody reads is named in the answer under `not_considered`, and
leaves it undetermined where it could matter, so that nothing is ignored in silence.
"""

import difflib
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from services.payments.schemas.amounts import (
    Answer,
    Day,
    FirstDay,
    LastDay,
    Month,
    Share,
    Yuan,
)
from services.payments.schemas.names import (
    HAPPENED,
    beside,
    field_of,
    named,
    renamed,
)
from services.payments.schemas.placing import AMBIGUOUS, days_of_events, opened, placed
from services.payments.schemas.shapes import (
    both_capacities,
    by_month,
    day_by_day,
    listed,
    listed_or_unknown,
    lump_sums,
    months_told,
    orders,
    received,
    reliefs,
)
from services.payments.schemas.wording import described
from shared.bounds import Year, bounded
from shared.told import known, snake


class Facts(BaseModel):
    """A part of a situation; unknown keys are kept and named in the answer."""

    model_config = ConfigDict(extra="allow", populate_by_name=True, json_schema_extra=described)

    @model_validator(mode="before")
    @classmethod
    def named(cls, data: Any) -> Any:
        """Every field under its own name, whatever people call it."""
        return renamed(cls, opened(cls, data)) if isinstance(data, dict) else data

    def unread(self, where: str = "") -> Iterator[tuple[str, bool]]:
        """The fields nobody reads, here and in every part, and whether they are known to
        bear on no money."""
        for key in self.model_extra or {}:
            yield where + key, snake(key) in beside(type(self))
        for name in self.model_fields_set:
            parts = [p for p in listed(getattr(self, name, None)) if isinstance(p, Facts)]
            for part in parts:
                yield from part.unread(f"{where}{name.rstrip('_')}.")


class SchoolingIn(Facts):
    """Schooling before the events, or with its dates (就学情况)."""

    stage: str | None = None
    status: str | None = None
    enrolled: Answer = None
    expected_graduation: LastDay | None = None
    graduated_on: FirstDay | None = None
    left: Any = None
    dropped_out_on: FirstDay | None = None
    leave_of_absence_from: FirstDay | None = None
    next_admission: Any = None
    enlisted_on: FirstDay | None = None
    returned_on: FirstDay | None = None
    status_retained: Answer = True
    full_time: Answer = True


class TrainingIn(Facts):
    """Rehabilitation training: whether the institution is designated or recognised, and when."""

    designated: Answer = None
    institution: str | None = None
    designated_until: LastDay | None = None
    since: FirstDay | None = None
    until: LastDay | None = None


class PeriodIn(Facts):
    """A period, both ends included; a month is all of it."""

    since: FirstDay | None = None
    until: LastDay | None = None
    days: int | None = Field(None, gt=0)
    note: str | None = None
    source: str | None = None


class ChildIn(Facts):
    """The child's facts."""

    birth_date: Day | None = None
    hukou_city: str | None = None
    hukou_here: Answer = None
    categories: Annotated[list[str] | None, BeforeValidator(listed_or_unknown)] = None
    schooling: SchoolingIn | str | bool | None = None
    labour_capacity: Answer = None
    civil_capacity: Answer = None
    training: TrainingIn | str | bool | None = None
    rehabilitation: TrainingIn | PeriodIn | str | bool | None = None
    nursing: PeriodIn | str | bool | None = None
    placement: str | None = None
    died_on: FirstDay | None = None
    adopted_on: FirstDay | None = None
    hukou_moved_out_on: FirstDay | None = None
    hukou_moved_in_on: FirstDay | None = None

    def happened(self) -> Iterator[tuple[Any, str]]:
        """The days that are events of the situation, and what happened on them."""
        for name, what in HAPPENED.items():
            if getattr(self, name) is not None:
                yield getattr(self, name), what


class HouseholdIn(Facts):
    """The household the child is counted in."""

    class_: str | None = Field(None, alias="class")
    dibao_active: Answer = None
    dibao_monthly: Yuan | None = None
    dibao_since: FirstDay | None = None
    dibao_until: LastDay | None = None
    dibao_periods: Annotated[list[PeriodIn], BeforeValidator(listed)] = []


class StandardIn(Facts):
    """Published figures from a day on (公布标准), yuan a month and shares."""

    effective_from: FirstDay | None = None
    announced_on: FirstDay | None = None
    institution_orphan_monthly: Yuan | None = None
    scattered_orphan_monthly: Yuan | None = None
    institution_orphan_yearly: Yuan | None = None
    scattered_orphan_yearly: Yuan | None = None
    dibao_child_monthly: Yuan | None = None
    dibao_child_rate_of_scattered: Share | None = None
    dibao_child_floor_monthly: Yuan | None = None
    dibao_margin_child_monthly: Yuan | None = None
    dibao_margin_rate_of_scattered: Share | None = None
    street_child_monthly: Yuan | None = None
    street_child_rate_of_scattered: Share | None = None
    infant_nutrition_monthly: Yuan | None = None
    dibao_standard_monthly: Yuan | None = None
    urban_consumption_yearly: Yuan | None = None


class ReliefIn(PeriodIn):
    """Other relief the child has; `kind` in words or as a code (其他救助)."""

    kind: str = ""
    monthly: Yuan | None = None


class EventIn(Facts):
    """What happened on a day: a code of `Happening`, or the Chinese words for one."""

    date: FirstDay
    what: str
    categories: Annotated[list[str], BeforeValidator(listed)] = []
    removes: Annotated[list[str], BeforeValidator(listed)] = []
    starts: FirstDay | None = None
    status_retained: Answer = True
    stage: str | None = None


class AwardIn(Facts):
    """An award: rate class or category, first and last month, or the day of confirmation."""

    rate_class: str | None = None
    first_month: Month | None = None
    last_month: Month | None = None
    confirmed_on: FirstDay | None = None
    decision_id: str | None = None


class PriceOrderIn(Facts):
    """An order of price subsidy: months and amount a head."""

    months: Annotated[list[Month], BeforeValidator(months_told)] = []
    amount_per_head: Yuan | None = None
    paid_in: Month | None = None
    received_elsewhere: Annotated[bool | None, BeforeValidator(received)] = False
    rate_classes: list[str] = []


class InsuranceIn(Facts):
    """Residents' medical insurance of a year."""

    year: Year | None = None
    enrolled: Answer = True
    personal_contribution: Yuan | None = None
    borne_elsewhere: Answer = False


class TemporaryIn(Facts):
    """Temporary relief after an emergency."""

    happened_on: FirstDay | None = None
    approved_amount: Yuan | None = None


class PaidIn(Facts):
    """What was paid for a month."""

    month: Month
    amount: Yuan
    benefit: str = "basic_living"


class LumpSumPaidIn(Facts):
    """A lump sum that was paid before; told with its amount, it is held against what is due."""

    months: int = 6
    amount: Yuan | None = None
    month: Month | None = None


class SituationIn(Facts):
    """Everything a question about money may say."""

    child: ChildIn = ChildIn()
    household: HouseholdIn | str | None = None
    standards_in_force: Annotated[list[StandardIn], BeforeValidator(listed)] = []
    relief: Annotated[list[PeriodIn], BeforeValidator(listed)] = []
    other_relief: Annotated[list[ReliefIn], BeforeValidator(reliefs)] = []
    events: Annotated[list[EventIn], BeforeValidator(day_by_day)] = []
    awards: Annotated[list[AwardIn], BeforeValidator(listed)] = []
    confirmed_on: FirstDay | None = None
    price_subsidy: Annotated[list[PriceOrderIn], BeforeValidator(orders)] = []
    insurance: Annotated[list[InsuranceIn], BeforeValidator(listed)] = []
    temporary_relief: Annotated[list[TemporaryIn], BeforeValidator(listed)] = []
    rates: dict[str, Yuan | None] = {}
    other_lines: dict[str, Any] | list[Any] = {}
    paid: Annotated[list[PaidIn], BeforeValidator(by_month)] = []
    lump_sums_paid: Annotated[list[LumpSumPaidIn] | None, BeforeValidator(lump_sums)] = []
    as_of: FirstDay | None = None


class MonthsBetween(BaseModel):
    """A span of months, both included."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    first: Month
    last: Month

    @model_validator(mode="before")
    @classmethod
    def named(cls, data: Any) -> Any:
        """Under the names of the two ends."""
        return renamed(cls, data) if isinstance(data, dict) else data


def asked(value: Any) -> Any:
    """One month or several, or the two ends of a span."""
    return months_told(value) if isinstance(value, str) else value


class EvaluationIn(SituationIn):
    """A question: a situation (here, or under `situation`), and the months asked about.

    Without months the answer covers those around what happened. Bare standards such as
    `scattered_orphan_monthly` beside the facts hold for every month asked.
    """

    months: Annotated[list[Month] | MonthsBetween | None, BeforeValidator(asked)] = None
    month: Month | None = None

    @model_validator(mode="before")
    @classmethod
    def flat(cls, data: Any) -> Any:
        """Take `situation` apart and gather bare standards into one entry."""
        if not isinstance(data, dict):
            return data
        bounded(data)
        data = known(data)  # 不详 is null, wherever it stands
        inner = data.get("situation", data.get("facts"))
        outer = {key: value for key, value in data.items() if key not in ("situation", "facts")}
        flat = placed(
            {**inner, **outer} if isinstance(inner, dict) else outer,
            cls,
            PARTS,
            SCHOOL,
            TrainingIn,
            StandardIn,
        )
        _lump_sums_apart(flat)
        both_capacities(flat.get("child"))
        days_of_events(cls, StandardIn, flat)
        _span_of_months(flat)
        _award_beside(flat)
        _standards_among_rates(flat)
        apart = [k for k in flat if field_of(cls, k) is None and snake(k) not in AMBIGUOUS]
        bare = {field: flat.pop(k) for k in apart if (field := field_of(StandardIn, k))}
        if bare and not _announced_later(flat, bare):
            flat["standards_in_force"] = [bare, *listed(flat.get("standards_in_force"))]
        return flat


def _announced_later(flat: dict[str, Any], bare: dict[str, Any]) -> bool:
    """A day of announcement told beside standards is that of the last of them."""
    told = listed(flat.get("standards_in_force"))
    last = told[-1] if told else None
    if bare.keys() != {"announced_on"} or not isinstance(last, dict):
        return False
    if not any(field_of(StandardIn, key) == "announced_on" for key in last):
        flat["standards_in_force"] = [*told[:-1], last | bare]
    return True


def _span_of_months(flat: dict[str, Any]) -> None:
    """Several months under the name of one, or a first and a last month beside each other."""
    ends = {end: k for k in flat for end in ENDS_OF_SPAN if k in ENDS_OF_SPAN[end]}
    if flat.get("months") is None and isinstance(flat.get("month"), list):
        flat["months"] = flat.pop("month")
    elif flat.get("months") is None and len(ends) == len(ENDS_OF_SPAN):
        flat["months"] = {end: flat.pop(key) for end, key in ends.items()}


def _award_beside(flat: dict[str, Any]) -> None:
    """The first month of an award told beside the facts: `award_started`, 起发月份."""
    told = (k for k in flat if snake(k) not in AMBIGUOUS and field_of(EvaluationIn, k) is None)
    key = next((k for k in told if field_of(AwardIn, k) == "first_month"), None)
    if key is not None and "awards" not in flat:
        flat["awards"] = [{"first_month": flat.pop(key)}]


def _standards_among_rates(flat: dict[str, Any]) -> None:
    """Standards told among the rates of other benefits."""
    rates = flat.get("rates")
    told = {k for k in rates if field_of(StandardIn, k)} if isinstance(rates, dict) else set()
    for key in told:
        if str(field_of(StandardIn, key)).startswith(
            ("institution_", "scattered_", "dibao_child_")
        ):
            flat.setdefault(key, flat["rates"][key])
            flat["rates"] = {k: v for k, v in flat["rates"].items() if k != key}


def _lump_sums_apart(flat: dict[str, Any]) -> None:
    """`previously_paid: {lump_sum_months: 12}` tells of a lump sum, and of no month's payment."""
    paid = flat.get("paid")
    if isinstance(paid, dict) and any("lump" in snake(k) or "一次性" in k for k in paid):
        months = next((v for k, v in paid.items() if "month" in snake(k) or "月" in k), None)
        del flat["paid"]
        flat["lump_sums_paid"] = [*listed(flat.get("lump_sums_paid")), {"months": months}]


ENDS_OF_SPAN = {
    "first": ("from_month", "start_month", "first_month", "month_from", "起始月份", "起始月"),
    "last": ("to_month", "end_month", "last_month", "month_to", "截止月份", "截止月"),
}
PARTS = {"child": ChildIn, "household": HouseholdIn}
SCHOOL = SchoolingIn


def near(name: str) -> list[str]:
    """The fields that come nearest to one nobody knows, wherever they stand."""
    models = (EvaluationIn, *Facts.__subclasses__())
    known = sorted({field for model in models for field in named(model).names()})
    return difflib.get_close_matches(name.rsplit(".", maxsplit=1)[-1], known, n=3)
