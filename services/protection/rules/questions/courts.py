"""Questions about the court: petitions, maintenance after a revocation, restoration.

Pure: a situation and the law of the day in, an answer with clauses out, or nothing.
"""

import re
from collections.abc import Mapping
from datetime import timedelta

from services.protection.rules.adoption import adoptable_from
from services.protection.rules.guardianship import months_after
from services.protection.rules.institutions import Institutions
from services.protection.rules.orders import Relief, court_clock, reliefs_in
from services.protection.rules.petitions import may_petition, petitioner_of
from services.protection.rules.questions.reports import Topic
from services.protection.rules.questions.situation import Answer, Situation, answer
from services.protection.rules.revocation import (
    REVOCATION_GROUNDS,
    RevocationGround,
    may_be_restored,
    restoration_barred,
)
from shared.law import Facts, LawOfDay, Verdict


def petition(situation: Situation, law: LawOfDay, _i: Institutions) -> Answer | None:
    """Who asks the court for what, and who supports (3.3c)."""
    text = situation.text()
    asked = situation.word("relief")
    reliefs = reliefs_in(asked or text)
    serious = situation.says("严重侵害", "严重损害", "支持起诉", "撤销监护人资格")
    grounds = [g for g, words in _REVOCATION_WORDS.items() if any(w in text for w in words)]
    court = re.search("法院|起诉|court|petition", text, re.IGNORECASE) is not None
    told = reliefs or serious or (grounds and court)
    if not situation.asks("petition") and (_restoring(situation) or not told):
        return None
    who = situation.word("petitioner")
    return answer(
        "petition",
        "WL24:3.3c-1",
        "WL24:3.3c-2",
        *(REVOCATION_GROUNDS[g][0] for g in grounds),
        *(["CIVIL:36"] if Relief.REVOCATION in reliefs else []),
        *(["DV:28"] if Relief.PROTECTION_RULING in reliefs else []),
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
        **_decided_within(situation, reliefs, law),
        petitioner_entitled=_entitled(who, reliefs) if who else None,
        must_petition_if_none="市民政局（其他个人和组织未及时申请的，民政部门应当申请）",
    )


def _entitled(who: str, reliefs: list[Relief]) -> bool:
    """Whether a named petitioner may ask for all of it; by default for revocation."""
    known = petitioner_of(who)
    asked = reliefs or [Relief.REVOCATION]
    return known is not None and all(may_petition(relief, known) for relief in asked)


_REVOCATION_WORDS: dict[RevocationGround, tuple[str, ...]] = {
    RevocationGround.SERIOUS_ABUSE: ("性侵", "出卖", "遗弃", "虐待", "暴力伤害"),
    RevocationGround.DEADLY_NEGLECT: ("经教育不改", "置于无人监管"),
    RevocationGround.SIX_MONTHS_REFUSAL: ("六个月以上", "6个月以上", "流离失所", "生活无着"),
    RevocationGround.VICE_OR_PRISON_NO_DELEGATE: ("拒绝委托",),
    RevocationGround.BEGGING_THREE_TIMES: ("利用未成年人乞讨", "三次以上批评教育"),
    RevocationGround.ABETTING_CRIME: ("教唆", "利用未成年人实施违法犯罪"),
}


def _restoring(situation: Situation) -> bool:
    revoked = situation.says("撤销") and situation.says("申请恢复", "恢复资格", "恢复其监护")
    return (
        situation.says("恢复监护", "restor")
        or (situation.has("applied_on") and situation.has("revoked_on"))
        or revoked
    )


def _decided_within(situation: Situation, reliefs: list[Relief], law: LawOfDay) -> Answer:
    """Hours the court has for a protection order, and until when, if the filing is told."""
    if Relief.PROTECTION_RULING not in reliefs:
        return {}
    urgent = situation.flag("urgent")
    if urgent is None:
        urgent = situation.says("紧急", "urgent") and not situation.says("非紧急", "不紧急")
    hours = law.figures.get(f"{court_clock([Relief.PROTECTION_RULING.value], urgent)}_hours")
    filed = situation.instant("filed_at", "applied_on")
    due = filed + timedelta(hours=int(hours)) if filed and hours else None
    return {"court_decides_within_hours": hours, "deadline": due.isoformat() if due else None}


def maintenance(situation: Situation, _law: LawOfDay, _i: Institutions) -> Answer | None:
    """A revoked parent goes on paying (民法典37)."""
    told = situation.says("撤销") and situation.says("抚养费", "扶养", "赡养")
    if not told and not situation.asks("maintenance"):
        return None
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


def restoration(situation: Situation, law: LawOfDay, _: Institutions) -> Answer | None:
    """Restoring a revoked guardian: three months to a year, repentance, never after crime."""
    if not _restoring(situation) and not situation.asks("restoration"):
        return None
    facts = Facts()
    revoked = situation.day("revoked_on")
    applied = situation.day("applied_on")
    if revoked and applied:
        facts |= {"revoked_on": revoked, "applied_on": applied}
    for name, words in _RESTORATION_WORDS.items():
        if situation.says(*words):
            facts[name] = True
    flags = {"repentance": ("repentance",), "ward_wants": ("child_wants",)}
    facts |= {n: v for n, names in flags.items() if (v := situation.flag(*names)) is not None}
    years = situation.number("sentence_years")
    if years is not None:
        facts["sentence_years"] = years
    barred, found = restoration_barred.find(facts, law), may_be_restored.find(facts, law)
    refused = barred.met or found.verdict is Verdict.NOT_MET
    return answer(
        "restoration",
        *found.clauses(),
        zh="不得恢复监护人资格" if refused else "由市法院审查决定，须评估、悔改并尊重儿童真实意愿",
        en="May not be restored" if refused else "The court decides; repentance, the child's will",
        may_be_restored=False if refused else (True if found.met else None),
        barred=barred.met or None,
        earliest=months_after(revoked, 3).isoformat() if revoked else None,
        latest=months_after(revoked, 12).isoformat() if revoked else None,
        assessment_required=True,
        missing=None if refused else found.missing() or None,
        adoption_not_before=adoptable_from(revoked, 12, False).isoformat() if revoked else None,
    )


_RESTORATION_WORDS: dict[str, tuple[str, ...]] = {
    "sexual_harm_or_sale_done": ("性侵", "出卖", "猥亵", "强奸"),
    "intentional_crime_against_ward": ("故意犯罪", "故意伤害", "虐待罪", "遗弃罪", "故意杀人"),
    "repentance": ("确有悔改", "悔改表现"),
    "applicant_is_parent": ("父亲", "母亲", "父母"),
}


COURT_TOPICS: Mapping[str, Topic] = {
    "petition": petition,
    "maintenance": maintenance,
    "restoration": restoration,
}
