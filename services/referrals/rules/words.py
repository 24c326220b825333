"""How case workers say it (用语): Chinese words and structured fields read as facts.

A situation comes as fields, as words, or as both; fields win over words. What is not said stays
unknown. Once any category has been named, the others are taken as not held, since a list of
categories is complete by convention.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.referrals.rules.facts import FACTS
from services.referrals.rules.own import of_the_child
from services.referrals.rules.wording import CATEGORIES, CATEGORY_WORDS, IN_FIELD, WORDS
from shared.ages import ages_in, child_age_in
from shared.bounds import within
from shared.gloss import groups, told
from shared.told import leaves, unread

CATEGORY_FACTS = ("orphan", "own_difficulty", "abandoned_or_street", "in_difficulty")
PAID = frozenset({"orphan", "de_facto", "own_difficulty", "hiv_affected", "dibao"})
UNPAID = frozenset({"any", "margin", "left_behind", "other"})

GRADES = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
SEVERITY = {1: "severe", 2: "severe", 3: "moderate", 4: "mild"}
SEVERITY_WORDS = {
    "健康": "none",
    "无": "none",
    "无残疾": "none",
    "轻度": "mild",
    "中度": "moderate",
    "重度": "severe",
    "极重度": "severe",
}
DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{4})年(\d{1,2})月(\d{1,2})日")


@dataclass(frozen=True, slots=True)
class Said:
    """A situation as read: all its words in one text, the facts, and the plain fields."""

    text: str
    facts: Mapping[str, Any]
    fields: Mapping[str, Any]
    unread: Mapping[str, Any]


def strings(value: Any, key: str = "") -> Iterator[str]:
    """Every word of a situation, in its order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from strings(item, str(name))
    elif isinstance(value, Iterable):
        for item in value:
            yield from strings(item, key)


def told_fields(situation: Mapping[str, Any]) -> dict[str, Any]:
    """Every named part of a situation, under the fact its key names and its own last name."""
    fields: dict[str, Any] = {}
    for path, value in [*_groups(situation), *reversed(list(leaves(situation)))]:
        last, fact = path.rsplit(".", 1)[-1], FACTS.fact(path, value)
        if fact:
            fields[fact] = value
        if fact or FACTS.fact(last, value) is None:  # another's age is no age of the child
            fields[last] = value
    ages = [v for p, v in leaves(situation) if FACTS.fact(p, v) == "age" and isinstance(v, int)]
    if len(ages) > 1 and min(ages) < 18:  # of several children the youngest is asked about
        fields["age"] = min(ages)
    if (grade := str(fields.get("severity"))[:1]) in GRADES:  # a grade told as the severity
        fields["severity"] = SEVERITY[GRADES[grade]]
    if fields.get("disability") in (True, "是", "有", "yes"):
        fields.setdefault("disabled", True)
    if isinstance(fields.get("household"), str):  # a class alone, under the household's name
        fields.setdefault("hardship", fields["household"])
    return fields


def _groups(value: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, item in value.items():
        if isinstance(item, Mapping):
            yield f"{before}{name}", item
            yield from _groups(item, f"{before}{name}.")


def day_in(text: str) -> date | None:
    """The last day a text names; a window's opening day stands before its completion."""
    found = days_in(text)
    return found[-1] if found else None


def days_in(text: str) -> list[date]:
    """Every day a text names, in its order; what is no day of the calendar is none."""
    days = []
    for match in DAY.findall(text):
        with suppress(ValueError):
            days.append(date(*(int(part) for part in match if part)))
    return [day for day in days if within(day)]


_DAYS = ("as_of", "day", "today", "今天", "今日")


def day_stated(situation: Mapping[str, Any]) -> date | None:
    """The day a situation says it is about (`as_of`)."""
    said = next((v for name in _DAYS if (v := situation.get(name))), None)
    return said if isinstance(said, date) else day_in(str(said or ""))


def understood(situation: Mapping[str, Any], day: date, illnesses: tuple[str, ...] = ()) -> Said:
    """A situation read into facts; what it does not say is not in them.

    A diagnosis on the lists of serious and rare illnesses is one, by whatever word it is told.
    """
    said = (told(path, v, FACTS.fact(path) is not None) for path, v in leaves(situation))
    text = "；".join(filter(None, (*groups(situation), *said)))
    fields = told_fields(situation)
    if isinstance(fields.get("hukou"), str):  # a place alone, under a key that says what it is
        text = f"{text}；{fields['hukou']}户籍"
    told_now = of_the_child(text)
    own = _NOT_KNOWN.sub("", _OF_PARENTS.sub("", told_now))
    facts = _words(own)
    if any(named in own for named in illnesses if named not in _OF_ITS_OWN):
        facts.setdefault("ill", True)
    facts |= _age(text, fields, day) | _disability(told_now, fields)
    facts |= _categories(told_now, fields)
    facts |= _stated(fields)
    if facts.get("has_housing") and facts.get("rural") is False:
        facts.setdefault("housing_conditions", False)  # secured is who has no dwelling
    for name, said in fields.items():
        if said is None:  # stated as unknown, whatever the words seem to say
            facts.pop(name, None)
    return Said(text, _derived(_of_a_child(facts)), fields, _unread(situation, facts))


_OF_ITS_OWN = ("艾滋病",)  # affected is not infected: read by facts of its own
_UNCLEAR = (
    "(?:尚|还|仍|暂)?(?:不清楚?|不详|不明|不知道?|未知|未(?:经)?(?:查明|核实|确定|认定)|"
    "待(?:查|核|定|评估|鉴定)|(?:不|无法|难以)(?:确定|核实|判断))"
)
# What a sentence says nobody knows yet: 是否符合建房条件不清楚, 不知有无住房.
_NOT_KNOWN = re.compile(
    f"(?:是否|有无|有没有|能否|能不能|是不是)[^，。；、]{{1,24}}?{_UNCLEAR}|"
    "(?:尚|还|仍|暂)?(?:不清楚?|不知道?|未核实|未查明)(?:其|他|她|该[^，。；、]{1,4})?"
    "(?:是否|有无|有没有|能否|能不能|是不是)[^，。；、]*"
)


# An illness of a parent is never the child's.
_OF_PARENTS = re.compile(
    "(?:父母|父亲|母亲|生父|生母|[父母])(?:双方|均|都|已|系|为|因|经)*[^，。；、]{0,6}(?:感染|"
    "携带|确诊|患)[^，。；、]*"
)


def _unread(situation: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """What had no effect: keys nobody knows, and facts whose value nobody could read."""
    flat = dict(leaves(situation))
    known = {
        path
        for path in flat
        if (fact := FACTS.fact(path, flat[path])) and _taken(fact, flat[path], facts)
    }
    found = unread(flat, known, FACTS)
    lost = [path for path in flat if path not in known and FACTS.fact(path)]
    return {
        "not_understood": [*found["not_understood"], *lost],
        **{key: found[key] for key in ("read_as_words", "did_you_mean") if key in found},
    }


def _taken(fact: str, value: Any, facts: Mapping[str, Any]) -> bool:
    return value is None or fact not in _KNOWN or fact in facts


_OF_RULES = ("palsy_or_intellectual", "disabled_or_ill", "orphaned_or_abandoned_child")
_KNOWN = frozenset({name for name, _, _ in WORDS} | {*CATEGORY_FACTS, *_OF_RULES, "age"})


_CODES: Mapping[str, frozenset[Any]] = {
    name: frozenset(value for known, value, _ in WORDS if known == name) for name, _, _ in WORDS
}
_YES_OR_NO = frozenset(
    {*_OF_RULES, *CATEGORY_FACTS, *(n for n, values in _CODES.items() if values & {True, False})}
)
_OVER = "已经?(?:结束|停|退|取消|失效|卖|出售|拆|过期|终止|注销|撤|断)"
_YES = re.compile("(?:是|有|已|对|yes|true|y|1)", re.IGNORECASE)
_NO = re.compile(f"(?:否|无|没|未|不|{_OVER}|no|false|n|0)", re.IGNORECASE)


def _stated(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Facts stated as fields: a code, a yes or no, or the word for one; `null` is unknown."""
    facts = dict(_infection(fields)) | _grown(fields)
    for name, said in fields.items():
        if name not in _KNOWN or said is None or isinstance(said, Mapping | list):
            continue
        if not isinstance(said, str) or said in _CODES.get(name, ()):
            facts[name] = said
        elif name in (read := _words(of_the_child(said))):
            facts[name] = read[name]
            if name == "stage":
                facts |= {k: v for k, v in read.items() if k in ("public_school", "boarding")}
        elif (value := _in_field(name, said)) is not None:
            facts[name] = value
        elif name in _YES_OR_NO:
            facts |= _yes_or_no(name, said)
    return facts


def _grown(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A grown person told of as a group: adult: {hukou, house}."""
    return {"adult": True} if isinstance(fields.get("adult"), Mapping) else {}


def _yes_or_no(name: str, said: str) -> dict[str, Any]:
    """A word that begins with a yes or a no; a sentence that does not leaves it unknown."""
    if _NO.match(said):
        return {name: False}
    return {name: True} if _YES.match(said) else {}


def _infection(fields: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """`hiv` as a word or a yes; a null says that nobody has found out."""
    if "hiv" not in fields:
        return
    said = fields["hiv"]
    word = str(said or "")
    told = said if isinstance(said, bool) else _in_field("confirmed_infection", word)
    if told is not None:
        yield "confirmed_infection", told


def _in_field(name: str, word: str) -> Any:
    """The value a word means where it stands in the field of this fact."""
    return next((v for v, p in IN_FIELD.get(name, ()) if re.search(p, word, re.IGNORECASE)), None)


_DENIAL = re.compile("(?:无需?|没有?|未|不需?要?|非|尚无|暂无|缺乏)$")


def _words(text: str) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for fact, value, pattern in WORDS:
        if fact in facts or (found := re.search(pattern, text, re.IGNORECASE)) is None:
            continue
        denied = value is True and _DENIAL.search(text[: found.start()]) is not None
        facts[fact] = False if denied else value
    return facts


def _age(text: str, fields: Mapping[str, Any], day: date) -> dict[str, Any]:
    born = fields.get("birth_date")
    if isinstance(born, str) and DAY.fullmatch(born):
        born = day_in(born)
    if isinstance(born, date):
        before = (day.month, day.day) < (born.month, born.day)
        age = day.year - born.year - before
    elif isinstance(fields.get("age"), int):
        age = fields["age"]
    elif ages := ages_in(text):
        grown = ages_in(str(fields.get("person") or ""))  # whose own age is told first
        youngest = child_age_in(text)
        age = grown[0] if grown else ages[0] if youngest is None else youngest
    else:
        return {}
    return {"age": age, "adult": age >= 18}


def _disability(text: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Severity from a grade; 0 (健康) when the fields say there is no disability."""
    own = re.search("极?重度|中度|轻度", of_the_child(str(fields.get("disability") or "")))
    if own:  # the child's own degree, whatever a school says of others
        return {"severity": SEVERITY_WORDS[own[0]], "disabled": True}
    level = fields.get("level") or fields.get("grade")
    if isinstance(level, str) and level in SEVERITY_WORDS:
        return {
            "severity": SEVERITY_WORDS[level],
            "disabled": level not in ("健康", "无", "无残疾"),
        }
    if isinstance(level, str) and level in SEVERITY_WORDS.values():
        return {"severity": level, "disabled": level != "none"}
    match = re.search(r"([一二三四1-4])级", f"{level or ''}{text}")
    if match is None and isinstance(level, int):
        match = re.search(r"([1-4])", str(level))
    if match is None:
        return {}
    return {"severity": SEVERITY[GRADES[match.group(1)]], "disabled": True}


_WITH_PARENTS = re.compile(
    "在家生活|随父母|与父母|(?:[父母]亲?|监护人|家长|[爷奶]{2}|外[公婆]|祖[父母])(?:陪|带|送|在场)"
)


# Whom another family has taken for its own is an orphan no more, unless that family died too.
_ADOPTED = re.compile(
    "养(?:父母?|母)(?!家)(?![^，。；]{0,6}(?:亡|死|去世|病故|离世))|已(?:被|由)[^，。；]{0,8}收养|"
    "收养登记[^，。；未]{0,6}(?:完成|办理|办结)"
)


def _categories(text: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    named = fields.get("categories") or fields.get("category") or []
    words = named if isinstance(named, list) else [str(named)]
    held = {fact for word in words for fact in CATEGORIES.get(str(word), ())}
    held |= {fact for pattern, fact in CATEGORY_WORDS if re.search(pattern, text, re.IGNORECASE)}
    if _ADOPTED.search(text):
        held.discard("orphan")
    if not held:
        if _WITH_PARENTS.search(text):
            return {"abandoned_or_street": False}
        return {}
    if "orphan" not in held and held == {"any"}:
        return {"in_difficulty": True, "abandoned_or_street": False}
    return {
        "in_difficulty": True,
        "orphan": "orphan" in held,
        "own_difficulty": "own_difficulty" in held,
        "abandoned_or_street": bool(held & {"street", "abandoned"}),
        "orphaned_or_abandoned_child": bool(held & {"orphan", "abandoned"}),
        **({"receives_subsidy": bool(held & PAID)} if held & PAID or held <= UNPAID else {}),
        **({"hardship": True} if held & {"dibao", "margin"} else {}),
    }


# Stages that are full-time where nothing else is said.
_FULL_TIME = frozenset(
    {"college", "bachelor", "master", "doctor", "vocational_senior", "secondary_specialised"}
)


def _of_a_child(facts: dict[str, Any]) -> dict[str, Any]:
    """A grown person who lives on the street is no street child."""
    grown = facts.get("adult") and facts.get("abandoned_or_street")
    return facts | {"abandoned_or_street": False} if grown else facts


def _derived(facts: dict[str, Any]) -> dict[str, Any]:
    """What follows in the ordinary sense of the words."""
    kind = facts.get("disability_kind")
    if facts.get("training"):  # who is trained has been found in need of it
        facts.setdefault("rehabilitation_indicated", True)
    if facts.get("disabled") is False:
        facts.setdefault("severity", "none")
    elif facts.get("severity") in ("mild", "moderate", "severe") or kind:
        facts.setdefault("disabled", True)
    if facts.pop("palsy", False) or kind == "intellectual":
        facts["palsy_or_intellectual"] = True
    elif kind:
        facts["palsy_or_intellectual"] = False
    if facts.get("disabled") or facts.get("ill"):
        facts["disabled_or_ill"] = True
        facts.setdefault("in_difficulty", True)
    elif facts.get("severity") == "none" and "ill" in facts:
        facts["disabled_or_ill"] = False
    return {"full_time": True} | facts if facts.get("stage") in _FULL_TIME else facts
