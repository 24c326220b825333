"""Questions about the court: petitions, maintenance after a revocation, restoration.

Pure: a situation and the law of the day in, an answer with clauses out, or nothing.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from services.protection.rules.adoption import adoptable_from
from services.protection.rules.guardianship import months_after
from services.protection.rules.orders import Relief, court_clock, reliefs_in
from services.protection.rules.petitions import may_petition, petitioner_of
from services.protection.rules.questions.reports import Topic
from services.protection.rules.questions.situation import (
    Answer,
    County,
    Situation,
    answer,
    day_in,
)
from services.protection.rules.revocation import (
    REVOCATION_GROUNDS,
    RevocationGround,
    may_be_restored,
    refusal_long_enough,
    restoration_barred,
    warned_often_enough,
)
from shared.ages import number_in
from shared.law import Facts, LawOfDay, Verdict


def petition(situation: Situation, law: LawOfDay, county: County) -> Answer | None:
    """Who asks the court for what, and who supports (3.3c)."""
    text = situation.text()
    asked = situation.word("relief")
    reliefs = reliefs_in(asked or text)
    if not reliefs and situation.has("order_made_on"):
        reliefs = [Relief.PROTECTION_RULING]
    serious = situation.says("严重侵害", "严重损害", "支持起诉", "撤销监护人资格")
    grounds, unmet = _grounds(text, law)
    court = re.search("法院|起诉|court|petition", text, re.IGNORECASE) is not None
    counted = unmet or _REFUSED.search(text) or ("乞讨" in text and _WARNED.search(text))
    told = reliefs or serious or counted or (grounds and court) or "申请撤销" in text
    if not situation.asks("petition") and (_restoring(situation) or not told):
        return None
    who = situation.word("petitioner") or _who_asks(situation.facts())
    return answer(
        "petition",
        "WL24:3.3c-1",
        "WL24:3.3c-2",
        *(REVOCATION_GROUNDS[g][0] for g in (*grounds, *unmet)),
        *(["CIVIL:36"] if Relief.REVOCATION in reliefs else []),
        *(["DV:28", "DV:30"] if Relief.PROTECTION_RULING in reliefs else []),
        zh="市未保办会同有关单位或个人依法向市法院提起，必要时提请市检察院支持起诉",
        en="The protection office with others petitions the court; the procuratorate may support",
        petitioner="市未保办会同有关单位或个人",
        petitioner_codes=["child_protection_office"],
        court="市法院",
        relief=[r.zh for r in (reliefs or list(Relief)[:4])],
        relief_options=[r.zh for r in list(Relief)[:4]],
        support="必要时可提请市检察院支持起诉",
        support_code="procuratorate",
        revocation_grounds=[REVOCATION_GROUNDS[g][1] for g in grounds] or None,
        grounds_not_met=[REVOCATION_GROUNDS[g][1] for g in unmet] or None,
        **_decided_within(situation, reliefs, law, county),
        petitioner_entitled=_entitled(who, reliefs) if who else None,
        must_petition_if_none="市民政局（其他个人和组织未及时申请的，民政部门应当申请）",
    )


_ASKING = re.compile(
    "([^，。；]{2,16}?)(?:拟|想|要|准备|打算|自行|单独|直接|已|能否|可否|欲|希望){0,3}(?:向市?法院)?"
    "(?:申请|提出申请|起诉|请求)(?:撤销|变更|人身安全)"
)


def _who_asks(text: str) -> str:
    """Who goes to the court as a sentence tells it; what was done to somebody before is not it."""
    found = _ASKING.search(text)
    known = found and (petitioner_of(found[1]) or _STRANGER.search(found[1]))
    return found[1] if found and known else ""


_STRANGER = re.compile("邻居|路人|网友|市民|群众|房东|家长代表|同学家长")


_REFUSED = re.compile(r"(?:拒绝|拒不|不|怠于)履行.{0,12}?(\d+|[一二两三四五六七八九十]+)个?(月|年)")
_WARNED = re.compile(r"(\d+|[一二两三四五六七八九十]+)次(?:以上)?(?:批评|教育|训诫|劝诫)")


def _grounds(text: str, law: LawOfDay) -> tuple[list[RevocationGround], list[RevocationGround]]:
    """Grounds of revocation that the words show, and those whose count is not reached."""
    met = [g for g, words in _REVOCATION_WORDS.items() if re.search(words, text)]
    counts: dict[RevocationGround, bool] = {}
    if found := _REFUSED.search(text):
        months = (number_in(found[1]) or 0) * (12 if found[2] == "年" else 1)
        facts = Facts({"refusal_months": months})
        counts[RevocationGround.SIX_MONTHS_REFUSAL] = refusal_long_enough.find(facts, law).met
    if "乞讨" in text and (found := _WARNED.search(text)):
        facts = Facts({"begging_warnings": number_in(found[1]) or 0})
        counts[RevocationGround.BEGGING_THREE_TIMES] = warned_often_enough.find(facts, law).met
    kept = [g for g in met if counts.get(g, True)]
    return (
        list(dict.fromkeys([*kept, *(g for g, held in counts.items() if held)])),
        [g for g, held in counts.items() if not held],
    )


def _entitled(who: str, reliefs: list[Relief]) -> bool:
    """Whether a named petitioner may ask for all of it; by default for revocation."""
    known = petitioner_of(who)
    asked = reliefs or [Relief.REVOCATION]
    return known is not None and all(may_petition(relief, known) for relief in asked)


_REVOCATION_WORDS: dict[RevocationGround, str] = {
    RevocationGround.SERIOUS_ABUSE: "性侵|出卖|遗弃|虐待|暴力伤害|毒打|多次殴打",
    RevocationGround.DEADLY_NEGLECT: "经教育不改|置于无人监管",
    RevocationGround.SIX_MONTHS_REFUSAL: "六个月以上|6个月以上|流离失所|生活无着",
    RevocationGround.VICE_OR_PRISON_NO_DELEGATE: "拒绝.{0,8}委托|拒不.{0,8}委托",
    RevocationGround.BEGGING_THREE_TIMES: "利用未成年人乞讨|三次以上批评教育",
    RevocationGround.ABETTING_CRIME: "教唆|(?:利用|指使|逼).{0,6}(?:盗窃|偷|犯罪|违法|贩毒|诈骗)",
}


def _restoring(situation: Situation) -> bool:
    revoked = situation.says("撤销") and situation.says("申请恢复", "恢复资格", "恢复其监护")
    return (
        situation.says("恢复监护", "restor")
        or (situation.has("applied_on") and situation.has("revoked_on"))
        or revoked
    )


def _decided_within(
    situation: Situation, reliefs: list[Relief], law: LawOfDay, county: County
) -> Answer:
    """Hours the court has for a protection order, and until when, if the filing is told."""
    if Relief.PROTECTION_RULING not in reliefs:
        return _heard_within(situation, law, county) if Relief.REVOCATION in reliefs else {}
    urgent = situation.flag("urgent")
    if urgent is None:
        urgent = situation.says("紧急", "urgent") and not re.search(
            "(?:非|不|无)紧急|(?:not|non).{0,3}urgent", situation.text()
        )
    hours = law.figures.get(f"{court_clock([Relief.PROTECTION_RULING.value], urgent)}_hours")
    filed = situation.instant("filed_at", "applied_on", "received_at")
    due = filed + timedelta(hours=int(hours)) if filed and hours else None
    months = int(law.figures["protection_order_months"])
    made = situation.day("order_made_on") or _ordered_on(situation.text())
    until = months_after(made, months).isoformat() if made else None
    return {
        "court_decides_within_hours": hours,
        "deadline": due.isoformat() if due else None,
        "valid_months_at_most": months,
        "valid_until_at_most": until,
        "in_force": _in_force(situation, until),
    }


def _in_force(situation: Situation, until: str | None) -> bool | None:
    """No longer after its longest term; before its end only the order itself can say."""
    today = situation.day("as_of")
    return False if until and today and today.isoformat() > until else None


def _ordered_on(text: str) -> date | None:
    """The day on which an order was made, as a sentence tells it."""
    found = re.search(
        r"[^；。]*(?:作出|签发|发出|裁定)[^；。]{0,6}(?:保护令?|裁定)[^，；。]*", text
    )
    return day_in(found.group()) if found else None


def _heard_within(situation: Situation, law: LawOfDay, county: County) -> Answer:
    """A suit for revocation is heard by special procedure, within a month of its filing."""
    months = int(law.figures["revocation_decision_months"])
    filed = situation.day("filed_at", "applied_on")
    due = county.calendar.period_end(filed, months=months).isoformat() if filed else None
    return {"court_concludes_within_months": months, "deadline": due}


_UPKEEP = re.compile(
    "抚养费|扶养|赡养|抚养义务|生活费|付钱|给钱|出钱|(?:学|医疗|教育|医药|治疗|伙食)费|花销|开销|"
    "(?:承担|负担|支付|给付|出)[^，。；]{0,4}费"
)


# Another is guardian now, and the one before takes that for the end of all duty.
_NO_MORE = re.compile(
    "(?:变更监护|剥夺|失去监护|不再(?:是|担任)监护)[^。]{0,24}(?:不必|不用|无[需须]|不再|不需|拒|不付|不给|没有义务)"
)
_ADOPTED = re.compile("(?:已|被|由)[^，。；]{0,8}(?:依法)?收养(?!人申请|评估)|收养关系成立")


def maintenance(situation: Situation, _law: LawOfDay, _i: County) -> Answer | None:
    """A revoked parent goes on paying (民法典37)."""
    ended = situation.says("撤销") or _NO_MORE.search(situation.facts()) is not None
    told = ended and _UPKEEP.search(situation.text()) is not None
    if not told and not situation.asks("maintenance"):
        return None
    if _ADOPTED.search(situation.facts()):
        return answer(
            "maintenance",
            "CIVIL:1111",
            zh="收养关系成立后，生父母对子女的抚养义务消除；此前应付未付的仍可追索",
            en="Adoption ends the duty of the parents by birth; arrears may still be claimed",
            maintenance_continues=False,
        )
    return answer(
        "maintenance",
        "CIVIL:37",
        "MINORS:108",
        "WL24:3.3c-1",
        zh="被撤销监护人资格后，应当继续负担抚养费；不付的可追索",
        en="Maintenance goes on after revocation and may be claimed",
        maintenance_continues=True,
        right=False,
        remedy="追索抚养费",
    )


def restoration(situation: Situation, law: LawOfDay, _: County) -> Answer | None:
    """Restoring a revoked guardian: three months to a year, repentance, never after crime."""
    if not _restoring(situation) and not situation.asks("restoration"):
        return None
    revoked, facts = _days(situation)[0], _restoration_facts(situation)
    assumed = _nothing_worse(situation, facts)
    barred, found = restoration_barred.find(facts, law), may_be_restored.find(facts, law)
    unassessed = _UNASSESSED.search(situation.text()) is not None
    refused = barred.met or found.verdict is Verdict.NOT_MET or unassessed
    return answer(
        "restoration",
        *found.clauses(),
        *(["WL24:3.2b-2"] if unassessed else []),
        zh="不得恢复监护人资格" if refused else "由市法院审查决定，须评估、悔改并尊重儿童真实意愿",
        en="May not be restored" if refused else "The court decides; repentance, the child's will",
        may_be_restored=False if refused else (True if found.met else None),
        barred=barred.met or None,
        reason="未经家庭监护能力评估，不得恢复" if unassessed and not barred.met else None,
        assumed=assumed or None,
        earliest=months_after(revoked, 3).isoformat() if revoked else None,
        latest=months_after(revoked, 12).isoformat() if revoked else None,
        assessment_required=True,
        status="undetermined" if not refused and found.unknown else None,
        missing=None if refused else found.missing() or None,
        adoption_not_before=(
            adoptable_from(revoked, 12, barred.met).isoformat() if revoked else None
        ),
    )


def _days(situation: Situation) -> tuple[date | None, date | None]:
    """The days of revocation and application, by fields or by the clauses of a sentence."""
    clauses = re.split("[，。；,;]", situation.text())
    told = [(clause, day) for clause in clauses if (day := day_in(clause))]
    revoked = next((day for clause, day in told if "撤销" in clause), None)
    applied = next((day for clause, day in told if re.search("申请|请求", clause)), None)
    return situation.day("revoked_on") or revoked, situation.day("applied_on") or applied


def _restoration_facts(situation: Situation) -> Facts:
    """What fields and words tell of a guardian who wants to be restored; fields win."""
    text, facts = situation.text(), Facts()
    revoked, applied = _days(situation)
    if revoked and applied:
        facts |= {"revoked_on": revoked, "applied_on": applied}
    elif (months := _months_since(text)) is not None:
        facts |= {"revoked_on": _ANY_DAY, "applied_on": months_after(_ANY_DAY, months)}
    another = _BY_ANOTHER.search(text) and not _TOOK_PART.search(situation.facts())
    own = _BY_ANOTHER.sub("", situation.facts()) if another else text  # a question may name it too
    facts |= {name: True for name, words in _RESTORATION_WORDS.items() if re.search(words, own)}
    if _NO_PARENT.search(situation.word("petitioner")):
        facts["applicant_is_parent"] = False
    if _UNWILLING.search(text):
        facts["ward_wants"] = False
    facts |= situation.flags("repentance", "applicant_is_parent", "grave_abuse_done")
    facts |= situation.flags("sexual_harm_or_sale_done", "intentional_crime_against_ward")
    if (wants := situation.flag("child_wants")) is not None:
        facts["ward_wants"] = wants
    years = situation.number("sentence_years")
    if years is None and (found := _SENTENCED.search(text)):
        years = number_in(found[1])
    if years is not None:
        facts["sentence_years"] = years
    return facts


_NO_PARENT = re.compile(
    "^(?!.*[父母])(?=.*(?:叔|舅|姑|姨|伯|爷|奶|外公|外婆|哥|姐|邻居|uncle|aunt))"
)
_SENTENCED = re.compile(r"(?:判处?|获)(?:刑|有期徒刑)?(\d+|[一二两三四五六七八九十]+)年")
_UNASSESSED = re.compile(
    "(?:未|没有?|尚未|无|不)(?:经|作|做|进行|开展|重新)?.{0,4}评估|(?:not|without).{0,8}assess"
)
_ANY_DAY = date(2001, 1, 1)  # from which a period told in words is counted
_NUMBER = r"(\d+|[一二两三四五六七八九十]+)"
_SINCE = re.compile(f"撤销.{{0,8}}?(?:{_NUMBER}年)?零?(?:{_NUMBER}个月|(半年))?(?:之)?后")


def _months_since(text: str) -> int | None:
    """The months from the revocation to the application, as words tell them (一年零一个月后)."""
    found = _SINCE.search(text)
    if found is None or not any(found.groups()):
        return None
    years, months, half = found.groups()
    return (number_in(years or "") or 0) * 12 + (number_in(months or "") or 0) + (6 if half else 0)


_UNWILLING = re.compile("(?:女儿|儿子|孩子|子女|儿童|本人).{0,12}(?:不愿|不想|不肯|拒绝)")
_WHY = re.compile("因.{1,24}被?(?:依法)?(?:撤销|剥夺)|(?:撤销|revo).{0,8}(?:原因|理由|reason)")
_NOTHING_WORSE = {
    "sexual_harm_or_sale_done": ("未提及性侵害、出卖", False),
    "grave_abuse_done": ("未提及虐待、遗弃致重伤以上后果", False),
    "intentional_crime_against_ward": ("未提及对被监护人故意犯罪", False),
    "sentence_years": ("未提及刑罚", 0),
}


def _nothing_worse(situation: Situation, facts: Facts) -> list[str]:
    """Where the reason of the revocation is told, no worse one is taken to stand behind it.

    What is so assumed is said in the answer, to be verified before anybody decides.
    """
    told = _WHY.search(situation.text()) or any(
        re.search("reason|ground", path) for path in situation.flat
    )
    if not told or situation.says("犯罪", "判刑", "徒刑", "重伤", "死亡"):
        return []
    assumed = [name for name in _NOTHING_WORSE if name not in facts]
    facts |= {name: _NOTHING_WORSE[name][1] for name in assumed}
    return [f"{_NOTHING_WORSE[name][0]}，须核实" for name in assumed]


_RESTORATION_WORDS: dict[str, str] = {
    "sexual_harm_or_sale_done": "性侵|出卖|拐卖|卖[掉给了]|猥亵|强奸|卖淫",
    "grave_abuse_done": "(?:虐待|遗弃|殴打|伤害).{0,8}(?:重伤|死亡|致残)",
    "intentional_crime_against_ward": (
        "故意犯罪|故意伤害|虐待罪|遗弃罪|故意杀人|"
        "(?:殴打|毒打|伤害|虐待|性侵|猥亵)[^；。]{0,12}(?:判刑|获刑|判处|入狱|服刑)"
    ),
    "repentance": "(?<![无未不])(?:悔改|悔过|悔罪)",
    "ward_wants": "(?:女儿|儿子|孩子|子女|儿童|本人).{0,12}(?<!不)(?:愿意|希望|想)",
    "applicant_is_parent": "父亲|母亲|父母",
}


# What another did bars who did it, and not a guardian who neither knew nor took part.
_BY_ANOTHER = re.compile(
    "(?:男友|女友|同居[^，。；]{0,4}|(?:其|[她他]的?|[父母]亲?的)(?:丈夫|妻子|配偶|[父兄弟]))"
    "[^，。；]{0,6}(?:性侵|猥亵|强奸|拐卖|虐待|殴打|伤害)[^，。；]*"
)
_TOOK_PART = re.compile("伙同|放任|纵容|默许|明知|协助|帮助|参与|[逼强]迫|迫使|同意|容忍|共同|包庇")


# Harm after which a child may be given for adoption without the year of waiting (40-2, 44).
GRAVEST = re.compile(
    "|".join(_RESTORATION_WORDS[name] for name in ("sexual_harm_or_sale_done", "grave_abuse_done"))
)


COURT_TOPICS: Mapping[str, Topic] = {
    "petition": petition,
    "maintenance": maintenance,
    "restoration": restoration,
}
