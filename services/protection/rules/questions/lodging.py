"""Questions about a minor who stays at a hotel: the five things it must do (旅店“五必须”).

Pure: a situation and the law of the day in, an answer with clauses out, or nothing.
"""

import re
from collections.abc import Mapping

from services.protection.rules.questions.reports import Topic
from services.protection.rules.questions.situation import Answer, County, Situation, answer
from shared.law import LawOfDay

LODGINGS = frozenset({"hotel", "online_rental"})
_NOT = "(?:未曾?|没有?|不|漏|忘(?:记|了)?|从不)"
_ASK = "(?:询问|问|核实|确认|了解|联系|核对|查验|要求)"
_STAYS = re.compile("入住|开房|住宿|登记|接待|投宿|留宿|check.?in", re.IGNORECASE)
_MINOR = re.compile("未成年|[男女]孩|[男女]童|少[年女]|[小初高]中?学?生|学生|孩子|儿童|minor|child")
_CONTACT = "(?:监护人|父母|父亲|母亲|家长|家属|家人)"
# What must be done, in the words of the duty; how it is said to be done, and not to be.
_MUSTS: tuple[tuple[str, str, str], ...] = (
    (
        "查验入住人员身份证件并如实登记",
        "(?:查验|核对|登记|出示)[^，。；]{0,8}(?:身份|证件)|(?:已|如实|实名)?登记",
        (
            f"{_NOT}[^，。；]{{0,10}}(?:登记|查验|核对|出示|实名)|(?:冒用|借用)[^，。；]{{0,6}}身份|"
            "(?:只|仅|光)(?:登记|查验|核对|看)"
        ),
    ),
    (
        "询问父母或其他监护人的联系方式",
        f"{_ASK}了?[^，。；没未]{{0,4}}{_CONTACT}[^，。；]{{0,6}}(?:联系|电话)?|联系了?{_CONTACT}",
        f"{_NOT}[^，。；]{{0,6}}{_ASK}[^，。；]{{0,6}}(?:{_CONTACT}|联系方式|联系电话)",
    ),
    (
        "询问入住人员的身份关系",
        f"{_ASK}[^，。；没未]{{0,22}}关系",
        f"{_NOT}[^，。；]{{0,6}}{_ASK}[^，。；]{{0,20}}(?:关系|同住)",
    ),
)
_ALL_UNASKED = re.compile(
    f"(?:什么|啥)(?:都|也)?{_NOT}|{_NOT}(?:作|做)?(?:任何)?询?问(?![^，。；])"
)
_ALONE = re.compile("独自|一个?人|单独|alone")


def lodging(situation: Situation, _law: LawOfDay, county: County) -> Answer | None:
    """What a hotel asks and registers when a minor stays (未成年人保护法57)."""
    asked = situation.asks("lodging")
    told = situation.facts().replace("未成年", "小")
    if not asked and not of_lodging(situation, county):
        return None
    undone, open_ = [], []
    for duty, done, not_done in _MUSTS:
        if re.search(not_done, told) or (_ALL_UNASKED.search(told) and duty.startswith("询问")):
            undone.append(duty)
        elif not re.search(done, told) and not ("关系" in duty and _ALONE.search(told)):
            open_.append(duty)
    if not asked and len(open_) == len(_MUSTS):
        return None  # nothing is told of what the hotel did
    return answer(
        "lodging",
        "MINORS:57",
        "WL24:3.1a-4",
        zh="；".join(f"应当{duty}" for duty in undone)
        or "旅店接待未成年人：查验登记，询问监护人联系方式和身份关系，可疑的立即报警",
        en="A hotel registers a minor, asks for the guardian and the relation, reports suspicion",
        compliant=False if undone else None if open_ else True,
        status="undetermined" if open_ and not undone else None,
        missing=["action"] if open_ and not undone else None,
        reasons=[f"应当{duty}" for duty in undone] or None,
        to_find_out=open_ or None,
        must=[
            *(duty for duty, _, _ in _MUSTS),
            "加强安全巡查和访客管理",
            "可疑的立即向公安机关报告",
        ],
        authority_code="police",
    )


def of_lodging(situation: Situation, county: County) -> bool:
    """Whether it is told how a hotel took in a minor."""
    unit = situation.word("unit")
    kind = county.institutions.recognise(unit or situation.text()).code
    told = situation.facts()
    return kind in LODGINGS and bool(
        _STAYS.search(told) and re.search(f"{_MINOR.pattern}|{_CONTACT}", told)
    )


LODGING_TOPICS: Mapping[str, Topic] = {"lodging": lodging}
