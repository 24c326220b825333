"""How people state a child and a household in few words (儿童与家庭的陈述方式)."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from services.eligibility.rules.statements import names
from services.eligibility.rules.statements.english import in_chinese
from services.eligibility.rules.statements.phrases import (
    days_of_notice,
    guarded_as,
    of_the_child,
    rescued_by,
    stated_in,
    suddenly_alone,
    taken_in,
    with_parents,
)
from services.eligibility.rules.statements.phrasing import understood
from services.eligibility.rules.statements.qualifying import in_touch
from services.eligibility.rules.statements.reading import NO, NO_SUCH, YES, Statement
from services.eligibility.rules.statements.registration import NOWHERE
from shared.told import Named

Said = Mapping[str, Any]


def placement(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """Where the child lives; of several words the institution counts, then the first."""
    codes = None if value is None else understood("placement", str(value))
    statement.living_with |= with_parents(str(value or ""))
    if codes and "entrusted" in codes and "公安" in str(value):
        statement.unless_stated("relief.by", "police")
    if value is not None and codes is None:
        statement.unknown_word(f"{subject}.placement", value, "placement")
    elif codes is None:
        statement.stated[f"{subject}.placement"] = None
    else:
        institution = "welfare_institution" in codes and len(codes) > 1
        statement.put(f"{subject}.placement", "welfare_institution" if institution else codes[0])


def _since(statement: Statement, where: str, name: str, value: Any, *, holds: bool) -> None:
    """A fact that begins on a day: before it, the contrary holds."""
    if value is None:
        return
    day = statement.date_of(where, value)
    if day is None:
        return
    begun = statement.reached(day)
    statement.put(name, holds if begun else not holds)
    if not begun:
        statement.until[name] = day


def died(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """The day the child died (死亡日期)."""
    _since(statement, f"{subject}.died_on", "child.alive", value, holds=False)


_ADOPTED_ON = re.compile(r"\d{4}[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?|月)?")
_ADOPTION_DONE = re.compile("(?:已|登记|手续)[^未尚]{0,12}(?:办理?完|办[结妥好]|完成|登记完)")
_ADOPTION_UNDER_WAY = re.compile(
    "未.{0,4}(?:登记|办)|(?:正|尚|仍)在.{0,4}(?:办|申请|审)|办理中|手续中|打算|拟|申请(?!.*(?:批准|登记))"
)
_WHO_ADOPTS = re.compile(
    "^[^未无没不拟申]*(?:夫妇|夫妻|[舅叔伯姑姨][舅叔伯姑姨父母妈]?|养父母|家庭)"
)


def adopted(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """The day an adoption was registered, or whether one was (收养登记)."""
    if "解除" in str(value):  # an adoption that was dissolved is none
        statement.put("child.adopted", "未" in str(value))
    elif value is None or re.match(r"\d{4}", str(value)):
        _since(statement, f"{subject}.adopted_on", "child.adopted", value, holds=True)
    elif told := _ADOPTED_ON.search(str(value)):
        _since(statement, f"{subject}.adopted_on", "child.adopted", told[0], holds=True)
    elif _ADOPTION_DONE.search(str(value)):
        statement.put("child.adopted", True)
    elif _ADOPTION_UNDER_WAY.search(str(value)):
        statement.put("child.adopted", False)
    elif _WHO_ADOPTS.search(str(value)):  # by whom, and so that it was
        statement.put("child.adopted", True)
    else:
        statement.take(f"{subject}.adopted", "child.adopted", value)


def guardianship(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """How the child was looked after: a word, or a sentence that says it (监护状况)."""
    told = understood("guardianship", str(value)) if value is not None else None
    told = told or [code for code in (guarded_as(str(value or "")),) if code]
    statement.take(f"{subject}.guardianship", "child.guardianship", told[0] if told else value)


HARM_PARTS = ("kind", "place", "guardianship", "cause", "note")
HARM = Named(HARM_PARTS, names.HARM)


def harm(statement: Statement, subject: str, value: Any, said: Said) -> None:
    """A kind of harm, or `{kind, place, guardianship}` (伤害)."""
    if isinstance(value, Mapping):
        _harm_in_parts(statement, subject, {HARM.field(k) or k: v for k, v in value.items()}, said)
    elif value is None:
        statement.stated["child.harm"] = None
    else:
        if (codes := understood("harm", str(value))) is None:
            value = in_chinese(str(value))
            codes = understood("harm", value)
        if codes is None:
            statement.unknown_word(f"{subject}.harm", value, "harm")
        else:
            statement.put("child.harm", codes[0])
            if codes != ["none"] and (guarded := guarded_as(str(value))) is not None:
                statement.unless_stated("child.guardianship", guarded)
            here = _harmed_here(statement, str(value))
            if codes != ["none"] and here is not None:
                statement.unless_stated("child.harm_here", here)


def _harm_in_parts(statement: Statement, subject: str, told: Said, said: Said) -> None:
    for key in told.keys() - HARM_PARTS:
        where = f"{subject}.harm.{key}"
        statement.wrong(where, NO_SUCH, "there is no such field", list(HARM_PARTS))
    statement.take(f"{subject}.harm.kind", "child.harm", told.get("kind"))
    if "place" in told:
        harm_place(statement, subject, told["place"], said)
    if told.get("guardianship") is not None:
        where = f"{subject}.harm.guardianship"
        statement.take(where, "child.guardianship", told["guardianship"])
    elif (codes := understood("guardianship", str(told.get("cause") or ""))) is not None:
        statement.put("child.guardianship", codes[0])
    elif (guarded := guarded_as(str(told.get("kind") or ""))) is not None:
        statement.unless_stated("child.guardianship", guarded)


# A place that may be anywhere: 某宾馆, 出租屋, 学校.
_ANY_PLACE = re.compile("[家校店馆吧屋园厂院所路街村室车司构地区舍网线站]$")


def harm_place(statement: Statement, _: str, value: Any, __: Said) -> None:
    """Where it happened; only whether that is within the city matters, and a kind of place that
    names no city says nothing of it."""
    text = "" if value is None or value in NOWHERE else str(value).strip()
    here: bool | None = names_here(statement, text)
    if not here and (not text or (_ANY_PLACE.search(text) and not _ELSEWHERE.search(text))):
        here = None
    statement.stated["child.harm_here"] = here


def situation(statement: Statement, _: str, value: Any, said: Said) -> None:
    """Known phrases state facts; everything else is kept as a note."""
    if value is None:  # how it is with the child nobody knows: harmed, or gone from its guardian
        statement.unless_stated("child.harm", None)
        statement.unless_stated("child.left_guardian", None)
        return
    statement.notes.append(str(value))
    text = in_chinese(str(value))
    statement.stories.append(text)
    for short, fact in stated_in(text):
        if statement.stated.get(f"child.{short}") is not False:
            statement.stated[f"child.{short}"] = fact
    _in_care(statement, text, said)
    dated = any("notice" in key or "公告" in key for key in said)
    enough = int(statement.law.figures.get("foundling_notice_days", 0))
    if (days := days_of_notice(text, enough)) is not None and not dated:
        statement.unless_stated("child.notice_on", statement.day - timedelta(days=days))
    here = names_here(statement, text)
    _unguarded(statement, text, said, here=here)
    if statement.stated.get("child.left_guardian"):
        statement.unless_stated("child.strayed_here", True if here else None)
    elif statement.stated.get("child.means_lost"):
        # Without means, and nobody says how it came: whether it left its guardian is a question.
        statement.unless_stated("child.left_guardian", None)
        statement.unless_stated("child.strayed_here", True if here else None)


def _in_care(statement: Statement, text: str, said: Said) -> None:
    """Who has taken the child in: an institution for good, or somebody for its relief."""
    if (rescuer := rescued_by(text)) is not None:
        statement.unless_stated("relief.by", rescuer)
    if taken_in(text) and said.get("placement") is None:
        statement.unless_stated("child.placement", "welfare_institution")


def _unguarded(statement: Statement, text: str, said: Said, *, here: bool) -> None:
    """Who guards the child, what left it without, and what harm was done to it."""
    if suddenly_alone(text):
        statement.unless_stated("emergency.lost_support", True)
    if (guarded := guarded_as(text)) is not None:
        statement.unless_stated("child.guardianship", guarded)
    harmed = _harmed(text)
    if harmed and "child.harm" not in statement.stated and "harm" not in said:
        statement.stated["child.harm"] = harmed[0]
        statement.unless_stated("child.harm_here", _harmed_here(statement, text))


# Who beats a child and is not of its family does it unlawful harm; that is no abuse at home.
_BY_OTHERS = re.compile(
    "被[^，。；]{0,6}(?:校外|社会|陌生|路人|同学|邻居|工头|老板|老师|教师|教练|保安|网友|室友|歹徒)"
)


# What has not been done yet takes nothing from a threat.
_NOT_DONE = re.compile(
    "(?:尚|还|暂)?(?:未|没有?)(?:动手|实施|得逞|造成(?:实际)?(?:伤害|后果)|受伤|成伤)"
)


def _harmed(text: str) -> list[str]:
    """What harm a sentence tells; an accident may have been a parent's."""
    text = _NOT_DONE.sub("", text)
    codes = understood("harm", text) or []
    if "abuse" in codes[:1] and _BY_OTHERS.search(text):
        return ["unlawful"]
    if "accident" in codes[:1]:
        codes = understood("harm", of_the_child(text)) or []
    return [code for code in codes if code != "none"]


_IN_LETTERS = re.compile("[A-Z][a-z]{2,}")


def names_here(statement: Statement, text: str) -> bool:
    """Whether a sentence names this city, or a town of it that is not said to be elsewhere's."""
    if any(map(statement.registered, _IN_LETTERS.findall(text))):
        return True
    return any(
        statement.registered(text[at : at + 2])
        or (text[at - 1 : at] not in ("市", "县", "区") and statement.registered(text[at:]))
        for at in range(len(text) - 1)
    )


# Where a sentence says that harm was done: 在湖南老家遭虐待.
_WHERE = re.compile(
    "(?:在|于)([^，。；,;、在于]{2,12}?)(?:期间)?(?:[多长]次|长期|曾|经常)?(?:遭|被|受)"
)
_ELSEWHERE = re.compile(
    "老家|外地|外省|[^本我]?[省县](?!级)|[^本我]市|原籍|户籍地|"
    "玉环|椒江|黄岩|路桥|临海|仙居|天台|三门|乐清|义乌|杭州|宁波|温州|绍兴|金华|嘉兴|湖州|衢州|丽水|舟山|"
    "上海|北京|天津|重庆|广州|深圳|苏州|南京|福州|厦门|合肥|南昌|武汉|长沙|成都|贵阳|昆明"
)


def _harmed_here(statement: Statement, text: str) -> bool | None:
    """Whether a sentence tells harm done in this city, elsewhere, or does not say where."""
    if (told := _WHERE.search(text)) is not None:
        if names_here(statement, told[1]):
            return True
        if _ELSEWHERE.search(told[1]):
            return False
    return True if names_here(statement, text) else None


def parent_alive(statement: Statement, subject: str, value: Any, said: Said) -> None:
    """Alive, said yes or no (在世)."""
    if value is None:
        statement.stated[f"{subject}.life"] = None
    elif value in (True, False, "是", "否", "yes", "no"):
        alive = value in (True, "是", "yes")
        if not alive:
            statement.put(f"{subject}.life", "dead")
    else:
        statement.wrong(f"{subject}.alive", "应为是或否", "yes or no is expected", True)


def parent_dead(statement: Statement, subject: str, value: Any, said: Said) -> None:
    """Dead, said yes or no (已故)."""
    contrary = {True: False, "是": False, "yes": False, False: True, "否": True, "no": True}
    known = isinstance(value, bool | str)
    parent_alive(statement, subject, contrary.get(value, value) if known else value, said)


def in_contact(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """Whether the parent is in touch; a parent who calls or comes is not lost (联系)."""
    if not in_touch(value):
        return
    statement.put(f"{subject}.lost_contact", False)
    statement.notes.append(f"{subject}：{value}")


def receipt(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """Whether police gave the receipt of their search (查找情况回执单)."""
    said = str(value).strip().lower()
    if isinstance(value, Mapping):
        value = "police_receipt"  # its own particulars
    elif said in YES or said in NO:
        value = "police_receipt" if said in YES else "none"
    elif re.match(r"\d{4}\D|已(?:取得|出具|开具|有|领)", said) and not re.search("未|没|不", said):
        value = "police_receipt"  # the day it was given
    statement.take(f"{subject}.police_receipt", f"{subject}.lost_contact_evidence", value)


def training(statement: Statement, _: str, value: Any, __: Said) -> None:
    """Rehabilitation training; whether its institution is designated (康复训练)."""
    text = str(value)
    trains = value is not None and text not in ("无", "false", "False")
    statement.unless_stated("child.in_training", trains)
    if trains and "指定" in text:
        designated = "未经" not in text and "非" not in text
        statement.unless_stated("child.training_designated", designated)


def emergency(statement: Statement, _: str, value: Any, __: Said) -> None:
    """A sudden event that took the child's support away for a time (突发事件)."""
    if value is None:
        statement.stated["emergency.lost_support"] = None
        return
    statement.put("emergency.lost_support", value not in (False, "无", "否"))
    statement.notes.append(f"突发事件：{value}")
