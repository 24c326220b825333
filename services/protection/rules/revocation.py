"""Revoking guardianship and restoring it: grounds and bars (撤销、恢复监护资格).

Pure. Seven grounds of 法发〔2014〕24号 article 35; restoration between three months and a year, for
a repentant parent whom no bar keeps out, and with the child's true will (民法典38).
"""

from datetime import date
from enum import StrEnum

from services.protection.rules.guardianship import months_after
from shared.law import all_of, any_of, none_of, rule


class RevocationGround(StrEnum):
    """Seven grounds on which guardianship is revoked (法发〔2014〕24号 35)."""

    SERIOUS_ABUSE = "serious_abuse"
    DEADLY_NEGLECT = "deadly_neglect"
    SIX_MONTHS_REFUSAL = "six_months_refusal"
    VICE_OR_PRISON_NO_DELEGATE = "vice_or_prison_no_delegate"
    BEGGING_THREE_TIMES = "begging_three_times"
    ABETTING_CRIME = "abetting_crime"
    OTHER_SERIOUS = "other_serious"


REVOCATION_GROUNDS: dict[RevocationGround, tuple[str, str]] = {
    RevocationGround.SERIOUS_ABUSE: (
        "FF2014-24:35-1",
        "性侵害、出卖、遗弃、虐待、暴力伤害未成年人，严重损害未成年人身心健康的",
    ),
    RevocationGround.DEADLY_NEGLECT: (
        "FF2014-24:35-2",
        "将未成年人置于无人监管和照看的状态，导致未成年人面临死亡或者严重伤害危险，经教育不改的",
    ),
    RevocationGround.SIX_MONTHS_REFUSAL: (
        "FF2014-24:35-3",
        "拒不履行监护职责长达六个月以上，导致未成年人流离失所或者生活无着的",
    ),
    RevocationGround.VICE_OR_PRISON_NO_DELEGATE: (
        "FF2014-24:35-4",
        (
            "有吸毒、赌博、长期酗酒等恶习无法正确履行监护职责或者因服刑等原因无法履行监护职责，"
            "且拒绝将监护职责部分或者全部委托给他人，致使未成年人处于困境或者危险状态的"
        ),
    ),
    RevocationGround.BEGGING_THREE_TIMES: (
        "FF2014-24:35-5",
        (
            "胁迫、诱骗、利用未成年人乞讨，经公安机关和未成年人救助保护机构等部门三次以上批评教育拒不改正，"
            "严重影响未成年人正常生活和学习的"
        ),
    ),
    RevocationGround.ABETTING_CRIME: (
        "FF2014-24:35-6",
        "教唆、利用未成年人实施违法犯罪行为，情节恶劣的",
    ),
    RevocationGround.OTHER_SERIOUS: (
        "FF2014-24:35-7",
        "有其他严重侵害未成年人合法权益行为的",
    ),
}


@rule("FF2014-24:35-3", "拒不履行监护职责是否达六个月以上")
def refusal_long_enough(refusal_months: int, *, refusal_months_minimum: int) -> bool:
    """Refusal to raise the child for the months of the law, with the child left without means."""
    return refusal_months >= refusal_months_minimum


@rule("FF2014-24:35-5", "批评教育是否达三次以上")
def warned_often_enough(begging_warnings: int, *, begging_warnings_minimum: int) -> bool:
    """Warned the number of times of the law and not mended."""
    return begging_warnings >= begging_warnings_minimum


@rule("FF2014-24:40-1", "是否性侵害、出卖未成年人")
def sexual_harm_or_sale(sexual_harm_or_sale_done: bool) -> bool:
    """Sexual harm or sale of the child is never forgiven."""
    return sexual_harm_or_sale_done


@rule("FF2014-24:40-2", "是否虐待、遗弃六个月以上、多次遗弃并造成重伤以上严重后果")
def grave_abuse(grave_abuse_done: bool) -> bool:
    """Abuse or abandonment for six months, or repeated, with grievous harm or worse."""
    return grave_abuse_done


@rule("FF2014-24:40-3", "是否因监护侵害被判五年以上有期徒刑")
def long_sentence(sentence_years: int, *, restoration_bar_sentence_years: int) -> bool:
    """Sentenced to the years of the law or more for harm done as guardian."""
    return sentence_years >= restoration_bar_sentence_years


@rule("CIVIL:38", "是否对被监护人实施故意犯罪")
def intentional_crime(intentional_crime_against_ward: bool) -> bool:
    """An intentional crime against the ward: never restored."""
    return intentional_crime_against_ward


restoration_barred = any_of(
    "restoration_barred",
    "不得恢复监护人资格",
    "Guardianship may not be restored",
    sexual_harm_or_sale,
    grave_abuse,
    long_sentence,
    intentional_crime,
    clause="FF2014-24:40",
)


@rule("CIVIL:38", "是否父母或者子女")
def parent_of_ward(applicant_is_parent: bool) -> bool:
    """Only parents (or children) of the ward may be restored."""
    return applicant_is_parent


@rule("CIVIL:38", "是否确有悔改表现")
def repented(repentance: bool) -> bool:
    """Shows true repentance."""
    return repentance


@rule("CIVIL:38", "是否尊重被监护人真实意愿")
def ward_wishes(ward_wants: bool) -> bool:
    """The ward's true will is respected."""
    return ward_wants


def _restoration_opens(
    revoked_on: date,
    applied_on: date,
    *,
    restoration_earliest_months: int,
    restoration_latest_months: int,
) -> date | None:
    return None


@rule("FF2014-24:38", "申请是否在撤销三个月后一年内", changes=_restoration_opens)
def restoration_in_time(
    revoked_on: date,
    applied_on: date,
    *,
    restoration_earliest_months: int,
    restoration_latest_months: int,
) -> bool:
    """Applied in writing between three months and one year after the revocation."""
    return (
        months_after(revoked_on, restoration_earliest_months)
        <= applied_on
        <= months_after(revoked_on, restoration_latest_months)
    )


may_be_restored = all_of(
    "may_be_restored",
    "可以恢复监护人资格",
    "Guardianship may be restored by the court",
    parent_of_ward,
    repented,
    ward_wishes,
    restoration_in_time,
    none_of(
        "no_bar_to_restoration",
        "无不得恢复情形",
        "No bar to restoration",
        restoration_barred,
        clause="FF2014-24:40",
    ),
    clause="CIVIL:38",
)
