"""What the document says of a situation (研判): every answer with its clause.

Stores nothing. A situation may touch several topics; each answers for itself, and the first of
them in the order of `TOPICS` speaks for what they have in common (`applies`, `lead`, `co`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from services.referrals.rules import health
from services.referrals.rules.evaluation import answering, helping, pupils
from services.referrals.rules.evaluation.asking import Answer, Ask, cited
from services.referrals.rules.table import Table
from services.referrals.rules.words import Said, understood
from shared.calendar import Calendar
from shared.law import Law
from shared.provinces import OTHER_PROVINCES


def evaluate(
    situation: Mapping[str, Any],
    question: str,
    day: date,
    law: Law,
    table: Table,
    calendar: Calendar,
    names: Mapping[str, str],
) -> Answer:
    """The union of the answers of a situation's topics, and each of them with its finding."""
    figures = law.on(day).figures
    illnesses = (*figures["serious_illnesses"], *figures["rare_illnesses"])
    said = understood({k: v for k, v in situation.items() if k != "topic"}, day, illnesses)
    ask = Ask(said, question, day, law.on(day), table, calendar, names)
    asked = _asked(ask, _topics(situation))
    asked = asked or [(name, answer) for name, _, answer in TOPICS if _told(said, name)]
    answers = [{"topic": name, **answer(ask)} for name, answer in asked] or _of_the_child(ask)
    of_one_thing = any(name in ALONE for name, _ in asked)
    open_ = not of_one_thing and all("unit" not in one for one in answers)
    if not answers or (open_ and _ASKS_WHO.search(question)):
        office = {"topic": "unit", **answering.unit_answer(ask)}
        answers += [office] if office["named"] or not answers else []
    whole: Answer = {"day": day, "facts": dict(said.facts)}
    for answer in answers:
        for key, value in answer.items():
            if key not in ("missing", "clauses", "finding"):
                whole.setdefault(key, value)
    whole["missing"] = _union(answers, "missing")
    whole["clauses"] = _union(answers, "clauses")
    return whole | {"answers": answers} | dict(said.unread)


NOTHING = Said("", {}, {}, {})
_ASKS_WHO = re.compile(
    "(?:which|what) (?:unit|office|department|authority|bureau|body)|whose|"
    "who (?:has|is|does|must|should|sees|acts|leads|takes)|哪个(?:部门|单位)|谁(?:来|负责|牵头|管)",
    re.IGNORECASE,
)


def _asked(ask: Ask, named: frozenset[str]) -> list[tuple[str, Callable[[Ask], Answer]]]:
    """The topics that are named, else those the words point at: what the question says first."""
    if named:
        return [(name, answer) for name, _, answer in TOPICS if name in named]
    sentences, alone = _cited(ask.question), replace(ask, said=NOTHING)
    asked = [
        (name, answer, is_asked(alone))
        for name, is_asked, answer in TOPICS
        if name in sentences or is_asked(ask)
    ]
    asked.sort(key=lambda one: one[0] not in sentences)
    if asked and asked[0][0] in ALONE:
        asked = asked[:1]
    asked.sort(key=lambda one: (one[0] not in sentences, not one[2]))
    return [(name, answer) for name, answer, _ in asked]


def _of_the_child(ask: Ask) -> list[Answer]:
    """What is due to a child of whom only the degree of disability or an illness is told."""
    facts = ask.said.facts
    if "task" in ask.said.fields or facts.get("adult"):
        return []
    taught = facts.get("severity") not in (None, "none")
    school = [{"topic": "placement", **helping.placement_answer(ask)}] if taught else []
    ill = facts.get("disabled_or_ill")
    return school + ([{"topic": "insurance", **helping.insurance_answer(ask)}] if ill else [])


def _topics(situation: Mapping[str, Any]) -> frozenset[str]:
    """What the caller says is asked, so that no words need to point at it."""
    said = situation.get("topic") or ()
    return frozenset([said] if isinstance(said, str) else said)


# The sentence a question cites names the topic: 2.3.2c is about education.
OF_CLAUSE: Mapping[str, str] = {
    "2.2.1": "insurance",
    "2.2.2": "rehabilitation",
    "2.2.3": "special_treatment",
    "2.2.4": "emergency",
    "2.3.1": "placement",
    "2.3.2": "education",
    "2.3.3": "education",
    "2.4.1": "housing",
    "2.4.2": "employment",
    "3.4a": "student_register",
    "3.4b": "counselling",
    "4.2c": "information_push",
}


def _cited(question: str) -> frozenset[str]:
    """The topics of the sentences that a question cites by number."""
    return frozenset(
        topic
        for c in cited(question)
        for clause, topic in OF_CLAUSE.items()
        if c.startswith(clause)
    )


def _union(answers: Sequence[Answer], key: str) -> list[str]:
    return list(dict.fromkeys(item for answer in answers for item in answer.get(key, [])))


def _told(said: Said, topic: str) -> bool:
    """Whether facts that this topic alone asks for are told, when no word points at any."""
    return bool(OF_TOPIC.get(topic, frozenset()) & (said.facts.keys() | said.fields.keys()))


def _has(*names: str) -> Callable[[Ask], bool]:
    return lambda ask: any(name in ask.said.fields for name in names)


def _words(pattern: str) -> Callable[[Ask], bool]:
    return lambda ask: ask.about(pattern)


# By whatever name a field is asked for: the fact of that name, not any thing that is wanted.
_SEEN = (
    "read|see|know|learn|view|access|shown?|disclos|allowed|told|tell|"
    "查|看|阅|知|公开|提供|获取|披露"
)


def _is_access(ask: Ask) -> bool:
    """Who may know what: a person who asks for a particular, or one that is told on."""
    asked = _has("field")(ask) and re.search(_SEEN, ask.question, re.IGNORECASE) is not None
    return asked or _has("requester")(ask) or ask.about(_TOLD_ON)


def _is_education(ask: Ask) -> bool:
    school = ask.about(
        "免费|免除|减免|住宿费|营养餐|保育费|学费|助学|资助|补助|待遇|优先|benefit|waive|"
        "priority|fee|aid"
    )
    return "stage" in ask.said.facts and (
        school or not ask.about("拒|就读方式|placement|拒收|refus|就业")
    )


def _is_placement(ask: Ask) -> bool:
    schooling = ask.about(
        "就读|入学|安置|适龄|接受(?:义务)?教育|随班|特殊教育|特教|送教|普通教育|上学|school|"
        "placement|educat|"
        r"\bforms?\b|taught"
    )
    told = {"severity", "disabled", "disability"} & (set(ask.said.facts) | set(ask.said.fields))
    at_work = ask.said.facts.get("adult") and ask.about("就业|劳动能力|employ|work")
    return schooling and bool(told) and not at_work


def _is_emergency(ask: Ask) -> bool:
    facts = ask.said.facts
    if facts.get("abandoned_or_street") and facts.get("urgent"):
        return True
    if ask.about("首诊|先救治|押金|结算|亟需.{0,4}救治|treat.first|deposit|settle|first.diagnos"):
        return True
    at_hospital = _has("hospital", "deposit_paid", "patient")(ask) or ask.about("昏迷|急救|抢救")
    other = {"confirmed_infection", "disability_kind"} & facts.keys() or _has("hiv")(ask)
    return at_hospital and not other


def _is_push(ask: Ask) -> bool:
    if _has("received")(ask) or ask.about("获得信息|得知后|通报|推送.{0,6}信息"):
        return True
    told = ask.about(
        "获悉|获知|得知|获得.{0,12}信息|发现.{0,20}(?:困难|诉求|线索|儿童)|网格员|走访"
    )
    return told and ask.about(
        "notif|inform|whom|t(?:ell|old)|pass(?:ed)? on|report|must happen|"
        "must .{0,24}\\b(?:do|done)\\b|"
        "what.{0,8}\\bdo\\b|"
        "should .{0,24}\\b(?:do|done)\\b|"
        "what now|next|in time|timely|late|上报|报告|通报|怎么办|谁|及时"
    )


def _is_rehabilitation(ask: Ask) -> bool:
    if helping.named_in(ask, health.CARE):
        return True
    if ask.about("康复|集中养育|无(?:法|力|人)照[护料]|辅助器具|辅具|护理补贴|孤独症|rehabilit"):
        return not ask.about("医保支付|insurance")
    kind = "disability_kind" in ask.said.facts
    return kind and ask.about("手术|耳蜗|助听|假肢|矫形|轮椅|适应指征|训练")


_REFUSAL = (
    "拒收|拒绝(?:其|该|接收|接受|为)?.{0,8}(?:入学|入读|就读|接收|录取|录用学生)|不(?:予)?录取|"
    "不予?接收|不(?:让|准|同意|肯).{0,6}"
    "(?:入学|上学|就读|入读)|劝退|(?<!主动)(?<!录取后)(?<!录取但)放弃入学|自愿退学|(?:劝|要求|让|建议).{0,4}(?:转学|退学)|"
    "(?:建议|劝|要求|让|动员)[^，。；]{0,8}(?:去|转|到|上|读)[^，。；]{0,6}(?:特校|特殊|其他学校)|"
    "暂[缓不][^，。；]{0,2}(?:接收|入学|报名|注册)|推迟入学|school.{0,20}declin|declin.{0,20}school|"
    "不收|不接纳|否则不|[只仅](?:同意|让|准|能)?[^，。；]{0,6}旁听|不(?:给|建|予)[^，。；]{0,4}学籍|不(?:予|给|让|准)(?:报名|注册)|"
    "(?:劝|要求|让|建议|"
    "责令)[^，。；]{0,4}(?:休学|停学|回家)|"
    "单独[^，。；]{0,6}(?:教室|就读|编班|上课|座位)|隔离(?:就读|上课)|"
    "(?:school|kindergarten).{0,20}refus|refus.{0,30}(?:admi|enrol|school)"
)
_PROCEDURE = "查验|确认|审核|期限|verif|confirm|by when|deadline"
_OUTSIDE = f"外省|跨省|省外|异地|外地|(?:{OTHER_PROVINCES})[^，；]{{0,8}}(?:户籍|籍)"
_TOLD_ON = (
    "(?:HIV|艾滋|感染)[^；。]{0,20}(?:推送|通报|告知|告诉|提供|共享)[^；。]{0,12}(?:局|学校|部门|"
    "村|镇)|"
    f"{answering.POSTED}|(?:家长|班级|微信|工作)群[^，。；]{{0,4}}(?:说|讲|发|透露)|"
    "(?:告诉|告知|透露|公开|泄露|通报)给?.{0,4}"
    "(?:学校|老师|同学|邻居|村民|媒体|家长|用人单位)"
)
_HOME = "接回|送返|返乡|送回|领回|transfer|hand.?over"
TOPICS: tuple[tuple[str, Callable[[Ask], bool], Callable[[Ask], Answer]], ...] = (
    (
        "access",
        _is_access,
        answering.access_answer,
    ),
    (
        "minimum_fields",
        _words(
            "哪些(?:信息|字段|资料|内容|个人信息)|最小必要|(?:须|需要?|应|必须|是否)(?:先|经|"
            "征得|取得)?.{0,10}同意|征得.{0,8}同意|"
            "(?:which|what) (?:data|fields|particulars|information)|consent|permission|signature|"
            "签字|"
            "(?:must|need|have to|has to|do|does).{0,30}agree|agree(?:ment)? (?:needed|required)"
        ),
        answering.fields_answer,
    ),
    (
        "cross_province_intake",
        lambda ask: (
            not re.search("verif|confirm|查验|确认", ask.question)  # what comes after the push
            and (
                (_has("application")(ask) and ask.about(f"{_OUTSIDE}|推送"))
                or (ask.about(_OUTSIDE) and ask.about(r"申请|窗口|受理|认定|通办|\bpush"))
            )
        ),
        answering.cross_province_answer,
    ),
    (
        "procedure",
        lambda ask: (
            (_has("application")(ask) or ask.about("收到.{0,8}材料|材料.{0,4}齐"))
            and ask.about(_PROCEDURE)
        ),
        answering.procedure_answer,
    ),
    ("unit", _has("task"), answering.unit_answer),
    ("emergency", _is_emergency, helping.emergency_answer),
    (
        "cross_province_transfer",
        lambda ask: (
            (ask.about(_OUTSIDE) and ask.about(f"流浪|转介|移交|护送|{_HOME}"))
            or ask.about(
                f"(?:{_HOME}).{{0,4}}(?:{OTHER_PROVINCES})|(?:{OTHER_PROVINCES}).{{0,8}}(?:{_HOME})"
            )
        ),
        answering.transfer_answer,
    ),
    (
        "decline",
        lambda ask: (
            ask.about(
                "不(?:予)?受理|拒绝转介|退回|退件|打回|拒绝受理|推诿|"
                "不(?:属于?|归)[^，。；]{0,6}(?:职责|管(?!辖)|负责)|declin|reject|"
                "not (?:theirs|ours)"
            )
            and not ask.about(_REFUSAL)
        ),
        answering.decline_answer,
    ),
    (
        "silence",
        lambda ask: (
            _has("sent")(ask)
            or ask.about(
                "未答复|不答复|逾期未|未回应|没有回应|未回复|没有(?:答复|回复|回音|反馈)|无人?回应|"
                "(?:仍|还|至今)无(?:答复|回复|回音)|未反馈|无人答复|"
                "silent|no answer|not answer|unanswered"
            )
        ),
        answering.silence_answer,
    ),
    ("information_push", _is_push, answering.push_answer),
    (
        "student_register",
        lambda ask: (
            (_has("student")(ask) and not _is_education(ask) and not _is_placement(ask))
            or ask.about(r"特殊群体学生|\bregister\b|数据库|special.group")
        ),
        pupils.student_register_answer,
    ),
    (
        "counselling",
        _words("心理(?:咨询|疏导|辅导|服务|问题|干预)|网瘾|沉迷|厌学|家庭矛盾|亲子冲突|counsel"),
        pupils.counselling_answer,
    ),
    ("admission", _words(f"{_REFUSAL}|{helping.RIGHT_TO_SCHOOL}"), helping.admission_answer),
    ("education", _is_education, helping.education_answer),
    ("placement", _is_placement, helping.placement_answer),
    ("rehabilitation", _is_rehabilitation, helping.rehabilitation_answer),
    (
        "insurance",
        _words(
            "医保|参保|医疗保险|大病|(?:医疗|住院)费|责任医生|家庭医生|签约|"
            "(?<!social )insurance|family.doctor"
            "|bill|primary care|medical (?:protection|cover|aid|help|assistance)"
        ),
        helping.insurance_answer,
    ),
    (
        "special_treatment",
        lambda ask: (
            _has("hiv")(ask)
            or ask.about(
                "感染|HIV|艾滋.{0,12}检测|专项救助|special treatment|treatment (?:fund|money)"
            )
        ),
        helping.special_treatment_answer,
    ),
    (
        "housing",
        _words("住房|建房|宅基地|没有?地方住|公租|公共租赁|租赁补贴|无房|housing|dwelling|rental"),
        helping.housing_answer,
    ),
    (
        "employment",
        _words("就业|劳动能力|创业|技能培训|employ|skills? training|social insurance"),
        helping.employment_answer,
    ),
)
OF_TOPIC: Mapping[str, frozenset[str]] = {
    "education": frozenset({"stage", "boarding", "full_time"}),
    "placement": frozenset({"special_school_possible"}),
    "rehabilitation": frozenset({"rehabilitation_indicated", "designated", "training"}),
    "insurance": frozenset({"joins_insurance"}),
    "special_treatment": frozenset({"confirmed_infection"}),
    "housing": frozenset({"has_housing", "building_conditions", "housing_conditions"}),
    "employment": frozenset({"labour_capacity", "hard_to_employ"}),
}
# These questions are about one thing: what else their words touch is not asked.
ALONE = frozenset(
    {
        "access",
        "minimum_fields",
        "cross_province_intake",
        "cross_province_transfer",
        "decline",
        "emergency",
        "information_push",
        "silence",
        "admission",
        "procedure",
        "unit",
    }
)
