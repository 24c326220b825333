"""Guardianship of the state: grounds, places, the gate of return, revocation (国家监护).

Pure. Temporary guardianship has seven grounds (未成年人保护法92), long-term five (94); a child
goes home only on an assessment made after the removal that finds the guardian able again, and
on a person's decision: only a court's order goes over that gate.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from shared.law import all_of, any_of, rule


class TemporaryGround(StrEnum):
    """Seven grounds of temporary guardianship by the state (临时监护)."""

    UNIDENTIFIED = "unidentified"
    GUARDIAN_MISSING = "guardian_missing"
    GUARDIAN_PREVENTED = "guardian_prevented"
    GUARDIAN_REFUSES = "guardian_refuses"
    LED_INTO_CRIME = "led_into_crime"
    SERIOUS_HARM = "serious_harm"
    OTHER_BY_LAW = "other_by_law"


class LongTermGround(StrEnum):
    """Five grounds of long-term guardianship by civil affairs (长期监护)."""

    NO_GUARDIAN_FOUND = "no_guardian_found"
    GUARDIAN_DEAD = "guardian_dead"
    GUARDIAN_INCAPABLE = "guardian_incapable"
    REVOKED_AND_APPOINTED = "revoked_and_appointed"
    OTHER_BY_LAW = "other_by_law"


TEMPORARY_GROUNDS: dict[TemporaryGround, tuple[str, str]] = {
    TemporaryGround.UNIDENTIFIED: (
        "MINORS:92-1",
        "未成年人流浪乞讨或者身份不明，暂时查找不到父母或者其他监护人",
    ),
    TemporaryGround.GUARDIAN_MISSING: (
        "MINORS:92-2",
        "监护人下落不明且无其他人可以担任监护人",
    ),
    TemporaryGround.GUARDIAN_PREVENTED: (
        "MINORS:92-3",
        (
            "监护人因自身客观原因或者因发生自然灾害、事故灾难、公共卫生事件等突发事件不能履行监护职责，"
            "导致未成年人监护缺失"
        ),
    ),
    TemporaryGround.GUARDIAN_REFUSES: (
        "MINORS:92-4",
        "监护人拒绝或者怠于履行监护职责，导致未成年人处于无人照料的状态",
    ),
    TemporaryGround.LED_INTO_CRIME: (
        "MINORS:92-5",
        "监护人教唆、利用未成年人实施违法犯罪行为，未成年人需要被带离安置",
    ),
    TemporaryGround.SERIOUS_HARM: (
        "MINORS:92-6",
        "未成年人遭受监护人严重伤害或者面临人身安全威胁，需要被紧急安置",
    ),
    TemporaryGround.OTHER_BY_LAW: ("MINORS:92-7", "法律规定的其他情形"),
}

LONG_TERM_GROUNDS: dict[LongTermGround, tuple[str, str]] = {
    LongTermGround.NO_GUARDIAN_FOUND: (
        "MINORS:94-1",
        "查找不到未成年人的父母或者其他监护人",
    ),
    LongTermGround.GUARDIAN_DEAD: (
        "MINORS:94-2",
        "监护人死亡或者被宣告死亡且无其他人可以担任监护人",
    ),
    LongTermGround.GUARDIAN_INCAPABLE: (
        "MINORS:94-3",
        "监护人丧失监护能力且无其他人可以担任监护人",
    ),
    LongTermGround.REVOKED_AND_APPOINTED: (
        "MINORS:94-4",
        "人民法院判决撤销监护人资格并指定由民政部门担任监护人",
    ),
    LongTermGround.OTHER_BY_LAW: ("MINORS:94-5", "法律规定的其他情形"),
}


class Facility(StrEnum):
    """Places with beds for children (照料场所). A place of detention is never one."""

    VILLAGE_STATION = "village_station"
    TOWN_STATION = "town_station"
    PROTECTION_CENTRE = "protection_centre"
    WELFARE_INSTITUTION = "welfare_institution"


# Whose house it is: who keeps it answers for a bed in it and has a task for the child.
KEEPER_OF = {
    Facility.VILLAGE_STATION: "village",
    Facility.TOWN_STATION: "town",
    Facility.PROTECTION_CENTRE: "protection_centre",
    Facility.WELFARE_INSTITUTION: "welfare_institution",
}
FACILITY_ZH = {
    Facility.VILLAGE_STATION: "村（居）未成年人保护工作站",
    Facility.TOWN_STATION: "镇（街道）未成年人保护工作站",
    Facility.PROTECTION_CENTRE: "市未成年人救助保护中心",
    Facility.WELFARE_INSTITUTION: "儿童福利机构",
}


def placement_order(
    unidentified: bool,
    abandoned_infant: bool,
    court_appointed: bool,
    long_term: bool = False,
) -> tuple[tuple[Facility, ...], str]:
    """Where a child is placed first, and the clause (reading R25). Never a place of detention."""
    if abandoned_infant or court_appointed or long_term:
        return (Facility.WELFARE_INSTITUTION,), "WL24:3.5b"
    if unidentified:
        return (Facility.PROTECTION_CENTRE, Facility.WELFARE_INSTITUTION), "WL24:3.5c-2"
    order = (
        Facility.VILLAGE_STATION,
        Facility.TOWN_STATION,
        Facility.PROTECTION_CENTRE,
        Facility.WELFARE_INSTITUTION,
    )
    return order, "WL24:3.3b-1"


@rule("WL24:3.5d-2", "儿童照料区域是否独立分区")
def separate_zone(has_separate_zone: bool) -> bool:
    """The children's area is a zone of its own."""
    return has_separate_zone


@rule("WL24:3.5d-2", "是否配备专门人员")
def dedicated_staff(has_dedicated_staff: bool) -> bool:
    """There are people whose work it is."""
    return has_dedicated_staff


fit_station = all_of(
    "fit_station",
    "工作站具备临时照料条件",
    "A station may have beds: separate zone and dedicated staff",
    separate_zone,
    dedicated_staff,
    clause="WL24:3.5d-1",
)


# --- The gate of return (3.3b-2, reading R26) --------------------------------------------


@rule("WL24:3.3b-2", "评估是否在带离之后作出")
def assessed_after_removal(assessed_on: date, removed_on: date) -> bool:
    """Made in the time of temporary guardianship; an older one proves nothing."""
    return assessed_on >= removed_on


@rule("WL24:3.3b-2", "监护人是否重新具备履行监护职责条件")
def guardian_able_again(able: bool) -> bool:
    """The result: the guardian meets the conditions again."""
    return able


@rule(
    "WL24:3.2b-2",
    "评估是否在有效期内",
    changes=lambda valid_until, day: valid_until + timedelta(days=1),
)
def assessment_valid(valid_until: date, day: date) -> bool:
    """Not expired on the day of the decision."""
    return day <= valid_until


@rule("WL24:3.2b-2", "评估是否无未决异议")
def no_open_dispute(disputed: bool) -> bool:
    """No dispute of the result is open."""
    return not disputed


@rule("WL24:3.3b-2", "是否有承办人作出送回决定")
def return_decided(decided_by_person: bool) -> bool:
    """可: a person decides; a passed assessment alone sends nobody home."""
    return decided_by_person


assessment_permits_return = all_of(
    "assessment_permits_return",
    "评估结论允许送回",
    "A valid assessment made after the removal finds the guardian able again",
    assessed_after_removal,
    guardian_able_again,
    assessment_valid,
    no_open_dispute,
    clause="WL24:3.3b-2",
)


@rule("WL24:3.5b", "是否有人民法院的生效裁判")
def court_orders_return(court_order: bool) -> bool:
    """A court's order, the only thing that goes over the assessment."""
    return court_order


may_return = all_of(
    "may_return",
    "可以送回监护人抚养",
    "The child may be sent back to the guardian",
    any_of(
        "return_ground",
        "评估通过或法院裁判",
        "A passed assessment, or a court's order",
        assessment_permits_return,
        court_orders_return,
        clause="WL24:3.3b-2",
    ),
    return_decided,
    clause="WL24:3.3b-2",
)


def months_after(start: date, months: int) -> date:
    """The same day so many months later; the month's last day where it has no such day."""
    years, month = divmod(start.month - 1 + months, 12)
    first = date(start.year + years, month + 1, 1)
    following = date(first.year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(
        first.replace(day=1) + timedelta(days=start.day - 1),
        following - timedelta(days=1),
    )


@dataclass(frozen=True, slots=True)
class PlacementEnd:
    """When a term ends, and when the alarm goes before it."""

    ends_on: date
    alarm_on: date


def placement_term(removed_on: date, months: int, alarm_days: int) -> PlacementEnd:
    """Temporary guardianship ends by the figure (一般不超过一年); an alarm goes before."""
    ends_on = months_after(removed_on, months)
    return PlacementEnd(ends_on, ends_on - timedelta(days=alarm_days))
