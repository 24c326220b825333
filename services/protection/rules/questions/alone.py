"""Questions about a child left alone: without anybody to look after it, or living by itself.

Pure: a situation and the law of the day in, an answer with clauses out, or nothing.
"""

import re
from collections.abc import Mapping

from services.protection.rules.questions.reports import Topic
from services.protection.rules.questions.situation import (
    Answer,
    County,
    Situation,
    answer,
)
from shared.ages import child_age_in
from shared.law import LawOfDay

IN_CUSTODY = (
    *("拘留", "刑拘", "强制隔离", "逮捕", "服刑", "收监", "入狱", "实刑", "监狱", "羁押"),
    *("指定居所监视居住", "在押", "拘役", "留置", "关押", "限制人身自由"),
)
_ALONE = re.compile(
    "独自|单独(?:在家|居住|生活|留)|无人(?:看护|看管|照看|照料)|独居|一个?人(?:在家|居住|生活|租房|留|待|放|锁)"
)
FAMILY = re.compile("父|母|监护人|家长|家人|祖|爷|奶|外婆|外公")
# Who cannot look after a child leaves none alone.
_PREVENTED = ("住院", "车祸", "重伤", "昏迷", "病重", "去世", "死亡")
_LIVING = re.compile(
    "独居|单独(?:居住|生活)|独自.{0,6}(?:居住|生活|租房)|脱离监护|一个?人(?:居住|生活|租房)"
)


def unattended(situation: Situation, law: LawOfDay, _: County) -> Answer | None:
    """A child under eight is not left alone, one under sixteen does not live alone (未保法21)."""
    text = situation.text()
    other = situation.has("unit", "detention", "asked", "placement")
    family = situation.has("guardian_conduct", "age") or FAMILY.search(text)
    other = other or situation.says(*IN_CUSTODY, *_PREVENTED) or not family
    if not situation.asks("unattended") and (other or not _ALONE.search(text)):
        return None
    age = situation.number("age")
    age = child_age_in(text) if age is None else age
    living = _LIVING.search(text) is not None
    limit = int(law.figures["living_alone_age" if living else "unattended_age"])
    allowed = None if age is None else age >= limit
    if allowed and not living:
        allowed = None  # eight is a floor: what else endangers a child is still to be looked at
    doing = "脱离监护单独生活" if living else "处于无人看护状态"
    return answer(
        "unattended",
        "MINORS:21-2" if living else "MINORS:21-1",
        zh=f"不得使未满{limit}周岁的未成年人{doing}（需特别照顾的亦同）",
        en=f"A child under {limit} may not be left so",
        allowed=allowed,
        age_limit=limit,
        status="undetermined" if age is None else None,
        missing=["age"] if age is None else None,
    )


def alone_too_young(situation: Situation, law: LawOfDay) -> bool:
    """A child under the age is left alone or locked in: an unsafe state by itself."""
    age = situation.number("age")
    age = child_age_in(situation.text()) if age is None else age
    alone = _ALONE.search(situation.text()) or situation.says("反锁", "锁在")
    return bool(alone) and age is not None and age < int(law.figures["unattended_age"])


ALONE_TOPICS: Mapping[str, Topic] = {"unattended": unattended}
