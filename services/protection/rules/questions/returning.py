"""Questions about the way home from temporary guardianship: the gate, the day of collection.

Pure: a situation and the law of the day in, an answer with clauses out, or nothing.
"""

import re
from collections.abc import Mapping
from datetime import date

from services.protection.rules.assessments import after_assessment
from services.protection.rules.guardianship import may_return
from services.protection.rules.questions.facts import FACTS
from services.protection.rules.questions.reports import Topic
from services.protection.rules.questions.situation import (
    Answer,
    County,
    Situation,
    answer,
    day_in,
)
from shared.law import Facts, LawOfDay, Verdict

ASSESSED = ("assessment", "assessment_date", "assessment_result")
_UNABLE = ("不具备", "仍不", "不合格", "缺失", "失当", "未通过", "不通过", "不足", "负面", "不宜")
_ABLE = ("具备", "合格", "通过", "正常", "恢复", "能够履行", "正面", "适宜")


def able_in(result: str) -> bool | None:
    """What a result says of the guardian; None when it cannot be read."""
    if any(word in result for word in _UNABLE) or "部分" in result:
        return False  # in part is not yet able
    return True if any(word in result for word in _ABLE) else None


def _in_care(situation: Situation) -> bool:
    return situation.has("placement", "removed_on") or situation.says("临时监护", "带离")


def going_home(situation: Situation, law: LawOfDay, county: County) -> Answer | None:
    """The gate of return: an assessment after the removal, able again, a person decides (R26)."""
    decided = situation.has("notified_at") or _NOTIFIED.search(situation.facts())
    if decided or _COLLECTS.search(situation.question):
        return _collecting(situation, law, county)
    asks = situation.says(
        "送回", "领回", "接回", "回家", "返回监护", "归还", "回到父母", "接走", "领走", "带走"
    )
    ruled = _RULED.search(situation.facts()) is not None
    told = _in_care(situation) and (asks or ruled or situation.has(*ASSESSED))
    if not told and not situation.asks("return"):
        return None
    facts, able = _return_facts(situation, law)
    court = situation.flag("court_order")
    court = True if court is None and ruled else court
    if court is not None:
        facts["court_order"] = court
    found = may_return.find(facts | {"decided_by_person": True}, law)  # type: ignore[arg-type]
    missing = [_CALLED.get(name, name) for name in found.missing()]
    untold = (
        [n for n in ASSESSED if situation.has(n)] if able is None and found.met is False else []
    )
    return _return_answer(situation, found.verdict, facts, able) | (
        {"missing": missing if found.unknown else untold} if found.unknown or untold else {}
    )


# A court that has decided whose child it is to be: 判决将孩子交由母亲抚养.
_RULED = re.compile(
    "法院[^，。；]{0,10}(?:判决|裁定|判令)[^，。；]{0,14}(?:由|交|归|回)[^，。；]{0,8}(?:抚养|"
    "监护|父|母)"
)
_CALLED = {"able": "assessment_result", "assessed_on": "assessment_date"}


_NOTIFIED = re.compile(
    "领回期限|送回决定|(?:通知|告知|要求)[^，。；]{0,8}(?:监护人|父|母|家长|爷|奶|"
    "祖)[^，。；]{0,6}(?:领|接)"
)
_COLLECTS = re.compile(
    r"(?:when|how (?:soon|long|many)|days).{0,40}(?:fetch|collect|pick(?:ed)? up|come for)|"
    "(?:几[日天]|多久|何时|期限)[^？]{0,8}[领接]",
    re.IGNORECASE,
)
_ABLE_AFTER = re.compile(
    "(?:assess|评估)[^；]{0,40}(?<!not )(?:able|fit|capable)[^；]{0,40}after "
    "(?:the |her |his |its )?"
    "(?:removal|placement)|带离后[^，；。]{0,8}评估[^，；。不未]{0,10}(?:具备|合格|能够)"
)


def _collecting(situation: Situation, law: LawOfDay, county: County) -> Answer:
    """The return is decided and told: the guardian collects the child within days."""
    days = int(law.figures["guardian_collection_days"])
    told = situation.day("notified_at", "event", "decision")
    due = county.calendar.period_end(told, days=days).isoformat() if told else None
    return answer(
        "return",
        "FF2014-24:19",
        "FF2014-24:21",
        "WL24:3.3b-2",
        zh=f"通知后监护人应在{days}日内领回；送回后告知学校、派出所、村（居）委会并跟踪回访",
        en="The guardian collects the child within days; school, police and village are told",
        collect_within_days=days,
        deadline=due,
        missing=None if due else ["notified_at"],
        next=["督促监护人领回", "逾期不领回的继续临时监护并通报公安机关"],
        decision_by_person_needed=True,
    )


def _return_facts(situation: Situation, law: LawOfDay) -> tuple[Facts, bool | None]:
    facts = Facts({"court_order": False, "disputed": situation.flag("disputed") is True})
    removed, assessed = situation.day("removed_on", "placement"), situation.day("assessment_date")
    told_in = ["assessment_result", "result", "assessment", *(["finding"] if assessed else [])]
    told_in += ["event"] if "评估" in situation.word("event") else []
    able = able_in(situation.word(*told_in))
    able = situation.flag("assessment_result") if able is None else able
    if assessed is None and able is not None:  # a sentence that tells the day with the result
        assessed = situation.day("assessment", "assessment_result", "result")
    if removed is not None and assessed is not None:
        facts |= {"removed_on": removed, "assessed_on": assessed}
    if _two_results_of_a_day(situation):  # two papers of one day that disagree: a person looks
        able = None
    if able is not None:
        facts["able"] = able
    if able and assessed and _relapsed(situation, assessed):
        able = None  # what happened since was not assessed
        facts.pop("able", None)
    until = situation.day("assessment_valid_until")
    facts["day"] = situation.day("as_of") or assessed or law.day
    facts["valid_until"] = until or date.max
    unassessed = situation.says("未经评估", "没有评估", "未评估", "未作评估")
    told = _ABLE_AFTER.search(situation.text())
    if told and not assessed:  # a sentence that says the order: assessed after the removal
        facts |= {"able": True, "removed_on": date.min, "assessed_on": date.max}
    elif able is None and not assessed and (unassessed or _no_assessment(situation)):
        facts["able"] = False  # no assessment at all: the gate stays shut, it is not unknown
    return facts, able


_RELAPSE = re.compile(
    "再次|又|酗酒|醉|砸|威胁|扬言|报复|打人|殴打|打骂|虐待|家暴|吸毒|赌博|拘留|逮捕|住院|发作|遗弃|离家出走|"
    "撤销原|推翻|不具备|不合格"
)


def _relapsed(situation: Situation, assessed: date) -> bool:
    """Whether something is told that happened after the assessment and speaks against it."""
    parts = re.split("[；。]", situation.facts())
    later = [part for part in parts if (day := day_in(part)) and day > assessed]
    return any(_RELAPSE.search(part) for part in later)


def _two_results_of_a_day(situation: Situation) -> bool:
    """Whether the latest day of several assessments bears results that contradict each other."""
    for key, listed in situation.given.items():
        if not isinstance(listed, list) or FACTS.fact(key) not in {"assessment", None}:
            continue
        records = ["；".join(map(str, one.values())) for one in listed if isinstance(one, Mapping)]
        days = [day for one in records if (day := day_in(one))]
        last = [able_in(one) for one in records if days and day_in(one) == max(days)]
        if {True, False} <= set(last):
            return True
    return False


def _no_assessment(situation: Situation) -> bool:
    """Whether none is told of; one whose result nobody could read may have found anything."""
    said = situation.word("assessment_result", "result", "assessment")
    told = said and not re.match(r"(?:尚|还)?未|没|无|否|不|(?:no|none|not|never)\b", said)
    return not told and not situation.says("经评估")


_WISHES = re.compile(
    "(?:孩子|儿童|女儿|儿子|本人|其)[^；。]{0,12}(?:愿|想|肯|怕|拒绝|要求)|wish|child_want"
)
_GATE: Mapping[Verdict, tuple[str, str]] = {
    Verdict.MET: ("可以由承办人决定送回", "May be returned by a person's decision"),
    Verdict.NOT_MET: ("不得送回监护人抚养", "May not be returned"),
    Verdict.UNKNOWN: ("查明前不得送回监护人抚养", "Not to be returned before it is known"),
}


def _return_answer(
    situation: Situation, verdict: Verdict, facts: Facts, able: bool | None
) -> Answer:
    torn = able is None and _two_results_of_a_day(situation)
    open_ = verdict is Verdict.MET
    stale = "assessed_on" in facts and facts["assessed_on"] < facts["removed_on"]
    if able is None or stale or verdict is Verdict.UNKNOWN or (able and not open_):
        steps = ["带离后重新开展家庭监护能力评估", "评估前继续临时监护"]
    else:
        steps = after_assessment(able, True)
    if situation.has("child_wants") or _WISHES.search(situation.facts()):
        steps = [*steps, "听取并尊重儿童真实意愿"]
    decided = situation.flag("decision")
    return answer(
        "return",
        "WL24:3.3b-2",
        "WL24:3.2b-2",
        zh=_GATE[verdict][0],
        en=_GATE[verdict][1],
        may_return=None if verdict is Verdict.UNKNOWN else open_,
        status=None
        if verdict is not Verdict.UNKNOWN
        else "manual_review"
        if torn
        else "undetermined",
        must_return=False,
        decision_by_person_needed=True,
        decided=decided,
        only_override="人民法院的生效裁判",
        reason="同日评估结论相互矛盾，须由人复核"
        if torn
        else "评估作出于带离之前"
        if stale
        else None,
        next=steps,
        next_steps=steps,
    )


RETURN_TOPICS: Mapping[str, Topic] = {"return": going_home}
