"""What `POST /v1/payments/evaluations` answers, field by field; amounts are text in yuan."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class MonthOut(BaseModel):
    """A month in one row; a word instead of an amount: undetermined, manual_review."""

    model_config = ConfigDict(extra="allow")

    month: str = Field(description="月份 YYYY-MM | the month")
    basic_living: str = Field("0.00", description="基本生活费补助 | basic living subsidy")
    street_relief: str = Field("0.00", description="流浪儿童临时救助 | street-child relief")
    infant_nutrition: str = Field("0.00", description="婴幼儿营养补贴 | infant nutrition")
    price_subsidy: str = Field("0.00", description="动态价格补贴 | price subsidy")
    nursing: str = Field("0.00", description="护理补贴 | nursing subsidy")
    training: str = Field("0.00", description="医疗康复训练补贴 | training subsidy")
    rehabilitation_living: str = Field(
        "0.00", description="康复生活补贴 | living subsidy in training"
    )
    temporary_relief: str = Field("0.00", description="突发事件临时救助 | temporary relief")
    insurance: str = Field(
        "0.00", description="市财政代缴的医保个人部分 | paid by finance to the fund"
    )
    lump_sum: str = Field("0.00", description="一次性6个月或12个月 | lump sum of 6 or 12 months")
    total: str = Field(description="当月发给个人合计，不含一次性和医保 | paid to the person")
    complete: bool = Field(
        description="false：有项目待查明或转人工，或有内容看不懂，金额不是最终答案 "
        "| false: a line is open, or something said was not understood; no amount is final"
    )
    total_with_lump_sum: str = Field(description="含一次性补助 | with the lump sum")


class EvaluationOut(BaseModel):
    """What is owed. Begin with `status`, then `by_month`; `lines` say why, each with its clause."""

    status: Literal["determined", "undetermined", "manual_review"] = Field(
        description="确定／待查明（缺事实或标准，不得当作 0）／转人工（不自动发放也不拒绝）"
        "| the standing"
    )
    months: list[str] = Field(description="所答月份 | months answered")
    by_month: list[MonthOut] = Field(description="逐月金额 | amounts month by month")
    lines: list[dict[str, Any]] = Field(
        description="逐项：month, benefit, status（due, not_due, undetermined, manual_review）, "
        "amount, rate_class, clause, working（算式）, figures, reason | every line with its reason"
    )
    lump_sums: list[dict[str, Any]] = Field(description="一次性补助，形同 lines | lump sums")
    totals: dict[str, str] = Field(
        description="合计：各项目、monthly、lump_sums、total | totals over all months"
    )
    missing: list[str] = Field(description="缺少的事实或标准 | facts or standards missing")
    manual_review: list[dict[str, Any]] = Field(
        description="须由人决定的事项，up_to 为可能金额 | for a person to decide"
    )
    next_steps: list[dict[str, Any]] = Field(description="下一步及部门 | next steps")
    differences: list[dict[str, Any]] = Field(description="应发与已发之差 | owed against paid")
    back_pay: str = Field(description="应补发 | to be paid in addition")
    overpaid: str = Field(
        description="多发；追回须另行审批 | paid too much; recovery is a decision"
    )
    standards: dict[str, Any] = Field(
        description="所用标准与法定下限核对：floors 各含 published, minimum, lawful, "
        "lower_than_before | the standards used, against their floors"
    )
    understood: list[dict[str, Any]] = Field(description="事件理解为何 | how events were read")
    not_considered: list[str] = Field(description="没有读到的字段 | fields nobody read")
    did_you_mean: dict[str, list[str]] = Field(
        description="看不懂、可能影响金额的字段（结论因此待查明）→ 相近的字段名 "
        "| fields that were not understood, with the nearest names; they leave it undetermined"
    )
