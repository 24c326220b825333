"""Who may know what (知悉范围): reporter, child, illness, whereabouts; readings R24.

A case worker's question in words ("may the headmaster read who reported?"). What a service
actually shows is decided by the disclosure policy; this answers the question before it is asked.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from shared.gloss import glossed
from shared.requesters import BESIDE_THE_CASE, UNVERIFIED

FIELDS: tuple[tuple[str, str], ...] = (
    ("reporter", "reporter|举报人|报告人|报案人|谁(?:举报|报告)"),
    ("hiv", "hiv|HIV|艾滋|感染"),
    ("placement", "placement|address|安置|住址|地址|下落|藏身|庇护|住处"),
    ("money", "account|bank|payment|amount|账户|账号|发放|明细|金额"),
    (
        "statistics",
        (
            "statistic|\\bcounts?\\b|number of|how many|totals?\\b|统计|数量|"
            "人数|件数|案件数|总数|人次|比例|汇总|数字|台账数据"
        ),
    ),
    ("health", "health|diagnos|medical|disab|illness|病历|诊断|残疾|健康|心理"),
    ("offence", "offence|前科|犯罪记录|案卷|笔录"),
    ("identity", "identity|name|姓名|身份|个人信息|child|victim|受害|儿童信息|particular"),
)
# In the order in which they are tried: what excludes a requester stands first.
REQUESTERS: tuple[tuple[str, str], ...] = (
    ("accused", "被举报|被报告|被撤销|嫌疑|施暴|加害|reported on|accused|涉案人|监护侵害"),
    (
        "not_on_case",
        (
            "非(?:本案|承办|经办|办案)|不是本案|他案|[不未](?:承办|参与|负责|经办)|未承接|无关|"
            f"{BESIDE_THE_CASE}|"
            "其他(?:干部|人员|工作人员)|其他(?:派出所|民警|科室|班级|学校)|同事|与本案无"
        ),
    ),
    (
        "public",
        (
            "媒体|记者|电视台|报社|主播|网红|公众|网民|网友|陌生人|邻居|村民|亲友|press|media|"
            "public|"
            "企业|公司|商家|爱心人士|捐赠人|老板|课题|研究|调研|学者|compan|donor|research|"
            "家长群|班级家长|其他家长|同班|同学|(?:别|其他)的?(?:孩子|学生)"
        ),
    ),
    ("joint_meeting", "联席会议|joint"),
    ("unverified", UNVERIFIED),
    (
        "treating",
        "定点.{0,4}(?:医院|医疗|治疗)|主治|接诊|首诊|经治|指定(?:的)?(?:艾滋病)?治疗机构|treating",
    ),
    ("case_officer", "承办|办案|经办|主办|负责本案|case officer|受案|本案.{0,6}律师|援助律师"),
    ("procurator", "检察"),
    ("operator", "运维|operator|开发|供应商"),
    ("village", "村(?:支书|书记|主任|干部|委|会计)|居委|网格员|儿童主任|督导员"),
    ("auditor", "审计|audit"),
    ("bank", "银行|bank"),
    ("school", "学校|教师|老师|校长|班主任|school|teacher"),
    ("guardian", "监护人|父母|父亲|母亲|家长|parent|guardian"),
    ("police", "公安|民警|派出所|police"),
    ("civil_affairs", "民政|civil"),
    ("health_office", "卫健|卫生健康|health bureau"),
    ("social_organisation", "社会组织|志愿|社工|慈善|volunteer|charity"),
    (
        "department",
        (
            "局|部门|委|镇|街道|村|联合会|妇联|残联|团|法院|法官|医院|医[生师]|中心|机构|干部|"
            "工作人员|"
            "office|bureau|federation|department|committee|court|justice|worker|education|health"
        ),
    ),
)
ALLOWED: Mapping[str, frozenset[str]] = {
    "reporter": frozenset({"case_officer"}),
    "hiv": frozenset({"treating", "guardian"}),  # whose consent AIDS:39 asks for
    "placement": frozenset({"case_officer"}),
    "identity": frozenset({"case_officer", "treating"}),
    "health": frozenset({"case_officer", "treating"}),
    "offence": frozenset({"case_officer"}),
    "money": frozenset({"bank", "auditor", "case_officer"}),
    "statistics": frozenset(
        {
            "joint_meeting",
            "auditor",
            "procurator",
            "department",
            "police",
            "civil_affairs",
            "health_office",
            "case_officer",
        }
    ),
}
# A department's name alone does not say whether this officer has a task in this case.
DEPENDS = frozenset(
    {
        "unverified",
        "police",
        "procurator",
        "civil_affairs",
        "health_office",
        "department",
        "guardian",
    }
)
NEVER = frozenset({"accused", "not_on_case", "public", "joint_meeting", "operator"})
CLAUSES = {"hiv": "AIDS:39"}


@dataclass(frozen=True, slots=True)
class Knowing:
    """The answer: True, False, or None when it depends on a task in the case; and why."""

    allowed: bool | None
    field: str
    requester: str
    clause: str
    reason: str
    shown: str


def may_know(field_words: str, requester_words: str) -> Knowing:
    """Whether a requester may read a field, by the words that describe both."""
    field = _first(FIELDS, field_words.replace("_", " "), "identity")
    requester = _first(REQUESTERS, glossed(requester_words).replace("_", " "), "public")
    clause = CLAUSES.get(field, "WL24:3.1h-2")
    if field == "reporter" and requester in ("school", "guardian", "social_organisation", "bank"):
        return Knowing(
            False, field, requester, clause, "报告人身份对本案承办人员以外一律保密", "遮蔽"
        )
    if requester in ALLOWED[field]:
        return Knowing(True, field, requester, clause, "履行本案职责所必需，查阅留痕", "所需字段")
    if field == "hiv":
        return Knowing(
            False, field, requester, clause, "不得公开可识别感染者及其家属的信息", "遮蔽"
        )
    if requester in DEPENDS and requester not in NEVER:
        return Knowing(None, field, requester, clause, "须先查明是否承办本案", "遮蔽")
    shown = "仅统计数字" if requester == "joint_meeting" else "遮蔽"
    return Knowing(False, field, requester, clause, "与本案职责无关者不得知悉", shown)


def _first(table: tuple[tuple[str, str], ...], words: str, default: str) -> str:
    return next((code for code, pattern in table if re.search(pattern, words)), default)
