"""Questions whose answer is one sentence of the document, found by its words or its topic code.

Pure. Nothing here depends on facts: the sentence says who does it and how.
"""

import re
from collections.abc import Mapping
from typing import Any

from services.protection.rules.questions.reports import Topic
from services.protection.rules.questions.situation import Answer, County, Situation
from shared.law import LawOfDay

FIXED: tuple[tuple[tuple[str, ...], Mapping[str, Any]], ...] = (
    (
        ("联席会议", "joint (?:meeting|conference)"),
        {
            "topic": "joint_meeting",
            "clauses": ["WL24:3.1e-1", "WL24:3.1e-2"],
            "zh": "强制报告部门联席会议的日常工作由市检察院负责；会议看数字，不看身份",
            "en": "The procuratorate does the daily work of the joint meeting; numbers, no names",
            "unit_code": "procuratorate",
        },
    ),
    (
        (
            "一站式",
            "重复询问",
            "先后询问",
            "反复询问",
            "询问女童",
            "男民警",
            "男性民警",
            "询问.{0,10}(?:被害|受害|被性侵)",
            "(?:各|又|再次?|重新|轮流|依次|分别|分头|多|[\\d二两三四五六七八九十]次).{0,4}询问",
            "(?<!是否)询问.{0,8}(?:[\\d二两三四五六七八九十]次|遍)",
            "同步录音录像",
            (
                "(?:各|分别|多次|再次?|重复|反复|轮流|[\\d二两三四五六七八九十]次).{0,6}"
                "(?:笔录|取证|问话|谈话|约谈)"
            ),
            "questioned",
            "interview",
            "one-stop",
        ),
        {
            "topic": "one_stop",
            "clauses": ["WL24:3.1f-3", "MINORS:112"],
            "zh": "“一站式”办案：询问尽量一次完成，同步录音录像；女性被害人由女性工作人员询问",
            "en": "One-stop handling: one recorded interview; female staff for a female victim",
            "interviews": 1,
            "recorded": True,
            "female_staff": True,
        },
    ),
    (
        (
            *("伤情鉴定", "身心健康评估", "验伤", "伤情", "身体检查"),
            "(?:direct|guid|supervis|urg)[a-z]* (?:the )?(?:hospital|medical|clinic)",
        ),
        {
            "topic": "injury_appraisal",
            "clauses": ["WL24:3.1g"],
            "zh": "市卫生健康局督促指导医疗机构协助做好伤情鉴定、身心健康评估",
            "en": "The health bureau directs medical institutions to help with appraisal",
            "unit_code": "health",
        },
    ),
    (
        (
            "法律援助",
            "法援",
            "(?:请不起|无力(?:聘请|请|负担|支付)|没钱请|不起).{0,4}律师",
            "不(?:懂|会)(?:打官司|法律|诉讼|写诉状)",
            "legal (?:aid|help)",
        ),
        {
            "topic": "legal_aid",
            "clauses": ["WL24:3.6c-2"],
            "zh": "引导法律服务人员为符合条件的困境儿童提供法律援助，简化程序，快速办理",
            "en": "Legal aid, simplified and fast, through the justice bureau",
            "unit_code": "justice",
            "fast_track": True,
        },
    ),
    (
        (
            "兜底",
            "推诿",
            (
                "(?:村|镇|街道|中心|各[^，。；]{0,4})[^，。；]{0,6}(?:都|均)[^，。；]{0,4}"
                "(?:没有?|无|不)[^，。；]{0,4}(?:床位|接收|收留|管)"
            ),
            "无处可去",
            "(?:无人|没有?人).{0,4}(?:愿意|肯)?(?:担任|当|做)?监护",
            "(?:无|没有)监护人(?!联系|陪同|信息|签字|到场|同意)",
        ),
        {
            "topic": "last_resort",
            "clauses": ["WL24:4.1b-3", "WL24:4.1b-1"],
            "zh": "市民政局履行兜底监护职责；未落实或有争议的个案由市民政局牵头协调",
            "en": "Civil affairs is guardian of last resort and owns what nobody takes",
            "unit_code": "civil_affairs",
            "reason": "兜底监护职责",
        },
    ),
    (
        (
            "(?:通报|告知|报告)(?:给)?.{0,8}(?:未保委|未保办)",
            "通报(?:给)?(?:哪|谁)",
            "office must be (?:told|notified|informed)",
            "(?:获知|获悉|得知|掌握|获得信息).{0,24}(?:通报|notif)",
        ),
        {
            "topic": "notification",
            "clauses": ["WL24:4.2c-1", "WL24:4.2c-2"],
            "zh": "相关主管部门获得信息后及时通报市未保委办公室，做好精准帮扶和个案干预",
            "en": "Departments that learn of a case tell the office of the protection committee",
            "unit_code": "child_protection_office",
            "report_to_code": "child_protection_office",
        },
    ),
    (
        (
            "心理(?:咨询|疏导|辅导|服务|健康)",
            "网瘾",
            "沉迷(?:网络|游戏|手机)",
            "厌学",
            "亲子(?:冲突|矛盾)",
        ),
        {
            "topic": "counselling",
            "clauses": ["WL24:3.4b", "WL24:3.4c"],
            "zh": "为困境儿童及时提供学业、网瘾、家庭矛盾分析等心理咨询、心理疏导",
            "en": "Counselling on learning, the net and quarrels at home, led by education",
            "support_offered": "心理咨询、心理疏导",
            "lead": "市教育局",
            "lead_code": "education",
        },
    ),
    (
        (
            "特殊群体学生",
            "(?:遭遇|遭受)校园欺凌",
            "校园欺凌的",
            "(?<!进家庭)结对帮扶",
            "学生.{0,8}(?:困难|贫困|留守|流动|随迁|单亲|离异|残疾|丧亲|(?:父|母)亲?(?:去世|病故|死亡|身亡))",
            "(?:困难|贫困|留守|流动|随迁|单亲|离异|残疾|丧亲).{0,6}学生",
        ),
        {
            "topic": "student_register",
            "clauses": ["WL24:3.4a-2", "WL24:3.4a-3"],
            "zh": "纳入特殊群体学生数据库，建立“一对一”结对帮扶，有针对性地关爱、帮扶、援助",
            "en": "Into the register of special-group students, with one-to-one pairing",
            "database": "特殊群体学生数据库",
            "support_offered": "“一对一”结对帮扶",
            "groups": ["困难", "留守", "流动", "单亲", "残疾", "遭遇校园欺凌", "丧亲"],
            "lead": "市教育局",
            "lead_code": "education",
            "participants": [
                "卫健",
                "公安",
                "民政",
                "司法",
                "法院",
                "检察院",
                "残联",
                "妇联",
                "团委",
            ],
        },
    ),
)


# The facts that ask for one of these sentences, whatever their words.
_BY_FACT: Mapping[str, tuple[str, ...]] = {
    "student_register": ("student",),
    "one_stop": ("interviews",),
}


def _fixed(words: tuple[str, ...], said: Mapping[str, Any]) -> Topic:
    pattern = re.compile("|".join(words))

    def topic(situation: Situation, _law: LawOfDay, _i: County) -> Answer | None:
        asked = situation.asks(said["topic"]) or pattern.search(situation.text()) is not None
        asked = asked or any(situation.has(fact) for fact in _BY_FACT.get(said["topic"], ()))
        return dict(said) if asked else None

    return topic


# A pupil of none of the groups is told of as such.
_ORDINARY = re.compile(
    "(?:无|没有)(?:任何)?(?:其他)?(?:特殊|困难)|普通(?:家庭|学生)|家境(?:殷实|优越|良好|宽裕)"
)
_GROUPS = re.compile(
    "贫困|困难(?!情况)|留守|流动|随迁|单亲|离异|残疾|欺凌|丧亲|去世|病故|双亡|孤儿"
)


def _register(found: Topic) -> Topic:
    """The register of special groups is not for a pupil who is said to be of none."""

    def topic(situation: Situation, law: LawOfDay, county: County) -> Answer | None:
        said = found(situation, law, county)
        told = situation.facts()
        if said and _ORDINARY.search(told) and not _GROUPS.search(_ORDINARY.sub("", told)):
            kept = {key: said[key] for key in ("topic", "clauses", "lead", "lead_code")}
            zh, en = "不属于须重点关注的特殊群体学生", "Of none of the special groups"
            return kept | {"zh": zh, "en": en, "applies": False}
        return said

    return topic


FIXED_TOPICS: Mapping[str, Topic] = {said["topic"]: _fixed(words, said) for words, said in FIXED}
FIXED_TOPICS = {**FIXED_TOPICS, "student_register": _register(FIXED_TOPICS["student_register"])}
