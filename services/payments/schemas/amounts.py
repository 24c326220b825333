"""Amounts, shares, months and yes-no-unknown as people write them, read exactly.

Money has at most two decimals and is never negative; `20%` and `0.20` are one share; a month is
YYYY-MM or any day of it; 是, 否, 完全 and null are answers.
"""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

LARGEST = Decimal("999999999.99")


def yuan(value: Any) -> Decimal:
    """An amount of yuan; ValueError when it is negative, endless or finer than a fen."""
    amount = _decimal(value)
    if amount < 0:
        raise ValueError("an amount is not negative (金额不得为负)")
    if amount > LARGEST:
        raise ValueError("an amount is below a thousand million yuan (金额过大)")
    if amount != amount.quantize(Decimal("0.01")):
        raise ValueError("an amount has at most two decimals (金额最多两位小数)")
    return amount.quantize(Decimal("0.01"))


def share(value: Any) -> Decimal:
    """A share: 20%, 0.20 or 百分之二十 written as 20%."""
    if isinstance(value, str) and value.strip().endswith(("%", "％")):
        return _decimal(value.strip()[:-1]) / 100
    found = _decimal(value)
    if not 0 <= found <= 10:
        raise ValueError("a share lies between 0 and 1, or is written with % (比例)")
    return found


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or value is None:
        raise ValueError("a number is needed (须为数字)")
    text = re.sub(r"[,，\s￥¥元]", "", str(value))
    try:
        found = Decimal(text)
    except InvalidOperation as problem:
        raise ValueError("a number is needed (须为数字)") from problem
    if not found.is_finite():
        raise ValueError("a number is needed (须为数字)")
    return found


def month(value: Any) -> date:
    """The first day of a month given as YYYY-MM, YYYY年M月 or a day of it."""
    if isinstance(value, date):
        return value.replace(day=1)
    found = re.match(r"^\s*(\d{4})[-/年.]?(\d{1,2})(?:月?|[-/月.]\d{1,2}日?)\s*$", str(value))
    if not found or not 1 <= int(found[2]) <= 12:
        raise ValueError("a month is written YYYY-MM (月份写作 YYYY-MM)")
    return date(int(found[1]), int(found[2]), 1)


def day(value: Any) -> date:
    """A day given as YYYY-MM-DD, also with 年月日 and with words after it."""
    if isinstance(value, date):
        return value
    text = str(value).strip()
    found = re.match(r"^(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})", text)
    if not found:
        raise ValueError("a day is written YYYY-MM-DD (日期写作 YYYY-MM-DD)")
    return date(int(found[1]), int(found[2]), int(found[3]))


_YES = {"是", "有", "具备", "完全", "yes", "true", "full", "已", "y", "1", "enrolled", "active"}
_NO = {"否", "无", "不具备", "限制", "部分", "no", "false", "limited", "none", "未", "n", "0"}
_UNKNOWN = {"不详", "未知", "待查", "unknown", "不明", ""}


def answer(value: Any) -> bool | None:
    """Yes, no, or null for unknown."""
    if value is None or isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text in _UNKNOWN:
        return None
    for words, verdict in ((_NO, False), (_YES, True)):
        if text in words or any(text.startswith(w) for w in words if not w.isascii()):
            return verdict
    raise ValueError("yes, no or null is needed (是、否或 null)")


Yuan = Annotated[
    Decimal,
    BeforeValidator(yuan),
    WithJsonSchema({"type": "string", "pattern": r"^\d+(\.\d{1,2})?$", "examples": ["2120.00"]}),
]
Share = Annotated[
    Decimal,
    BeforeValidator(share),
    WithJsonSchema({"type": "string", "examples": ["20%", "0.20"]}),
]
Month = Annotated[
    date,
    BeforeValidator(month),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}$", "examples": ["2024-05"]}),
]
Day = Annotated[date, BeforeValidator(day), WithJsonSchema({"type": "string", "format": "date"})]
Answer = Annotated[
    bool | None,
    BeforeValidator(answer),
    WithJsonSchema({"type": ["boolean", "null"], "description": "null: unknown (不详)"}),
]
