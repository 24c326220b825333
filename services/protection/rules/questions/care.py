"""Questions about assessment and placement.

Pure: a situation and the law of the day in, an answer with clauses out, or nothing.
"""

import re
from collections.abc import Mapping

from services.protection.rules.assessments import CONSEQUENCES_ZH
from services.protection.rules.guardianship import (
    FACILITY_ZH,
    LONG_TERM_GROUNDS,
    TEMPORARY_GROUNDS,
    Facility,
    LongTermGround,
    TemporaryGround,
    months_after,
    placement_order,
)
from services.protection.rules.questions.guardianless import (
    guardian_back,
    long_term_grounds,
    temporary_grounds,
)
from services.protection.rules.questions.reports import Topic
from services.protection.rules.questions.returning import ASSESSED
from services.protection.rules.questions.situation import (
    Answer,
    County,
    Situation,
    answer,
    months_in,
)
from shared.law import LawOfDay

_CALLED_FOR = re.compile(
    "监护(?:缺失|不当|风险|能力)|怠于|不履行|虐待|家暴|遗弃|推诿|疏于|放任|不管|(?:拒绝|"
    "不愿)抚养|恢复|"
    "无人(?:看管|看护|照料|照看|照顾|监护|抚养)|酗酒|吸毒|赌博|出走|离家|独自|打骂|殴打|体罚|"
    "性侵|猥亵|"
    "饥饿|挨饿|精神(?:病|分裂|障碍|失常)|中风|年迈|体弱|病重|无力(?:照[料顾]|抚养|监护)|"
    "智力|瘫痪|卧病|卧床|住院|重病|去世|病故|残疾|(?:不|未|没有?)(?:上学|入学|照顾|照料)|失踪|"
    "失联|服刑|入狱|坐牢|患癌|癌症|"
    "拘留|戒毒|neglect|abus"
)
_IN_ORDER = (
    *("父母尽责", "尽职尽责", "照料良好", "照顾良好", "监护到位"),
    "监护正常",
    "监护良好",
    "监护情况良好",
    "无风险",
    "没有风险",
    "无监护风险",
)
_RESULT = re.compile("评估.{0,12}(?:结论|认定|结果|不服|异议)|监护能力.{0,2}不足")
_GRADES: Mapping[str, tuple[str, ...]] = {
    "缺失": ("temporary_guardianship", "revocation_review"),
    "失当": ("order", "support_plan", "re_assessment"),
    "不足": ("support_plan", "re_assessment"),
    "正常": ("routine",),
}


def _of_a_family(situation: Situation) -> bool:
    """Whether a family is told of, with what calls for an assessment or says that none is due."""
    due = _CALLED_FOR.search(situation.facts()) is not None
    return "family" in situation.flat and (due or situation.says(*_IN_ORDER))


def assessment(situation: Situation, law: LawOfDay, _i: County) -> Answer | None:
    """When a family is assessed, by whom, what the result is for (3.2)."""
    trigger = situation.says("监护缺失", "监护不当", "监护风险", "监护能力评估", "家庭监护能力")
    trigger = trigger or "监护评估" in situation.text()
    result = _RESULT.search(situation.text())
    told = trigger or result or situation.has(*ASSESSED, "assessors") or _of_a_family(situation)
    if not told and not situation.asks("assessment"):
        return None
    named = situation.value("assessors")
    assessors = len(named) if isinstance(named, list) else situation.number("assessors")
    if assessors is None and _ALONE_ASSESSED.search(situation.facts()):
        assessors = 1
    enough = None if assessors is None else assessors >= 2
    partial = _PARTIAL.search(situation.text())
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


_PARTIAL = re.compile(
    "评估员.{0,10}(?:亲属|亲戚|[舅叔姨姑伯]|利害关系)|"
    "(?:[是系为]|与)(?:孩子|儿童|监护人|父亲?|母亲?|被评估人|其)[^，。；]{0,4}"
    "(?:亲属|亲戚|[舅叔姨姑伯表堂兄姐]|同学|朋友|邻居|利害关系)"
)
_ALONE_ASSESSED = re.compile(
    "(?:[一1]个?人|[一1]名[^，。；]{0,6}|单独|独自)[^，。；]{0,6}(?:评估|口头|作出|完成|出具|入户|上门)"
)


def _consequences(situation: Situation) -> list[str] | None:
    """What the grade that is named leads to; None when no grade is named."""
    text = situation.text()
    grade = next((g for g in _GRADES if re.search(f"监护(?:能力)?{g}", text)), None)
    return [CONSEQUENCES_ZH[code] for code in _GRADES[grade]] if grade else None


_FOUNDLING = re.compile(
    "(?<!遗)弃婴|弃儿|被遗弃的(?:婴儿|新生儿)|(?:公安(?:部门|机关|局)?|警方|民警|派出所)移送|"
    "遗弃(?:在|于)?.{0,12}(?<!遗弃)(?:婴|新生儿)|"
    "(?:发现|捡到|拾到)的?.{0,4}[男女]婴|"
    "(?:[男女]婴|婴儿|新生儿|宝宝)[^，；。]{0,8}(?:无人认领|无人认|没人认领|被(?:发现|遗弃|丢弃|"
    "抛弃|丢下))|"
    "(?:[男女]婴|婴儿|新生儿)[^；。]{0,12}(?:弃之|弃[^，。；]{0,3}[离而]|抛下|丢下|扔)|"
    "(?:婴|幼儿|孩子|宝宝|儿童)[^，。；]{0,4}被[放弃丢扔留搁][^，。；]{0,12}(?:门口|门前|路边|街|站|桥下|楼道|垃圾)|"
    "(?:产下|生下|分娩)[^；。]{0,12}(?:离开|离去|出走|失踪|不知去向|去向不明|不辞而别)"
)


def for_the_institution(text: str) -> bool:
    """Whether a child is one the welfare institution takes in (3.5b); a street child is none."""
    street = "流浪" in text and not re.search("婴|弃儿|遗弃", text)
    return _FOUNDLING.search(text) is not None and not street


def of_unknown_origin(text: str) -> bool:
    """A foundling, whose parents are searched for; not whom the police bring for another reason."""
    return for_the_institution(text) and "事实无人抚养" not in text


_APPOINTED = re.compile("法院.{0,8}指定|指定.{0,2}(?:由)?.{0,2}民政|法院判决撤销")
_DETAINED = re.compile(
    "(?:安置|送|放|留|住|带)(?:在|到|至|进|于|往)?.{0,4}(?:拘留所|看守所|候问室|羁押|讯问室|"
    "戒毒所|办案区|派出所)"
)
_UNIDENTIFIED = re.compile(
    "身份不明|流浪儿童|(?:查不清|无法说明|不知道|不清楚)身份|(?:说不[清出]|不知道?|讲不清|"
    "记不清)(?:自己)?的?(?:姓名|名字|住址|家)"
)
_JAIL = re.compile("拘留所|看守所|监狱|候问室|羁押|讯问室|戒毒所|办案区|jail|prison|detention|cell")
_KEPT = re.compile("keep|kept|stay|sleep|hold|night|留|住|过夜|安置|待")
# Local hukou or long residence opens the city's centre (3.5c-1).
CENTRE = re.compile(
    "本市户籍|温岭(?:市)?户籍|长期居住|(?:租房|租住|居住|生活|经营|开店|做生意|工作|务工|上学|就读|"
    "打工)[^，；。]{0,8}年|常住"
)
_LOCAL = re.compile("本市户籍|温岭(?:市)?户籍|户籍(?:地)?(?:为|是|在)?温岭")
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
        *("临时照料", "需要照料", "需照料", "无人照料", "照料床位", "照料孩子", "照料儿童"),
    ),
)


def placement(situation: Situation, law: LawOfDay, county: County) -> Answer | None:
    """Where a child is placed, who is guardian in charge, on which ground (3.3b, 3.5, R25)."""
    text, infant = situation.text(), for_the_institution(situation.facts())
    court = _APPOINTED.search(text) is not None
    long_term, grounds = long_term_grounds(situation), temporary_grounds(situation)
    if not _of_placement(situation, infant, bool(long_term or grounds)):
        return None
    if _for_want_of_others(long_term, grounds) and _KIN_WILLING.search(situation.facts()):
        return _with_kin()
    if not (grounds or long_term or infant or court) and guardian_back(situation):
        return _with_the_guardian()
    unidentified = _unidentified(situation)
    street = unidentified or (situation.says("流浪") and not _local(situation))
    order, clause = placement_order(street, infant, court, bool(long_term) and not street)
    order, lasting = _with_beds(order, situation), bool(long_term) or court
    of_centre = CENTRE.search(text) is not None
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
        identity_search=_SEARCH if unidentified or of_unknown_origin(text) else None,
        documents=_documents(infant, court),
        **({} if lasting else _term(situation, law)),
    )


def _unidentified(situation: Situation) -> bool:
    """Whether nobody knows who the child is."""
    unknown = situation.has("identity") and not situation.flag("identity")
    told = _UNIDENTIFIED.search(situation.text()) is not None
    return unknown or (told and not _local(situation))


def _local(situation: Situation) -> bool:
    """Whether a child is known to be of a town here: it is no child without identity (R25)."""
    return _LOCAL.search(situation.facts()) is not None


def _for_want_of_others(long: list[LongTermGround], short: list[TemporaryGround]) -> bool:
    """Whether the ground is one that asks for nobody else who could be guardian (无其他人)."""
    gone = {TemporaryGround.GUARDIAN_MISSING, TemporaryGround.GUARDIAN_PREVENTED}
    return (
        bool(long or short) and {LongTermGround.GUARDIAN_DEAD} >= set(long) and gone >= set(short)
    )


_SEARCH = "市公安局（打拐比对、查找）"
_KIN_WILLING = re.compile(
    "(?:祖父|祖母|外祖|爷爷|奶奶|外公|外婆|哥哥|姐姐|兄|姑|姨|舅|叔|伯|亲属|"
    "亲戚)[^，。；不无拒]{0,8}"
    "(?:愿意|有能力|能够|同意|可以|有监护能力)[^，。；不无]{0,8}(?:抚养|监护|照[看料顾护]|收养)"
)


def _with_kin() -> Answer:
    """Kin who can and will are guardians before the state is: 无其他人可以担任监护人 is not met."""
    return answer(
        "placement",
        "MINORS:94-2",
        "WL24:3.5a",
        zh="有其他有监护能力的人愿意担任监护人的，由其担任监护人，民政部门不承担长期监护",
        en="Kin able and willing are guardians; the state is not",
        guardianship="无需由民政部门长期监护",
        holder="有监护能力并愿意的亲属",
        state_guardianship=False,
    )


def _with_the_guardian() -> Answer:
    """A guardian who is back is guardian still; whether he is able is for an assessment."""
    return answer(
        "placement",
        "MINORS:92",
        "WL24:3.2a",
        zh="监护人已恢复履行监护职责的，不再符合临时监护情形；有监护风险的，开展家庭监护能力评估",
        en="The guardian is back: no ground of temporary guardianship; risks are assessed",
        guardianship="无需由民政部门临时监护",
        holder="监护人",
        state_guardianship=False,
    )


_NO_BED = re.compile(
    "(?:没有?|无|缺)[^，；。]{0,6}(?:床位?|条件|能力|人手)|(?:床位?)[^，；。]{0,4}(?:已?满|没有|"
    "为?0)"
)


_NO_BED_AT_STATION = re.compile(
    "(?:镇|街道|未保|工作)[^，；。]{0,8}站[^，；。]{0,6}(?:没有?|无|缺)[^，；。]{0,4}(?:床位?|"
    "条件)|"
    "(?:镇|街道|未保|工作)[^，；。]{0,8}站[^，；。]{0,4}床位[^，；。]{0,4}(?:已?满|没有|为?0)"
)
_NOWHERE = re.compile("(?:都|均)[^，。；]{0,4}(?:没有?|无)[^，。；]{0,2}床位")


def _with_beds(order: tuple[Facility, ...], situation: Situation) -> tuple[Facility, ...]:
    """The places that are not said to have no fitting bed (R25); the last is never left out."""
    station, village = situation.number("station_beds"), situation.number("village_beds")
    told = {"station": situation.word("station_beds"), "village": situation.word("village_beds")}
    nowhere = _NOWHERE.search(situation.facts()) is not None
    no_station = _NO_BED_AT_STATION.search(situation.facts()) is not None
    no_station = no_station or _NO_BED.search(told["station"]) is not None
    full = {
        Facility.TOWN_STATION: station == 0 or no_station,
        Facility.VILLAGE_STATION: village == 0 or _NO_BED.search(told["village"]) is not None,
        Facility.PROTECTION_CENTRE: situation.number("centre_beds") == 0,
    }
    if full[Facility.TOWN_STATION] and not told["village"]:
        full[Facility.VILLAGE_STATION] = True  # the beds there are stand in the stations (3.5d)
    return tuple(place for place in order if not (nowhere or full.get(place))) or order[-1:]


def _in_jail(situation: Situation) -> bool:
    """Whether a place of detention is spoken of as the child's: never lawful."""
    asked = _JAIL.search(situation.question) and _KEPT.search(situation.question)
    held = _DETAINED.search(situation.text())
    held = held or re.search(f"{_JAIL.pattern}|派出所", situation.word("place"))
    return bool(asked or held)


def _of_placement(situation: Situation, infant: bool, grounds: bool) -> bool:
    """Whether it is asked where a child goes, not what a unit or the police should do."""
    place = situation.word("place")
    asks = situation.says(*_ASKED_FOR) or infant or bool(place)
    asks = asks or (situation.has("identity") and not situation.flag("identity"))
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
    if today is not None:
        said |= _OVERDUE if today > ends else {"term_over": False}
    return said


_OVERDUE: Answer = {"term_over": True, "next": ["重新评估监护能力", "研究申请撤销或变更监护人"]}
_LASTED = re.compile(r"临时监护[^。；]{0,8}(?:满|超过|逾|已达|已有)((?:\d+|[一两二])个?[月年])")


def _longer_than(months: int, text: str) -> bool:
    """Whether the words say that the temporary guardianship has gone on for longer."""
    found = _LASTED.search(text)
    lasted = months_in(found[1]) if found else 0
    return lasted > months or (lasted == months and re.search("超过|逾", text) is not None)


CARE_TOPICS: Mapping[str, Topic] = {
    "assessment": assessment,
    "placement": placement,
}
