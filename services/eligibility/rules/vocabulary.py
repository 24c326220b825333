"""The facts the law asks for: name, kind, who may state it, what silence means (事实目录).

A fact is `subject.name`. Silence about a fact that is an exception (a disability, a sentence)
means there is none; silence about one every answer rests on (birth date, registration)
means it is unknown. `null` always means unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

UNKNOWN: Final = "unknown"
SUBJECTS = {
    "child": ("儿童", "The child"),
    "father": ("父亲", "The father (养父 after an adoption)"),
    "mother": ("母亲", "The mother (养母 after an adoption)"),
    "household": ("家庭", "The household the child is counted in"),
    "relief": ("临时救助", "A relief episode of a street child"),
    "emergency": ("突发事件", "A sudden event that took the child's support away"),
}

ANY = ("town", "civil_affairs")
POLICE = (*ANY, "police")
COURT = (*ANY, "police", "court", "procuratorate", "justice")
SENTENCE = (*ANY, "court", "justice", "police", "procuratorate")
CARE = (*ANY, "protection_centre", "welfare_institution")
HEALTH = ("health", "medical_insurance", "civil_affairs")
DISABLED = ("disabled_federation", "civil_affairs")
SCHOOL = ("education", "human_resources", *ANY)


@dataclass(frozen=True, slots=True)
class FactKind:
    """One line of the vocabulary. `kind` is date, bool, int, yuan, texts, text or a choice.

    `silence` is what it means when nobody mentions the fact; `ask` that a case in the register
    may not take silence for an answer; `sealed` that only those with a task may ever read it.
    """

    name: str
    kind: str
    zh: str
    en: str
    departments: tuple[str, ...]
    silence: Any = UNKNOWN
    ask: bool = False
    choice: str = ""
    sealed: bool = False

    @property
    def subject(self) -> str:
        """Whose fact it is: `father` of `father.life`."""
        return self.name.split(".")[0]


Row = tuple[str, str, str, str, tuple[str, ...], Any]

CHILD: tuple[Row, ...] = (
    ("birth_date", "date", "出生日期", "Date of birth", (*POLICE, "health"), UNKNOWN),
    (
        "apparent_age",
        "int",
        "推断年龄",
        "Apparent age, when the birth date is unknown",
        (*POLICE, "health", "protection_centre"),
        UNKNOWN,
    ),
    ("alive", "bool", "在世", "The child is alive", (*POLICE, "health"), True),
    (
        "hukou_here",
        "bool",
        "具有本市户籍",
        "The child's own hukou is of this city",
        ("police", "civil_affairs", "town"),
        UNKNOWN,
    ),
    ("hukou_kind", "hukou_kind", "户籍性质", "Rural or urban hukou", POLICE, UNKNOWN),
    ("placement", "placement", "安置方式", "Where and with whom the child lives", CARE, "family"),
    ("adopted", "bool", "已被收养", "Lawfully adopted", (*ANY, "court"), False),
    (
        "foundling",
        "bool",
        "弃婴（儿童）",
        "Found abandoned, origin unknown",
        (*POLICE, *CARE),
        False,
    ),
    (
        "notice_on",
        "date",
        "寻亲公告日期",
        "Day the search notice was published",
        (*POLICE, "welfare_institution"),
        UNKNOWN,
    ),
    ("claimed", "bool", "已被认领", "Parents came forward or were found", POLICE, False),
    (
        "harm",
        "harm",
        "遭受的伤害",
        "Kind of harm or danger",
        (*COURT, "education", "health", "womens_federation", "protection_centre"),
        "none",
    ),
    ("harm_here", "bool", "侵害发生在本市", "The harm happened within the city", COURT, UNKNOWN),
    (
        "guardianship",
        "guardianship",
        "监护状况",
        "Guardianship proper, absent or improper",
        (*COURT, "womens_federation", "protection_centre"),
        UNKNOWN,
    ),
    ("left_guardian", "bool", "离开监护人", "Has left the guardian", (*CARE, "police"), False),
    ("strayed_here", "bool", "流落本市", "Has strayed to the city", (*CARE, "police"), UNKNOWN),
    (
        "means_lost",
        "bool",
        "失去基本生存保障",
        "Has lost basic means of survival",
        (*CARE, "police"),
        UNKNOWN,
    ),
    ("guardian_found", "bool", "监护人已查找到", "A guardian was found", (*CARE, "police"), False),
    ("disability_type", "disability_types", "残疾类别", "Types of disability", DISABLED, ("none",)),
    ("disability_grade", "disability_grade", "残疾等级", "Grade 1 (most severe) to 4", DISABLED, 0),
    ("disability_certificate", "bool", "持有残疾证或评定", "Certified or assessed", DISABLED, True),
    ("severe_disability", "bool", "经认定重残", "Found severely disabled", DISABLED, False),
    ("illness", "texts", "疾病", "Diagnoses", HEALTH, ()),
    ("disability_difficulty", "bool", "因残疾致困", "Made hard by a disability", DISABLED, False),
    ("serious_illness", "bool", "经认定患重病", "Found seriously ill", HEALTH, False),
    ("rare_illness", "bool", "经认定患罕见病", "Found to have a rare illness", HEALTH, False),
    (
        "hiv",
        "hiv",
        "艾滋病相关状况",
        "HIV: none, infected, affected",
        ("health", "civil_affairs"),
        "none",
    ),
    (
        "rehabilitation_need",
        "bool",
        "有康复需求和适应指征",
        "Needs and is suited to rehabilitation",
        (*DISABLED, "health"),
        UNKNOWN,
    ),
    (
        "training_designated",
        "bool",
        "在指定或认定的机构训练",
        "Trains at a designated institution",
        DISABLED,
        UNKNOWN,
    ),
    (
        "in_training",
        "bool",
        "正在接受基本康复训练",
        "In basic rehabilitation training",
        DISABLED,
        UNKNOWN,
    ),
    (
        "insured",
        "bool",
        "参加城乡居民基本医疗保险",
        "Enrolled in residents' insurance",
        ("medical_insurance",),
        UNKNOWN,
    ),
    ("urgent_treatment", "bool", "亟需医疗救治", "Urgently ill", (*HEALTH, *POLICE), False),
    ("study_stage", "stage", "学段", "Stage of education", SCHOOL, UNKNOWN),
    ("study_status", "study", "就学状态", "In school, graduated, on leave …", SCHOOL, UNKNOWN),
    ("study_mode", "study_mode", "学习形式", "Full-time or part-time", SCHOOL, "full_time"),
    ("admitted", "bool", "已被下一学段录取", "Admitted to a further stage", SCHOOL, False),
    ("expected_graduation", "date", "预计毕业日期", "Expected graduation", SCHOOL, UNKNOWN),
    ("study_ended_on", "date", "毕业或离校日期", "Day of graduation or leaving", SCHOOL, UNKNOWN),
    ("boarding", "bool", "住校", "Boards at school", SCHOOL, UNKNOWN),
    (
        "kindergarten",
        "kindergarten",
        "幼儿园性质",
        "Public or private kindergarten",
        SCHOOL,
        UNKNOWN,
    ),
    ("fit_for_school", "bool", "能到特殊学校就读", "Can attend a special school", SCHOOL, True),
    ("status_retained", "bool", "保留学籍", "Student status retained", SCHOOL, True),
    ("served", "bool", "曾应征入伍后返校", "Back from military service", SCHOOL, False),
    (
        "labour_capacity",
        "bool",
        "具备劳动能力",
        "Able to work",
        ("human_resources", "civil_affairs", "disabled_federation"),
        UNKNOWN,
    ),
    (
        "civil_capacity",
        "capacity",
        "民事行为能力",
        "Civil capacity",
        ("court", "civil_affairs"),
        UNKNOWN,
    ),
    ("previous_award", "award", "此前享受的补助", "Award before", ("civil_affairs",), UNKNOWN),
    ("lump_sum_paid", "bool", "六个月已发放过", "Six months paid before", ANY, False),
    (
        "recognised",
        "categories",
        "已认定类别",
        "Categories recognised before",
        ("civil_affairs",),
        (),
    ),
    (
        "other_relief",
        "other_reliefs",
        "享受的其他生活救助",
        "Other living assistance received",
        ("civil_affairs", "disabled_federation", "town"),
        (),
    ),
    (
        "other_difficulty",
        "bool",
        "已书面认定的其他困境",
        "Other difficulty decided with reasons",
        ("civil_affairs",),
        False,
    ),
    (
        "other_claimed",
        "bool",
        "反映其他困境待认定",
        "Another difficulty is claimed, not yet decided",
        ANY,
        False,
    ),
    ("has_housing", "bool", "有住房", "Has a home", ("housing", "town"), UNKNOWN),
    (
        "may_build",
        "bool",
        "符合建房条件",
        "Meets the conditions to build",
        ("agriculture_water", "town"),
        UNKNOWN,
    ),
    (
        "housing_conditions",
        "bool",
        "符合住房保障条件",
        "Meets housing-support conditions",
        ("housing",),
        UNKNOWN,
    ),
    ("hard_to_employ", "bool", "就业困难人员", "Hard to employ", ("human_resources",), UNKNOWN),
    ("independent", "bool", "具有独立生活能力", "Able to live independently", ANY, UNKNOWN),
)

PARENT: tuple[Row, ...] = (
    ("life", "life", "生存状况", "Alive, dead, declared missing …", (*COURT, "health"), UNKNOWN),
    ("unidentified", "bool", "身份不明", "Nobody knows who this parent is", POLICE, False),
    ("custody", "custody", "限制人身自由", "Deprived of liberty", COURT, "none"),
    ("custody_since", "date", "限制人身自由起始日期", "Held since", COURT, UNKNOWN),
    ("term_months", "int", "期限（月）", "Whole months of the term", SENTENCE, UNKNOWN),
    ("lost_contact", "bool", "失联", "Out of contact", POLICE, False),
    ("lost_contact_since", "date", "失联起始日期", "Out of contact since", POLICE, UNKNOWN),
    (
        "lost_contact_evidence",
        "lost_evidence",
        "失联查证方式",
        "How it was established",
        POLICE,
        "police_receipt",
    ),
    (
        "police_registered_on",
        "date",
        "公安登记查找日期",
        "Day police registered the search",
        POLICE,
        UNKNOWN,
    ),
    (
        "guardianship_revoked",
        "bool",
        "监护人资格被撤销",
        "Guardianship revoked by court",
        ("court", *ANY),
        False,
    ),
    ("deported", "bool", "被遣送（驱逐）出境", "Deported", COURT, False),
    ("performs_duty", "bool", "履行抚养义务", "Supports and keeps contact", COURT, False),
    ("disability_type", "disability_types", "残疾类别", "Types of disability", DISABLED, ("none",)),
    ("disability_grade", "disability_grade", "残疾等级", "Grade 1 to 4", DISABLED, 0),
    ("disability_certificate", "bool", "持有残疾证", "Certified", DISABLED, True),
    ("severe_disability", "bool", "经认定重残", "Found severely disabled", DISABLED, False),
    ("illness", "texts", "疾病", "Diagnoses", HEALTH, ()),
    ("serious_illness", "bool", "经认定患重病", "Found seriously ill", HEALTH, False),
    ("hiv", "hiv", "艾滋病相关状况", "HIV status", ("health", "civil_affairs"), "none"),
    ("away", "bool", "外出务工", "Away for work", ANY, False),
    (
        "guardianship_capacity",
        "bool",
        "有监护能力",
        "Able to be guardian",
        (*ANY, "court", "protection_centre"),
        True,
    ),
)

HOUSEHOLD: tuple[Row, ...] = (
    (
        "economic_class",
        "household",
        "家庭经济类别",
        "Verified class of the household",
        ANY,
        "ordinary",
    ),
    ("dibao_active", "bool", "低保在享", "Dibao is being received", ANY, True),
    ("includes_child", "bool", "共同生活成员含该儿童", "The child is a counted member", ANY, True),
    ("members", "int", "家庭人数", "Members counted", ANY, UNKNOWN),
    (
        "income_monthly",
        "yuan",
        "月收入（不含儿童基本生活费补助）",
        "Monthly income without the child's subsidy",
        ANY,
        UNKNOWN,
    ),
    ("property_ok", "bool", "财产符合规定", "Passes the property test", ANY, UNKNOWN),
    ("dibao_line", "yuan", "低保标准（人/月）", "Dibao line per head and month", ANY, UNKNOWN),
)

RELIEF: tuple[Row, ...] = (
    ("by", "relief_by", "救助或移送单位", "Who assists or handed over", (*CARE, "police"), "none"),
    ("since", "date", "救助起始日期", "Relief since", (*CARE, "police"), UNKNOWN),
    ("until", "date", "救助结束日期", "Relief until", (*CARE, "police"), UNKNOWN),
)

EMERGENCY: tuple[Row, ...] = (
    (
        "lost_support",
        "bool",
        "因突发事件暂时失依",
        "Temporarily without support after a sudden event",
        (*POLICE, "health", "protection_centre"),
        False,
    ),
    ("until", "date", "预计结束日期", "Expected end", ANY, UNKNOWN),
)

CHOICE_OF = {
    "disability_types": "disability_type",
    "categories": "category",
    "other_reliefs": "other_relief",
}
PLAIN = ("date", "bool", "int", "yuan", "text", "texts")
# A case in the register must hear about these; in a question about stated facts silence is natural.
ASKED = {"father.life", "mother.life"}
SEALED = {"child.hiv", "father.hiv", "mother.hiv"}


def _kinds() -> dict[str, FactKind]:
    tables: Mapping[str, tuple[Row, ...]] = {
        "child": CHILD,
        "father": PARENT,
        "mother": PARENT,
        "household": HOUSEHOLD,
        "relief": RELIEF,
        "emergency": EMERGENCY,
    }
    found = {}
    for subject, rows in tables.items():
        for short, kind, zh, en, departments, silence in rows:
            name = f"{subject}.{short}"
            choice = "" if kind in PLAIN else CHOICE_OF.get(kind, kind)
            found[name] = FactKind(
                name,
                kind,
                f"{SUBJECTS[subject][0]}{zh}",
                en,
                departments,
                silence,
                name in ASKED,
                choice,
                name in SEALED,
            )
    return found


VOCABULARY: Mapping[str, FactKind] = _kinds()
