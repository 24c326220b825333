"""Who may go to the court for a child, for what; and who must when nobody does (申请人).

Pure. 民法典36 lists who may ask to revoke guardianship and binds civil affairs to do it when the
others do not in time; 反家庭暴力法23 lets police ask for protection; only the revoked parent asks
to be restored (民法典38).
"""

from enum import StrEnum

from services.protection.rules.orders import Relief


class Petitioner(StrEnum):
    """Who may go to the court for a child (申请人)."""

    OTHER_GUARDIAN = "other_guardian"
    RELATIVE = "relative"
    VILLAGE = "village"
    SCHOOL = "school"
    MEDICAL_INSTITUTION = "medical_institution"
    WOMENS_FEDERATION = "womens_federation"
    DISABLED_FEDERATION = "disabled_federation"
    PROTECTION_ORGANISATION = "protection_organisation"
    CHILD_PROTECTION_OFFICE = "child_protection_office"
    CIVIL_AFFAIRS = "civil_affairs"
    YOUTH_LEAGUE = "youth_league"
    CARE_COMMITTEE = "care_committee"
    POLICE = "police"
    PARENT = "parent"


PETITIONER_ZH: dict[Petitioner, tuple[str, ...]] = {
    Petitioner.PARENT: (
        "被撤销",
        "原监护人",
    ),  # before every other: the rest of the word is theirs too
    Petitioner.OTHER_GUARDIAN: (
        *("其他依法具有监护资格的人", "另一方父母", "其他监护人"),
        *("母亲", "父亲", "生母", "生父", "妈妈", "爸爸"),
    ),
    Petitioner.RELATIVE: (
        "祖父母",
        "外祖父母",
        *("祖母", "祖父", "奶奶", "爷爷", "外公", "外婆", "外祖"),
        *("兄", "姐", "哥", "姑", "姨", "舅", "叔", "伯"),
        "关系密切的亲属",
        "朋友",
        "亲属",
    ),
    Petitioner.VILLAGE: (
        "居民委员会",
        "村民委员会",
        "村委会",
        "居委会",
        "村（居）",
        "村居",
    ),
    Petitioner.SCHOOL: ("学校", "幼儿园", "小学", "中学"),
    Petitioner.MEDICAL_INSTITUTION: ("医疗机构", "医院"),
    Petitioner.WOMENS_FEDERATION: ("妇女联合会", "妇联"),
    Petitioner.DISABLED_FEDERATION: ("残疾人联合会", "残联"),
    Petitioner.PROTECTION_ORGANISATION: (
        "未成年人保护组织",
        "救助保护机构",
        "救助保护中心",
    ),
    Petitioner.CHILD_PROTECTION_OFFICE: ("市未保办", "市未保委办公室", "未保办"),
    Petitioner.CIVIL_AFFAIRS: ("民政部门", "民政局", "市民政局"),
    Petitioner.YOUTH_LEAGUE: ("共青团", "团市委", "团委"),
    Petitioner.CARE_COMMITTEE: ("关工委", "关心下一代工作委员会"),
    Petitioner.POLICE: ("公安", "派出所"),
}


def petitioner_of(word: str) -> Petitioner | None:
    """The petitioner a code or a Chinese word names; None for one who may never petition."""
    for petitioner, words in PETITIONER_ZH.items():
        if word == petitioner.value or any(known in word for known in words):
            return petitioner
    return None


_ANY_BUT_THE_REVOKED = frozenset(Petitioner) - {Petitioner.PARENT}
_ANY_BUT_POLICE = _ANY_BUT_THE_REVOKED - {Petitioner.POLICE}

PETITIONERS: dict[Relief, tuple[str, frozenset[Petitioner]]] = {
    Relief.REVOCATION: ("CIVIL:36", _ANY_BUT_POLICE),
    Relief.CHANGE_OF_GUARDIAN: ("CIVIL:36", _ANY_BUT_POLICE),
    Relief.PROTECTION_RULING: ("DV:23", _ANY_BUT_THE_REVOKED),
    Relief.MAINTENANCE: ("CIVIL:37", _ANY_BUT_POLICE),
    Relief.RESTORATION: ("CIVIL:38", frozenset({Petitioner.PARENT})),
}


def may_petition(relief: Relief, petitioner: Petitioner) -> bool:
    """Whether the law lets this petitioner ask for this."""
    return petitioner in PETITIONERS[relief][1]


# Who may revoke waits for somebody; then civil affairs must, and its own clock runs (民法典36).
OTHERS_MAY, CIVIL_AFFAIRS_MUST = "petition_by_others", "petition_by_civil_affairs"
ENDS_THE_WAIT = frozenset({Relief.REVOCATION, Relief.CHANGE_OF_GUARDIAN})
