"""The words of the money: categories, benefits, other relief, events, and what an answer can be.

Codes are stable and documented; the Chinese legal term stands beside each.
"""

from enum import StrEnum


class Category(StrEnum):
    """The categories of the document, clause 1-6, told apart where money differs."""

    INSTITUTION_ORPHAN = "institution_orphan"
    SCATTERED_ORPHAN = "scattered_orphan"
    DE_FACTO_UNSUPPORTED = "de_facto_unsupported"
    OWN_DIFFICULTY = "own_difficulty"
    HIV_AFFECTED = "hiv_affected"
    DIBAO_CHILD = "dibao_child"
    DIBAO_MARGIN_CHILD = "dibao_margin_child"
    RURAL_LEFT_BEHIND = "rural_left_behind"
    STREET_CHILD = "street_child"
    OTHER_DIFFICULTY = "other_difficulty"


CATEGORY_ZH = {
    Category.INSTITUTION_ORPHAN: "孤儿（福利机构）",
    Category.SCATTERED_ORPHAN: "孤儿（社会散居）",
    Category.DE_FACTO_UNSUPPORTED: "事实无人抚养儿童",
    Category.OWN_DIFFICULTY: "自身困境儿童",
    Category.HIV_AFFECTED: "受艾滋病影响儿童",
    Category.DIBAO_CHILD: "低保家庭儿童",
    Category.DIBAO_MARGIN_CHILD: "低保边缘家庭儿童",
    Category.RURAL_LEFT_BEHIND: "农村留守儿童",
    Category.STREET_CHILD: "流浪儿童",
    Category.OTHER_DIFFICULTY: "其他困境儿童",
}


class Household(StrEnum):
    """The class of the child's household (家庭类别)."""

    DIBAO = "dibao"
    DIBAO_MARGIN = "dibao_margin"
    LOW_INCOME = "low_income"
    ORDINARY = "ordinary"


class ReliefKind(StrEnum):
    """Other relief a child has; the first four are living relief (其他生活救助)."""

    DIBAO = "dibao"
    DESTITUTE_SUPPORT = "destitute_support"
    DISABLED_LIVING = "disabled_living"
    OTHER_LIVING = "other_living"
    NOT_LIVING = "not_living"
    UNCLEAR = "unclear"


RELIEF_ZH = {
    ReliefKind.DIBAO: "低保金（该儿童部分）",
    ReliefKind.DESTITUTE_SUPPORT: "特困供养",
    ReliefKind.DISABLED_LIVING: "困难残疾人生活补贴",
    ReliefKind.OTHER_LIVING: "其他生活救助",
    ReliefKind.NOT_LIVING: "非生活类救助",
    ReliefKind.UNCLEAR: "性质不明的救助",
}


class Benefit(StrEnum):
    """A kind of money (发放项目)."""

    BASIC_LIVING = "basic_living"
    INFANT_NUTRITION = "infant_nutrition"
    STREET_RELIEF = "street_relief"
    PRICE_SUBSIDY = "price_subsidy"
    LUMP_SUM = "lump_sum"
    NURSING = "nursing"
    TRAINING = "training"
    REHABILITATION_LIVING = "rehabilitation_living"
    INSURANCE = "insurance"
    TEMPORARY_RELIEF = "temporary_relief"


BENEFIT_ZH = {
    Benefit.BASIC_LIVING: "基本生活费补助",
    Benefit.INFANT_NUTRITION: "婴幼儿营养补贴",
    Benefit.STREET_RELIEF: "流浪儿童临时救助",
    Benefit.PRICE_SUBSIDY: "动态价格补贴",
    Benefit.LUMP_SUM: "一次性基本生活费补助",
    Benefit.NURSING: "护理补贴",
    Benefit.TRAINING: "医疗康复训练补贴",
    Benefit.REHABILITATION_LIVING: "康复生活补贴",
    Benefit.INSURANCE: "居民医保个人缴费补助",
    Benefit.TEMPORARY_RELIEF: "临时救助",
}


class Happening(StrEnum):
    """What happened on a day that the money must follow (变动情形)."""

    APPLIED = "applied"
    CONFIRMED = "confirmed"
    CATEGORY_CHANGED = "category_changed"
    CATEGORY_ENDED = "category_ended"
    ENTERED_INSTITUTION = "entered_institution"
    LEFT_INSTITUTION = "left_institution"
    PARENT_RELEASED = "parent_released"
    PARENT_FOUND = "parent_found"
    PARENT_LOST = "parent_lost"
    ADOPTED = "adopted"
    DIED = "died"
    HUKOU_MOVED_AWAY = "hukou_moved_away"
    HUKOU_MOVED_HERE = "hukou_moved_here"
    DIBAO_STARTED = "dibao_started"
    DIBAO_ENDED = "dibao_ended"
    ENROLLED = "enrolled"
    ADMITTED = "admitted"
    GRADUATED = "graduated"
    DROPPED_OUT = "dropped_out"
    LEAVE_OF_ABSENCE = "leave_of_absence"
    ENLISTED = "enlisted"
    DISCHARGED = "discharged"
    RETURNED_TO_SCHOOL = "returned_to_school"
    WENT_TO_WORK = "went_to_work"
    HANDED_OVER = "handed_over"
    IDENTIFIED = "identified"
    SUDDEN_EVENT = "sudden_event"
    NOTED = "noted"
    UNCLEAR = "unclear"


class Status(StrEnum):
    """What an answer can be: three answers exist besides an amount."""

    DUE = "due"
    NOT_DUE = "not_due"
    UNDETERMINED = "undetermined"
    MANUAL_REVIEW = "manual_review"


STATUS_ZH = {
    Status.DUE: "应发",
    Status.NOT_DUE: "不发",
    Status.UNDETERMINED: "待查明",
    Status.MANUAL_REVIEW: "人工审核",
}

# Who went elsewhere has a right to every month before that; whoever cannot receive now, to none.
GONE = ("moved", "hukou_moved", "adopted", "found", "found_parents")
