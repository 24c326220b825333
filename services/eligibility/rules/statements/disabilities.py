"""How people state a disability: `智力二级`, `{type, level}`, several, a number, or `无` (残疾)."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from services.eligibility.rules.periods import DAY
from services.eligibility.rules.statements.reading import NO_SUCH, Statement

SPOKEN = re.compile(r"(?P<kind>\D*?)(?:残疾)?(?P<grade>[一二三四壹贰叁肆1-4])\s*级")
GRADE_FIRST = re.compile(r"(?P<grade>[一二三四壹贰叁肆1-4])\s*级(?P<kind>\D*?)(?:残疾)?")
# A disability told among other words: 持精神二级残疾证, 瘫痪，肢体一级残疾.
AMONG = re.compile(
    r"(?P<kind>视力|听力|言语|肢体|智力|精神|多重)(?:残疾)?(?P<grade>[一二三四壹贰叁肆1-4])\s*级"
)
GRADE_AMONG = re.compile(
    r"(?P<grade>[一二三四壹贰叁肆1-4])\s*级(?P<kind>视力|听力|言语|肢体|智力|精神|多重)"
)
_GRADE_APART = re.compile("残[^，。；]{0,6}?([一二三四1-4])级|([一二三四1-4])级[^，。；]{0,4}残")
_IN_ENGLISH = re.compile(
    r"\b(visual|hearing|speech|physical|intellectual|mental)\b\D{0,30}?(?:level|grade|class|degree)"
    r"\s*([1-4])\b",
    re.IGNORECASE,
)
AMONG_KINDS = re.compile("视力|听力|言语|肢体|智力|精神|多重")
_NOT_ASSESSED = re.compile(
    "疑似|(?:未|待)(?:经)?(?:评定|鉴定|办证|办理|评残|评级|领证|复[核评])|待定|(?:正在|申请)(?:评定|鉴定|办理|申[请领办])|"
    "(?:评定|鉴定|办理|申请)中"
)
# A certificate that is no longer: whether the disability still is, somebody must assess.
_NO_LONGER = re.compile("(?:证|残疾|级)[^，。；未]{0,4}(?:注销|收回|吊销|作废|失效|过期|到期|撤销)")
_A_GRADE = re.compile("[一二三四1-4]级")
_ANEW = re.compile("曾|原|复[评核]|改评|重新|降为|变更")
NUMBER = re.compile(r"\d{17}[\dXx][1-7][1-4]")
LONGEST = 6  # signs of a kind of disability: 多重（视力言语） without its brackets
SEVERE = ("重残", "重度残疾", "重度")
NONE = ("无", "none", "没有", "无残疾")
KEYS = {
    "type": "type",
    "types": "type",
    "kind": "type",
    "category": "type",
    "类别": "type",
    "类型": "type",
    "残疾类别": "type",
    "degree": "grade",
    "severity": "grade",
    "级别": "grade",
    "残疾等级": "grade",
    "level": "grade",
    "grade": "grade",
    "等级": "grade",
    "certificate": "certificate",
    "certified": "certificate",
    "残疾证": "certificate",
    "number": "number",
    "certificate_no": "number",
    "certificate_number": "number",
    "残疾证号": "number",
    **dict.fromkeys(("issued", "issued_on", "note", "备注", "发证日期", "regraded_on"), "note"),
    **dict.fromkeys(("previous_level", "previous_grade", "cause", "原等级", "致残原因"), "note"),
    "valid_until": "valid_until",
    "有效期至": "valid_until",
    "suspected": "suspected",
    "suspicion": "suspected",
    "疑似": "suspected",
}


def disability(statement: Statement, subject: str, value: Any, _: Mapping[str, Any]) -> None:
    """One disability or several; several count by the most severe (多重残疾就高)."""
    if str(value).strip() in SEVERE:  # found severe, whatever its kind
        statement.unless_stated(f"{subject}.severe_disability", True)
        return
    parts = value if isinstance(value, list) else [value]
    parts = [one for part in parts for one in _components(part)]
    kinds: list[str] | None = []
    grades: list[int] | None = []
    for part in parts:
        said = _named(statement, subject, part)
        kind = _taken(statement, subject, "type", said)
        grade = _taken(statement, subject, "grade", said)
        kinds = None if kind is None or kinds is None else [*kinds, *kind]
        grades = None if grade is None or grades is None else [*grades, grade]
        _certificate(statement, subject, said)
    # What 多重 is made of decides grades three and four, so the bare word leaves it open.
    known = None if not kinds or kinds == ["multiple"] else tuple(dict.fromkeys(kinds))
    statement.stated[f"{subject}.disability_type"] = known
    statement.stated[f"{subject}.disability_grade"] = min(grades) if grades else None


def certificate(statement: Statement, subject: str, value: Any, said: Mapping[str, Any]) -> None:
    """Whether there is a certificate, or its number, which tells type and grade."""
    if value is None and said.get("disability") is None:
        disability(statement, subject, None, said)  # nor then what it would certify
    elif NUMBER.fullmatch(str(value)):
        disability(statement, subject, {"number": str(value)}, said)
    else:
        _certificate(statement, subject, {"certificate": value})


def _components(part: Any) -> list[Any]:
    """The disabilities a multiple one is made of, where they are told."""
    if isinstance(part, Mapping):
        for name in ("components", "parts", "构成"):
            if isinstance(part.get(name), list):
                return list(part[name])
    return [part]


def _named(statement: Statement, subject: str, part: Any) -> dict[str, Any]:
    if not isinstance(part, Mapping):
        return _spoken(part)
    said: dict[str, Any] = {}
    for key, value in part.items():
        if key not in KEYS:
            where = f"{subject}.disability.{key}"
            statement.wrong(where, NO_SUCH, "there is no such field", list(KEYS))
        else:
            said[KEYS[key]] = value
    said = _unsure(str(said.get("note") or "")) | said
    if "suspected" in said:  # nobody has assessed it yet
        said = {"type": said.pop("suspected"), "certificate": None} | said
    if said.get("number") is not None and not re.search(r"\d", str(said["number"])):
        del said["number"]  # 未提供: whether there is a certificate, nobody has said
        said.setdefault("certificate", None)
    number = said.get("number")
    if number is not None and NUMBER.fullmatch(str(number)) is None:
        right = "18位身份号码＋类别1-7＋等级1-4"
        where = f"{subject}.disability.number"
        statement.wrong(where, "残疾证号应为20位", "20 digits are expected", right)
    elif number is not None:
        said |= {"type": str(number)[18], "grade": str(number)[19]}
        statement.cards[subject] = str(number)
    return said


def graded_anew(text: str) -> bool:
    """Whether words tell more grades than one, of which one was before or is in question."""
    return len(_A_GRADE.findall(text)) > 1 and _ANEW.search(text) is not None


def _unsure(text: str) -> dict[str, Any]:
    """A certificate nobody knows of, where words say that it is not yet or no longer there."""
    open_yet = _NOT_ASSESSED.search(text) or _NO_LONGER.search(text) or graded_anew(text)
    return {"certificate": None} if open_yet else {}


def _spoken(said: Any) -> dict[str, Any]:
    if said is False or str(said).strip() in NONE:
        return {"type": "无", "grade": "无"}
    if said is None or said is True:
        return {}
    if _NOT_ASSESSED.search(str(said)):  # nobody knows yet, and nothing is refused for it
        kind = AMONG_KINDS.search(str(said))
        return {"type": kind[0] if kind else None, "grade": None, "certificate": None}
    lapsed = _unsure(str(said))
    text = re.sub(r"[\s（）()，,、]", "", str(said))
    if english := _IN_ENGLISH.search(str(said)):
        return {"type": english[1], "grade": f"{english[2]}级"} | lapsed
    found = SPOKEN.fullmatch(text) or GRADE_FIRST.fullmatch(text)
    if found is None or len(found["kind"]) > LONGEST:
        found = AMONG.search(text) or GRADE_AMONG.search(text)
    if found is None and (graded := _GRADE_APART.search(text)):
        kind = AMONG_KINDS.search(text)  # 精神分裂症（残疾证二级）
        return {"type": kind and kind[0], "grade": f"{graded[1] or graded[2]}级"}
    if found is None:
        return {"type": said}
    return {"type": found["kind"] or None, "grade": found["grade"] + "级"} | lapsed


def _taken(statement: Statement, subject: str, short: str, said: Mapping[str, Any]) -> Any:
    """The value in its own type, read apart so that several disabilities do not collide."""
    value = said.get(short)
    if short == "grade" and isinstance(value, str) and value in "一二三四":
        value += "级"
    reader = Statement(statement.law, statement.registered)
    reader.take(f"{subject}.disability.{short}", f"{subject}.disability_{short}", value)
    statement.errors += reader.errors
    statement.spoken |= reader.spoken
    return reader.stated.get(f"{subject}.disability_{short}")


def _certificate(statement: Statement, subject: str, said: Mapping[str, Any]) -> None:
    """A missing certificate is an open question, never a no; an expired one likewise."""
    name = f"{subject}.disability_certificate"
    if "certificate" in said:
        statement.take(f"{subject}.disability.certificate", name, said["certificate"])
        if statement.stated.get(name) is False:
            statement.stated[name] = None
    if said.get("valid_until") is None:
        return
    end = statement.date_of(f"{subject}.disability.valid_until", said["valid_until"])
    if isinstance(end, date) and statement.passed(end):
        statement.stated[name] = None
    elif isinstance(end, date):
        statement.unless_stated(name, True)
        statement.until[name] = end + DAY
