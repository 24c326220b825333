"""Questions about tattoos, staff checks, detained parents, delegation, failing guardians.

Pure: a situation and the law of the day in, an answer with clauses out, or nothing.
"""

import re
from collections.abc import Mapping
from datetime import date

from services.protection.rules.detentions import (
    DELEGATION_DUTIES,
    DetentionKind,
    detention_kind_of,
    may_be_delegate,
)
from services.protection.rules.institutions import Institutions
from services.protection.rules.orders import ORDERS, OrderKind, may_issue, order_kind_of
from services.protection.rules.questions.reports import Topic
from services.protection.rules.questions.situation import Answer, Situation, age_in, answer
from services.protection.rules.reporting import (
    adult_customer,
    birthday,
    check_due_on,
    may_be_employed,
    records_in,
)
from shared.law import Facts, LawOfDay, Verdict


def tattoo(situation: Situation, law: LawOfDay, _: Institutions) -> Answer | None:
    """Nobody tattoos a minor; consent changes nothing (3.1b)."""
    about = situation.says("文身", "纹身", "刺青") or situation.has(
        "customer_birth", "customer_age"
    )
    if not about and not situation.asks("tattoo"):
        return None
    adult = _adult(situation, law)
    induced = situation.flag("induced") is True or situation.says(
        "引诱", "教唆", "胁迫", "怂恿", "劝说"
    )
    return answer(
        "tattoo",
        "WL24:3.1b-1",
        *(["WL24:3.1b-2"] if induced else []),
        zh=_tattoo_words(adult, induced),
        en="No tattoo for a minor, whoever consents; 18 on the day of service decides",
        allowed=None if adult is None else adult,
        status="undetermined" if adult is None else None,
        age_on_day=_age(situation),
        consent_matters=False,
        applies_to="任何企业、组织和个人",
        violation=["胁迫、引诱、教唆未成年人文身"] if induced and adult is not True else None,
        must_ask_id=True if adult is None else None,
        report_to="市市场监管局" if adult is False or induced else None,
        report_to_code="market_regulation" if adult is False or induced else None,
    )


def _adult(situation: Situation, law: LawOfDay) -> bool | None:
    born, day = situation.day("customer_birth"), situation.day("service_date", "as_of")
    if born is not None:
        facts = Facts({"customer_birth": born, "service_date": day or law.day})
        found = adult_customer.find(facts, law)
        return None if found.unknown else found.met
    age = situation.number("customer_age", "age")
    if age is not None:
        return age >= 18
    if (named := age_in(situation.text())) is not None:
        return named >= 18
    return False if situation.says("未成年", "小学生", "初中生") else None


def _age(situation: Situation) -> int | None:
    born, day = situation.day("customer_birth"), situation.day("service_date", "as_of")
    if born is None or day is None:
        return situation.number("customer_age", "age")
    years = day.year - born.year
    return years if day >= birthday(born, years) else years - 1


def _tattoo_words(adult: bool | None, induced: bool) -> str:
    if induced and adult is not True:
        return "不得胁迫、引诱、教唆未成年人文身，未实际文身也属违反"
    if adult is None:
        return "难以判明是否未成年人的，应当要求其出示身份证件，未判明前不得提供文身服务"
    if adult:
        return "服务当日已满十八周岁，可以提供"
    return "不得向未成年人提供文身服务，监护人同意亦不例外"


def tattoo_shop(situation: Situation, _law: LawOfDay, _i: Institutions) -> Answer | None:
    """The sign and the identity card (3.1c)."""
    shown = situation.flag("sign")
    checked = situation.flag("id_checked")
    signs = situation.says("标明", "标识", "告示", "张贴", "显著位置")
    told = situation.says("文身", "纹身") and (signs or situation.says("身份证"))
    told = told or situation.asks("tattoo_shop") or situation.has("sign")
    if shown is None and checked is None and not told:
        return None
    hidden = situation.says("角落", "柜台下", "背面", "不显著", "看不见", "遮挡")
    reasons = []
    if shown is False or hidden or situation.says("未标明", "未张贴", "没有标识", "没有张贴"):
        reasons.append("应在显著位置标明不向未成年人提供文身服务")
    if checked is False or situation.says("未查验", "未要求出示", "没看身份证", "未查身份证"):
        reasons.append("难以判明年龄的应要求出示身份证件")
    return answer(
        "tattoo_shop",
        "WL24:3.1c-1",
        "WL24:3.1c-2",
        zh="；".join(reasons) or "应在显著位置标明，年龄难以判明的查验身份证件",
        en="A prominent sign; the identity card when the age is in doubt",
        compliant=not reasons if (reasons or shown is not None or checked is not None) else None,
        reasons=reasons or None,
        department="市市场监管局",
        department_code="market_regulation",
    )


def staff_check(situation: Situation, law: LawOfDay, _: Institutions) -> Answer | None:
    """Checks at hiring and every year; a record bars from the work (3.1a-2)."""
    about = situation.has("hire_date", "check_date", "check_result", "employee")
    about = about or situation.asks("staff_check")
    words = (
        "入职查询",
        "违法犯罪记录",
        "背景查询",
        "从业人员查询",
        "前科",
        "未经查询",
        "未查询",
        "应聘",
        "录用",
    )
    entrusted = situation.says("委托") and not situation.has("unit")
    if not about and (entrusted or not situation.says(*words)):
        return None
    hired, checked = situation.day("hire_date"), situation.day("check_date", "check_result")
    records = _records(situation)
    unchecked = _unchecked(situation)
    facts = Facts()
    if hired and checked:
        facts |= {"hired_on": hired, "checked_on": checked}
    if unchecked:
        facts |= {"hired_on": date.min, "checked_on": date.max}
    if records is not None:
        facts["records"] = tuple(records)
    found = may_be_employed.find(facts, law)
    return _check_answer(found.verdict, records, unchecked, _overdue(checked, law))


def _unchecked(situation: Situation) -> bool:
    if situation.has("checked") and situation.flag("checked") is False:
        return True
    given_null = (
        situation.has("check_date", "check_result")
        and situation.value("check_date", "check_result") is None
    )
    return given_null or situation.says(
        "未查询", "没有查询", "未经查询", "先上岗", "未进行入职查询"
    )


def _records(situation: Situation) -> list[str] | None:
    told = situation.word("check_result", "result")
    if not told:
        return [r.value for r in records_in(situation.text())] or None
    clear = re.search("^(?:无|没有|未发现|none$|clear$)|无记录|无违法犯罪|未查到|没有记录", told)
    if clear:
        return []
    return [r.value for r in records_in(told)] or None


def _overdue(checked: date | None, law: LawOfDay) -> bool | None:
    years = law.figures.get("staff_check_years")
    if checked is None or years is None:
        return None
    return law.day > check_due_on(checked, years)


def _check_answer(
    verdict: Verdict, records: list[str] | None, unchecked: bool, overdue: bool | None
) -> Answer:
    steps = []
    if records:
        steps = ["不得录用", "在职的及时解聘、调离接触未成年人岗位"]
    elif unchecked:
        steps = ["上岗前向公安机关、人民检察院查询", "补查完成前不得接触未成年人"]
    elif overdue:
        steps = ["补做年度查询"]
    elif verdict is Verdict.NOT_MET:
        steps = ["应在入职（上岗）前查询"]
    bad = verdict is Verdict.NOT_MET or unchecked or bool(records) or overdue is True
    return answer(
        "staff_check",
        "WL24:3.1a-2",
        "MINORS:62",
        *(["MINORS:126"] if bad else []),
        zh="；".join(steps)
        or "入职前查询，之后每年查询；有性侵害、虐待、拐卖、暴力伤害记录的不得录用",
        en="Query before the first day and every year; a record of harm bars from the work",
        may_employ=None if verdict is Verdict.UNKNOWN else verdict is Verdict.MET,
        allowed=None if verdict is Verdict.UNKNOWN else verdict is Verdict.MET,
        compliant=False if bad else (True if verdict is Verdict.MET else None),
        records=records,
        yearly_check_overdue=overdue,
        next=steps or None,
    )


def detention(situation: Situation, _law: LawOfDay, _i: Institutions) -> Answer | None:
    """Police ask about minor children and help to place them (3.6b); prisons agree (3.6c)."""
    text = situation.word("detention")
    kind = detention_kind_of(text or situation.text())
    told = situation.says("拘留", "强制隔离", "逮捕", "服刑", "监狱", "羁押")
    if kind is None or not (text or told or situation.has("asked")):
        return None
    if kind is DetentionKind.IMPRISONMENT and not situation.says("公安", "拘留"):
        return _prison()
    asked = situation.flag("asked")
    if asked is None and situation.says("未询问", "没有询问", "没问", "未问"):
        asked = False
    needs = situation.flag("care_needed")
    return answer(
        "detention",
        "WL24:3.6b-1",
        "WL24:3.6b-2",
        zh="公安机关应当询问是否有未成年子女需要委托临时照料，并应为委托亲属、其他成年人或机构监护提供帮助",
        en="Police must ask about minor children in need of care and help to entrust them",
        kind=kind.zh,
        must_ask=True,
        must_help=True,
        compliant=None if asked is None else asked,
        when="决定执行时当场询问，需要照料的当日安排",
        entrust_to=["亲属", "其他成年人", "儿童福利机构", "救助保护机构"],
        care_needed=needs,
        next=["补充询问"]
        if asked is False
        else ["安排临时照料", "通报市未保委办公室", "跟踪至释放"],
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


_ENTRUSTED = re.compile("委托给?.{0,30}(?:照护|照料|照看|照顾|代管|抚养)")


def delegation(situation: Situation, law: LawOfDay, _: Institutions) -> Answer | None:
    """Who may not be a delegated carer (未成年人保护法 22–23)."""
    carer = situation.word("carer")
    if not carer and not situation.says("拘留", "戒毒", "服刑", "监狱", "羁押"):
        carer = next((f.group() for f in [_ENTRUSTED.search(situation.text())] if f), "")
    if not carer and not situation.asks("delegation"):
        return None
    facts = Facts()
    records = records_in(carer) or situation.value("carer_records")
    if records or situation.says("遗弃"):
        facts["carer_records"] = tuple(records or ("abandonment",))
    if any(word in carer for word in ("吸毒", "酗酒", "赌博")):
        facts["carer_vices"] = True
    if any(word in carer for word in ("拒不履行", "怠于", "曾拒绝")):
        facts["carer_refused_duty"] = True
    if any(word in carer for word in ("未成年", "岁的哥哥", "无照护能力", "瘫痪")):
        facts["carer_capable_adult"] = False
    found = may_be_delegate.find(facts, law)
    return answer(
        "delegation",
        *found.clauses()[:1],
        "MINORS:23-1",
        "MINORS:23-2",
        zh="不得作为被委托人" if found.verdict is Verdict.NOT_MET else "须核实受托人无禁止情形",
        en="Barred as carer" if found.verdict is Verdict.NOT_MET else "To be verified",
        allowed=False if found.verdict is Verdict.NOT_MET else None,
        may_be_delegate=False if found.verdict is Verdict.NOT_MET else None,
        missing=found.missing() or None,
        duties=[words for _, words in DELEGATION_DUTIES],
    )


_FAILING_WORDS = (
    "不履行监护",
    "监护不当",
    "不当监护",
    "拒不履行",
    "怠于履行",
    "忽视",
    "放任",
    "侵犯儿童",
    "独自留",
    "锁在家",
    "独自锁",
)


def failing_guardian(situation: Situation, _law: LawOfDay, _i: Institutions) -> Answer | None:
    """What police do to a guardian who fails, and the instruments of 3.3a."""
    conduct = situation.word("guardian_conduct")
    told = any(w in conduct for w in _FAILING_WORDS)
    told = told or situation.says(*_FAILING_WORDS, "训诫", "家庭教育指导")
    beaten = situation.says("体罚", "殴打", "打骂", "虐待") and situation.says("父", "母", "监护人")
    told = told or (beaten and situation.says("公安办案", "办案中", "办理案件"))
    if not told and not situation.asks("failing_guardian"):
        return None
    unsafe = situation.says(
        "受伤", "伤害", "不安全", "危险", "骨折", "死亡", "轻伤", "重伤", "住院", "坠楼", "烫伤"
    )
    police = ["训诫", "责令接受家庭教育指导"]
    return answer(
        "failing_guardian",
        "WL24:3.6a-1",
        *(["WL24:3.6a-2"] if unsafe else []),
        "WL24:3.3a-3",
        zh="公安机关予以训诫并责令接受家庭教育指导" + ("；依法追究法律责任" if unsafe else ""),
        en="Admonition and guidance order" + ("; legal liability" if unsafe else ""),
        police_measures=[*police, "依法追究法律责任"] if unsafe else police,
        instruments={
            "督促监护令": "市检察院",
            "家庭教育令": "市法院",
            "亲职教育告知书": "市公安局",
        },
        parent_education="强制亲职教育“1+X”",
        assessment_required=True,
    )


def instrument_issuer(situation: Situation, _law: LawOfDay, _i: Institutions) -> Answer | None:
    """Each instrument belongs to its issuer (3.3a-3)."""
    named = situation.word("instrument")
    kind = order_kind_of(named or situation.text())
    if kind is None or kind in {OrderKind.ADMONITION, OrderKind.GUIDANCE_ORDER}:
        return None
    issuer = situation.word("issuer")
    text = ORDERS[kind]
    return answer(
        "instrument",
        text.clause,
        zh=f"{text.zh}由法定机关签发",
        en="The instrument belongs to its lawful issuer",
        instrument=text.zh,
        issuer_codes=list(text.issuers),
        unit_code=text.issuers[0] if len(text.issuers) == 1 else None,
        valid=_issued_rightly(kind, issuer) if issuer else None,
        parent_education=text.education or None,
    )


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


CONDUCT_TOPICS: Mapping[str, Topic] = {
    "tattoo": tattoo,
    "tattoo_shop": tattoo_shop,
    "staff_check": staff_check,
    "detention": detention,
    "delegation": delegation,
    "failing_guardian": failing_guardian,
    "instrument": instrument_issuer,
}
