"""How people state schooling and service: a word, or stage, state, days (就学与入伍的陈述方式)."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from services.eligibility.rules.statements import names
from services.eligibility.rules.statements.naming import harmless
from services.eligibility.rules.statements.phrasing import understood
from services.eligibility.rules.statements.reading import NO_SUCH, Statement
from services.eligibility.rules.statements.words import STAGE
from shared.told import Named

Said = Mapping[str, Any]
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
# What follows on school for whoever goes to none: 就业.
_TO_WORK = re.compile("业|工作|务工|打工|上班|在家|\\b(?:work|job|employ)")
# Schooling that is no full-time school, and a graduation that leads to none.
_BESIDE_SCHOOL = re.compile(
    "复读|函授|自学考试|自考|夜大|电大|网络教育|"
    "成人(?:教育|高考|高校|大专|本科|学历)|非全日制|在职(?:就?读|研究)"
)
_NO_FURTHER = re.compile(
    "毕业[^。；]{0,6}(?:未|没有?|不)(?:再|能|继续|打算)*.{0,2}"
    "(?:升学|就读|上学|读书|深造|考[入取上]|录取)"
)

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
    "discharged_on",
)


NAMED = Named((*SCHOOLING, *SCHOOLING_DETAILS), names.SCHOOLING)


def schooling(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """School in a word (`不在校`, `小学`) or with details (就学)."""
    if not isinstance(value, Mapping):
        value = {"stage": None, "status": None} if value is None else _spoken_school(str(value))
    value = _by_its_words({NAMED.field(key) or key: item for key, item in value.items()})
    if any(_BESIDE_SCHOOL.search(str(item)) for item in value.values()):
        statement.unless_stated("child.study_mode", "part_time")  # taught, and of no full school
    for key, item in value.items():
        where = f"{subject}.schooling.{key}"
        if key in SCHOOLING:
            name, plain = f"child.{SCHOOLING[key]}", _plain_stage(statement, key, item)
            if not (plain is None and name in statement.stated):
                statement.take(where, name, plain)
        elif key not in SCHOOLING_DETAILS and not harmless(key):
            right = [*SCHOOLING, *SCHOOLING_DETAILS]
            statement.wrong(where, NO_SUCH, "there is no such field", right)
    _enrolment(statement, f"{subject}.schooling", value)
    if value.get("enlisted_on") is not None:
        told = "returned_on" in value
        back = {"returned_from_service_on": value["returned_on"]} if told else {}
        enlisted(statement, f"{subject}.schooling", value["enlisted_on"], back)


def _by_its_words(value: Said) -> Said:
    """A status that says several things as what it says: 高三毕业，被医科大学录取."""
    word = value.get("status")
    if not isinstance(word, str) or len(understood("study", word) or ()) < 2:
        return value
    return {**_spoken_school(word), **{k: v for k, v in value.items() if k != "status"}}


def _plain_stage(statement: Statement, key: str, item: Any) -> Any:
    if key in ("next", "next_admission", "admitted") and isinstance(item, Mapping):
        return item.get("admitted", item.get("录取", True))
    if key in ("next", "next_admission", "admitted") and isinstance(item, str):
        text = str(item).strip()
        if _AWAITED.search(text):
            return None  # nobody knows yet
        if _TO_WORK.search(text) and not re.search("[校学]|录取|考[入取上]", text):
            return False
        return text not in ("", "否", "none") and not re.search("^无|未|没|不|落榜", text)
    if key in ("stage", "学段") and "住校" in str(item):
        statement.unless_stated("child.boarding", True)
        return str(item).replace("住校", "").strip(" ，,、")
    return item


def _state(word: str) -> str:
    """How it stands with school; who works or stays at home may have left it before: 已辍学务工."""
    codes = understood("study", word) or [word]
    ended = [code for code in codes if code != "none"]
    return ended[0] if len(codes) > 1 and len(ended) == 1 else word


_TO_A_JOB = re.compile("毕业(?!班)[^。；]{0,16}(?:就业|工作|务工|打工|上班|待业)")


_AWAITED = re.compile("等待?|待定|尚未公布|申请中|准备|不详")


def _spoken_school(word: str) -> Said:
    if "毕业" in word and _AWAITED.search(word) and not re.search("待业|毕业班", word):
        return {"stage": None, "status": "graduated", "admitted": None}  # nobody knows yet
    if _TO_A_JOB.search(word):
        day = DATE.search(word)
        told = {"graduated_on": day[0]} if day else {"status": "graduated"}
        return {"stage": None, "admitted": False} | told
    if _NO_FURTHER.search(word):
        return {"stage": None, "status": "graduated", "admitted": False}
    stage = understood("stage", word)
    state = understood("study", word)
    if "复读" in word and stage and not re.search("(?:放弃|结束|停止)复读|不复读", word):
        return {"stage": word, "status": "enrolled"}
    if stage is not None and len(stage) > 1:
        return _from_stage_to_stage(word, max(stage, key=list(STAGE).index), state)
    if stage and stage != ["none"]:
        return {"stage": word, "status": state[0] if state else "enrolled"}
    return {"status": _state(word)}


def _from_stage_to_stage(word: str, stage: str, state: list[str] | None) -> Said:
    """`高中毕业，已被本科院校录取`: the later stage, and whether there is an admission to it."""
    if re.search("未.{0,6}(?:录取|考[入取上])|落榜|未升学", word):
        return {"stage": None, "status": "graduated", "admitted": False}
    if re.search("录取|考[入取上]", word) and not re.search("[就在]读|在校", word):
        return {"stage": stage, "status": "between", "admitted": True}
    known = [code for code in state or () if code != "graduated"]
    return {"stage": stage, "status": known[0] if known else "enrolled"}


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
    if isinstance(expected, date) and not statement.reached(expected):
        statement.until.setdefault("child.study_status", expected)


def grade(statement: Statement, subject: str, value: Any, said: Said) -> None:
    """The year of school, which tells the stage (年级)."""
    statement.notes.append(f"{subject}：{value}")
    stages = understood("stage", str(value or "")) or ()
    if len(stages) == 1 and said.get("schooling") is None and said.get("study_stage") is None:
        schooling(statement, subject, {"stage": value}, said)


def in_school(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """At school, said yes or no."""
    schooling(statement, subject, {"enrolled": value not in (False, "否", "无")}, {})


def _ends_study(statement: Statement, where: str, value: Any, how: str) -> None:
    day = statement.date_of(where, value)
    if day is None:
        return
    over = statement.reached(day)
    statement.stated["child.study_status"] = how if over else "enrolled"
    if not over:
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


def left_school(statement: Statement, subject: str, value: Any, said: Said) -> None:
    """What ended school, or interrupted it, and when (毕业、退学、休学)."""
    codes = understood("study", re.sub("，?未毕业", "", str(said.get("what")))) or ["graduated"]
    if value is not None:
        _ends_study(statement, f"{subject}.schooling.left", value, codes[0])
    else:
        statement.stated["child.study_status"] = codes[0]


def at_school_again(statement: Statement, subject: str, value: Any, said: Said) -> None:
    """Back at school, from service or from leave (退役返校、复学)."""
    day = statement.date_of(f"{subject}.schooling.returned_on", value) if value else statement.day
    if day is None or not statement.reached(day):
        return
    text = str(said.get("what"))
    if re.search("退役|退伍|discharged", text):
        statement.stated["child.served"] = True
        if not re.search("校|学|school", text):  # discharged, and nothing of where to
            statement.stated["child.study_status"] = None
            return
    statement.stated["child.study_status"] = "enrolled"


def enlisted(statement: Statement, subject: str, value: Any, said: Said) -> None:
    """The day of enlistment, with the day of return if there is one (应征入伍)."""
    day = None if value is None else statement.date_of(f"{subject}.enlisted_on", value)
    back = said.get("returned_from_service_on")
    returned = (
        None if back is None else statement.date_of(f"{subject}.returned_from_service_on", back)
    )
    statement.in_order(f"{subject}.enlisted_on", f"{subject}.returned_from_service_on")
    if value is None and said.get("what"):
        statement.stated["child.study_status"] = "enlisted"
    if day is None or not statement.reached(day):
        return
    if back is None and "returned_from_service_on" in said:
        statement.stated["child.study_status"] = None  # back at school or not, nobody knows
    elif returned is not None and statement.reached(returned):
        statement.unless_stated("child.served", True)
    else:
        statement.stated["child.study_status"] = "enlisted"
        if returned is not None:
            statement.until["child.study_status"] = returned
