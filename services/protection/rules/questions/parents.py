"""Questions about parents: away, failing.

Pure: a situation and the law of the day in, an answer with clauses out, or nothing.
"""

import re
from collections.abc import Mapping

from services.protection.rules.detentions import (
    DELEGATION_DUTIES,
    may_be_delegate,
)
from services.protection.rules.orders import FOR_A_FAILING_GUARDIAN, ORDERS
from services.protection.rules.questions.alone import alone_too_young
from services.protection.rules.questions.reports import Topic
from services.protection.rules.questions.situation import (
    Answer,
    County,
    Situation,
    answer,
)
from services.protection.rules.reporting import records_in
from shared.ages import age_in
from shared.law import Facts, LawOfDay, Verdict

_ENTRUSTED = re.compile(
    "与[^，。；]{1,20}签[^，。；]{0,12}协议|由[^，。；]{1,12}(?:照[看料顾护管]|代管)|"
    "委托给?.{0,30}(?:照护|照料|照看|照顾|代管|抚养)|"
    "(?:交给|托付给?|寄养在?|留给).{0,24}(?:保姆|同乡|同事|室友|网友|照[护料看顾]|外[婆公]|奶奶|爷爷|祖[父母]|[姑姨舅叔伯]|亲戚|邻居|朋友)"
)


def delegation(situation: Situation, law: LawOfDay, _: County) -> Answer | None:
    """Who may not be a delegated carer (未成年人保护法 22–23)."""
    own = "" if situation.has("station", "separate_zone") else situation.word("carer")
    carer = own or _entrusted(situation)
    away = _AWAY.search(situation.facts()) and _TOUCH.search(situation.facts())
    if not (carer or away or situation.asks("delegation")):
        return None
    facts = Facts()
    told = situation.value("carer_records")
    listed = told if isinstance(told, list) else None
    records = records_in(carer) or (records_in(told) if isinstance(told, str) else listed)
    if records or situation.says("遗弃"):
        facts["carer_records"] = tuple(records or ("abandonment",))
    facts |= {name: bad for words, name, bad in _BARS if any(word in carer for word in words)}
    facts |= situation.flags("carer_capable_adult", "carer_vices", "carer_refused_duty")
    facts |= situation.flags("carer_otherwise_unfit")
    if (age := age_in(carer)) is not None and age < 18:
        facts["carer_capable_adult"] = False
    assumed = _described_as_fit(carer, facts)
    untold = False in (situation.flag("school_told"), situation.flag("village_told"))
    failed = [words for pattern, words in _NOT_DONE if pattern.search(situation.facts())]
    failed = list(dict.fromkeys([*failed, *([_NOT_DONE[1][1]] if untold else [])]))
    found = may_be_delegate.find(facts, law)
    return answer(
        "delegation",
        *found.clauses()[:1],
        "MINORS:23-1",
        "MINORS:23-2",
        zh="不得作为被委托人" if found.verdict is Verdict.NOT_MET else "须核实受托人无禁止情形",
        en="Barred as carer" if found.verdict is Verdict.NOT_MET else "To be verified",
        allowed=None if found.unknown else found.met,
        may_be_delegate=None if found.unknown else found.met,
        compliant=False if failed else None,
        reasons=failed or None,
        status="undetermined" if found.unknown and not failed else None,
        assumed=assumed or None,
        missing=found.missing() or None,
        duties=[words for _, words in DELEGATION_DUTIES],
    )


def _entrusted(situation: Situation) -> str:
    """Whom parents entrust a child to, as told; whoever looks after it at home is none."""
    gone = _AWAY.search(situation.facts()) is not None
    entrusts = gone or situation.says("委托", "交给", "托付", "寄养", "留给")
    found = _ENTRUSTED.search(situation.facts()) if entrusts else None
    said = found.group() if found else ""
    # Of one who is held the agreement is asked about, unless what is told of the carer bars it.
    held = situation.says("拘留", "戒毒", "服刑", "监狱", "羁押")
    barred = records_in(said) or any(word in said for words, _, _ in _BARS for word in words)
    return "" if held and not barred else said


_AWAY = re.compile("外出|务工|打工|在外|外地|出国|经商|在[^，。；]{1,6}(?:工作|上班)")
_TOUCH = re.compile("联系(?!不)|电话|视频|通话|告知|通知|联络")
# What parents who are away owe (未成年人保护法23): word to school and village, a call every week.
_NOT_DONE = (
    (
        re.compile(
            "(?:没有?|从不|未|极少|很少|不)[^，。；]{0,4}(?:联系|打电话|来电|通话|过问)|"
            "(?:每(?:两|二|三|四|半?个?|数)|[两二三四]个?|半个)(?:周|星期|月|年)[^，。；]{0,6}"
            "(?:一|1)?次?(?:联系|视频|电话|通话|联络)|每(?:月|年)[^，。；]{0,8}(?:联系|视频|电话|通话|联络)"
        ),
        "应与未成年人、被委托人至少每周联系和交流一次",
    ),
    (
        re.compile(
            "(?:没有?|未|尚未|不)[^，。；]{0,4}(?:告知|通知|告诉|报告)[^，。；]{0,6}(?:学校|幼儿园|村|居|社区)"
        ),
        "应将委托情况书面告知所在学校、幼儿园和村（居）委会",
    ),
)
_UNFIT = (
    *("未成年", "无照护能力", "瘫痪", "卧床", "失智", "痴呆", "智力残疾"),
    *("精神病", "精神障碍", "精神分裂", "无民事行为能力", "限制民事行为能力"),
)
_BARS = (
    (("吸毒", "酗酒", "赌博"), "carer_vices", True),
    (("拒不履行", "怠于", "曾拒绝"), "carer_refused_duty", True),
    (_UNFIT, "carer_capable_adult", False),
)
_FIT = re.compile(
    "健康|身体(?:较)?好|有(?:照护|照料|抚养|监护)?能力|能够?照[料顾护看]|无前科|无犯罪|无不良"
)


def _described_as_fit(carer: str, facts: Facts) -> list[str]:
    """A carer who is said to be fit has, as far as told, none of the bars; to be verified."""
    if not _FIT.search(carer) or facts:
        return []
    facts |= {"carer_capable_adult": True, "carer_records": (), "carer_vices": False}
    facts |= {"carer_refused_duty": False, "carer_otherwise_unfit": False}
    return ["未提及前科、恶习、拒不履行职责等禁止情形，须核实"]


_FAILING = re.compile(
    "赶出(?:家|门)|逐出|轰出|关在门外|长期(?:没|无)人(?:换洗|照)|"
    "(?:不|拒不|未|怠于|疏于|不尽)(?:依法)?(?:履行)?(?:监护|照料|照顾|管教|抚养)|监护不当|不当监护|拒不履行|怠于|"
    "忽视|放任|侵犯儿童|独自|单独(?:居住|生活|在家|留)|无人(?:照[料看顾管]|看[护管])|锁在家|不管不顾|弃之不顾|遗弃|沉迷|酗酒|赌博|吸毒|"
    "不管[^，。；]{0,10}(?:吃|学|病|死活|冷暖)|整[日天夜][^，。；]{0,4}(?:麻将|赌|喝|上网)|旷课|辍学|"
    "(?:拒不|不)送.{0,6}(?:上学|入学|义务教育)|家暴|殴打|打骂|体罚|耳光|脚踢|踢打|虐待|伤害|不给.{0,4}(?:吃|做饭|上学)"
)
_UNSAFE = re.compile(
    "中暑|送医|就医|抢救|晕倒|绑在|捆绑|"
    "性侵|猥亵|强奸|遗弃|割腕|自杀|自残|轻生|跳楼|服药|酒驾|醉驾|(?:酒后|醉酒)[^，。；]{0,4}(?:驾|开车)|无证驾|飙车|超载|"
    "受伤|伤害|[摔撞跌砍刺咬炸冻夹压]伤|致残|中毒|窒息|脑震荡|骨裂|脱臼|出血|不安全|危险|骨折|死亡|[轻重]伤|轻微伤|致伤|打伤|流血|住院|坠楼|烫伤|烧伤|溺水|走失|昏迷"
)
_ASKS_MEASURES = re.compile("measure|police|措施|公安|(?:怎么|如何|应当?)处[理置]", re.IGNORECASE)
_UNHURT = re.compile(
    "(?:未|没有?|无|并未|尚未)(?:造成|致|受|有|导致)?[^，；。]{0,4}(?:伤害?|危险|后果)"
)
_OF_GUARDIANS = re.compile(
    "(?:长期|一直|根本|完全|从)不管|不管(?:孩子|子女|儿女)|不闻不问|"
    "不履行监护|监护不当|不当监护|拒不履行|怠于(?:履行|监护)|忽视|放任|侵犯儿童|独自留|独自锁|锁在|反锁|"
    "(?:监护人|父亲?|母亲?|父母|家长).{0,20}致.{0,8}(?:伤|昏迷|死亡|骨折|溺水)"
)
# Police come upon a family while they do something else, or by a report (3.6a-1).
_MET_BY_POLICE = re.compile(
    "(?:公安|派出所|民警|警方)[^。；]{0,16}(?:办案|办理|查处|处警|出警|处理|巡逻|接到|接报|发现|走访)|办案中|办理案件"
)


def _unknown_conduct() -> Answer:
    """What a guardian did is told to be unknown: so is what follows."""
    return answer(
        "failing_guardian",
        "WL24:3.6a-1",
        zh="需查明监护人的行为及儿童是否处于不安全状态或受伤害",
        en="To be found out: what the guardian did, and whether the child is unsafe or hurt",
        status="undetermined",
        missing=["guardian_conduct"],
    )


def _told_of_failing(situation: Situation) -> bool:
    """Whether it is told of a guardian who fails, by the field or by the words."""
    text, conduct = situation.text(), situation.words("guardian_conduct")
    told = (
        _FAILING.search(conduct) is not None
        or _UNSAFE.search(_UNHURT.sub("", conduct)) is not None
        or (bool(conduct) and _ASKS_MEASURES.search(situation.question) is not None)
        or re.search("训诫|家庭教育指导(?!令)|亲职教育(?!告知书)", text) is not None
    )
    if conduct:  # whose conduct it is may stand in one field, what it was in another
        told = told or _FAILING.search(situation.facts()) is not None
    told = told or (_OF_GUARDIANS.search(text) is not None and not situation.has("unit", "carer"))
    family = situation.says("父", "母", "监护人", "夫妻")
    met = _MET_BY_POLICE.search(text) and _FAILING.search(text)
    return told or (family and met is not None)


def failing_guardian(situation: Situation, law: LawOfDay, _i: County) -> Answer | None:
    """What police and village do to a guardian who fails, and the instruments of 3.3a."""
    text, conduct = situation.text(), situation.words("guardian_conduct")
    told = _told_of_failing(situation)
    if conduct == "" and situation.has("guardian_conduct") and not told:
        return _unknown_conduct() if _ASKS_MEASURES.search(situation.question) else None
    if not told and not situation.asks("failing_guardian"):
        return None
    unsafe = _UNSAFE.search(_UNHURT.sub("", text)) is not None or alone_too_young(situation, law)
    police = [ORDERS[kind].zh for kind in FOR_A_FAILING_GUARDIAN]
    return answer(
        "failing_guardian",
        "WL24:3.6a-1",
        *(["WL24:3.6a-2"] if unsafe else []),
        "WL24:3.3a-3",
        "MINORS:118-1",
        zh=f"公安机关予以{'并'.join(police)}" + ("；依法追究法律责任" if unsafe else ""),
        en="Admonition and guidance order" + ("; legal liability" if unsafe else ""),
        police_measures=[*police, "依法追究法律责任"] if unsafe else police,
        village_measures=["劝诫、制止；情节严重的及时向公安机关报告"],
        instruments={
            "督促监护令": "市检察院",
            "家庭教育令": "市法院",
            "亲职教育告知书": "市公安局",
        },
        parent_education="强制亲职教育“1+X”",
        parent_education_lead="市妇联",
        lead="市妇联" if situation.says("亲职教育", "1+X") else None,
        assessment_required=True,
    )


DELEGATION_TOPICS: Mapping[str, Topic] = {"delegation": delegation}
PARENT_TOPICS: Mapping[str, Topic] = {"failing_guardian": failing_guardian}
