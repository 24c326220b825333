"""Collisions of facts that ought to worry somebody: each opens a check, with its reason (监测预警).

Pure. What nobody has explained counts as unexplained: unknown is never no. How often is often is
a figure of the jurisdiction.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from services.protection.rules.grounds import Ground
from services.protection.rules.guardianship import TemporaryGround
from shared.law import all_of, any_of, rule


class Reason(StrEnum):
    """Why somebody should look (预警原因)."""

    PAYMENT_STOPPED = "payment_stopped"
    SCHOOL_ABSENCE = "school_absence"
    REPEATED_REPORTS = "repeated_reports"
    REPEATED_INJURIES = "repeated_injuries"
    ALL_PARENTS_DETAINED = "all_parents_detained"
    DELEGATION_ENDED = "delegation_ended"
    CHILD_NOT_SEEN = "child_not_seen"
    ORDER_BREACHED = "order_breached"
    GUARDIAN_RELEASED = "guardian_released"


@dataclass(frozen=True, slots=True)
class Collision:
    """A reason in words, and the clause that makes it worth a check."""

    zh: str
    en: str
    clause: str


COLLISIONS: dict[Reason, Collision] = {
    Reason.PAYMENT_STOPPED: Collision(
        "补助停发，须看望儿童", "A payment stopped: is the child well?", "WL24:2.1.0b-1"
    ),
    Reason.SCHOOL_ABSENCE: Collision(
        "无故缺课", "Absent from school without explanation", "WL24:4.1d"
    ),
    Reason.REPEATED_REPORTS: Collision(
        "一年内多次被报告", "Reported again within a year", "WL24:3.1a-4"
    ),
    Reason.REPEATED_INJURIES: Collision(
        "一年内多次受伤", "Hurt again within a year", "GJF2020-9:4-4"
    ),
    Reason.ALL_PARENTS_DETAINED: Collision(
        "父母均被羁押", "Both parents are detained", "WL24:3.6b-1"
    ),
    Reason.DELEGATION_ENDED: Collision(
        "委托照护已到期而父母仍被羁押", "The delegation ended, the parent is held", "MINORS:22"
    ),
    Reason.CHILD_NOT_SEEN: Collision(
        "连续走访未见到儿童", "Visits in a row did not see the child", "WL24:3.0"
    ),
    Reason.ORDER_BREACHED: Collision(
        "监护人违反干预文书", "The guardian breached an order", "WL24:3.3a-4"
    ),
    Reason.GUARDIAN_RELEASED: Collision(
        "曾受侵害儿童的监护人获释", "The guardian of a harmed child is free", "WL24:3.0"
    ),
}

INJURIES = frozenset(
    {
        Ground.PRIVATE_INJURY,
        Ground.INJURY_OR_NEGLECT_SIGNS,
        Ground.UNNATURAL_DISABILITY_OR_DEATH,
    }
)
HARMED = frozenset({TemporaryGround.SERIOUS_HARM, TemporaryGround.LED_INTO_CRIME})


def injuries_in(reports: Iterable[Collection[str]]) -> int:
    """How many reports name an injury among their grounds."""
    return sum(any(ground in INJURIES for ground in grounds) for grounds in reports)


@rule("WL24:4.2c-2", "一年内报告次数是否达到预警线")
def reported_again(reports: int, *, repeated_reports: int) -> bool:
    """Reported so often within a year, whoever reported."""
    return reports >= repeated_reports


@rule("WL24:4.2c-2", "一年内受伤次数是否达到预警线")
def hurt_again(injuries: int, *, repeated_injuries: int) -> bool:
    """Hurt so often within a year."""
    return injuries >= repeated_injuries


@rule("WL24:4.2c-2", "连续未见到儿童的走访次数是否达到预警线")
def unseen_again(visits_unseen: int, *, unseen_visits: int) -> bool:
    """So many visits in a row did not see the child."""
    return visits_unseen >= unseen_visits


@rule("WL24:4.1d", "缺课是否未说明原因")
def unexplained(explained: bool) -> bool:
    """Nobody has explained the absence."""
    return not explained


@rule("WL24:4.1d", "无故缺课天数是否达到预警线")
def absent_long(absent_days: int, *, absence_days: int) -> bool:
    """Absent so many school days."""
    return absent_days >= absence_days


@rule("WL24:4.1d", "缺课儿童是否已有在办个案、在押父母或停发补助")
def known_to_be_at_risk(at_risk: bool) -> bool:
    """A child with an open case, a detained parent or a stopped payment: one day is enough."""
    return at_risk


absence_worries = all_of(
    "absence_worries",
    "缺课应当核查",
    "An absence somebody should look into",
    unexplained,
    any_of(
        "long_or_at_risk",
        "缺课已久或儿童已有风险",
        "Absent for long, or known to be at risk",
        absent_long,
        known_to_be_at_risk,
        clause="WL24:4.1d",
    ),
    clause="WL24:4.1d",
)


class Found(StrEnum):
    """What the check found (核查结果)."""

    WELL = "well"
    ALREADY_KNOWN = "already_known"
    NEEDS_HELP = "needs_help"
    HARM_SUSPECTED = "harm_suspected"
    NOT_FOUND = "not_found"
