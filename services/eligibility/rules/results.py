"""What a decision does to each benefit, and what the whole is called (综合结论).

A decision seldom does one thing: an award ends, a service begins, another goes on. Each line is
compared with the decision before; the word for the whole follows from recognition alone, and
what cannot be true together is refused.
"""

from collections.abc import Iterator, Mapping
from typing import Any

OUTCOME_ZH = {
    "granted": "予以认定",
    "continued": "继续保障",
    "changed": "调整保障",
    "refused": "不予认定",
    "ended": "终止保障",
}
OUTCOMES = tuple(OUTCOME_ZH)
KEEPING = ("granted", "continued", "changed")
NEEDS_REASON = ("refused", "ended", "changed")
RESULT_ZH = {"granted": "新增", "continued": "继续", "changed": "调整", "ended": "终止"}
UNPAID = ("", "none", "undetermined")
LIVING, INFANT = "basic_living", "infant_nutrition"
LINE_ZH = {LIVING: "基本生活费补助", INFANT: "婴幼儿营养补贴"}


def outcome_of(said: Mapping[str, Any], before: str | None) -> str | None:
    """The outcome an evaluation leads to, or None while it cannot be decided.

    `before` is the rate class a recognised child stands at (`none` where nothing is paid), or
    None for one who is not recognised. An undetermined case has no outcome: facts are asked for;
    a case for a person has none of itself either.
    """
    if said["status"] in ("undetermined", "manual_review"):
        return None
    if said["status"] == "not_eligible":
        return "refused" if before is None else "ended"
    if before is None:
        return "granted"
    return "continued" if before == said["award_basis"] else "changed"


def cannot_be(outcome: str, said: Mapping[str, Any], before: str | None) -> str | None:
    """Why an outcome cannot be signed on these findings, or None when it can."""
    if outcome in ("granted", "refused") and before is not None:
        return "该儿童已在保障之中"
    if outcome in ("continued", "changed", "ended") and before is None:
        return "该儿童不在保障之中"
    if outcome in ("granted", "changed") and said["status"] == "not_eligible":
        return "不符合认定条件，不能新增或者调整保障"
    if outcome == "changed" and said["award_basis"] == before:
        return "保障标准没有变化，不能称为调整"
    if outcome == "continued" and said["award_basis"] != before and said["status"] == "eligible":
        return "保障标准已有变化，不能称为继续"
    return None


def open_to(said: Mapping[str, Any], before: str | None) -> list[str]:
    """The outcomes that can be signed on these findings."""
    return [outcome for outcome in OUTCOMES if cannot_be(outcome, said, before) is None]


def leads_to(status: str, rate: str) -> str:
    """Which rate an answer pays at: `none`, or `undetermined` while nobody can say."""
    if status == "undetermined":
        return status
    return rate if status == "eligible" and rate not in UNPAID else "none"


def rate_after(outcome: str, said: Mapping[str, Any], before: str | None) -> str:
    """The rate class after a decision; `none` where nothing is paid."""
    if outcome not in KEEPING:
        return "none"
    rate = before if outcome == "continued" else said["award_basis"]
    return "none" if rate is None or rate in UNPAID else str(rate)


def results_of(
    before: Mapping[str, Any] | None, said: Mapping[str, Any], outcome: str, rate: str
) -> list[dict[str, Any]]:
    """Line by line: what begins, goes on, changes, ends; `before` is the answer decided last."""
    was = dict(_lines(before, before["rate"])) if before and "rate" in before else {}
    now = dict(_lines(said, rate)) if outcome in KEEPING else {}
    if outcome not in KEEPING and plans_for(outcome, said):
        now = dict(_help(said))
    return [_compared(name, was.get(name), now.get(name)) for name in dict.fromkeys([*was, *now])]


def plans_for(outcome: str, said: Mapping[str, Any]) -> bool:
    """Whether the lines of the plan are given: in care, and to who leaves it by the law those that
    are not of care (2.4: who comes of age is helped to a home and to work); not to who is in scope
    and yet was refused."""
    return outcome in KEEPING or said["scope"] == "out"


def _lines(said: Mapping[str, Any], rate: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if rate not in UNPAID:
        yield LIVING, _line(LIVING, said["award_clause"], rate)
    if said["infant_until"]:
        yield INFANT, _line(INFANT, "WL24:2.1.4b", said["infant_until"])
    yield from _help(said)


def _help(said: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for line in said["plan"]:
        if line["status"] == "entitled":
            yield line["service"], _line(line["zh"], line["clause"], None, sealed=line["sealed"])


def _line(name: str, clause: str | None, worth: Any, *, sealed: bool = False) -> dict[str, Any]:
    zh = LINE_ZH.get(name, name)
    return {"zh": zh, "clause": clause, "worth": worth, "sealed": sealed}


def _compared(
    name: str, was: Mapping[str, Any] | None, now: Mapping[str, Any] | None
) -> dict[str, Any]:
    line = now or was
    assert line is not None
    if was is None or now is None:
        result = "granted" if was is None else "ended"
    else:
        result = "continued" if was["worth"] == now["worth"] else "changed"
    return {
        "benefit": name,
        "zh": line["zh"],
        "clause": line["clause"],
        "result": result,
        "sealed": line["sealed"],
    }
