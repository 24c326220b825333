"""How people state the rest of a child's and a family's circumstances (其他情况的陈述方式)."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from services.eligibility.rules.periods import DAY, spelled
from services.eligibility.rules.statements.phrasing import understood
from services.eligibility.rules.statements.reading import NO, NO_SUCH, YES, Statement, typed_number
from services.eligibility.rules.statements.spoken import names_here, situation
from shared.calendar import corresponding_day

Said = Mapping[str, Any]


def same_day(statement: Statement, where: str, said: Any) -> None:
    """A day among the facts is the day that is asked about, or a mistake."""
    if statement.date_of(where, said) not in (None, statement.day):
        right = statement.day.isoformat()
        statement.wrong(where, "与认定日期不一致", "another day than the one asked about", right)


def found_place(statement: Statement, _: str, value: Any, __: Said) -> None:
    """Where a child was found: one that left its guardian strayed there (发现地点)."""
    text = str(value or "")
    statement.notes.append(text)
    if names_here(statement, text):
        statement.stated["child.strayed_here"] = True


# Places that say by themselves who looks after a child.
_CARED_FOR = ("welfare_institution", "institution_foster", "protection_centre", "street")


def residence(statement: Statement, subject: str, value: Any, said: Said) -> None:
    """Where the child lives, or with whom: an institution raises it, else it says nothing."""
    statement.notes.append(f"{subject}：{value}")
    told = said.get("placement") is not None or "child.placement" in statement.stated
    text = value if isinstance(value, str) else ""
    for code in () if told else understood("placement", text) or ():
        if code in _CARED_FOR:
            statement.stated["child.placement"] = code


def notice_days(statement: Statement, _: str, value: Any, said: Said) -> None:
    """For how many days the public notice stands or has stood; its own day says more (公告期)."""
    days = statement.count_of("child.notice_days", value)
    if days is not None and said.get("notice_on") is None:
        statement.unless_stated("child.notice_on", statement.day - timedelta(days=days))


def standing(statement: Statement, subject: str, value: Any, said: Said) -> None:
    """What the child is said to be: a category of before, or a sentence like any other (身份)."""
    if understood("category", str(value or "")):
        statement.take(f"{subject}.status", "child.recognised", value)
    else:
        situation(statement, subject, value, said)


def id_no(statement: Statement, subject: str, value: Any, said: Said) -> None:
    """A citizen number tells the birth date; it is kept nowhere (公民身份号码)."""
    number, where = str(value or "").strip().upper(), f"{subject}.id_no"
    if not statement.implicit:  # the register has a place of its own for it
        statement.wrong(where, NO_SUCH, "there is no such field", ["birth_date"])
    elif re.fullmatch(r"\d{17}[\dX]", number) and said.get("birth_date") is None:
        day = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
        statement.take(where, "child.birth_date", day)


def declared(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """Declared missing by a court, said yes or no (经法院宣告失踪)."""
    word = str(value).strip().lower()
    if word in YES:
        statement.put(f"{subject}.life", "declared_missing")
        statement.stated.pop(f"{subject}.lost_contact", None)
    elif word not in NO and value is not None:
        statement.wrong(f"{subject}.declared_missing", "应为是或否", "yes or no is expected", True)


# 十三四岁 is thirteen to fourteen.
_BETWEEN = re.compile("(十?)([一二三四五六七八])([二三四五六七八九])(?=周?岁|$)")


def apparent_age(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """How old a child of unknown birth looks (推断年龄)."""
    _years(statement, f"{subject}.apparent_age", value)


_EXACT = re.compile(r"\s*(\d{1,2})\s*(?:周?岁)?\s*")


def age(statement: Statement, subject: str, value: Any, said: Said) -> None:
    """How old a child is: of whole years the birth lies in the year before; guessed, it is how old
    it looks (年龄)."""
    told = None if isinstance(value, bool) else _EXACT.fullmatch(str(value))
    if told is None or not statement.implicit or "birth_date" in said or "id_no" in said:
        _years(statement, f"{subject}.age", value)
        return
    turned = corresponding_day(statement.day, years=-int(told[1]))
    _born_between(statement, corresponding_day(turned, years=-1) + DAY, turned)


def age_months(statement: Statement, subject: str, value: Any, said: Said) -> None:
    """How many months old a child is (月龄)."""
    told = str(value).removesuffix("个月").strip() if value is not None else None
    months = None if told is None else statement.count_of(f"{subject}.age_months", told)
    if months is not None and "birth_date" not in said:
        turned = corresponding_day(statement.day, months=-months)
        _born_between(statement, corresponding_day(turned, months=-1) + DAY, turned)


def _born_between(statement: Statement, first: date, last: date) -> None:
    """A birth on one of some days, read as the first and as the last of them."""
    statement.vague.append("child.birth_date")
    statement.unless_stated("child.birth_date", last if statement.late else first)


def _years(statement: Statement, where: str, value: Any) -> None:
    """Years of age: 9, 约9岁, 十二岁; of 15至17岁 or 十三四岁 the elder."""
    text = spelled(_BETWEEN.sub(r"\1\2至\1\3", str(value)))
    if both := re.fullmatch(r"\D*(\d+)\D{0,2}(?:-|–|—|~|至|到)\D{0,2}(\d+)\D*", text):
        adult = int(statement.law.figures["adult_age"])
        doubtful = int(both[1]) < adult <= int(both[2])
        statement.take(where, "child.apparent_age", None if doubtful else both[2])
        return
    digits = re.fullmatch(r"\D*?(?<![-.\d])(\d{1,2})(?![-.\d])\D*", text)
    in_words = isinstance(value, str) and typed_number(value) is None and digits
    statement.take(where, "child.apparent_age", digits[1] if in_words and digits else value)


def other_difficulty(statement: Statement, _: str, value: Any, __: Said) -> None:
    """Another difficulty: found with reasons, or only claimed (其他困境)."""
    name, text = "child.other_difficulty", str(value)
    if value is None or not re.search("认定|确认|decided|found", text):
        statement.take(name, name, value)
    else:
        statement.put(name, re.search("[未没待拟无]|申请", text) is None)


def livelihood(statement: Statement, _: str, value: Any, __: Said) -> None:
    """Whether there is a basic means of survival, or it is lost (基本生存保障)."""
    text = str(value).strip().lower()
    if value is None:
        statement.stated["child.means_lost"] = None
    elif re.search("失去|丧失|lost", text) and not re.search("未|没", text):
        statement.put("child.means_lost", True)
    elif re.search("未失去|没有失去|not lost", text):
        statement.put("child.means_lost", False)
    else:  # said to be there or not
        has = text in YES or (text not in NO and not text.startswith(("无", "没", "缺")))
        statement.put("child.means_lost", not has)


def lump_sum(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """Whether the six months were paid before; the twelve of an enlistment are others."""
    text = str(value).strip().lower()
    if value is None or text in NO or re.search("12|十二|入伍|enlist", text):
        return
    statement.stated["child.lump_sum_paid"] = re.search("未", text) is None


def dibao_stopped(statement: Statement, _: str, value: Any, said: Said) -> None:
    """The day the dibao of the household ended (低保停发)."""
    day = None if value is None else statement.date_of("household.dibao_stopped_on", value)
    if day is None:
        return
    if said.get("class") is None and said.get("economic_class") is None:
        statement.unless_stated("household.economic_class", "dibao")
    over = statement.reached(day)
    statement.stated["household.dibao_active"] = not over
    if not over:
        statement.until["household.dibao_active"] = day


def dibao_since(statement: Statement, _: str, value: Any, said: Said) -> None:
    """The day the household came into dibao; before it, there is none."""
    day = None if value is None else statement.date_of("household.dibao_since", value)
    if day is not None and not statement.reached(day):
        statement.stated["household.dibao_active"] = False
        statement.until["household.dibao_active"] = day


# What is still applied for, and what is over.
_NOT_GRANTED = re.compile(
    "未(?:获|批|通过|核定|认定)|公示|审[核批查]中|申请|待|拟|受理|pending|appl"
)
_NO_MORE = re.compile("停|退|取消|终止|清退|注销|不再|ended|stopped")


def dibao_standing(statement: Statement, _: str, value: Any, __: Said) -> None:
    """How it stands with the dibao of a household: applied for, received, over."""
    text = str(value or "")
    if _NOT_GRANTED.search(text) or _NO_MORE.search(text):
        statement.stated["household.dibao_active"] = False
    else:
        statement.notes.append(f"household：{value}")


def certificate(statement: Statement, _: str, value: Any, said: Said) -> None:
    """A certificate that names the class of the household (低保证); a number of one is noted."""
    if said.get("class") is None and understood("household", str(value or "")):
        statement.take("household.certificate", "household.economic_class", value)
    else:
        statement.notes.append(f"household：{value}")


def valid_until(statement: Statement, _: str, value: Any, __: Said) -> None:
    """Until when the household's certificate holds; whether it was renewed, somebody must say."""
    day = None if value is None else statement.date_of("household.valid_until", value)
    if day is not None and statement.passed(day):
        statement.stated["household.dibao_active"] = None
    elif day is not None:
        statement.until["household.dibao_active"] = day + DAY


def found(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """Whether a parent who was lost is found again (是否找到)."""
    word = str(value).strip().lower()
    if re.search("未|无果|没|not", word):
        return
    if word in YES or re.search("找到|找回|寻获|found", word):
        statement.stated[f"{subject}.lost_contact"] = False
    elif word not in NO and value is not None:
        right = "found_on"
        statement.wrong(f"{subject}.found", "应为是或否", "yes or no is expected", right)


def guardianship(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """A parent's guardianship: revoked, said yes or no or in words (监护人资格)."""
    text = str(value)
    if re.search("撤销|剥夺|revoked", text):
        value = "未" not in text and "恢复" not in text
    elif re.search("恢复|保留|正常|retained|restored", text):
        value = False
    name = f"{subject}.guardianship_revoked"
    statement.take(name, name, value)


def reported(statement: Statement, subject: str, value: Any, _: Said) -> None:
    """When a lost parent was reported to the police; that it was, without a day, says little."""
    word = str(value).strip().lower()
    if word in NO:
        statement.stated[f"{subject}.lost_contact_evidence"] = None
        statement.stated[f"{subject}.police_registered_on"] = None
    elif word not in YES:
        name = f"{subject}.police_registered_on"
        statement.take(f"{subject}.reported_to_police", name, value)


def _tells(person: Any) -> bool:
    """Whether of a member more is told than who it is."""
    return isinstance(person, Mapping) and not {str(key) for key in person} <= _WHO


_WHO = frozenset({"name", "姓名", "relation", "关系", "age", "年龄"})


def members(statement: Statement, _: str, value: Any, __: Said) -> None:
    """How many live in the household, or who they are (家庭人口)."""
    persons = isinstance(value, list) and not any(_tells(one) for one in value)
    counted = len(value) if persons else value
    statement.take("household.members", "household.members", counted)
