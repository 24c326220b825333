"""What a question is about by its own words (问句指向), whatever the facts speak of besides.

Data: of each topic the words by which a question names it, Chinese and English.
"""

import re
from collections.abc import Mapping

_WORDS: Mapping[str, tuple[str, ...]] = {
    "return": (
        r"go(?:es)? home",
        r"return(?:ed)? (?:home|to)",
        r"\bhand(?:ed|s)?\b.{0,14}\bover\b",
        r"(?:sent?d?|give|hand).{0,14}(?:back|home)|child.{0,6}return",
        "送回|领回|接回|回家",
    ),
    "restoration": (r"\brestor", "恢复.{0,6}(?:资格|监护)"),
    "maintenance": (
        r"maintenance|(?:he|she|they|father|mother|parents?|guardian)\b.{0,24}\bpay(?:ing)?\b",
        "抚养费",
    ),
    "petition": (
        r"petition|revo(?:ke|cation)|\bcourt\b|\bsue\b|protection order|who.{0,6}apply",
        "撤销.{0,4}监护|谁.{0,4}申请|哪个法院|支持起诉",
    ),
    "placement": (
        r"where(?!.{0,20}(?:report|fil)).{0,30}(?:placed|live|stay|sleep|spend|go\b)",
        r"who takes|placement|^(?:where|place)\?",
        r"which (?:bed|guardianship|kind|institution|place)|temporary (?:or|guard)|long-term\?",
        (
            r"guardian\?|the (?:city |protection )*cent(?:re|er)|be kept|救助保护中心|安置|哪里|"
            r"谁来?监护|临时监护|长期监护"
        ),
    ),
    "station": (
        (
            r"(?<!police )station(?!.{0,16}(?:tell|let|inform|report|answer|need))|"
            r"beds? (?:be )?(?:set|"
            r"kept)|which conditions"
        ),
        "工作站|床位.{0,4}条件",
    ),
    "assessment": ("assess|evaluat|apprais", "评估"),
    "instrument": (
        "which (?:instrument|order|document|notice)|who issues|issuer",
        "签发|出具|(?:哪种|什么|何种)文书",
    ),
    "tattoo": ("tattoo", "文身|纹身"),
    "staff_check": (
        "background|be (?:hired|employed)|may (?:the )?\\w+ (?:hire|start|begin|take up|keep on)",
        "录用|上岗|入职",
    ),
    "timeliness": (r"timely|in time\?|too late", "及时|迟报"),
    "duty_to_report": (
        "must.{0,20}(?:report|phone|call|speak)|mandatory|duty|bound|obliged|excuse",
        (
            "(?:必须|应当|是否|要不要).{0,6}报|(?:单位|酒店|学校|医院|幼儿园|机构|应当?|应该|"
            "必须).{0,4}(?:怎么|做什么|如何)"
        ),
    ),
    "notification": (
        r"whom .{0,24}(?:bureau|office|department|federation).{0,12}(?:inform|tell|notif)",
        "通报给?谁|通报哪",
    ),
    "response": (
        r"response|which level|first (?:contact|visit)|how (?:fast|soon)|how often.{0,16}visit",
        "响应|首次(?:接触|走访|上门)|(?:风险|个案)等级|多久.{0,6}(?:走访|接触)",
    ),
    "liaison": ("liaison|contact person", "联系人"),
    "police_duty": (
        "police.{0,12}(?:refuse|must|do|file|act|comply)|(?:must|may|should) the police (?!ask)",
        "refusal lawful|feed ?back|procedure",
        "不?受理|立案|出警",
    ),
    "secrecy": (
        "liable|confidential|learn|(?<!be )told|know|read|see|given|disclos|publish|print",
        "保密|查阅|公开",
    ),
    "measures": (
        r"(?<!police )measures(?!.{0,24}(?:guardian|father|mother|parent))",
        r"(?:what|which) (?:\w+ )?(?:help|support|assistance|aid|relief)",
        r"famil(?:y|ies).{0,12}(?:covered|included|too)|(?<!训诫)措施",
    ),
    "one_stop": ("one.stop|questioned|interview|mechanism", "一站式|询问几次|机制"),
    "joint_meeting": ("joint.meeting", "联席会议"),
    "delegation": ("delegat|entrust|carer", "委托|受托"),
    "detention": (r"police.{0,12}ask|3\.6b", "询问.{0,6}子女"),
    "unattended": (r"\balone\b|unattended", "独自|无人看护"),
    "failing_guardian": (
        "(?:do|done|happens?) (?:with|about|to) (?:the )?(?:guardian|father|mother|parent)",
        "police measures|measures.{0,24}(?:guardian|father|mother|parent)|parent.{0,4}education",
        r"criminal liab|prosecut|3\.6a",
        r"(?:consequence|liab\w+|happens|be done).{0,16}(?:guardian|father|mother|parent)|admoni",
        "训诫|亲职教育(?!告知书)|(?:对|追究)(?:父|母|监护人|家长)",
    ),
    "legal_aid": ("legal (?:aid|help)|lawyer", "法律援助|律师"),
    "student_register": (r"\bregister\b|database", "数据库|结对"),
    "counselling": ("counsel|psycholog", "心理(?:咨询|疏导|辅导|服务)"),
    "responsible": (
        r"which (?:unit|office|department|authority|body|bureau)|\bleads?\b|who is responsible",
        "哪个(?:部门|单位)|谁(?:负责|牵头)|牵头|责任单位",
    ),
    "last_resort": (
        "last resort|must take (?:over )?responsib|in the end",
        "(?:bears?|has|assumes?) guardianship",
        "兜底",
    ),
    "identity_and_home": (
        "trac(?:e|ing)|investigat|foundling|coordinat|provinces|escort|home province",
        r"identif|search|looks? for|find \w+ (?:parents|family)",
        "打拐|查找|寻亲|公告",
    ),
}
# What may be asked for by its name alone; the rest only when nothing else answers.
FREELY = frozenset(
    {
        *("placement", "return", "restoration", "maintenance", "assessment", "instrument"),
        *("identity_and_home", "failing_guardian", "station", "student_register", "one_stop"),
        *("notification", "joint_meeting", "last_resort", "legal_aid", "staff_check", "response"),
    }
)


def pointed_at(question: str) -> list[str]:
    """The topics that a question names, in the order of the table."""
    return [c for c, words in _WORDS.items() if re.search("|".join(words), question, re.IGNORECASE)]
