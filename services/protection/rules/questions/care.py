"""Questions about assessment, placement, the way home.

Pure: a situation and the law of the day in, an answer with clauses out, or nothing.
"""

import re
from collections.abc import Mapping
from datetime import date

from services.protection.rules.assessments import CONSEQUENCES_ZH, after_assessment
from services.protection.rules.guardianship import (
    FACILITY_ZH,
    LONG_TERM_GROUNDS,
    TEMPORARY_GROUNDS,
    LongTermGround,
    TemporaryGround,
    may_return,
    months_after,
    placement_order,
)
from services.protection.rules.questions.reports import Topic
from services.protection.rules.questions.situation import (
    Answer,
    County,
    Situation,
    answer,
    months_in,
)
from shared.law import Facts, LawOfDay, Verdict

ASSESSED = ("assessment", "assessment_date", "assessment_result")
_UNABLE = ("不具备", "仍不", "不合格", "缺失", "失当", "未通过", "不通过", "不足", "负面", "不宜")
_ABLE = ("具备", "合格", "通过", "正常", "恢复", "能够履行", "正面", "适宜")


def able_in(result: str) -> bool | None:
    """What a result says of the guardian; None when it cannot be read."""
    if any(word in result for word in _UNABLE):
        return False
    return True if any(word in result for word in _ABLE) else None


def _in_care(situation: Situation) -> bool:
    return situation.has("placement", "removed_on") or situation.says("临时监护", "带离")


def going_home(situation: Situation, law: LawOfDay, county: County) -> Answer | None:
    """The gate of return: an assessment after the removal, able again, a person decides (R26)."""
    if situation.has("notified_at") or situation.says("领回期限", "通知监护人领回", "送回决定"):
        return _collecting(situation, law, county)
    asks = situation.says(
        "送回", "领回", "接回", "回家", "返回监护", "归还", "回到父母", "接走", "领走", "带走"
    )
    told = _in_care(situation) and (asks or situation.has(*ASSESSED))
    if not told and not situation.asks("return"):
        return None
    facts, able = _return_facts(situation, law)
    court = situation.flag("court_order")
    if court is not None:
        facts["court_order"] = court
    found = may_return.find(facts | {"decided_by_person": True}, law)  # type: ignore[arg-type]
    return _return_answer(situation, found.verdict, facts, able)


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
    able = able_in(situation.word(*told_in))
    able = situation.flag("assessment_result") if able is None else able
    if assessed is None and able is not None:  # a sentence that tells the day with the result
        assessed = situation.day("assessment", "assessment_result", "result")
    if removed is not None and assessed is not None:
        facts |= {"removed_on": removed, "assessed_on": assessed}
    if able is not None:
        facts["able"] = able
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


def _no_assessment(situation: Situation) -> bool:
    """Whether none is told of; one whose result nobody could read may have found anything."""
    said = situation.word("assessment_result", "result", "assessment")
    told = said and not re.match("(?:尚|还)?未|没|无|否|不", said)
    return not told and not situation.says("经评估")


_GATE: Mapping[Verdict, tuple[str, str]] = {
    Verdict.MET: ("可以由承办人决定送回", "May be returned by a person's decision"),
    Verdict.NOT_MET: ("不得送回监护人抚养", "May not be returned"),
    Verdict.UNKNOWN: ("查明前不得送回监护人抚养", "Not to be returned before it is known"),
}


def _return_answer(
    situation: Situation, verdict: Verdict, facts: Facts, able: bool | None
) -> Answer:
    stale = "assessed_on" in facts and facts["assessed_on"] < facts["removed_on"]
    if able is None or stale:
        steps = ["带离后重新开展家庭监护能力评估", "评估前继续临时监护"]
    else:
        steps = after_assessment(able, True)
    decided = situation.flag("decision")
    open_ = verdict is Verdict.MET
    return answer(
        "return",
        "WL24:3.3b-2",
        "WL24:3.2b-2",
        zh=_GATE[verdict][0],
        en=_GATE[verdict][1],
        may_return=None if verdict is Verdict.UNKNOWN else open_,
        status="undetermined" if verdict is Verdict.UNKNOWN else None,
        must_return=False,
        decision_by_person_needed=True,
        decided=decided,
        only_override="人民法院的生效裁判",
        reason="评估作出于带离之前" if stale else None,
        next=steps,
        next_steps=steps,
    )


_CALLED_FOR = re.compile(
    "监护(?:缺失|不当|风险|能力)|怠于|不履行|虐待|家暴|遗弃|推诿|疏于|放任|不管|(?:拒绝|不愿)抚养|恢复|"
    "无人(?:看管|看护|照料|照看|照顾|监护|抚养)|酗酒|吸毒|赌博|出走|离家|独自|打骂|殴打|体罚|性侵|猥亵|"
    "饥饿|挨饿|精神(?:病|分裂|障碍|失常)|中风|年迈|体弱|病重|无力(?:照[料顾]|抚养|监护)|"
    "智力|瘫痪|卧病|卧床|住院|重病|去世|病故|残疾|(?:不|未|没有?)(?:上学|入学|照顾|照料)|失踪|失联|服刑|拘留|戒毒|neglect|abus"
)
_IN_ORDER = ("监护正常", "监护良好", "监护情况良好", "无风险", "没有风险", "无监护风险")
_RESULT = re.compile("评估.{0,12}(?:结论|认定|结果|不服|异议)|监护能力.{0,2}不足")
_GRADES: Mapping[str, tuple[str, ...]] = {
    "缺失": ("temporary_guardianship", "revocation_review"),
    "失当": ("order", "support_plan", "re_assessment"),
    "不足": ("support_plan", "re_assessment"),
    "正常": ("routine",),
}


def assessment(situation: Situation, law: LawOfDay, _i: County) -> Answer | None:
    """When a family is assessed, by whom, what the result is for (3.2)."""
    trigger = situation.says("监护缺失", "监护不当", "监护风险", "监护能力评估", "家庭监护能力")
    result = _RESULT.search(situation.text())
    told = trigger or result or situation.has(*ASSESSED, "assessors")
    if not told and not situation.asks("assessment"):
        return None
    assessors = situation.number("assessors")
    enough = None if assessors is None else assessors >= 2
    partial = re.search("评估员.{0,10}(?:亲属|亲戚|[舅叔姨姑伯]|利害关系)", situation.text())
    required: bool | None = not situation.says(*_IN_ORDER)
    if not told and required and not _CALLED_FOR.search(situation.text()):
        required = None
    days = law.figures["assessment_dispute_working_days"]
    return answer(
        "assessment",
        "WL24:3.2a",
        "WL24:3.2b-1",
        "WL24:3.2b-2",
        zh="存在监护缺失或不当的，应开展家庭监护能力评估；结果作为能力认定、干预帮扶、恢复资格的依据",
        en="Absent or improper guardianship is assessed; the result is the basis of what follows",
        assessment_required=required,
        status="undetermined" if required is None else None,
        missing=["guardian_conduct"] if required is None else None,
        result_used_for=["监护能力认定", "监护干预帮扶", "恢复监护人监护资格"],
        consequences=_consequences(situation) if result or situation.has(*ASSESSED) else None,
        remedy=f"对结论有异议的可以提出，{days}个工作日内处理",
        lead="市民政局",
        lead_code="civil_affairs",
        minimum_assessors=2,
        assessors_sufficient=enough,
        conflict_of_interest_allowed=False,
        conflict_of_interest=True if partial else None,
        valid=False if enough is False or partial else None,
    )


def _consequences(situation: Situation) -> list[str] | None:
    """What the grade that is named leads to; None when no grade is named."""
    text = situation.text()
    grade = next((g for g in _GRADES if re.search(f"监护(?:能力)?{g}", text)), None)
    return [CONSEQUENCES_ZH[code] for code in _GRADES[grade]] if grade else None


_TEMPORARY_WORDS: dict[TemporaryGround, tuple[str, ...]] = {
    TemporaryGround.UNIDENTIFIED: ("流浪", "身份不明", "乞讨"),
    TemporaryGround.GUARDIAN_MISSING: ("下落不明", "失联", "失踪"),
    TemporaryGround.GUARDIAN_PREVENTED: (
        "突发事件",
        "住院",
        "入院",
        "病重",
        "重伤",
        "昏迷",
        "精神病发作",
        "强制医疗",
        "灾",
        "疫",
        "车祸",
        "被拘留",
        "羁押",
        "隔离",
    ),
    TemporaryGround.GUARDIAN_REFUSES: ("拒绝履行", "怠于履行", "拒不履行", "无人照料", "弃之不顾"),
    TemporaryGround.LED_INTO_CRIME: ("教唆", "利用未成年人实施", "指使盗窃", "带着偷"),
    TemporaryGround.SERIOUS_HARM: (
        "严重伤害",
        "虐待",
        "性侵",
        "殴打",
        "人身安全威胁",
        "毒打",
        "猥亵",
    ),
}
_KIN = "监护人|父母|双亲|祖父母?|祖母|外祖父母?|外祖母|爷爷|奶奶|外公|外婆"
_DEAD = "死亡|去世|身故|病故|亡故|离世"
_LONG_WORDS: dict[LongTermGround, str] = {
    LongTermGround.NO_GUARDIAN_FOUND: "查找不到|找不到父母|公告期满",
    LongTermGround.GUARDIAN_DEAD: (
        f"父母双亡|宣告死亡|(?:监护人|父母)(?:均|都)?(?:已)?(?:{_DEAD})|均(?:已)?(?:{_DEAD})|"
        f"(?:{_KIN}).{{0,4}}(?:{_DEAD}).{{0,10}}(?:无|没有)其他"
    ),
    LongTermGround.GUARDIAN_INCAPABLE: "(?:丧失|失去|没有|无)监护能力",
    LongTermGround.REVOKED_AND_APPOINTED: "指定(?:由)?(?:市)?民政",
}


FOUNDLING = re.compile(
    "(?<!遗)弃婴|弃儿|被遗弃的(?:婴儿|新生儿)|(?:公安(?:部门|机关|局)?|警方|民警|派出所)移送|遗弃(?:在|于)?.{0,12}(?<!遗弃)(?:婴|新生儿)|"
    "(?:发现|捡到|拾到)的?.{0,4}[男女]婴|"
    "[男女]婴.{0,6}(?:无人认领|被(?:发现|遗弃|丢弃))"
)


def of_unknown_origin(text: str) -> bool:
    """A foundling, whose parents are searched for; not whom the police bring for another reason."""
    return FOUNDLING.search(text) is not None and "事实无人抚养" not in text


_APPOINTED = re.compile("法院.{0,8}指定|指定.{0,2}(?:由)?.{0,2}民政|法院判决撤销")
_DETAINED = re.compile(
    "(?:安置|送|放|留|住|带)(?:在|到|至|进|于|往)?.{0,4}(?:拘留所|看守所|候问室|羁押|讯问室|戒毒所|办案区|派出所)"
)
_UNIDENTIFIED = re.compile(
    "身份不明|流浪儿童|(?:查不清|无法说明|不知道|不清楚)身份|(?:说不[清出]|不知道?|讲不清|记不清)(?:自己)?的?(?:姓名|名字|住址|家)"
)
_JAIL = re.compile("拘留所|看守所|监狱|候问室|羁押|讯问室|戒毒所|办案区|jail|prison|detention|cell")
_KEPT = re.compile("keep|kept|stay|sleep|hold|night|留|住|过夜|安置|待")
# Local hukou or long residence opens the city's centre (3.5c-1).
_CENTRE = re.compile("本市户籍|温岭(?:市)?户籍|长期居住|(?:租房|居住|生活).{0,4}年|常住")
_ASKED_FOR = (
    *(
        "应急保护",
        "应急庇护",
        "临时监护",
        "安置",
        "床位",
        "收留",
        "流浪",
        "民政部门担任",
        "长期监护",
        "照料",
    ),
)


def temporary_grounds(situation: Situation) -> list[TemporaryGround]:
    """The grounds of temporary guardianship that the words show."""
    return [g for g, words in _TEMPORARY_WORDS.items() if situation.says(*words)]


def placement(situation: Situation, law: LawOfDay, county: County) -> Answer | None:
    """Where a child is placed, who is guardian in charge, on which ground (3.3b, 3.5, R25)."""
    text = situation.text()
    infant, court = FOUNDLING.search(text) is not None, _APPOINTED.search(text) is not None
    long_term = [g for g, words in _LONG_WORDS.items() if re.search(words, text)]
    grounds = temporary_grounds(situation)
    if not _of_placement(situation, infant, bool(long_term or grounds)):
        return None
    unidentified = _UNIDENTIFIED.search(text) is not None
    unidentified = unidentified or (situation.has("identity") and not situation.flag("identity"))
    street = unidentified or situation.says("流浪")
    order, clause = placement_order(street, infant, court, bool(long_term) and not street)
    lasting = bool(long_term) or court
    of_centre = _CENTRE.search(text) is not None
    return answer(
        "placement",
        clause,
        *(["WL24:3.5c-1"] if of_centre else []),
        "WL24:3.5a",
        *(TEMPORARY_GROUNDS[g][0] for g in grounds),
        *(LONG_TERM_GROUNDS[g][0] for g in long_term),
        zh=f"首选{FACILITY_ZH[order[0]]}；不得安置于羁押场所",
        en="Places in order; never a place of detention",
        placement=[FACILITY_ZH[place] for place in order],
        placement_codes=[place.value for place in order],
        holder=FACILITY_ZH[order[0]],
        temporary_grounds=[TEMPORARY_GROUNDS[g][1] for g in grounds] or None,
        long_term_grounds=[LONG_TERM_GROUNDS[g][1] for g in long_term] or None,
        guardianship="长期监护" if lasting else "临时监护",
        duty_codes=["civil_affairs"] if long_term or infant or court else None,
        allowed=False if _in_jail(situation) else None,
        never="羁押场所",
        centre_may_take=True if of_centre else None,
        identity_search="市公安局（打拐比对、查找）"
        if unidentified or of_unknown_origin(text)
        else None,
        documents=_documents(infant, court),
        **({} if lasting else _term(situation, law)),
    )


def _in_jail(situation: Situation) -> bool:
    """Whether a place of detention is spoken of as the child's: never lawful."""
    asked = _JAIL.search(situation.question) and _KEPT.search(situation.question)
    held = _DETAINED.search(situation.text()) or _JAIL.search(situation.word("place"))
    return bool(asked or held)


def _of_placement(situation: Situation, infant: bool, grounds: bool) -> bool:
    """Whether it is asked where a child goes, not what a unit or the police should do."""
    place = situation.word("place")
    asks = situation.says(*_ASKED_FOR) or infant or bool(place)
    asks = asks or (situation.has("child") and grounds)
    held = situation.says("拘留", "服刑", "戒毒", "逮捕", "羁押") and not _JAIL.search(place)
    held = held and not situation.says("临时监护", "安置")
    return situation.asks("placement") or (asks and not situation.has("unit") and not held)


def _documents(infant: bool, court: bool) -> list[str] | None:
    """What an admission to the welfare institution rests on (3.5b); care does not wait for it."""
    papers = ["公安机关移送文书"] * infant + ["人民法院指定民政部门担任监护人的裁判文书"] * court
    return [*papers, "先接收照料，缺件及时补齐"] if papers else None


def _term(situation: Situation, law: LawOfDay) -> Answer:
    """How long temporary guardianship may generally go on, and until when (FF2014-24:15)."""
    months = int(law.figures["placement_term_months"])
    said: Answer = {"term": f"一般不超过{months}个月（一年）", "term_clause": "FF2014-24:15"}
    began = situation.day("removed_on", "placement")
    if began is None:
        return said | (_OVERDUE if _longer_than(months, situation.text()) else {})
    ends, today = months_after(began, months), situation.day("as_of")
    said["term_ends_on"] = ends.isoformat()
    if today is not None and today > ends:
        said |= _OVERDUE
    return said


_OVERDUE: Answer = {"term_over": True, "next": ["重新评估监护能力", "研究申请撤销或变更监护人"]}
_LASTED = re.compile(r"临时监护[^。；]{0,8}(?:满|超过|逾|已达|已有)((?:\d+|[一两二])个?[月年])")


def _longer_than(months: int, text: str) -> bool:
    """Whether the words say that the temporary guardianship has gone on for longer."""
    found = _LASTED.search(text)
    lasted = months_in(found[1]) if found else 0
    return lasted > months or (lasted == months and re.search("超过|逾", text) is not None)


CARE_TOPICS: Mapping[str, Topic] = {
    "return": going_home,
    "assessment": assessment,
    "placement": placement,
}
