"""An evaluation as plain data: lines, months, totals, questions and next steps, for JSON."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from services.payments.rules.evaluation import Evaluation, total
from services.payments.rules.floors import Check
from services.payments.rules.lines import Line
from services.payments.rules.money import ZERO, written
from services.payments.rules.reasons import Reason
from services.payments.rules.vocabulary import BENEFIT_ZH, STATUS_ZH, Benefit, Status

NEXT_STEPS: dict[Reason, tuple[str, str, str]] = {
    Reason.NOT_DESIGNATED: (
        "转介残联指定或认定的机构",
        "Refer to an institution designated or recognised by the federation",
        "disabled_federation",
    ),
    Reason.ADULT_STREET: (
        "按成年流浪乞讨人员救助转介救助站",
        "Refer to the adult relief station",
        "civil_affairs",
    ),
    Reason.ADULT_NO_CAPACITY: (
        "评估劳动能力和民事行为能力，衔接特困、低保或残疾人保障",
        "Assess capacity and hand over to adult support",
        "civil_affairs",
    ),
    Reason.NOT_LOCAL: (
        "按月补助由户籍地发放，协助向户籍地申请",
        "Help apply at the hukou place",
        "civil_affairs",
    ),
    Reason.NOT_ENROLLED: (
        "协助参加城乡居民基本医疗保险",
        "Help enrol in residents' insurance",
        "medical_insurance",
    ),
    Reason.TEMPORARY: (
        "由民政部门核定临时救助金额",
        "Civil affairs decides the amount of temporary relief",
        "civil_affairs",
    ),
    Reason.HUKOU_LEFT: (
        "将保障转交迁入地民政部门",
        "Hand the support over to the new hukou place",
        "civil_affairs",
    ),
    Reason.ADULT_DIBAO: (
        "衔接成年人社会救助，符合条件的转介就业帮扶",
        "Hand over to adult assistance and employment help",
        "civil_affairs",
    ),
    Reason.LUMP_DROP_OUT: (
        "由两名工作人员决定是否发放一次性补助",
        "Two officers decide on the lump sum",
        "civil_affairs",
    ),
    Reason.GRADUATION_EXPECTED: (
        "向教育部门核实毕业或升学情况",
        "Ask education whether they graduated or were admitted further",
        "education",
    ),
}


def line_shown(line: Line) -> dict[str, Any]:
    """One line with its clause, figures, working and what is missing."""
    known = line.status in (Status.DUE, Status.NOT_DUE)
    shown: dict[str, Any] = {
        "month": line.month.isoformat()[:7],
        "benefit": line.benefit.value,
        "zh": BENEFIT_ZH[line.benefit],
        "status": line.status.value,
        "status_zh": STATUS_ZH[line.status],
        "amount": written(line.amount) if known else None,
        "rate_class": line.rate_class or None,
        "clause": line.clauses[0],
        "clauses": list(line.clauses),
        "working": line.working,
        "figures": dict(line.figures),
        "reason": {"code": line.reason.code, "zh": line.reason.zh, "en": line.reason.en},
    }
    if line.missing:
        shown["missing"] = list(line.missing)
    if not known and line.up_to:
        shown["up_to"] = written(line.up_to)
    if line.choices:
        shown["candidates"] = [dict(choice) for choice in line.choices]
    if line.day != date.max:
        shown["day"] = line.day.isoformat()
    return shown


def word(lines: Iterable[Line]) -> str:
    """The sum of lines of one benefit and month, or the word of the one that is open."""
    lines = list(lines)
    for status in (Status.MANUAL_REVIEW, Status.UNDETERMINED):
        if any(line.status is status for line in lines):
            return status.value
    return written(sum((line.amount for line in lines), ZERO))


def months_shown(
    found: Evaluation, asked: Sequence[date], *, understood: bool
) -> list[dict[str, Any]]:
    """A row a month with every benefit and the total of what is due in it.

    Where something that was said is not `understood`, no amount is the last word.
    """
    by_month: dict[date, list[Line]] = {month: [] for month in asked}
    for line in found.everything:
        by_month.setdefault(line.month, []).append(line)
    ageless = "child.birth_date" in found.missing  # who may have come of age in any month
    rows = []
    for month, lines in sorted(by_month.items()):
        row: dict[str, Any] = {"month": month.isoformat()[:7]}
        for benefit in Benefit:
            own = [line for line in lines if line.benefit is benefit]
            if own or benefit in (Benefit.BASIC_LIVING, Benefit.LUMP_SUM):
                row[benefit.value] = word(own)
        if ageless and not any(line.benefit is Benefit.LUMP_SUM for line in lines):
            row[Benefit.LUMP_SUM.value] = Status.UNDETERMINED.value
        monthly = [line for line in lines if line.benefit is not Benefit.LUMP_SUM]
        cash = [line for line in monthly if line.benefit is not Benefit.INSURANCE]
        row["total"] = total(cash)
        row["total_with_lump_sum"] = total([x for x in lines if x.benefit is not Benefit.INSURANCE])
        # A total is no answer while a line of the month is open or with a person.
        closed = all(line.status in (Status.DUE, Status.NOT_DUE) for line in lines)
        row["complete"] = understood and closed
        rows.append(row)
    return rows


def totals_shown(found: Evaluation) -> dict[str, str]:
    """What is due by benefit and to the person in all; insurance goes to the fund, beside it."""
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for line in found.everything:
        if line.due:
            sums[line.benefit.value] += line.amount
    shown = {name: written(amount) for name, amount in sums.items()}
    shown["monthly"] = total([x for x in found.lines if x.benefit is not Benefit.INSURANCE])
    shown["lump_sums"] = total(found.lump_sums)
    shown["total"] = total([x for x in found.everything if x.benefit is not Benefit.INSURANCE])
    return shown


def next_steps(found: Evaluation) -> list[dict[str, str]]:
    """What somebody should do now, once each."""
    reasons = dict.fromkeys(line.reason for line in found.everything)
    steps = [NEXT_STEPS[reason] for reason in reasons if reason in NEXT_STEPS]
    return [{"zh": zh, "en": en, "department": department} for zh, en, department in steps]


def reviews_shown(found: Evaluation) -> list[dict[str, Any]]:
    """What a person must decide, with what it could come to."""
    return [
        {
            "month": line.month.isoformat()[:7],
            "benefit": line.benefit.value,
            "zh": line.reason.zh,
            "en": line.reason.en,
            "clause": line.reason.clause,
            "up_to": written(line.up_to),
        }
        for line in found.to_review
    ]


def check_shown(check: Check) -> dict[str, Any]:
    """One standard against its floor."""
    return {
        "key": check.key,
        "clause": check.clause,
        "published": written(check.published) if check.stated else None,
        "minimum": written(check.minimum) if not check.missing else None,
        "working": check.working,
        "lawful": check.lawful,
        "lower_than_before": check.lower_than_before,
        "missing": list(check.missing),
    }


def status_of(found: Evaluation) -> str:
    """The one word for the whole answer: manual review before undetermined before determined."""
    if found.to_review:
        return Status.MANUAL_REVIEW.value
    if found.missing:
        return Status.UNDETERMINED.value
    return "determined"
