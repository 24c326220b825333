"""How people state what a household earns and draws (家庭收入的陈述方式).

The child's own basic living subsidy is no income of the household (WL24:2.1.0b-2).
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from services.eligibility.rules.statements.reading import Statement, typed_number
from shared.told import snake

Said = Mapping[str, Any]


def _unknown_income(statement: Statement, value: Any) -> bool:
    """Whether nobody knows what the household earns, in whatever measure it is asked."""
    if value is None:
        statement.stated["household.income_monthly"] = None
    return value is None


def _amount(statement: Statement, field: str, value: Any, right: str) -> Decimal | None:
    """An amount of money, not below nothing; what is none is told to the caller."""
    amount = typed_number(value)
    if amount is not None and amount >= 0:
        return amount
    statement.wrong(f"household.{field}", "应为金额", "an amount is expected", right)
    return None


def per_capita(statement: Statement, _: str, value: Any, said: Said) -> None:
    """Income said per head is that of all its members, or of one where nobody counted them."""
    if said.get("income_monthly") is not None or said.get("other_income_monthly") is not None:
        statement.notes.append(f"人均月收入（按家庭总收入计算）：{value}")
        return
    if _unknown_income(statement, value):
        return
    head = _amount(statement, "per_capita_income", value, "1000.00")
    if head is None:
        return
    if said.get("members") is None:
        statement.put("household.members", 1)
    counted = typed_number(said.get("members") or 1) or Decimal(1)
    statement.put("household.income_monthly", head * counted)


def income_yearly(statement: Statement, _: str, value: Any, __: Said) -> None:
    """A year's income is twelve months' (年收入)."""
    if _unknown_income(statement, value):
        return
    total = _amount(statement, "income_yearly", value, "36000.00")
    if total is not None:
        statement.put("household.income_monthly", total / 12)


# A part of what a household earns, where each is told by itself: wages, 养老金.
_A_PART = re.compile(
    "(?:.*_)?(?:wages?|salary|salaries|pensions?|earnings|rents?|business|farming|remittances?|"
    "alimony|maintenance)(?:_.*)?|.*(?:工资|薪水|养老金|退休金|租金|经营|务农|种植|养殖|汇款|赡养费|抚养费).*"
)


def parts_together(said: Said) -> Said:
    """Several parts of a month's income told beside each other are its sum; one that nobody knows
    leaves it unknown."""
    parts = [k for k in said if _A_PART.fullmatch(snake(k)) and not re.search("year|annual|年", k)]
    amounts = [None if said[part] is None else typed_number(said[part]) for part in parts]
    untold = any(said[p] is not None and a is None for p, a in zip(parts, amounts, strict=True))
    if len(parts) < 2 or untold:
        return said
    known = [amount for amount in amounts if amount is not None]
    total = str(sum(known)) if len(known) == len(parts) else None
    return {k: v for k, v in said.items() if k not in parts} | {"income_monthly": total}


def is_dibao(statement: Statement, _: str, value: Any, said: Said) -> None:
    """A dibao household, said yes or no."""
    if said.get("class") is None and value in (True, "是", "有"):
        statement.put("household.economic_class", "dibao")


def dibao_amount(statement: Statement, _: str, value: Any, said: Said) -> None:
    """Whoever is paid dibao is a dibao household; how much is for payments (低保金)."""
    if value is None:
        return
    amount = _amount(statement, "dibao_amount", value, "1130.00")
    if amount and said.get("class") is None and said.get("economic_class") is None:
        statement.put("household.economic_class", "dibao")


def total_income(statement: Statement, _: str, value: Any, said: Said) -> None:
    """Income that contains the child's subsidy: it is taken out again (不计入收入)."""
    if _unknown_income(statement, value):
        return
    total = _amount(statement, "total_income_monthly", value, "3000.00")
    subsidy = typed_number(said.get("basic_living_subsidy_of_child") or 0) or Decimal(0)
    if total is not None:
        statement.put("household.income_monthly", total - subsidy)


def without_subsidy(said: dict[str, Any]) -> dict[str, Any]:
    """Of an income told with the child's subsidy in it, that it contains the subsidy."""
    if said.get("subsidy_included") is None:
        return said
    told = next((n for n in ("income_monthly", "other_income_monthly") if n in said), None)
    rest = {name: value for name, value in said.items() if name not in ("subsidy_included", told)}
    total = {"total_income_monthly": said[told]} if told else {}
    return rest | total | {"basic_living_subsidy_of_child": said["subsidy_included"]}


def subsidy(statement: Statement, _: str, value: Any, __: Said) -> None:
    """The child's basic living subsidy is disregarded, and the answer says so."""
    statement.notes.append(f"儿童基本生活费补助{value}元不计入家庭收入")
