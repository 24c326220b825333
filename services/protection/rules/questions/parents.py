"""Questions about parents: detained, away, failing.

Pure: a situation and the law of the day in, an answer with clauses out, or nothing.
"""

import re
from collections.abc import Mapping

from services.protection.rules.detentions import (
    DELEGATION_DUTIES,
    DetentionKind,
    detention_kind_of,
    may_be_delegate,
)
from services.protection.rules.orders import FOR_A_FAILING_GUARDIAN, ORDERS
from services.protection.rules.questions.alone import FAMILY, IN_CUSTODY, alone_too_young
from services.protection.rules.questions.reports import Topic
from services.protection.rules.questions.situation import (
    Answer,
    County,
    Situation,
    age_in,
    answer,
)
from services.protection.rules.reporting import records_in
from shared.law import Facts, LawOfDay, Verdict


def detention(situation: Situation, _law: LawOfDay, _i: County) -> Answer | None:
    """Police ask about minor children and help to place them (3.6b); prisons agree (3.6c)."""
    text, kind = _kept_by(situation)
    if kind is None and _at_large(situation):
        return _at_liberty()
    if situation.has("prisoner"):
        kind = DetentionKind.IMPRISONMENT
    told = situation.says(*IN_CUSTODY) or situation.has("prisoner")
    if kind is None or not (text or told or situation.has("asked")):
        return None
    if kind is DetentionKind.IMPRISONMENT and not situation.says("公安", "拘留"):
        return _prison()
    asked = _were_asked(situation)
    open_ = asked is None and situation.has("asked")
    kept = _KEPT_WITH_POLICE.search(situation.text()) is not None
    needed = _needed(situation)
    unhelped = bool(needed) and _unhelped(situation)
    done = _compliant(asked, situation.text())
    silent = needed is None and _SILENT.search(situation.facts()) is not None
    return answer(
        "detention",
        "WL24:3.6b-1",
        "WL24:3.6b-2",
        zh="公安机关应当询问是否有未成年子女需要委托临时照料，并应为委托亲属、其他成年人或机构监护提供帮助",
        en="Police must ask about minor children in need of care and help to entrust them",
        kind=kind.zh,
        must_ask=True,
        must_help=True,
        compliant=False if kept or unhelped else done,
        reason="不得把孩子留置在羁押、办案场所" if kept else None,
        may_complete=_may_complete(situation, asked, unhelped, silent),
        missing=["asked"] if open_ else ["care_needed"] if silent else None,
        status="undetermined" if open_ or silent else None,
        when="决定执行时当场询问，需要照料的当日安排",
        entrust_to=["亲属", "其他成年人", "儿童福利机构", "救助保护机构"],
        care_needed=needed,
        next=_ASK_FIRST if asked is False or open_ else _FIND_OUT if silent else _next(needed),
        lead="市公安局",
        lead_code="police",
    )


# Who was asked and does not say: the question is put to the register and the village.
_SILENT = re.compile(
    "(?:拒绝|拒不|不肯|不愿|没有?|不)(?:作|做)?(?:回答|答复|交代|说明)|沉默|不作声"
)
_FIND_OUT = ["通过户籍、学校和村（居）核实有无未成年子女需要照料", "核实前不得办结"]


def _may_complete(
    situation: Situation, asked: bool | None, unhelped: bool, silent: bool
) -> bool | None:
    """Whether the file may be closed: asked, answered, and helped where help is needed."""
    told = situation.has("asked") or asked is not None
    return asked is True and not unhelped and not silent if told else None


def _were_asked(situation: Situation) -> bool | None:
    """Whether the police asked, by the field or by the words; a null field stays unknown."""
    asked = situation.flag("asked")
    if asked is None and _UNASKED.search(situation.facts()):
        return False
    told = asked is None and not situation.has("asked") and _ASKED.search(situation.facts())
    return True if told else asked


# What is said not to be done to anybody: 不拘留, 免予拘留.
_FREED = re.compile(
    "(?:不|未|免予|没有|不予|无需|撤销|并非|暂缓)(?:被|予|予以|执行|决定|采取)?(?:行政|刑事)?(?:拘留|羁押|逮捕)|"
    "(?:行政|刑事)?(?:拘留|羁押|逮捕)(?=[^。]{0,40}(?:暂缓|不予|停止|不)执行)"
)
_FREE = re.compile(
    "取保候审|缓刑|假释|社区矫正|社区戒毒|管制|(?<!指定居所)监视居住|传唤|罚款|"
    "on bail|probation|parole"
)


def _kept_by(situation: Situation) -> tuple[str, DetentionKind | None]:
    """How somebody is kept, by the field or by the words, and which kind that is."""
    if situation.has("carer") and not situation.has("detention", "prisoner", "asked"):
        return "", None  # what a carer once served is no parent's custody
    text = _FREED.sub("", situation.word("detention"))
    said = _FREED.sub("", situation.text())
    if not FAMILY.search(said):  # a place of detention detains nobody's parent by itself
        said = said.replace("拘留所", "").replace("看守所", "")
    return text, detention_kind_of(text or said)


def _at_large(situation: Situation) -> bool:
    """Whether what is asked about keeps nobody in custody: bail, a fine, no detention."""
    asks = re.search("询问|ask|oblige", situation.question, re.IGNORECASE) is not None
    said = situation.word("detention") or (situation.text() if asks else "")
    # Decided and suspended is not yet executed, and 3.6b speaks of those it is executed on.
    return re.search(f"{_FREE.pattern}|{_FREED.pattern}", said) is not None


_HELPED = re.compile(
    "(?:已|民警|公安|派出所).{0,6}(?:联系|通知|委托|安排|移交|送).{0,16}(?:接走|照[料看顾管]|接收|监护)"
)
# The child itself kept where people are held: never lawful, not for a night.
_KEPT_WITH_POLICE = re.compile(
    "(?:孩子|儿子|女儿|子女|幼儿|儿童|其)[^，。；]{0,6}(?:安置|放|留|带|住|送)(?:在|到|至|进|于)?"
    "[^，。；]{0,4}(?:派出所|拘留所|看守所|候问室|值班室|办案区|戒毒所)"
)


def _compliant(asked: bool | None, text: str) -> bool | None:
    """Whether police asked; who has placed the child already has asked before."""
    return True if asked is None and _HELPED.search(text) else asked


_IN_NEED = re.compile(
    "(?:孩子|子女|儿子|女儿|未成年人?)[^，。；]{0,8}(?:无人|没人|没有人|需要?)[^，。；]{0,4}(?:照|管|看|接|抚)"
)
_CARED_FOR = re.compile(
    "(?:由|有|跟|随|与)[^，。；无没]{0,2}(?:爷爷|奶奶|外公|外婆|祖父|祖母|外祖|妻子?|丈夫|母亲?|父亲?|配偶|姑|姨|舅|叔|伯|亲属|亲戚)"
    "[^，。；]{0,4}(?:照[看料顾管]|带|抚养|共同生活|生活)"
)
_UNHELPED = re.compile(
    "(?:没有?|未|尚未|不|无)[^，。；]{0,6}(?:安排|委托|帮助|联系|协助|过问|处理)|不管"
)


def _needed(situation: Situation) -> bool | None:
    """Whether a child is told to need care while its parent is kept."""
    told = situation.flag("care_needed")
    if told is None and _IN_NEED.search(situation.facts()):
        return True
    return False if told is None and _CARED_FOR.search(situation.facts()) else told


def _unhelped(situation: Situation) -> bool:
    """Whether it is told that the police did not help with the care that is needed (3.6b-2)."""
    said = situation.flag("care_arranged")
    return said is False or (said is None and _UNHELPED.search(situation.facts()) is not None)


_ASKED = re.compile(
    "(?<!未)(?<!没)(?<!没有)(?:经|已|已经|当场)(?:询问|问)|(?:询问|问)(?:后|过|得知|明|了)|问其[^，。；]{0,12}[答称]"
)
_UNASKED = re.compile("(?:未曾?|没有?|忘记|忘了|漏)询?问")
_ASK_FIRST = ["补充询问，询问前不得办结"]
_THEN = ["安排临时照料", "通报市未保委办公室", "跟踪至释放"]


def _next(care_needed: bool | None) -> list[str]:
    """What follows the answer: care, or nothing but the record of it."""
    return ["记录询问和答复，可以办结"] if care_needed is False else _THEN


def _at_liberty() -> Answer:
    """Nobody in custody, nobody's child left alone by it: the duty of 3.6b does not arise."""
    return answer(
        "detention",
        "WL24:3.6b-1",
        zh="未被限制人身自由的，不属于应当询问的情形；发现子女无人照料的，仍应提供帮助",
        en="Not in custody: no duty to ask; a child found without care is helped all the same",
        must_ask=False,
        lead="市公安局",
        lead_code="police",
    )


def _prison() -> Answer:
    return answer(
        "prison",
        "WL24:3.6c-1",
        "WL24:3.6c-2",
        zh="司法机关协助服刑人员签订未成年子女监护委托协议，引导法律援助，简化程序，快速办理",
        en="Justice helps prisoners sign a delegation agreement; legal aid is fast-tracked",
        agreement="监护委托协议",
        unit="市司法局",
        unit_code="justice",
        legal_aid=True,
        fast_track=True,
    )


_ENTRUSTED = re.compile(
    "由[^，。；]{1,12}(?:照[看料顾护管]|代管)|"
    "委托给?.{0,30}(?:照护|照料|照看|照顾|代管|抚养)|"
    "(?:交给|托付给?|寄养在?|留给).{0,16}(?:照[护料看顾]|外[婆公]|奶奶|爷爷|祖[父母]|[姑姨舅叔伯]|亲戚|邻居|朋友)"
)


def delegation(situation: Situation, law: LawOfDay, _: County) -> Answer | None:
    """Who may not be a delegated carer (未成年人保护法 22–23)."""
    carer = situation.word("carer") or _entrusted(situation)
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
    if situation.says("拘留", "戒毒", "服刑", "监狱", "羁押"):
        return ""
    gone = _AWAY.search(situation.facts()) is not None
    entrusts = gone or situation.says("委托", "交给", "托付", "寄养", "留给")
    found = _ENTRUSTED.search(situation.facts()) if entrusts else None
    return found.group() if found else ""


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
    "旷课|辍学|(?:拒不|不)送.{0,6}(?:上学|入学|义务教育)|家暴|殴打|打骂|体罚|虐待|伤害|不给.{0,4}(?:吃|做饭|上学)"
)
_UNSAFE = re.compile(
    "中暑|送医|就医|抢救|晕倒|绑在|捆绑|"
    "酒驾|醉驾|(?:酒后|醉酒)[^，。；]{0,4}(?:驾|开车)|无证驾|飙车|超载|"
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


def failing_guardian(situation: Situation, law: LawOfDay, _i: County) -> Answer | None:
    """What police and village do to a guardian who fails, and the instruments of 3.3a."""
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
    told = told or (family and met is not None)
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
        assessment_required=True,
    )


CUSTODY_TOPICS: Mapping[str, Topic] = {"detention": detention, "delegation": delegation}
PARENT_TOPICS: Mapping[str, Topic] = {"failing_guardian": failing_guardian}
