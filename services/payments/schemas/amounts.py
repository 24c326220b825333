"""Amounts, shares, months and yes-no-unknown as people write them, read exactly.

Money has at most two decimals and is never negative; `20%` and `0.20` are one share; a month is
YYYY-MM or any day of it; 是, 否, 完全 and null are answers.
"""

import re
from calendar import monthrange
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from shared.bounds import FIRST_DAY, LAST_DAY, within
from shared.problem import NotRight
from shared.told import not_known

SHARES, ANSWERS = ["20%", "0.20"], ["是", "否", True, False, None]
LARGEST = Decimal("999999999.99")


def yuan(value: Any) -> Decimal:
    """An amount of yuan; ValueError when it is negative, endless or finer than a fen."""
    amount = _decimal(value)
    if amount < 0:
        raise NotRight("金额不得为负", "An amount is not negative", "2120.00")
    if amount > LARGEST:
        raise NotRight("金额过大", "An amount too large", f"≤ {LARGEST}")
    if amount != amount.quantize(Decimal("0.01")):
        raise NotRight("金额最多两位小数", "At most two decimals", "2120.00")
    return amount.quantize(Decimal("0.01"))


def share(value: Any) -> Decimal:
    """A share: 20%, 0.20 or 百分之二十 written as 20%."""
    if isinstance(value, str) and value.strip().endswith(("%", "％")):
        return _decimal(value.strip()[:-1]) / 100
    found = _decimal(value)
    if not 0 <= found <= 10:
        raise NotRight("须为比例", "A share is needed", SHARES)
    return found


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or value is None:
        raise NotRight("须为数字", "A number is needed", "2120.00")
    text = re.sub(
        r"(?<=\d元)[（(][^（()）]*[)）]$|[,，\s￥¥元]|[/每](?:人|月|年)(?:[·/]?月)?", "", str(value)
    )
    try:
        found = Decimal(text)
    except InvalidOperation as problem:
        raise NotRight("须为数字", "A number is needed", "2120.00") from problem
    if not found.is_finite():
        raise NotRight("须为数字", "A number is needed", "2120.00")
    return found


def month(value: Any) -> date:
    """The first day of a month given as YYYY-MM, YYYY年M月 or a day of it."""
    if isinstance(value, date):
        return _reckonable(value.replace(day=1))
    found = re.match(r"^\s*(\d{4})[-/年.]?(\d{1,2})(?:月?|[-/月.]\d{1,2}日?)\s*$", str(value))
    if not found or not 1 <= int(found[2]) <= 12:
        raise NotRight("须为月份", "A month is needed", "2024-05")
    return _reckonable(date(int(found[1]), int(found[2]), 1))


def day(value: Any) -> date:
    """A day given as YYYY-MM-DD, also with 年月日 and with words after it."""
    if isinstance(value, date):
        return _reckonable(value)
    text = str(value).strip()
    found = re.match(r"^(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})", text)
    if not found:
        raise NotRight("须为日期", "A day is needed", "2024-05-31")
    try:
        return _reckonable(date(int(found[1]), int(found[2]), int(found[3])))
    except ValueError as problem:
        raise NotRight("没有这一天", "There is no such day", "2024-05-31") from problem


def _reckonable(day: date) -> date:
    if not within(day):
        raise NotRight("日期超出可能的范围", "No day a fact can be of", f"{FIRST_DAY}–{LAST_DAY}")
    return day


def first_day(value: Any) -> date:
    """The day something began; a month began on its first."""
    return month(value) if _MONTH.match(str(value)) else day(value)


def final_day(value: Any) -> date:
    """The last day of something; a month ended with its last."""
    if not _MONTH.match(str(value)):
        return day(value)
    begun = month(value)
    return begun.replace(day=monthrange(begun.year, begun.month)[1])


def period_in(text: str) -> tuple[date, date]:
    """The days a sentence lasts from and to: `2024-03-01至2024-05-31`, `2024年3月起`."""
    since, until = date.min, date.max
    for found in A_DAY.finditer(text):
        before, after = text[: found.start()].rstrip(), text[found.end() :].lstrip()
        if re.search("(?:至|到|—|–|-|~|～|截至|截止|止于|until|to)$", before) or re.match(
            "止|结束|期满|为止", after
        ):
            until = final_day(found[0])
        elif re.match("[日号]?(?:起|开始|至|到|—|–|-|~|～|to)", after) or re.search(
            "(?:自|从|since|from)$", before
        ):
            since = first_day(found[0])
    return since, until


A_DAY = re.compile(r"\d{4}[-/年.]\d{1,2}(?:[-/月.]\d{1,2}日?|月)?")
_MONTH = re.compile(r"^\s*\d{4}[-/年.]\d{1,2}月?\s*$")
YES = (
    "是 有 具备 具有 完全 全部 已 能 可以 保留 在享 享受 已享受 享受中 正常 "
    "yes true full y 1 enrolled active"
)
NO = (
    "否 无 没有 不 不是 不具备 不具有 不完全 不能 丧失 完全丧失 部分丧失 限制 部分 有限 未 非 "
    "停发 已停发 已停 停保 已停保 已取消 已退出 退出 已终止 未享受 "
    "未保留 false no limited none partial n 0"
)
_YES, _NO = frozenset(YES.split()), frozenset(NO.split())
# What a yes or a no is about, said with it: 有劳动能力, 无民事行为能力人, 限制民事行为能力.
_ABOUT = re.compile(
    "(完全)?(劳动|民事行为|行为|工作|自理)?能力(人)?|民事行为|参保|学籍|在校|在读|就读|全日制"
)


def answer(value: Any) -> bool | None:
    """Yes, no, or null for unknown; never by the beginning of a longer word."""
    if value is None or isinstance(value, bool):
        return value
    text = re.sub(r"\s|[（(][^（()）]*[)）]", "", str(value)).lower()
    for said in (text, _ABOUT.sub("", text)):
        if not_known(said) or not text:
            return None
        if said in _NO or said in _YES:
            return said in _YES
    if text and not _ABOUT.sub("", text):
        return True
    raise NotRight("须为是、否或不详", "Yes, no or null is needed", ANSWERS)


def denied(value: Any) -> bool:
    """Whether a fact that takes a day or words as well is denied: 无, 未录取, false."""
    if value is None:
        return False
    text = re.sub(r"\s", "", str(value)).lower()
    return value is False or text in _NO or bool(re.match("未|没|无|not_|not ", text))


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
FirstDay = Annotated[
    date, BeforeValidator(first_day), WithJsonSchema({"type": "string", "format": "date"})
]
LastDay = Annotated[
    date, BeforeValidator(final_day), WithJsonSchema({"type": "string", "format": "date"})
]
Answer = Annotated[
    bool | None,
    BeforeValidator(answer),
    WithJsonSchema({"type": ["boolean", "null"], "description": "null: unknown (不详)"}),
]
