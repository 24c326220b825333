"""A situation in a case worker's words: English or Chinese keys, text, days, yes and no.

Pure. What nobody understood is named in the answer, so that nothing looks considered that was not.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from services.protection.rules.institutions import Institutions
from services.protection.rules.questions.facts import DATED_FACTS, FACTS, IN_FIELD
from shared.ages import number_in
from shared.bounds import within
from shared.calendar import Calendar
from shared.gloss import glossed, groups, told
from shared.told import instant, leaves, stems, unread

LEGAL_ZONE = ZoneInfo("Asia/Shanghai")
YES = frozenset({"是", "有", "已", "true", "yes", "对", "已完成", "具备", "同意", "1"})
NO = frozenset(
    {"否", "无", "未", "没有", "false", "no", "none", "nil", "不", "不具备", "未完成", "0"}
)
_DAY = re.compile(r"(\d{4})[-年/.](\d{1,2})[-月/.](\d{1,2})[日号]?")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = rf"({'|'.join(_MONTHS)})[a-z]*\.?"
_ENGLISH_DAYS = (
    re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH},? (\d{{4}})", re.IGNORECASE),
    re.compile(rf"\b{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})", re.IGNORECASE),
)
_SOME = re.compile(r"[1-9]\d*\s*[名人个位]")
_TIME = re.compile(r"(\d{1,2})[:：时点](\d{2}|半)?")
_AFTERNOON = re.compile(r"下午|晚|傍晚|夜里?|\d\s*pm\b", re.IGNORECASE)


def _worded(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return "；".join(_worded(item) for item in value)
    return "" if value is None or isinstance(value, bool) else glossed(str(value))


@dataclass(frozen=True)
class County:
    """What a jurisdiction adds to the law: its types of unit and its working days."""

    institutions: Institutions
    calendar: Calendar


@dataclass(frozen=True)
class Situation:
    """Reads a fact under whatever key it was told; remembers what was read."""

    given: Mapping[str, Any]
    question: str = ""
    read: set[str] = field(default_factory=set)
    flat: dict[str, Any] = field(default_factory=dict)
    paths: dict[str, list[str]] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    asked: frozenset[str] = frozenset()

    @classmethod
    def of(cls, given: Mapping[str, Any], question: str = "") -> "Situation":
        """Every fact by its path, and the paths by which each known fact was told."""
        topics = given.get("topic") or ()
        named = frozenset([topics] if isinstance(topics, str) else topics)
        made = cls(given, question, asked=named)
        for path, value in (*_reports(given), *leaves(given)):
            if path != "topic" and path not in made.flat:
                made.flat[path] = value
                made.paths.setdefault(FACTS.fact(path, value) or path, []).append(path)
        return made

    def asks(self, topic: str) -> bool:
        """Whether the caller named this topic, so that no words need to point at it."""
        return topic in self.asked

    def value(self, *names: str) -> Any:
        """The first of these facts that is known; None when none is."""
        for name in names:
            for path in self.paths.get(name, ()):
                self.read.add(path)
                if self.flat[path] is not None:
                    return self.flat[path]
        return None

    def word(self, *names: str) -> str:
        """A fact as text, empty when unknown; of a group, what stands in it."""
        said = _worded(self.value(*names))
        return "；".join(filter(None, (said, self._of_groups(names[0]))))

    def _of_groups(self, name: str) -> str:
        """The words of a group that is named as a fact is: carer: {relation, history}."""
        named = [key for key, value in self.given.items() if isinstance(value, Mapping)]
        keys = [key for key in named if FACTS.fact(key) == name]
        said = [word for key in keys for word in (glossed(key), *self.said_under(key))]
        return "；".join(filter(None, said))

    def words(self, name: str) -> str:
        """Everything told under any key that names a fact."""
        paths = self.paths.get(name, [])
        self.read.update(paths)
        return "；".join(filter(None, (_worded(self.flat[path]) for path in paths)))

    def flag(self, *names: str, meant: str = "") -> bool | None:
        """Yes, no, or None for unknown; in the words of another fact where that is `meant`."""
        value = self.value(*names)
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, (list, tuple)):
            return bool(value)
        return _yes_or_no(meant or names[0], str(value).strip().lower())

    def flags(self, *names: str) -> dict[str, bool]:
        """Those of these facts that are known to be or not to be."""
        return {name: said for name in names if (said := self.flag(name)) is not None}

    def number(self, *names: str) -> int | None:
        """A count or age."""
        return number_in(self.word(*names))

    def day(self, *names: str) -> date | None:
        """A day, also inside a sentence (自2024-04-01起)."""
        found = self.instant(*names)
        return found.date() if found else None

    def instant(self, *names: str) -> datetime | None:
        """An instant; a bare day counts from its first minute, in the legal time zone."""
        for name in names:
            value = self.value(name)
            if (found := instant_of(value)) is not None:
                return found
            if _worded(value) and name in DATED_FACTS:
                self.unreadable.update(self.paths[name])  # a sentence need not hold any, this must
        return None

    def unnamed_instant(self) -> datetime | None:
        """The one instant that is told under a name nobody knows."""
        unknown = (v for p, v in self.flat.items() if FACTS.fact(p, v) is None and instant(v))
        told = {found for value in unknown if (found := instant_of(value))}
        return told.pop() if len(told) == 1 else None

    def text(self) -> str:
        """Every word that was said, the question included."""
        return self._text

    def facts(self) -> str:
        """Every word that was said of the situation, without the question put to it."""
        return self._facts

    @cached_property
    def _text(self) -> str:
        return "；".join(filter(None, (self._facts, glossed(self.question))))

    @cached_property
    def _facts(self) -> str:
        said = (told(path, v, FACTS.fact(path) is not None) for path, v in self.flat.items())
        return "；".join([*groups(self.given), *said])

    def says(self, *words: str) -> bool:
        """Whether any of these words occurs anywhere."""
        text = self.text()
        return any(word in text for word in words)

    def said_under(self, group: str) -> list[str]:
        """The words of every fact told within a group: victim.needs, victim.family."""
        return [
            told(path, v, False) for path, v in self.flat.items() if path.startswith(f"{group}.")
        ]

    def has(self, *names: str) -> bool:
        """Whether a fact, or a group of facts under its name, is told, even as null."""
        groups = {FACTS.fact(path.split(".")[0]) for path in self.flat if "." in path}
        return any(name in self.paths or name in groups for name in names)

    def unread(self) -> dict[str, Any]:
        """What was told and had no effect, so that nothing looks considered that was not."""
        found = unread(self.flat, self.read, FACTS)
        lost = [path for path in self.flat if path in self.unreadable]
        return found | {"not_understood": [*found["not_understood"], *lost]}


_ZONED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)")


def _reports(given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Of a list of reports, each with whom it went to and when, the facts they are."""
    for key, value in given.items():
        listed = isinstance(value, list) and stems("report") <= stems(key)
        for record in value if listed else ():
            words = [str(v) for v in (record.values() if isinstance(record, Mapping) else ())]
            when = next((word for word in words if day_in(word)), None)
            police = re.search("公安|派出所|110|police", "；".join(words)) is not None
            if when:
                yield ("reported_to_police_at" if police else "filed_at"), when


def _yes_or_no(name: str, word: str) -> bool | None:
    """What a word says under the name of a fact; None when it says neither yes nor no."""
    if word in YES or word in NO:
        return word in YES
    for meant, pattern in IN_FIELD.get(name, ()):
        if re.search(pattern, word):
            return meant
    if word.startswith(("未", "没", "无", "不", "否")):
        return False
    if _SOME.match(word):
        return True
    return True if word.startswith(("已", "有", "是", "经", "愿", "希望", "想")) else None


def months_in(length: str) -> int:
    """Whole months of a length: 13个月, 一年; none where it names none."""
    return (number_in(length) or 0) * (12 if length.endswith("年") else 1)


def day_in(text: str) -> date | None:
    """The first calendar day that a text names, in figures or with an English month."""
    found = _DAY.search(text) or _COMPACT.search(text)
    parts = found.groups() if found else _english_day(text)
    if parts is None:
        return None
    try:
        day = date(*(int(part) for part in parts))
    except ValueError:
        return None
    return day if within(day) else None


def _english_day(text: str) -> tuple[str, int, str] | None:
    """Year, month and day of 6 May 2024 or May 6, 2024."""
    found = next(filter(None, (pattern.search(text) for pattern in _ENGLISH_DAYS)), None)
    if found is None:
        return None
    first, second, year = found.groups()
    day, month = (first, second) if first.isdigit() else (second, first)
    return year, _MONTHS.index(month.lower()) + 1, day


def instant_of(value: Any) -> datetime | None:
    """An aware instant from an ISO string, a day with a time, or a day."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=LEGAL_ZONE)
    if isinstance(value, date):
        return datetime.combine(value, time(), LEGAL_ZONE)
    text = _worded(value)
    day = day_in(text)
    if day is None:
        return None
    if _ZONED.fullmatch(text):
        return datetime.fromisoformat(text).astimezone(LEGAL_ZONE)
    return datetime.combine(day, time_in(text) or time(), LEGAL_ZONE)


def time_in(text: str) -> time | None:
    """The first hour of the day that a text names (23:45, 9时); None when it names none."""
    left = _COMPACT.sub("", _DAY.sub("", text)).replace("T", " ")
    found = _TIME.search(left)
    if found is None:
        return None
    hour, minute = int(found[1]), 30 if found[2] == "半" else int(found[2] or 0)
    if hour > 24 or minute > 59:
        return None
    late = hour < 12 and _AFTERNOON.search(left) is not None
    return time((hour + 12 * late) % 24, minute)


_LENGTH = r"(半|\d+|[一二两三四五六七八九十]+)\s*个?(分钟|小时|天|日|周|星期|月)"
_SPAN = re.compile(f"{_LENGTH}(?:后|之后|才|内)")
_AFTER = re.compile(
    f"(?:发现|得知|知悉|事发|案发|接报|接警|过了?|隔了?|等了?|拖了?)[^，；。]{{0,4}}?{_LENGTH}"
)
_NTH_DAY = re.compile(r"第([二三四五六七八九十\d]+)[天日]")
_UNITS = {"分钟": 60, "小时": 3600, "天": 86400, "日": 86400, "周": 604800, "星期": 604800}


def delay_in(text: str) -> timedelta | None:
    """A delay told in words: 三天后, 两小时后, 次日, 当场, 立即."""
    if found := _SPAN.search(text) or _AFTER.search(text):
        unit = _UNITS.get(found.group(2), 30 * 86400)
        half = found.group(1) == "半"
        return timedelta(seconds=unit // 2 if half else (number_in(found.group(1)) or 0) * unit)
    if found := _NTH_DAY.search(text):
        return timedelta(days=(number_in(found[1]) or 1) - 1)
    if any(word in text for word in ("隔周", "数日", "数天", "几天", "几日", "多日")):
        return timedelta(days=2)  # how many is not told: not the same day
    if any(word in text for word in ("次日", "第二天", "隔天", "翌日")):
        return timedelta(days=1)
    if any(
        word in text for word in ("当场", "当即", "即刻", "立即", "马上", "立刻", "随即", "同时")
    ):
        return timedelta(0)
    return None


Answer = dict[str, Any]


def answer(topic: str, *clauses: str, zh: str, en: str, **more: Any) -> Answer:
    """One part of the reply: what the law says of one matter; unknown values are left out."""
    known = {key: value for key, value in more.items() if value is not None}
    return {"topic": topic, "clauses": list(clauses), "zh": zh, "en": en} | known
