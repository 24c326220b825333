"""What happens at and after eighteen, decided line by line of the readings R1 to R5 (成年后).

Three ways on (still in school, in service, out) and one to a person: whatever the document does
not foresee is handed over and pays or refuses nothing by itself.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.eligibility.rules import study
from services.eligibility.rules.periods import birthday
from shared.law import Asked, Finding, Verdict


@dataclass(frozen=True, slots=True)
class Adulthood:
    """How it stands with a person of age: status, exit, what is missing, what a person decides."""

    status: str  # eligible | not_eligible | undetermined | manual_review
    zh: str
    en: str
    clause: str
    goes_on: bool = False
    exit: dict[str, Any] | None = None
    missing: tuple[str, ...] = ()
    finding: Finding | None = None


DOUBTFUL = {
    "suspended": ("休学期间是否延续须人工认定", "Leave of absence: a person decides"),
    "dropped_out": (
        "中途离校，停止按月发放，一次性发放须人工认定",
        "Left without graduating: a person decides",
    ),
}


def after_eighteen(asked: Asked, *, would_qualify: Verdict) -> Adulthood:
    """The standing of a person who has come of age.

    `would_qualify` is whether the facts, but for age, make a category of the government-support
    guarantee; it matters only where nobody says what was paid before.
    """
    award = asked.facts.get("child.previous_award")
    if award in ("none", "street_relief") or (award is None and would_qualify is Verdict.NOT_MET):
        return _never_paid(asked, would_qualify)
    if award is None:
        return _whether_or_not_paid(asked, would_qualify)
    goes_on = asked.find(study.entitled_to_go_on)
    if not goes_on.met:
        return Adulthood(
            "not_eligible",
            "低保家庭儿童成年后不再享受，亦不发一次性补助（办理停发时须复核）",
            "A dibao child does not go on, and no lump sum is due; reviewed before it ends",
            "WL24:2.1.0c-2",
            exit=_exit(asked, "adult", 0),
            finding=goes_on,
        )
    return _once(asked, _paid_before(asked))


def _once(asked: Asked, adult: Adulthood) -> Adulthood:
    """The six months fall due once (R4); whoever had them gets no others."""
    due = adult.exit is not None and adult.exit["kind"] != "enlistment"
    if not due or not asked.facts.get("child.lump_sum_paid"):
        return adult
    return replace(
        adult,
        zh="停止按月发放；六个月的一次性补助此前已发放，不再重复",
        en="Nothing more by the month; the six months were paid before, and fall due once",
        exit=(adult.exit or {}) | {"lump_sum_months": 0},
    )


def _whether_or_not_paid(asked: Asked, would_qualify: Verdict) -> Adulthood:
    """Nobody says what was paid before: what holds in any case is the answer, all else is asked.

    Who has left school and is able gets nothing more by the month whatever was paid; of a lump sum
    the earlier award decides.
    """
    paid, never = _paid_before(asked), _never_paid(asked, would_qualify)
    missing = tuple(dict.fromkeys(("child.previous_award", *paid.missing)))
    if paid.status != never.status or paid.exit is None:
        return Adulthood(
            "undetermined",
            "须先查明成年前是否享受补助",
            "It must be known what was paid before",
            "WL24:2.1.0d-1",
            missing=missing,
        )
    return replace(
        paid,
        zh="已满18周岁，不再按月享受；是否一次性发放，须查明成年前是否享受补助",
        en="Of age: nothing more by the month; of a lump sum what was paid before decides",
        exit=paid.exit | {"lump_sum_months": None},
        missing=missing,
    )


def _never_paid(asked: Asked, would_qualify: Verdict) -> Adulthood:
    state = asked.facts.get("child.study_status")
    if would_qualify is not Verdict.NOT_MET and state in ("enrolled", "between", "suspended"):
        return Adulthood(
            "manual_review",
            "成年后首次申请且仍在校：条文以此前享受为前提，须人工认定",
            "First application after eighteen while in school: a person decides",
            "WL24:2.1.0d-1",
        )
    return Adulthood(
        "not_eligible",
        "已满18周岁，此前未享受或者保障已终止",
        "Of age, and never paid or no longer",
        "CIVIL:17",
    )


def _paid_before(asked: Asked) -> Adulthood:
    state = asked.facts.get("child.study_status")
    if state in DOUBTFUL:
        zh, en = DOUBTFUL[state]
        return Adulthood("manual_review", zh, en, "WL24:2.1.0d-1")
    if state == "enlisted":
        return _in_service(asked)
    if state == "graduated" and asked.facts.get("child.admitted") is False:
        months = asked.find(study.months_on_graduation).value
        return Adulthood(
            "not_eligible",
            "已毕业，停止按月发放并一次性发放",
            "Graduated: leaves with a lump sum",
            "WL24:2.1.0d-2",
            exit=_exit(asked, "graduation", months),
        )
    finding = asked.find(study.studies_on)
    if finding.met:
        return _still_at_school(asked, finding)
    if finding.unknown and state in (None, "graduated"):
        return _leaving(asked, finding.missing())
    if state in ("enrolled", "between"):
        return _doubtful_study(finding)
    return _leaving(asked, [])


def _still_at_school(asked: Asked, finding: Finding) -> Adulthood:
    if asked.facts.get("child.served") and asked.facts.get("child.status_retained") is not True:
        return Adulthood(
            "manual_review",
            "服役后返校但学籍是否保留待认定",
            "Back from service, status not kept",
            "WL24:2.1.0d-4",
        )
    return Adulthood(
        "eligible",
        "年满18周岁仍在校就学，享受至毕业",
        "In school: goes on until graduation",
        "WL24:2.1.0d-4" if asked.facts.get("child.served") else "WL24:2.1.0d-1",
        goes_on=True,
        finding=finding,
    )


def _doubtful_study(finding: Finding) -> Adulthood:
    if finding.unknown:
        return Adulthood(
            "undetermined",
            "就学学段、形式待查明",
            "Stage or mode of study is not known",
            "WL24:2.1.0d-1",
            missing=tuple(finding.missing()),
            finding=finding,
        )
    return Adulthood(
        "manual_review",
        "就读学段或者学习形式未在条文列明，须人工认定",
        "The stage or mode of study is not foreseen: a person decides",
        "WL24:2.1.0d-1",
        finding=finding,
    )


def _in_service(asked: Asked) -> Adulthood:
    months = asked.find(study.months_on_enlisting).value
    return Adulthood(
        "not_eligible",
        "就学期间应征入伍：一次性发放，服役期间停发，返校后恢复",
        "Enlisted while studying: lump sum now, monthly again on return",
        "WL24:2.1.0d-3",
        exit=_exit(asked, "enlistment", months),
    )


def _leaving(asked: Asked, missing: list[str]) -> Adulthood:
    finding = asked.find(study.leaves)
    if missing or finding.unknown:
        names = tuple(dict.fromkeys([*missing, *finding.missing()]))
        return Adulthood(
            "undetermined",
            "是否在校、劳动能力和民事行为能力待查明",
            "Study and capacities are not known",
            "WL24:2.1.0c-3",
            missing=names,
            finding=finding,
        )
    if finding.met:
        months = asked.find(study.months_on_leaving).value
        return Adulthood(
            "not_eligible",
            "成年且具备劳动能力和完全民事行为能力，退出并一次性发放",
            "Of age and able: leaves with a lump sum",
            "WL24:2.1.0c-4",
            exit=_exit(asked, "adult", months),
            finding=finding,
        )
    return Adulthood(
        "manual_review",
        "成年但不具备劳动能力或者完全民事行为能力，衔接成年人救助并人工认定",
        "Of age without capacity: handed over to adult support, a person decides",
        "WL24:2.1.0c-3",
        finding=finding,
    )


def _exit(asked: Asked, kind: str, months: int) -> dict[str, Any]:
    """How care ends: the last month paid is the month of the event (R7)."""
    ended = asked.facts.get("child.study_ended_on") if kind == "graduation" else None
    if kind == "adult":
        born, years = asked.facts.get("child.birth_date"), asked.law.figures.get("adult_age")
        ended = birthday(born, years) if isinstance(born, date) and years else None
    return {
        "kind": kind,
        "lump_sum_months": months,
        "last_month": ended.strftime("%Y-%m") if ended else None,
    }
