"""Questions about parents who are held: what police ask and arrange, what prisons agree.

Pure: a situation and the law of the day in, an answer with clauses out, or nothing.
"""

import re
from collections.abc import Mapping

from services.protection.rules.detentions import DetentionKind, detention_kind_of
from services.protection.rules.questions.alone import FAMILY, IN_CUSTODY
from services.protection.rules.questions.reports import Topic
from services.protection.rules.questions.situation import Answer, County, Situation, answer
from shared.law import LawOfDay


def detention(situation: Situation, _law: LawOfDay, _i: County) -> Answer | None:
    """Police ask about minor children and help to place them (3.6b); prisons agree (3.6c)."""
    text, kind = _kept_by(situation)
    if kind is None and _at_large(situation):
        return _at_liberty(needed=_needed(situation) is True)
    if situation.has("prisoner"):
        kind = DetentionKind.IMPRISONMENT
    told = situation.says(*IN_CUSTODY) or situation.has("prisoner")
    if kind is None or not (text or told or situation.has("asked")):
        return None
    if kind is DetentionKind.IMPRISONMENT and not situation.says("公安", "拘留"):
        return _prison()
    return _asking(situation, kind)


def _asking(situation: Situation, kind: DetentionKind) -> Answer:
    """What the police owe somebody they hold, and whether it is told to have been done."""
    asked = _were_asked(situation)
    open_ = asked is None and situation.has("asked")
    kept = _KEPT_WITH_POLICE.search(situation.text()) is not None
    needed = _needed(situation)
    unhelped = _left_alone(situation) or (needed is not False and _unhelped(situation))
    done = _compliant(asked, situation.text())
    childless = _CHILDLESS.search(situation.facts()) is not None
    silent = needed is None and _SILENT.search(situation.facts()) is not None
    return answer(
        "detention",
        "WL24:3.6b-1",
        "WL24:3.6b-2",
        zh="公安机关应当询问是否有未成年子女需要委托临时照料，并应为委托亲属、其他成年人或机构监护提供帮助",
        en="Police must ask about minor children in need of care and help to entrust them",
        kind=kind.zh,
        must_ask=True,
        must_help=None if childless else True,
        compliant=False if kept or unhelped else done,
        allowed=False if kept else None,
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
    asks = re.search(r"询问|ask|oblige|3\.6b", situation.question, re.IGNORECASE) is not None
    said = situation.word("detention") or (situation.text() if asks else "")
    # Decided and suspended is not yet executed, and 3.6b speaks of those it is executed on.
    return re.search(f"{_FREE.pattern}|{_FREED.pattern}", said) is not None


_HELPED = re.compile(
    "(?:已|民警|公安|派出所).{0,6}(?:联系|通知|委托|安排|移交|送).{0,16}(?:接走|照[料看顾管]|接收|监护)"
)
# The child itself kept where people are held: never lawful, not for a night.
_KEPT_WITH_POLICE = re.compile(
    "(?:孩子|儿子|女儿|子女|幼儿|儿童|其)[^，。；]{0,6}(?:安置|放|留|带|住|送)(?:在|到|至|进|于)?"
    "[^，。；]{0,4}(?:派出所|拘留所|看守所|候问室|值班室|办案区|戒毒所)|"
    "(?:拘留所|看守所|监狱|戒毒所)[^；。]{0,12}(?:带着?|与|和|同)[^，；。]{0,4}(?:婴|孩|儿|女|幼)"
    "[^，；。]{0,6}(?:同住|生活|关押|一起|羁押)"
)


def _compliant(asked: bool | None, text: str) -> bool | None:
    """Whether police asked; who has placed the child already has asked before."""
    return True if asked is None and _HELPED.search(text) else asked


_IN_NEED = re.compile(
    "(?:孩子|子女|儿子|女儿|未成年人?)[^，。；]{0,8}(?:无人|没人|没有人|需要?)[^，。；]{0,4}(?:照|管|看|接|抚)"
)
# Nobody to be cared for: what is told of it is still asked and recorded.
_CHILDLESS = re.compile(
    "(?:无|没有|未生育|未育)(?:任何)?(?:未成年)?(?:子女|孩子|小孩|儿女)(?!照|看|管|的)|未婚未育|"
    "子女(?:均|都)?已成年"
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
    if told is None and _CHILDLESS.search(situation.facts()):
        return False
    return False if told is None and _CARED_FOR.search(situation.facts()) else told


def _unhelped(situation: Situation) -> bool:
    """Whether it is told that the police did not help with the care that is needed (3.6b-2)."""
    said = situation.flag("care_arranged")
    return said is False or (said is None and _UNHELPED.search(situation.facts()) is not None)


_ASKED = re.compile(
    "(?<!未)(?<!没)(?<!没有)(?:经|已|已经|当场)(?:询问|问)|(?:询问|问)(?:后|过|得知|明|了)|问其[^，。；]{0,12}[答称]"
)


def _left_alone(situation: Situation) -> bool:
    """Whether the police are told to have left the care to whoever is held."""
    said = (
        "自行(?:解决|安排|处理)|自己(?:想办法|解决|安排)|"
        "(?:不|拒绝|未)(?:予|提供|给予)[^，。；]{0,2}帮助"
    )
    return re.search(said, situation.facts()) is not None


_UNASKED = re.compile("(?:未曾?|没有?|忘记|忘了|漏)询?问")
_ASK_FIRST = ["补充询问，询问前不得办结"]
_THEN = ["安排临时照料", "通报市未保委办公室", "跟踪至释放"]


def _next(care_needed: bool | None) -> list[str]:
    """What follows the answer: care, or nothing but the record of it."""
    return ["记录询问和答复，可以办结"] if care_needed is False else _THEN


def _at_liberty(*, needed: bool) -> Answer:
    """Nobody in custody, so no duty to ask; "
    "a child found in need of care is helped all the same."""
    return answer(
        "detention",
        "WL24:3.6b-1",
        zh="未被限制人身自由的，不属于应当询问的情形；发现子女无人照料的，仍应提供帮助",
        en="Not in custody: no duty to ask; a child found without care is helped all the same",
        must_ask=False,
        must_help=needed or None,
        next=_THEN if needed else None,
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


CUSTODY_TOPICS: Mapping[str, Topic] = {"detention": detention}
