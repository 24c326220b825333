"""Questions about harmed children: the measures for them, and who may know of them.

Pure: a situation and the law of the day in, an answer with clauses out, or nothing.
"""

import re
from collections.abc import Mapping

from services.protection.rules.questions.reports import Topic
from services.protection.rules.questions.situation import Answer, County, Situation, answer
from services.protection.rules.reporting import MEASURE_DEPARTMENTS, MEASURES, measures_for
from shared.law import LawOfDay
from shared.requesters import BESIDE_THE_CASE, UNVERIFIED


def measures(situation: Situation, _law: LawOfDay, _i: County) -> Answer | None:
    """The measures for a harmed child and family, and who carries them (3.1h-1)."""
    told = [situation.words("victim"), *situation.said_under("victim")]
    need = "；".join(word for word in told if word)
    harmed = situation.says("受侵", "被侵害", "受害", "被害") and situation.says(
        "措施", "救助", "帮扶", "measure", *(m.zh for m in MEASURES)
    )
    if not (need or harmed or situation.says("保护措施") or situation.asks("measures")):
        return None
    found = measures_for(need or situation.text())
    if "医疗费" in need and all(m.value != "medical_treatment" for m in found):
        found.append(next(m for m in MEASURES if m.value == "medical_treatment"))
    return answer(
        "measures",
        "WL24:3.1h-1",
        "MINORS:111",
        zh="民政、团委、妇联、司法等部门视情采取保护措施（措施与部门均为开放列举）",
        en="Departments take protective measures as the case needs; both lists are open",
        measures_include=[m.zh for m in found] or None,
        measures_codes=[m.value for m in found] or None,
        all_measures=[m.zh for m in MEASURES],
        measure_departments_codes=list(MEASURE_DEPARTMENTS),
        by_measure_codes={m.zh: list(m.departments) for m in found},
        beneficiaries=["受侵儿童", "受侵儿童的家庭"],
        open_list=True,
    )


_PASSED_ON = (
    "(?:照片|视频|信息|病历|姓名|资料)[^，；。]{0,4}(?:发给|发到|发在|传给|转给|拿给|卖给)|"
    "把[^，；。]{0,12}(?:发给|发到|传给|转给|拿给)"
)
_SPOKEN_OF = (
    "(?:大会|讲座|班会|家长会|课堂|会上|广播|公众号|喇叭|朋友圈|微博|抖音|群)[^，；。]{0,10}"
    "(?:表扬|表彰|点名|通报|公布|提到|介绍|说明|透露|讨论|转发|解释|宣布)"
)
_BEFORE_THE_PRESS = (
    "(?:电视台|记者|报社|主播|网红|融媒体)[^。；]{0,12}(?:拍|采访|报道|直播)|"
    "(?:newspaper|journalist|press|media)[^.;]{0,40}"
    "(?:name|photo|school|address|identit|interview|film)"
)
_NAMED_IN = (
    "(?:用|以|说出|讲出)[^，。；]{0,4}真实?(?:姓名|名)|(?:附|载明|写[明出上]|列[明出有]|注明|点出|印有|披露|曝光|含)[^，。；]{0,10}"
    "(?:姓[名氏]|名字|班级|照片|身份|住址)"
)
_OF_SECRECY = re.compile(
    f"{_PASSED_ON}|"
    "报告人|举报人|检举人|报案人的?(?:身份|信息|姓名|电话|是谁)|谁举报|公开姓名|媒体|"
    "隐私(?!部位)|保密|照片发布|(?<!无)(?<!没有)身份信息|泄露|透露|"
    "(?:报[告案]|举报)[^。；]{0,10}报复|报复[^。；]{0,6}(?:报[告案]|举报)|"
    "(?:发布|公布|公开|转发|刊登|传播|晒出?).{0,16}(?:姓名|照片|学校|住址|信息|视频|身份)|"
    "(?:要求|索要|通报|提供|报出|说出).{0,8}(?:孩子|儿童|学生|被害人|受害人)"
    ".{0,4}(?:姓名|身份|信息)|"
    "(?:公开|公示|公布|张榜|张贴).{0,16}(?:名单|数据库|名册)|"
    f"{_NAMED_IN}|{_SPOKEN_OF}|{_BEFORE_THE_PRESS}|"
    "因?报[案告].{0,6}(?:被|遭).{0,4}(?:起诉|追责|索赔)"
)
# Papers of a harmed child asked for by somebody without a task in the case.
_ASKED_FOR = re.compile(
    "(?:要求|索要|请求|申请|想)[^；。]{0,12}(?:提供|查阅|调取|复制|查看|获取|看)"
    "[^；。]{0,12}(?:儿童|孩子|学生|被害|受害)"
    "[^；。]{0,8}(?:病历|档案|笔录|材料|信息|姓名|住址|地址|电话|照片|视频|资料)"
)
_ASKS_WHO = re.compile(
    r"(?:told|know|given?|learn|see|disclosed?|shown?) (?:of |to )?.{0,16}"
    r"(?:address|whereabouts|\bname|identity|where (?:the|she|he)|who reported)|"
    "(?:告诉|告知|提供|知道|公开)[^？，]{0,10}(?:住址|地址|姓名|身份|下落|住处)",
    re.IGNORECASE,
)
_LIABLE = re.compile(
    "起诉|追责|追究|索赔|担责|赔偿|(?:承担|负).{0,6}责任|诬告|侵犯名誉|名誉权|liab|sued?\\b",
    re.IGNORECASE,
)
_PUNISHED = (
    "(?:处分|辞退|开除|调离|处罚|批评)[^。；]{0,10}(?:报警|报案|举报|报告)"
    "[^。；]{0,4}(?:老师|教师|班主任|医生|护士|员|人)"
)
# Somebody who reported in good faith and is called to account for it (GJF2020-9:15).
_BLAMED = re.compile(
    f"{_PUNISHED}|"
    f"(?:报[告案]|举报|report)[^。]{{0,30}}(?:误会|查无|不属实|不实|未查实|不构成)[^。]{{0,24}}(?:{_LIABLE.pattern})|"
    f"(?:{_LIABLE.pattern})[^。]{{0,10}}(?:报告人|举报人|老师|教师|医生|护士|单位|reporter|doctor|teacher)",
    re.IGNORECASE,
)
_OUTSIDER = re.compile(
    "加害|施暴|亲属|亲戚|记者|媒体|电视台|报社|网民|网友|主播|公众|邻居|同事|家长|父|母|监护人|"
    "嫌疑|妻子|丈夫|被(?:举报|报案|报告|告|害人亲)|"
    "统计|调研|课题|研究人员|班主任|校长|院长|园长|老师|教师|学校|医院|单位|银行|志愿|联席会议|"
    "成员单位|公司|融媒体|(?<!援助)律师|辩护"
)
# Offices and posts that may have a task in a case; nobody else is let know for want of one.
_OFFICES = re.compile(
    "公安|民警|警[官察员方]|派出所|检察|法院|法官|法庭|民政|妇联|团[市委]|青团|司法|社工|"
    "社会工作|督导|主任|"
    "救助|未保|镇|街道|村|居委|社区|网格|医[生师务院]|护士|法医|鉴定|心理|咨询|援助|政法|残联|"
    "关工委|"
    "[局办委]|中心|机构|专员|承办|officer|worker|judge|official"
)
_ON_THE_CASE = re.compile(
    "(?:办理|负责|处理|经办)(?:该|本|此)(?:案|儿童|孩子)|"
    "(?<![非是])本案.{0,6}(?:检察|法官|民警|警官|社工|干部|工作人员|医[生师]|鉴定|咨询师)|"
    "(?<!非)(?<!不)(?<!未)(?<!不是)(?<!没有)(?:承办|办案|经办|主办|负责本案)"
)
_UNVERIFIED = re.compile(UNVERIFIED)
_OFF_THE_CASE = re.compile(
    f"{BESIDE_THE_CASE}|"
    "非本案|不是本案|他案|其他(?:科室|民警|干部|人员|部门|老师|班级)|(?:非|不|未|没有?|不是|"
    "并未)(?:承办|办案|办理|经办|主办|参与|负责|接触)|无关"
)


def _task_in_case(situation: Situation) -> bool | None:
    """Whether who asks has a task in the case; None when only the office is told (R24)."""
    task = situation.flag("has_task")
    if task is not None:
        return task
    who = situation.word("requester")
    if not situation.has("requester"):  # an unknown requester is not told of in other words
        told_in = situation.word("event", "finding", "field")
        who = "" if told_in.isascii() else told_in
    if _OFF_THE_CASE.search(who):
        return False
    if _UNVERIFIED.search(who):
        return False if _OUTSIDER.search(who) else None
    if _ON_THE_CASE.search(who):
        return True
    told = bool(situation.word("requester"))
    if not who:
        return None
    return None if told and _OFFICES.search(who) and not _OUTSIDER.search(who) else False


_PUBLISHED = re.compile(
    f"{_PASSED_ON}|"
    f"{_NAMED_IN}|{_SPOKEN_OF}|"
    "公开|公布|发布|公示|张榜|张贴|转发|刊登|传播|通报|circulat|publish",
    re.IGNORECASE,
)


def secrecy(situation: Situation, _law: LawOfDay, _i: County) -> Answer | None:
    """Child and reporter are confidential towards all without a task in the case (3.1h-2)."""
    field = situation.word("field")
    asked = field in {"reporter_identity", "child_identity", "victim_identity"}
    asked = asked or (bool(field) and situation.has("requester"))
    asked = asked or _OF_SECRECY.search(situation.text()) is not None
    asked = asked or _ASKED_FOR.search(situation.facts()) is not None
    asked = asked or _ASKS_WHO.search(situation.question) is not None
    asked = asked or _BLAMED.search(situation.text()) is not None
    if not asked and not situation.asks("secrecy"):
        return None
    task = _task_in_case(situation)
    if task is None and not situation.has("requester") and _PUBLISHED.search(situation.text()):
        task = False  # whoever may read it, it is told to others who have no task
    reporter = "reporter" in field or situation.says("报告人", "举报人", "报案人", "谁举报")
    liable = re.search(f"{_LIABLE.pattern}|{_PUNISHED}", situation.text()) is not None
    return answer(
        "secrecy",
        "WL24:3.1h-2",
        "MINORS:103",
        *(["GJF2020-9:13"] if reporter else []),
        *(["GJF2020-9:15"] if liable else []),
        zh="受侵儿童及报告人信息保密：对无本案任务者一律保密，包括公安内部和报告单位内部",
        en="Confidential towards everybody without a task in this case, inside the unit too",
        allowed=task,
        status="undetermined" if task is None else None,
        missing=[n for n in ("requester", "has_task") if not situation.word(n)]
        if task is None
        else None,
        logged=True,
        needs="本案任务、目的和第二人批准，并留痕" if reporter else "本案任务，并留痕",
        confidential=["受侵儿童", "报告人"],
        reporter_liable=False if liable else None,
    )


VICTIM_TOPICS: Mapping[str, Topic] = {"measures": measures, "secrecy": secrecy}
