"""Questions about the instruments told to guardians: whose each is, and what a breach leads to.

Pure: a situation and the law of the day in, an answer with clauses out, or nothing.
"""

import re
from collections.abc import Mapping

from services.protection.rules.orders import ORDERS, OrderKind, may_issue, order_kind_of
from services.protection.rules.questions.reports import Topic
from services.protection.rules.questions.situation import Answer, County, Situation, answer
from shared.law import LawOfDay


def instrument_issuer(situation: Situation, _law: LawOfDay, _i: County) -> Answer | None:
    """Each instrument belongs to its issuer (3.3a-3)."""
    named = situation.word("instrument")
    kind = order_kind_of(named) or order_kind_of(situation.text())
    if kind is None or kind in {OrderKind.ADMONITION, OrderKind.GUIDANCE_ORDER}:
        kept = situation.has("prisoner", "detention")  # asked of an agreement, not of an order
        return _every_instrument() if situation.asks("instrument") and not kept else None
    issuer = situation.word("issuer") or _issuer_in(situation.text())
    issuer = "" if order_kind_of(issuer) else issuer  # 'issued: 家庭教育令' says what, not by whom
    text = ORDERS[kind]
    breached = _BREACHED.search(situation.text()) or situation.flag("complied") is False
    return answer(
        "instrument",
        text.clause,
        *(["WL24:3.6a-1", "WL24:3.2b-1"] if breached else []),
        zh=f"{text.zh}由法定机关签发",
        en="The instrument belongs to its lawful issuer",
        instrument=text.zh,
        issuer_codes=list(text.issuers),
        unit_code=text.issuers[0] if len(text.issuers) == 1 else None,
        valid=_issued_rightly(kind, issuer) if issuer else None,
        parent_education=text.education or None,
        next=_AFTER_BREACH if breached else None,
    )


_BREACHED = re.compile(
    "拒不|拒绝|违反|缺席|缺课|无故|置之不理|不予?理[会睬]|无视|照旧|我行我素|"
    "继续[^，。；]{0,4}[酗赌吸打骂]|"
    "(?:不|未|没有?)(?:履行|到场|到课|参加|遵守|执行|改正|悔改)|ignor|breach|disobey",
    re.IGNORECASE,
)
_ISSUES = re.compile(
    "((?:检察院|检察机关|法院|派出所|公安(?:局|机关|分局)?|妇联|民政局|教育局|学校|[村居]委会|"
    "司法所))"
    "[^，。；]{0,12}?(?:发出|送达|签发|作出|出具|下达|制发|开具|下发)"
)


def _issuer_in(text: str) -> str:
    """Who issued it, as a sentence tells: 派出所向母亲送达督促监护令."""
    found = _ISSUES.search(text)
    return found[1] if found else ""


def _every_instrument() -> Answer:
    """Which instruments there are, each with those who may issue it."""
    return answer(
        "instrument",
        "WL24:3.3a-3",
        zh="督促监护令由市检察院、家庭教育令由市法院、亲职教育告知书由市公安局签发",
        en="Each instrument belongs to its lawful issuer",
        instruments={text.zh: list(text.issuers) for text in ORDERS.values() if text.education},
        lead="市妇联",
    )


_AFTER_BREACH = [
    "由签发机关认定违反并督促履行",
    "训诫、责令接受家庭教育指导",
    "重新开展家庭监护能力评估",
    "严重侵害儿童权益的，申请撤销或变更监护人",
]


def _issued_rightly(kind: OrderKind, issuer: str) -> bool:
    names = {
        "police": ("公安", "派出所", "police"),
        "procuratorate": ("检察", "procuratorate"),
        "court": ("法院", "court"),
    }
    return any(
        may_issue(kind, department) and any(word in issuer for word in words)
        for department, words in names.items()
    )


INSTRUMENT_TOPICS: Mapping[str, Topic] = {"instrument": instrument_issuer}
