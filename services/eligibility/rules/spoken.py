"""How people state a child and a household in few words (儿童与家庭的陈述方式)."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from services.eligibility.rules.reading import Statement, typed_number
from services.eligibility.rules.words import NEGATIONS, understood

Said = Mapping[str, Any]
NOWHERE = ("不详", "未知", "不明", "无", "未登记", "未落户", "无户籍", "未办理户口登记", "unknown")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

# Phrases of a situation that state facts of the child. A negated phrase states nothing.
PHRASES: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("露宿", {"left_guardian": True, "means_lost": True}),
    ("流落街头", {"left_guardian": True, "means_lost": True}),
    ("流浪", {"left_guardian": True, "means_lost": True}),
    ("乞讨", {"left_guardian": True, "means_lost": True}),
    ("无家可归", {"left_guardian": True, "means_lost": True}),
    ("独自流落", {"left_guardian": True}),
    ("身无分文", {"means_lost": True}),
    ("无食无宿", {"means_lost": True}),
    ("衣食无着", {"means_lost": True}),
    ("无处食宿", {"means_lost": True}),
    ("弃婴", {"foundling": True}),
    ("离开父母", {"left_guardian": True}),
    ("离开监护人", {"left_guardian": True}),
    ("离家出走", {"left_guardian": True}),
    ("失去基本生存保障", {"means_lost": True}),
    ("无生活来源", {"means_lost": True}),
    ("供给食宿", {"means_lost": False}),
    ("提供食宿", {"means_lost": False}),
    ("供养", {"means_lost": False}),
)


def hukou(statement: Statement, subject: str, value: Any, said: Said) -> None:
    """The place of the child's own registration; a place nobody knows is unknown, not elsewhere."""
    if isinstance(value, Mapping):
        if value.get("kind") is not None:
            statement.take(f"{subject}.hukou.kind", f"{subject}.hukou_kind", value["kind"])
        value = value.get("city") or value.get("place")
    if value is None or str(value).strip() in NOWHERE:
        statement.stated[f"{subject}.hukou_here"] = None
        return
    if said.get("hukou_moved_out_on") is None and said.get("hukou_moved_in_on") is None:
        statement.put(f"{subject}.hukou_here", statement.registered(str(value).strip()))


def hukou_moved_out(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """Registered here until the day it moved away (户籍迁出)."""
    moved = None if value is None else statement.date_of(f"{subject}.hukou_moved_out_on", value)
    if moved is not None:
        statement.put(f"{subject}.hukou_here", moved > statement.day)
        statement.until[f"{subject}.hukou_here"] = moved


def hukou_moved_in(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """Registered here from the day it moved in (户籍迁入)."""
    moved = None if value is None else statement.date_of(f"{subject}.hukou_moved_in_on", value)
    if moved is not None:
        statement.put(f"{subject}.hukou_here", moved <= statement.day)
        statement.until[f"{subject}.hukou_here"] = moved


def age(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """Years of age, `13` or `约13岁`; used only while the birth date is unknown."""
    digits = re.search(r"\d+", str(value))
    statement.take(f"{subject}.age", "child.apparent_age", digits[0] if digits else value)


def placement(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """Where the child lives; of several words the institution counts, then the first."""
    codes = None if value is None else understood("placement", str(value))
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
    statement.put(name, holds if day <= statement.day else not holds)
    if day > statement.day:
        statement.until[name] = day


def died(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """The day the child died (死亡日期)."""
    _since(statement, f"{subject}.died_on", "child.alive", value, holds=False)


def adopted(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """The day an adoption was registered (收养登记)."""
    _since(statement, f"{subject}.adopted_on", "child.adopted", value, holds=True)


def harm(statement: Statement, subject: str, value: Any, said: Said) -> None:
    """A kind of harm, or `{kind, place, guardianship}` (伤害)."""
    if isinstance(value, Mapping):
        kind = value.get("kind", value.get("type"))
        statement.take(f"{subject}.harm.kind", "child.harm", kind)
        if "place" in value:
            harm_place(statement, subject, value["place"], said)
        if value.get("guardianship") is not None:
            where = f"{subject}.harm.guardianship"
            statement.take(where, "child.guardianship", value["guardianship"])
    elif value is None:
        statement.stated["child.harm"] = None
    else:
        codes = understood("harm", str(value))
        if codes is None:
            statement.unknown_word(f"{subject}.harm", value, "harm")
        else:
            statement.put("child.harm", codes[0])


def harm_place(statement: Statement, _: str, value: Any, __: Said) -> None:
    """Where it happened; only whether that is within the city matters."""
    here = None if value is None or value in NOWHERE else statement.registered(str(value).strip())
    statement.stated["child.harm_here"] = here


def situation(statement: Statement, _: str, value: Any, __: Said) -> None:
    """Known phrases state facts; everything else is kept as a note."""
    text = str(value or "")
    statement.notes.append(text)
    for phrase, facts in PHRASES:
        at = text.find(phrase)
        if at < 0 or text[max(0, at - 2) : at].endswith((*NEGATIONS, "无人")):
            continue
        for short, fact in facts.items():
            if statement.stated.get(f"child.{short}") is not False:
                statement.stated[f"child.{short}"] = fact
    if statement.stated.get("child.left_guardian"):
        here = any(statement.registered(text[at : at + 2]) for at in range(len(text)))
        statement.unless_stated("child.strayed_here", True if here else None)


def illness(statement: Statement, subject: str, value: Any, said: Said) -> None:
    """Diagnoses by name; whether one that is not listed is serious, somebody must say."""
    items = value if isinstance(value, list) else [value]
    names = [i.get("name") if isinstance(i, Mapping) else i for i in items]
    certified = [i.get("certified") for i in items if isinstance(i, Mapping)]
    if names == [None]:
        statement.stated[f"{subject}.serious_illness"] = None
        return
    statement.take(f"{subject}.illness", f"{subject}.illness", [n for n in names if n])
    known = statement.stated.get(f"{subject}.illness") or ()
    if any(answer is True for answer in certified):
        statement.unless_stated(f"{subject}.serious_illness", True)
    elif "重病" in str(said.get("status") or ""):
        return
    elif known and said.get("serious_illness") is None:
        statement.unless_stated(f"{subject}.serious_illness", None)


def illness_kind(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """Said to be a rare or a serious illness (病种)."""
    for word, name in (("罕见", "rare_illness"), ("重", "serious_illness")):
        if word in str(value or ""):
            statement.stated[f"{subject}.{name}"] = True


def receipt(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """Whether police gave the receipt of their search (查找情况回执单)."""
    if isinstance(value, bool):
        value = "police_receipt" if value else "none"
    statement.take(f"{subject}.police_receipt", f"{subject}.lost_contact_evidence", value)


def autism(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """Autism, said yes or no (孤独症)."""
    if value is True or value in ("是", "有"):
        statement.put(f"{subject}.illness", ("孤独症",))
        statement.unless_stated(f"{subject}.serious_illness", None)


def _hiv(statement: Statement, subject: str, value: Any, code: str) -> None:
    if value is None:
        statement.stated[f"{subject}.hiv"] = None
    elif value is True or value in ("是", "有"):
        statement.stated[f"{subject}.hiv"] = code
    else:
        statement.unless_stated(f"{subject}.hiv", "none")


def hiv_affected(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """Affected, without saying who is infected (受艾滋病影响)."""
    if statement.stated.get(f"{subject}.hiv") != "infected":
        _hiv(statement, subject, value, "affected")


def hiv_infected(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """Infected, or died of it (感染)."""
    _hiv(statement, subject, value, "infected")


SCHOOLING = {
    "stage": "study_stage",
    "学段": "study_stage",
    "status": "study_status",
    "mode": "study_mode",
    "expected_graduation": "expected_graduation",
    "admitted": "admitted",
    "next_stage_admitted": "admitted",
    "boarding": "boarding",
    "住校": "boarding",
    "kindergarten": "kindergarten",
    "next": "admitted",
    "next_admission": "admitted",
    "status_retained": "status_retained",
    "学籍保留": "status_retained",
}
SCHOOLING_DETAILS = (
    "enrolled",
    "full_time",
    "graduated_on",
    "left",
    "left_on",
    "school",
    "grade",
    "enlisted_on",
    "returned_on",
)


def schooling(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """School in a word (`不在校`, `小学`) or with details (就学)."""
    if not isinstance(value, Mapping):
        value = {"stage": None, "status": None} if value is None else _spoken_school(str(value))
    for key, item in value.items():
        where = f"{subject}.schooling.{key}"
        if key in SCHOOLING:
            name = f"child.{SCHOOLING[key]}"
            if not (item is None and name in statement.stated):
                statement.take(where, name, _plain_stage(statement, key, item))
        elif key not in SCHOOLING_DETAILS:
            right = [*SCHOOLING, *SCHOOLING_DETAILS]
            statement.wrong(where, "没有这个字段", "there is no such field", right)
    _enrolment(statement, f"{subject}.schooling", value)
    if value.get("enlisted_on") is not None:
        back = {"returned_from_service_on": value.get("returned_on")}
        enlisted(statement, f"{subject}.schooling", value["enlisted_on"], back)


def _plain_stage(statement: Statement, key: str, item: Any) -> Any:
    if key in ("next", "next_admission") and not isinstance(item, bool):
        return str(item).strip() not in ("", "无", "否", "未录取", "none")
    if key in ("stage", "学段") and "住校" in str(item):
        statement.unless_stated("child.boarding", True)
        return str(item).replace("住校", "").strip(" ，,、")
    return item


def _spoken_school(word: str) -> Said:
    stage = understood("stage", word)
    state = understood("study", word)
    if stage and stage != ["none"]:
        return {"stage": word, "status": state[0] if state else "enrolled"}
    return {"status": word}


def _enrolment(statement: Statement, where: str, said: Said) -> None:
    put = statement.unless_stated
    if said.get("full_time") is not None:
        put("child.study_mode", "full_time" if said["full_time"] else "part_time")
    if said.get("graduated_on") is not None:
        _ends_study(statement, f"{where}.graduated_on", said["graduated_on"], "graduated")
    left = said.get("left") or said.get("left_on")
    if left is not None:
        _left(statement, f"{where}.left", str(left))
    if "enrolled" in said:
        enrolled = said["enrolled"]
        put("child.study_status", None if enrolled is None else "enrolled" if enrolled else "none")
    elif said.get("stage") is not None and "status" not in said:
        put("child.study_status", "enrolled")
    expected = statement.stated.get("child.expected_graduation")
    if isinstance(expected, date) and expected > statement.day:
        statement.until.setdefault("child.study_status", expected)


def in_school(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """At school, said yes or no."""
    schooling(statement, subject, {"enrolled": value not in (False, "否", "无")}, {})


def per_capita(statement: Statement, _: str, value: Any, said: Said) -> None:
    """Income said per head is income of one."""
    if said.get("members") is None:
        statement.put("household.members", 1)
        statement.take("household.per_capita_income", "household.income_monthly", value)
    else:
        right = "income_monthly"
        zh, en = "与家庭人数并列时应填家庭总收入", "beside members, state the whole income"
        statement.wrong("household.per_capita_income", zh, en, right)


def is_dibao(statement: Statement, _: str, value: Any, said: Said) -> None:
    """A dibao household, said yes or no."""
    if said.get("class") is None and value in (True, "是", "有"):
        statement.put("household.economic_class", "dibao")


def _ends_study(statement: Statement, where: str, value: Any, how: str) -> None:
    day = statement.date_of(where, value)
    if day is None:
        return
    statement.stated["child.study_status"] = how if day <= statement.day else "enrolled"
    if day > statement.day:
        statement.until["child.study_status"] = day
    else:
        statement.unless_stated("child.study_ended_on", day)


def _left(statement: Statement, where: str, text: str) -> None:
    found = DATE.search(text)
    codes = understood("study", DATE.sub("", text)) if DATE.sub("", text).strip() else None
    if found is None:
        statement.take(where, "child.study_status", text)
    else:
        _ends_study(statement, where, found[0], codes[0] if codes else "dropped_out")


def enlisted(statement: Statement, subject: str, value: Any, said: Said) -> None:
    """The day of enlistment, with the day of return if there is one (应征入伍)."""
    day = None if value is None else statement.date_of(f"{subject}.enlisted_on", value)
    back = said.get("returned_from_service_on")
    returned = (
        None if back is None else statement.date_of(f"{subject}.returned_from_service_on", back)
    )
    statement.in_order(f"{subject}.enlisted_on", f"{subject}.returned_from_service_on")
    if day is None or day > statement.day:
        return
    if returned is not None and returned <= statement.day:
        statement.unless_stated("child.served", True)
    else:
        statement.stated["child.study_status"] = "enlisted"
        if returned is not None:
            statement.until["child.study_status"] = returned


def training(statement: Statement, _: str, value: Any, __: Said) -> None:
    """Rehabilitation training; whether its institution is designated (康复训练)."""
    text = str(value)
    trains = value is not None and text not in ("无", "false", "False")
    statement.unless_stated("child.in_training", trains)
    if trains and "指定" in text:
        designated = "未经" not in text and "非" not in text
        statement.unless_stated("child.training_designated", designated)


def total_income(statement: Statement, _: str, value: Any, said: Said) -> None:
    """Income that contains the child's subsidy: it is taken out again (不计入收入)."""
    total = typed_number(value)
    subsidy = typed_number(said.get("basic_living_subsidy_of_child") or 0) or Decimal(0)
    if total is None:
        right = "3000.00"
        statement.wrong(
            "household.total_income_monthly", "应为金额", "an amount is expected", right
        )
    else:
        statement.put("household.income_monthly", total - subsidy)


def subsidy(statement: Statement, _: str, value: Any, __: Said) -> None:
    """The child's basic living subsidy is disregarded, and the answer says so."""
    statement.notes.append(f"儿童基本生活费补助{value}元不计入家庭收入")


def emergency(statement: Statement, _: str, value: Any, __: Said) -> None:
    """A sudden event that took the child's support away for a time (突发事件)."""
    statement.put("emergency.lost_support", value not in (None, False, "无"))
    statement.notes.append(f"突发事件：{value}")
