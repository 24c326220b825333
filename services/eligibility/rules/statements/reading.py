"""Facts as people state them, made into the facts the rules read (事实的读取).

A statement is nested by subject and may use the codes, the Chinese terms, or the usual short
forms (`father: 死亡`, `disability: 智力二级`). Each error names the field, the rule it breaks and
what would be right. Nothing is guessed: what is not understood is refused, what is silent
means what the vocabulary says, `null` is unknown.
"""

import difflib
import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from services.eligibility.rules.periods import DAY
from services.eligibility.rules.statements.phrasing import terms, understood
from services.eligibility.rules.vocabulary import ASKED, UNKNOWN, VOCABULARY, FactKind
from shared.bounds import FIRST_DAY, LAST_DAY, within
from shared.law import Facts, LawOfDay
from shared.told import not_known

UNMENTIONED = "unmentioned"
NO_SUCH = "没有这个字段"
# No fact of a child is older, later or more than this; what is beyond is a slip of the pen.
MOST, DIGITS = 9999, 12
A_DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})(?:[-/.月]?(\d{1,2})日?(?:T.*)?|月)?$")
# In somebody's own words, and no code that was mistaken for another.
SPOKEN = re.compile("[\u4e00-\u9fff]{2}|[A-Za-z]{2,} [A-Za-z]{2,}")
A_YEAR = re.compile(r"(?:19|20)\d\d(?:年?$|年(?=[^\d\W])(?![至到前后以]))")
# Told as somebody guesses it: 约2024年1月.
ABOUT = re.compile(r"^(?:大约|大概|约|估计|about|around|circa|approx\w*\.?)|(?:左右|前后|上下|许)$")
# A day with what happened on it, as questions tell it: 2024年3月1日办理登记.
A_DAY_AND_WORDS = re.compile(
    r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)(?=[^\d\W]|[（(，,；;\s])"
)


def _no_code(said: str, right: Any) -> bool:
    """Whether one English word is none of the codes that would be right, miswritten."""
    codes = [str(one).split("（")[0] for one in right] if isinstance(right, list) else []
    word = said.strip().lower()
    return bool(codes) and word.isalpha() and not difflib.get_close_matches(word, codes)


@dataclass
class Statement:
    """What was stated, while it is being read. `stated` holds canonical facts by name.

    `implicit` lets silence speak; `adoptive` says that the parents spoken of are the adoptive ones.
    """

    law: LawOfDay
    registered: Callable[[str], bool]
    stated: dict[str, Any] = field(default_factory=dict)
    until: dict[str, date] = field(default_factory=dict)
    errors: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    # Names that may tell a fact and that nobody reads.
    not_considered: list[str] = field(default_factory=list)
    # Fields whose words nobody knows, told in somebody's own language.
    spoken: set[str] = field(default_factory=set)
    # The numbers of disability certificates, by subject; they are compared and not kept.
    cards: dict[str, str] = field(default_factory=dict)
    # Every day that was read, by the field it stood in.
    days: dict[str, date] = field(default_factory=dict)
    # Sentences about the child, which may speak of its parents.
    stories: list[str] = field(default_factory=list)
    # What happened, and where it was told; read once everything else has been.
    events: list[tuple[str, Any]] = field(default_factory=list)
    # The parents whom the child lives with, though they work elsewhere.
    living_with: set[str] = field(default_factory=set)
    implicit: bool = True
    adoptive: bool = False
    # Where only a month was said, and whether its last day is taken for it.
    vague: list[str] = field(default_factory=list)
    late: bool = False
    # The first day on which the same words may tell other facts.
    lasts: date = date.max

    @property
    def day(self) -> date:
        """The day whose law is asked; what is read by it is read so on this day alone."""
        self.lasts = self.law.day + DAY
        return self.law.day

    def reached(self, day: date) -> bool:
        """Whether a day has come; until it does, all is read as it is now."""
        if day <= self.law.day:
            return True
        self.lasts = min(self.lasts, day)
        return False

    def passed(self, day: date) -> bool:
        """Whether a day is over."""
        return self.reached(day + DAY)

    def apart(self) -> "Statement":
        """An empty statement that is read as this one is."""
        return Statement(self.law, self.registered, implicit=self.implicit, late=self.late)

    def add(self, part: "Statement") -> None:
        """All that was read apart, none of which is stated here."""
        self.stated |= part.stated
        self.until |= part.until
        self.days |= part.days
        self.cards |= part.cards
        self.spoken |= part.spoken
        self.living_with |= part.living_with
        self.errors += part.errors
        self.notes += part.notes
        self.assumed += part.assumed
        self.not_considered += part.not_considered
        self.stories += part.stories
        self.events += part.events
        self.vague += part.vague
        self.lasts = min(self.lasts, part.lasts)

    def wrong(self, where: str, zh: str, en: str, right: Any, said: Any = None) -> None:
        """Record that a field cannot be taken as it is, and what would be right.

        `said` is what stands there, where something else should: words may still tell the fact.
        """
        # What was sent is never repeated: it may be a particular.
        if isinstance(said, str) and (SPOKEN.search(said) or _no_code(said, right)):
            self.spoken.add(where)
        self.errors.append(
            {"where": f"facts.{where}", "field": where, "rule": zh, "rule_en": en, "right": right}
        )

    def unknown_word(self, where: str, said: Any, choice: str) -> None:
        """Record a word that is none of an enumeration."""
        self.wrong(where, "不在可选值之中", "none of the values", terms(choice), said)

    def put(self, name: str, value: Any) -> None:
        """State a canonical fact that is typed already; two statements must agree.

        What a question says is unknown stays so, whatever another word of it implies.
        """
        if self.implicit and name in self.stated and self.stated[name] is None:
            return
        if name in self.stated and self.stated[name] != value:
            said = "前后陈述不一致：同一事实只能有一个值"
            right = "只陈述一次，或者两处一致"
            self.wrong(name, said, "stated twice with different values", right)
        self.stated[name] = value

    def take(self, where: str, name: str, said: Any) -> None:
        """State a fact from what a person wrote for it; `null` makes it unknown."""
        if said is None or not_known(said):
            self.stated[name] = None
            return
        value = typed(self, where, VOCABULARY[name], said)
        if value is not None:
            self.put(name, value)

    def unless_stated(self, name: str, value: Any) -> None:
        """State what follows from something else, unless somebody stated the fact itself."""
        self.stated.setdefault(name, value)

    def date_of(self, where: str, said: Any) -> date | None:
        """A day, or an error: only days that exist. Of a month the first or, when read late,
        the last day, for who asks may compare both answers; the register takes days only."""
        try:
            day = said if isinstance(said, date) else date.fromisoformat(said)
        except (TypeError, ValueError):
            spoken = self._spoken_day(where, said)
            if spoken is None:
                text = "不是存在的日期，应为 YYYY-MM-DD"
                self.wrong(where, text, "no existing day (YYYY-MM-DD)", "2016-06-01", said)
                return None
            day = spoken
        if within(day):
            self.days[where] = day
            return day
        right = f"{FIRST_DAY}–{LAST_DAY}"
        self.wrong(where, "日期超出可能的范围", "no day a fact can be of", right)
        return None

    def _spoken_day(self, where: str, said: Any) -> date | None:
        """`2024年5月1日`, `2024/5/1`; of a month or a year an end of it, 约 a day too."""
        text = "".join(str(said).split())
        if self.implicit:
            text = ABOUT.sub("", text)
            if A_YEAR.match(text):
                self.vague.append(where)
                return date(int(text[:4]), *((12, 31) if self.late else (1, 1)))
        found = A_DAY.match(text) or (A_DAY_AND_WORDS.match(text) if self.implicit else None)
        year, month, day = (int(part) for part in (found.groups("0") if found else ("0",) * 3))
        try:
            if day:
                return date(year, month, day)
            begun = date(year, month, 1)
        except ValueError:
            return None
        if not self.implicit:
            return None
        self.vague.append(where)
        return begun.replace(day=monthrange(year, month)[1]) if self.late else begun

    def in_order(self, first: str, last: str) -> None:
        """Of two fields that were read, what ends does not end before it begins."""
        since, until = self.days.get(first), self.days.get(last)
        if since is not None and until is not None and until < since:
            self.wrong(last, "结束早于开始", "it ends before it begins", f"≥ {since}")

    def count_of(self, where: str, said: Any) -> int | None:
        """A whole number that is not negative, or an error."""
        number = typed_number(said)
        if number is None or not 0 <= number <= MOST or number != number.to_integral_value():
            self.wrong(where, f"应为0至{MOST}的整数", f"a whole number, at most {MOST}", 6, said)
            return None
        return int(number)


YES = {"true", "是", "有", "yes", "具备", "具有", "已", "能", "符合", "1", "曾", "满足", "全部"}
YES |= {"保留", "已保留", "符合规定", "合格", "达标", "通过", "passed", "met", "ok", "在享"}
NO = {"false", "否", "无", "没有", "no", "不具备", "不具有", "未", "不能", "不符合", "0", "not"}
NO |= {
    "不保留",
    "未保留",
    "不合格",
    "超标",
    "未通过",
    "failed",
    "停发",
    "已停发",
    "未办理",
    "未办",
    "无证",
    "未评定",
    "过期",
}
STARTS = {word for word in YES | NO if not word.isascii()} | {"不", "非", "丧失", "完全丧失"}
BEGINNINGS = sorted(STARTS, key=len, reverse=True)


# What yes and no mean of a fact that has more than two values.
YES_MEANS = {
    "hiv": ("infected", "none"),
    "capacity": ("full", "limited"),
    "award": ("scattered", "none"),
    "harm": ("", "none"),
}


# How thousands are parted and what is counted, written with a number.
UNITS = re.compile(r"[,，\s￥¥]|(元|人|口人|口|个月|周岁|岁|天)?([/每](人|月|人[·/]?月))*$")


def typed_number(said: Any) -> Decimal | None:
    """A decimal from a number or its text; None when it is none, or no number of this world."""
    if isinstance(said, bool):
        return None
    text = str(said)
    try:
        number = Decimal(text if text.isdecimal() else UNITS.sub("", text))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) <= DIGITS else None


def _bool(statement: Statement, where: str, kind: FactKind, said: Any) -> bool | None:
    """Yes or no, also said with what it is about: 有劳动能力, 未被收养, 无监护能力."""
    if isinstance(said, bool):
        return said
    text = re.sub(
        r"(?<=.)[（(][^（()）]*[)）]$", "", str(said).strip()
    )  # how it is so, in brackets
    word = text.lower().replace("依法", "").replace("抚养能力", "监护能力")
    if word in YES or word in NO:
        return word in YES
    if len(word) > 1 and kind.zh.endswith(word):
        return True
    for start in BEGINNINGS:
        if word.startswith(start) and word.removeprefix(start) in kind.zh:
            return start in YES
    statement.wrong(where, "应为 true 或 false（是/否）", "neither yes nor no", True, said)
    return None


def _yuan(statement: Statement, where: str, said: Any) -> Decimal | None:
    number = typed_number(said)
    if number is None or number < 0 or number != round(number, 2):
        right = "3000.00"
        statement.wrong(where, "应为非负金额（元，至分）", "no amount of yuan and fen", right, said)
        return None
    return number


def _texts(_: Statement, __: str, said: Any) -> tuple[str, ...]:
    items = [said] if isinstance(said, str) else list(said)
    named = (item.get("name", "") if isinstance(item, Mapping) else str(item) for item in items)
    return tuple(name.strip() for name in named if name.strip() not in ("", "无", "none"))


def _choices(statement: Statement, where: str, kind: FactKind, said: Any) -> tuple[str, ...] | None:
    items = said if isinstance(said, (list, tuple)) else [said]
    found: list[str] = []
    for item in items:
        codes = understood(kind.choice, str(item))
        if codes is None:
            statement.unknown_word(where, item, kind.choice)
            return None
        found += codes
    some = tuple(dict.fromkeys(code for code in found if code != "none"))
    return some or (("none",) if kind.kind == "disability_types" else ())


PLAIN: Mapping[str, Callable[[Statement, str, Any], Any]] = {
    "date": Statement.date_of,
    "int": Statement.count_of,
    "yuan": _yuan,
    "texts": _texts,
}


def typed(statement: Statement, where: str, kind: FactKind, said: Any) -> Any:
    """The value of a fact in its own type, or None after recording what is wrong."""
    if kind.kind == "bool":
        return _bool(statement, where, kind, said)
    if kind.kind in PLAIN:
        return PLAIN[kind.kind](statement, where, said)
    if kind.kind in ("disability_types", "categories", "other_reliefs"):
        return _choices(statement, where, kind, said)
    if isinstance(said, bool) and kind.choice in YES_MEANS:
        said = YES_MEANS[kind.choice][not said]
    codes = understood(kind.choice, str(said))
    if codes is None or len(codes) != 1:
        statement.unknown_word(where, said, kind.choice)
        return None
    return int(codes[0]) if kind.kind == "disability_grade" else codes[0]


SILENCE: Mapping[str, Any] = {
    name: kind.silence for name, kind in VOCABULARY.items() if kind.silence is not UNKNOWN
}


def facts_of(statement: Statement, *, register: bool) -> Facts:
    """The facts the rules read: what was stated, and what silence means for the rest.

    In the register (`register`) a case may not take silence about its parents for an answer.
    """
    stated = statement.stated
    known = dict(SILENCE)
    if register:
        for name in ASKED:
            known.pop(name, None)
    known |= stated
    for name in [name for name, value in stated.items() if value is None]:
        del known[name]
    known["day"] = statement.law.day
    known["child.stage_unsaid"] = not register and "child.study_stage" not in stated
    known["child.birth_known"] = stated.get("child.birth_date") is not None
    known["household.class_told"] = "household.economic_class" in stated
    known["household.income_declared"] = "household.income_monthly" in stated
    known["father.term_fixed"] = stated.get("father.term_months") is not None
    known["mother.term_fixed"] = stated.get("mother.term_months") is not None
    for parent in ("father", "mother"):
        told = stated.get(f"{parent}.guardianship_capacity")
        known[f"{parent}.capacity_told"] = told is not None
    until = {name: day for name, day in statement.until.items() if name in known}
    return Facts(known, until, dict.fromkeys(statement.assumed, UNMENTIONED))
