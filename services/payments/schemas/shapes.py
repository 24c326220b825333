"""The shapes in which people tell one thing or several, each made into a list (陈述的形状)."""

import re
from decimal import Decimal
from typing import Any

from services.payments.rules.months import span
from services.payments.schemas.amounts import answer, denied, month
from services.payments.schemas.names import ALSO
from shared.told import snake


def listed(value: Any) -> Any:
    """One thing or a list of things, as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def listed_or_unknown(value: Any) -> Any:
    """One thing, a list of things or a group of such, as a list; `null` is unknown."""
    if isinstance(value, dict):
        return [one for part in value.values() for one in listed(part)]
    told = [one for one in listed(value) if one is not None]
    return told or None


def received(value: Any) -> bool | None:
    """Whether something was received; who says by whom or as what says that it was."""
    try:
        return answer(value)
    except ValueError:
        return True


def by_month(value: Any) -> Any:
    """What was paid as a list, as a mapping from months to yuan, or as so much over a span."""
    of_months = isinstance(value, dict) and all(re.match(_MONTH, str(key)) for key in value)
    if of_months:
        return [{"month": month, "amount": amount} for month, amount in value.items()]
    return [one for entry in listed(value) for one in _each_month(entry)]


_FROM = frozenset(["from", "since", "start", "first", "first_month", "from_month", "起", "自"])
_TO = frozenset(["to", "until", "end", "last", "last_month", "to_month", "止", "至"])


def _each_month(said: Any) -> list[Any]:
    """An amount paid month by month over a span, once for each."""
    if not isinstance(said, dict):
        return [said]
    since = next((key for key in said if snake(key) in _FROM), None)
    until = next((key for key in said if snake(key) in _TO), None)
    rest = {key: one for key, one in said.items() if key not in (since, until)}
    if since is not None and until is not None:
        months = list(span(month(said[since]), month(said[until])))
    else:
        told = next((key for key in said if snake(key) in ("month", "months", "月份")), None)
        months = months_told(said[told]) if told and isinstance(said[told], (str, list)) else []
        rest = {key: one for key, one in said.items() if key != told}
    return [{**rest, "month": one} for one in months] if len(months) > 1 else [said]


_MONTH = r"\d{4}[-/.年]\d{1,2}月?"
_SPAN = re.compile(rf"\s*({_MONTH})\s*(?:至|到|—|–|-|~|～|to)\s*({_MONTH})\s*")


def months_told(value: Any) -> Any:
    """Months as a list, one, several in a row, or `2024-01至2024-03`."""
    if isinstance(value, dict) and {"from", "to"} <= value.keys():
        value = f"{value['from']}至{value['to']}"
    if not isinstance(value, str):
        return listed(value)
    if ends := _SPAN.fullmatch(value):
        return list(span(month(ends[1]), month(ends[2])))
    return [part for part in re.split("[、，,；;和及]", value) if part.strip()]


def orders(value: Any) -> Any:
    """Orders of price subsidy as one, as a list, or as a mapping from months to yuan a head."""
    if isinstance(value, dict) and value and all(re.match(_MONTH, str(key)) for key in value):
        return [{"months": key, "amount_per_head": amount} for key, amount in value.items()]
    return listed(value)


_DAYED = re.compile(
    r"^\s*(\d{4}[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?|月)?)[\s，,:：]*(?=\D)(.+)$", re.DOTALL
)


def day_by_day(value: Any) -> Any:
    """Events as a list, as sentences that begin with their day, or as a mapping from days."""
    if isinstance(value, dict) and value and all(_DAY.match(str(key)) for key in value):
        value = [{"date": day, "what": what} for day, what in value.items()]
    told = [_DAYED.match(one) if isinstance(one, str) else None for one in listed(value)]
    return [
        {"date": found[1], "what": found[2]} if found else one
        for one, found in zip(listed(value), told, strict=True)
    ]


def reliefs(value: Any) -> Any:
    """Other relief as one, as a list, or as a mapping from its name to yuan a month or more;
    whether there is any is unknown where it is `null`."""
    if value is None:
        return [{"kind": "其他生活救助"}]
    if isinstance(value, str):
        return [] if denied(value) else [{"kind": value}]
    if not isinstance(value, dict) or any(_of_a_relief(key) for key in value):
        return listed(value)
    return [
        {"kind": kind} | (told if isinstance(told, dict) else {"monthly": told})
        for kind, told in value.items()
    ]


def _of_a_relief(key: str) -> bool:
    """Whether a name is a field of one relief, and no relief itself."""
    fields = ALSO["ReliefIn"]
    return any(snake(key) in (field, *names.split()) for field, names in fields.items())


MOST_MONTHS = 24
_ENLISTED = re.compile("12|十二|入伍|参军|enlist")
_SUM = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*元")
_DAY = re.compile(r"\d{4}[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?|月)?")


def lump_sums(value: Any) -> Any:
    """Lump sums that were paid before: that one was, its months, its amount, or a sentence;
    `null` is unknown."""
    if value is None:
        return None
    told = [_lump_sum(one) for one in listed(value)]
    return [one for one in told if one is not None]


def _lump_sum(said: Any) -> Any:
    if isinstance(said, dict) or said is None:
        return said
    if said is True or str(said).strip() in ("是", "已发", "已发放", "yes", "true"):
        return {}
    text = str(said).strip().replace(",", "")
    if denied(said):
        return None
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return {"months" if Decimal(text) <= MOST_MONTHS else "amount": text}
    amount, day = _SUM.search(text), _DAY.search(text)
    if not (amount or day or re.search("发|领|paid|received", text)):
        return said
    without = _SUM.sub("", _DAY.sub("", text))
    found: dict[str, Any] = {"months": 12} if _ENLISTED.search(without) else {}
    found |= {"amount": amount[1]} if amount else {}
    return found | ({"month": day[0]} if day else {})


_CAPACITIES = {"labour_capacity": "劳动能力", "civil_capacity": "(?:完全)?民事行为能力"}
_LACKING = "(?:不具备|不具有|没有|丧失|部分|限制|缺乏|无)[^，。；,;和与及]{0,4}"


def capacities(said: Any) -> dict[str, bool]:
    """What one sentence says of both capacities: 具备劳动能力和完全民事行为能力."""
    if not isinstance(said, str) or re.search("不详|未评|待评|未知", said):
        return {}
    return {
        name: re.search(f"{_LACKING}{word}", said) is None
        for name, word in _CAPACITIES.items()
        if re.search(word, said)
    }


def both_capacities(child: Any) -> None:
    """Both capacities of a child told in one sentence, each put where it is read."""
    names = child if isinstance(child, dict) else {}
    told = next((k for k in names if snake(k) in ("capacity", "capacities", "能力")), None)
    if told is not None and (found := capacities(child[told])):
        del child[told]
        child |= {name: value for name, value in found.items() if name not in child}
