"""What the parents' standing makes of the child: orphan, unsupported, left behind (失依)."""

from datetime import date

from services.eligibility.rules.parents import (
    MZ62,
    deported_and_absent,
    in_custody,
    lost,
    out_of_contact,
    seriously_ill,
    severely_disabled,
    stripped_of_guardianship,
    unable,
)
from shared.law import about, all_of, any_of, none_of, rule


@rule("CIVIL:1111", "未被他人收养")
def not_adopted(adopted: bool) -> bool:
    """No adoption has given the child other parents."""
    return not adopted


@rule("GB2010-54:1", "弃婴（儿童）")
def found_abandoned(foundling: bool) -> bool:
    """The child was found abandoned and its origin is unknown."""
    return foundling


@rule("GB2010-54:1", "无人认领")
def unclaimed(claimed: bool) -> bool:
    """No parent has come forward or been found."""
    return not claimed


def _notice_ends(notice_on: date, day: date, *, foundling_notice_days: int) -> date | None:
    return date.fromordinal(notice_on.toordinal() + foundling_notice_days)


@rule("ADOPT:8", "寻亲公告期满", changes=_notice_ends)
def notice_is_over(notice_on: date, day: date, *, foundling_notice_days: int) -> bool:
    """The search notice has run for its days without a claim."""
    return date.fromordinal(notice_on.toordinal() + foundling_notice_days) <= day


foundling_orphan = all_of(
    "foundling_orphan",
    "弃婴（儿童）经公告查找不到生父母",
    "Abandoned, and no parent found by notice",
    about("child", "", found_abandoned),
    about("child", "", unclaimed),
    about("child", "", notice_is_over),
    clause="GB2010-54:1",
)

without_parents = any_of(
    "without_parents",
    "失去父母或者查找不到生父母",
    "Both parents lost, or not to be found",
    all_of(
        "both_parents_lost",
        "父母均死亡、失踪或者查找不到",
        "Both parents dead, missing or unfindable",
        about("father", "父亲", lost),
        about("mother", "母亲", lost),
    ),
    foundling_orphan,
    clause="GB2010-54:1",
)

unsupported = all_of(
    "unsupported",
    "父母均无法抚养",
    "Neither parent can raise the child",
    any_of(
        "father_gone",
        "父亲无法抚养",
        "The father is lost or unable",
        about("father", "父亲", lost),
        about("father", "父亲", unable),
    ),
    any_of(
        "mother_gone",
        "母亲无法抚养",
        "The mother is lost or unable",
        about("mother", "母亲", lost),
        about("mother", "母亲", unable),
    ),
    none_of("not_an_orphan", "不属于孤儿", "Not an orphan", without_parents),
    about("child", "", not_adopted),
    clause=MZ62,
)


@rule("GF2016-13:1", "外出务工")
def away_for_work(away: bool) -> bool:
    """The parent is away for work."""
    return away


@rule("GF2016-13:1", "有监护能力")
def able_to_guard(guardianship_capacity: bool) -> bool:
    """The parent is able to be guardian."""
    return guardianship_capacity


@rule("GF2016-13:1", "监护能力已经查明")
def capacity_was_found(capacity_told: bool) -> bool:
    """Somebody has said whether the parent is able to be guardian."""
    return capacity_told


@rule("GF2016-13:1", "服刑、强制隔离戒毒或者羁押")
def behind_bars(custody: str) -> bool:
    """Held for longer than some days, whatever the term: guards nobody meanwhile."""
    return custody not in ("none", "administrative_detention")


no_guardian = any_of(
    "no_guardian",
    "不能监护",
    "Lost, unable, or without capacity to be guardian",
    lost,
    all_of(
        "infirm",
        "重残或者患重病，且未查明有监护能力",
        "Severely disabled or ill, and not found able all the same",
        any_of("infirm_body", "重残或者患重病", "Infirm", severely_disabled, seriously_ill),
        none_of(
            "not_found_able",
            "未查明有监护能力",
            "Not found able",
            all_of("found_able", "查明有监护能力", "Found able", capacity_was_found, able_to_guard),
        ),
    ),
    in_custody,
    stripped_of_guardianship,
    deported_and_absent,
    none_of("incapable", "无监护能力", "Without capacity to be guardian", able_to_guard),
    behind_bars,
    out_of_contact,  # whoever nobody can reach guards nobody, established or not
)
