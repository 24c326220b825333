"""Detained and imprisoned parents: the question, the care, the agreement (羁押人员子女).

Pure. Police who decide to detain must ask about minor children; the answer is a required
field, and *yes, care needed* opens a task of the same day.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.law import all_of, any_of, none_of, rule
from shared.moves import Move, Moves


class DetentionKind(StrEnum):
    """Restrictions of liberty at which police must ask (3.6b-1)."""

    ADMINISTRATIVE_DETENTION = "administrative_detention"
    COMPULSORY_REHABILITATION = "compulsory_rehabilitation"
    CRIMINAL_DETENTION = "criminal_detention"
    ARREST = "arrest"
    RESIDENTIAL_SURVEILLANCE = "residential_surveillance"
    IMPRISONMENT = "imprisonment"
    OTHER_RESTRICTION = "other_restriction"

    @property
    def zh(self) -> str:
        """The word of the document."""
        return DETENTION_WORDS[self][0]


DETENTION_WORDS: dict[DetentionKind, tuple[str, ...]] = {
    DetentionKind.ADMINISTRATIVE_DETENTION: ("行政拘留", "治安拘留", "司法拘留"),
    DetentionKind.COMPULSORY_REHABILITATION: ("强制隔离戒毒", "强戒", "强制戒毒"),
    DetentionKind.CRIMINAL_DETENTION: ("刑事拘留", "刑拘"),
    DetentionKind.ARREST: ("逮捕",),
    DetentionKind.RESIDENTIAL_SURVEILLANCE: ("指定居所监视居住", "指定居所"),
    DetentionKind.IMPRISONMENT: (
        "服刑",
        "监狱",
        "收监",
        "判刑",
        "有期徒刑",
        "无期徒刑",
    ),
    DetentionKind.OTHER_RESTRICTION: (
        "其他限制人身自由",
        "限制人身自由",
        "拘役",
        "留置",
        "羁押",
        "在押",
        "关押",
        "拘留",
    ),
}


def detention_kind_of(word: str) -> DetentionKind | None:
    """The kind a code or Chinese word names."""
    given = word.strip()
    for kind, words in DETENTION_WORDS.items():
        if given == kind.value or any(known in given for known in words):
            return kind
    return None


class CarerKind(StrEnum):
    """Who looks after the child (3.6b-2), in the order of the document."""

    OTHER_PARENT = "other_parent"
    RELATIVE = "relative"
    OTHER_ADULT = "other_adult"
    FOSTER_FAMILY = "foster_family"
    VILLAGE_STATION = "village_station"
    TOWN_STATION = "town_station"
    PROTECTION_CENTRE = "protection_centre"
    WELFARE_INSTITUTION = "welfare_institution"


CARER_WORDS: dict[CarerKind, tuple[str, ...]] = {
    CarerKind.OTHER_PARENT: ("另一方父母", "父亲", "母亲"),
    CarerKind.RELATIVE: (
        "亲属",
        "祖父母",
        "外祖父母",
        "奶奶",
        "外婆",
        "叔",
        "舅",
        "姑",
        "姨",
    ),
    CarerKind.OTHER_ADULT: ("其他成年人", "邻居", "朋友"),
    CarerKind.FOSTER_FAMILY: ("寄养家庭", "家庭寄养"),
    CarerKind.VILLAGE_STATION: ("村（居）工作站", "村居", "村委会", "居委会"),
    CarerKind.TOWN_STATION: ("镇（街道）工作站", "未成年人保护工作站", "工作站"),
    CarerKind.PROTECTION_CENTRE: (
        "未成年人救助保护中心",
        "未成年人救助保护机构",
        "救助保护机构",
        "救助保护中心",
    ),
    CarerKind.WELFARE_INSTITUTION: ("儿童福利机构", "福利院"),
}


@dataclass(frozen=True, slots=True)
class CareNeed:
    """What a detention push means for the children it names."""

    care_needed: bool
    unanswered: bool


def care_need(answer: str, children: int, other_guardian_present: bool | None) -> CareNeed:
    """*Has none* needs nothing; *has* needs care unless somebody else surely looks after them.

    An unknown other guardian counts as absent: care is arranged first and asked about later.
    """
    if answer == "not_answered":
        return CareNeed(False, True)
    if answer == "none":
        return CareNeed(False, False)
    return CareNeed(children > 0 and other_guardian_present is not True, False)


# --- Delegated carers (委托照护), 未成年人保护法 22 --------------------------------------


@rule("MINORS:22-1", "受托人是否为有照护能力的完全民事行为能力人")
def carer_capable(carer_capable_adult: bool) -> bool:
    """The delegate is an adult of full civil capacity who is able to care."""
    return carer_capable_adult


@rule("MINORS:22-2", "受托人是否有侵害未成年人的违法犯罪")
def carer_offender(carer_records: tuple[str, ...]) -> bool:
    """Past sexual harm, abuse, abandonment, trafficking or violent harm bars a delegate."""
    return bool(carer_records)


@rule("MINORS:22-3", "受托人是否有吸毒、酗酒、赌博等恶习")
def carer_vice(carer_vices: bool) -> bool:
    """Drugs, drink or gambling bar a delegate."""
    return carer_vices


@rule("MINORS:22-4", "受托人是否曾拒不履行监护、照护职责")
def carer_refused_before(carer_refused_duty: bool) -> bool:
    """A past refusal or long neglect of guardianship or care bars a delegate."""
    return carer_refused_duty


@rule("MINORS:22-5", "受托人是否有其他不适宜的情形")
def carer_unfit_otherwise(carer_otherwise_unfit: bool) -> bool:
    """Anything else that makes the delegate unfit."""
    return carer_otherwise_unfit


delegation_barred = any_of(
    "delegation_barred",
    "不得作为被委托人",
    "Barred as a delegated carer",
    carer_offender,
    carer_vice,
    carer_refused_before,
    carer_unfit_otherwise,
    clause="MINORS:22",
)

may_be_delegate = all_of(
    "may_be_delegate",
    "可以受托照护",
    "May be a delegated carer",
    carer_capable,
    none_of(
        "no_bar_to_delegation",
        "无禁止受托情形",
        "No bar to delegation",
        delegation_barred,
        clause="MINORS:22",
    ),
    clause="MINORS:22",
)

DELEGATION_DUTIES = (
    ("MINORS:23-1", "将委托情况书面告知所在学校、幼儿园和村（居）委会"),
    ("MINORS:23-2", "与未成年人、被委托人至少每周联系和交流一次"),
    ("MINORS:22", "听取有表达意愿能力未成年人的意见"),
)

DETENTION_MOVES = Moves(
    "detention",
    "羁押人员未成年子女照料",
    "reported",
    [
        Move(
            "arrangement",
            "安排照料",
            ("reported", "arranged"),
            "arranged",
            "WL24:3.6b-2",
            (
                "police",
                "civil_affairs",
                "town",
                "protection_centre",
                "welfare_institution",
            ),
        ),
        Move(
            "answer",
            "补充询问结果",
            ("unanswered", "no_children"),
            "reported",
            "WL24:3.6b-1",
            ("police",),
        ),
        Move(
            "release",
            "释放",
            ("reported", "arranged", "no_children", "unanswered"),
            "released",
            "WL24:3.6b-2",
            ("police", "justice"),
        ),
    ],
)


def ends_in_the_past(began_on: date, ends_on: date | None) -> bool:
    """A term cannot end before it began."""
    return ends_on is not None and ends_on < began_on
