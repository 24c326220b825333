"""A question in a caller's own order, put where its facts are read (陈述的归位).

Only a question that is not understood as it stands is read a second time like this: groups that
name nobody are opened, persons are found wherever they stand, an object told for a single fact is
read part by part, and what happened to a parent becomes that parent's state. Whatever is still
not understood keeps its name, to be refused.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from services.eligibility.rules.statements.happenings import of_a_parent, of_others
from services.eligibility.rules.statements.implied import state_of
from services.eligibility.rules.statements.income import parts_together
from services.eligibility.rules.statements.naming import (
    DETAIL,
    RELATION,
    SUBJECT,
    harmless,
    parted,
    slip_for,
)
from services.eligibility.rules.statements.phrases import a_phrase
from services.eligibility.rules.statements.phrasing import understood
from services.eligibility.rules.statements.qualifying import comes_home, outside
from services.eligibility.rules.statements.reading import typed_number
from services.eligibility.rules.statements.stories import PARENTS, each_parent
from services.eligibility.rules.statements.words import NEGATIONS
from services.eligibility.rules.vocabulary import SUBJECTS, VOCABULARY
from shared.told import Named, snake

Said = Mapping[str, Any]
Fields = Mapping[str, Named]
SHORT: Mapping[str, str] = {
    "father": "status",
    "mother": "status",
    "household": "class",
    "relief": "by",
    "emergency": "event",
}
# Fields whose own reading takes an object apart.
_WHOLE = (
    "hukou_city hukou hukou_place harm disability illness disease diagnosis schooling term "
    "police_receipt guardian"
)
WHOLE = frozenset(_WHOLE.split())
# The part of an object that is the fact itself; the others are details of it.
_HEADS = (
    "status state type kind name value is has full result what condition "
    "状态 状况 类型 种类 名称 结果 情况 是否"
)
HEADS = frozenset(_HEADS.split())
# The two ends of what lasts, whatever it is called: detained_from, 服刑起始日期.
PERIOD = (
    ("since", re.compile(".+_(?:from|since|starts?|started|begins?|began)(?:_on|_date)?"
                         "|.+(?:起|起始|开始|自)(?:日期|时间|日)?")),
    ("until", re.compile(".+_(?:until|till|to|ends?|ended|expires|expiry)(?:_on|_date)?"
                         "|.+(?:止|截止|结束|届满|期满|到期)(?:日期|时间|日)?")),
)  # fmt: skip
YES_NO = frozenset(kind.name for kind in VOCABULARY.values() if kind.kind == "bool")
_SUBSIDY = re.compile("subsid|补助|补贴")
_INCOME, _WITHOUT = re.compile("income|收入"), re.compile("exclud|without|net_of|不含|除外|扣除")
_OF_THE_CHILD = re.compile("child|orphan|孤儿|儿童|孩子|basic_living|基本生活")
ELSEWHERE = ("household", "relief", "emergency")


class Placing:
    """A statement being put in order: what is said of whom, under names the reading knows."""

    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        self.whole: dict[str, Any] = {}
        # Phrases under names nobody knows: read once everything else has its place.
        self.asides: list[tuple[str, str, str]] = []
        # What was told of each parent under whatever names.
        self.details: dict[str, dict[str, Any]] = {}

    def say(self, key: str, said: Any) -> None:
        """What stands beside the subjects, or is one."""
        subject = SUBJECT.field(key)
        if subject == "parents":
            for parent, of_each in each_parent(said).items():
                self.of(parent, of_each)
        elif subject in SUBJECTS:
            self.of(subject, said)
        elif subject == "events":
            self.whole[key] = [*_listed(self.whole, key), *_listed({key: said}, key)]
        elif subject is not None:
            self.whole[key] = said
        elif (part := parted(key)) and self.fields[part[0]].field(part[1]):
            self.part(part[0], part[1], said)
        elif isinstance(said, Mapping) and not _of_the_child(self.fields, key):
            self.whole[key] = said  # a slip for a subject's name
        else:
            self.part("child", key, said)

    def of(self, subject: str, said: Any) -> None:
        """What is said of a subject: its fields, or the one word it is told in."""
        if isinstance(said, Mapping):
            told = parts_together(said) if subject == "household" else said
            for key, value in told.items():
                self.part(subject, key, value)
        elif said is not None and subject in SHORT:
            self.set(subject, SHORT[subject], SHORT[subject], said)
        else:
            self.whole.setdefault(subject, said)

    def part(self, subject: str, key: str, value: Any) -> None:
        """One field of a subject; an object under it is opened unless its reading takes objects."""
        named = self.fields[subject]
        field = _by_its_make(subject, key, value, named.field(key))
        if field is None and subject == "child" and (other := _elsewhere(self.fields, key)):
            self.part(*other, value)
        elif isinstance(value, Mapping) and field not in WHOLE:
            self.open(subject, key, field, value)
        elif field is not None:
            self.set(subject, field, key, _counted(field, value))
        elif SUBJECT.field(key) == "events" and subject in PARENTS:
            self.whole["events"] = [*_listed(self.whole, "events"), *of_a_parent(subject, value)]
        elif SUBJECT.field(key) in ("events", "dibao_line_per_head", "as_of"):
            self.whole.setdefault(key, value)
        elif harmless(key):
            self._note(subject, f"{key}：{value}")
        elif a_phrase(value) and not _a_slip(key, named.names()):
            self.asides.append((subject, key, value))
        else:
            self.set(subject, key, key, value)

    def open(self, subject: str, key: str, field: str | None, value: Said) -> None:
        """`lost_contact: {since, …}` is the fact, if anything says so, and its details."""
        named = self.fields[subject]
        if field is not None and (whole := _in_parts(value)) is not None:
            self.set(subject, field, key, whole)
            return
        head = field is not None and not HEADS.isdisjoint(snake(inner) for inner in value)
        if field is not None and not head and f"{subject}.{field}" in YES_NO:
            self.set(subject, field, key, True)
        for inner, said in value.items():
            longer = next((n for n in (f"{field}_{inner}", f"{key}_{inner}", f"{key}{inner}")
                           if named.field(n)), None)  # fmt: skip
            if field is not None and longer is None and DETAIL.fullmatch(snake(inner)):
                self._note(subject, f"{key}.{inner}：{said}")
            elif head and snake(inner) in HEADS:
                self.set(subject, str(field), key, said)
            elif (
                longer is None
                and named.field(inner) is None
                and _elsewhere(self.fields, inner) is None
            ):
                known = harmless(inner) or _SUBSIDY.search(inner)
                self.part(subject, inner if known else f"{key}.{inner}", said)
            else:
                self.part(subject, longer or inner, said)

    def set(self, subject: str, field: str, key: str, value: Any) -> None:
        """A value under its field's name; another value of the same is left to be refused."""
        if self.whole.get(subject) is None:
            self.whole[subject] = {}
        if subject in PARENTS:
            self.details.setdefault(subject, {})[key] = value
        said = self.whole[subject]
        if said.get(field, value) == value:
            said[field] = value
        elif f"{subject}.{field}" in YES_NO and a_phrase(value):
            self._note(subject, f"{key}：{value}")  # beside a yes or no, how it is so
        else:
            said[key] = value

    def _note(self, subject: str, text: str) -> None:
        said = self.whole.setdefault(subject, {}) or {}
        said["note"] = f"{said['note']}；{text}" if said.get("note") else text
        self.whole[subject] = said

    def beside(self) -> None:
        """A phrase under a name nobody knows states what its words do and nobody else has said."""
        for subject, key, text in self.asides:
            said = self.whole.get(subject) or {}
            field = _stated_by(subject, text)
            if subject in PARENTS and outside(text):
                self.set(subject, "at_liberty", "at_liberty", True)
            if subject in PARENTS and comes_home(text):
                self.set(subject, "away", "away", False)
            if field is not None and field not in said:
                self.set(subject, field, field, text)
            self._note(subject, f"{key}：{text}")

    def happened(self, day: date) -> None:
        """Events of others than the child become their state."""
        for key in [k for k in self.whole if SUBJECT.field(k) == "events"]:
            left = []
            for subject, said in of_others(self.whole.pop(key), day):
                if subject is None:
                    left.append(said)
                    continue
                state = self.whole.get(subject)
                self.whole[subject] = (state if isinstance(state, dict) else {}) | said
            if left:
                self.whole[key] = left


def _listed(whole: Said, key: str) -> list[Any]:
    """What stands under a key, as a list."""
    said = whole.get(key, [])
    return said if isinstance(said, list) else [said]


def _elsewhere(fields: Fields, key: str) -> tuple[str, str] | None:
    """What is told of the child and belongs to the household, a relief or an emergency."""
    part = parted(key)
    if part is not None and part[0] in ELSEWHERE:
        field = fields[part[0]].field(part[1])
        return None if field in (None, "note") else (part[0], str(field))
    if str(key).isascii() and "_" not in snake(key):
        return None  # a single word could mean too many things
    found = {s: f for s in ELSEWHERE if (f := fields[s].field(key)) not in (None, "note")}
    return next(iter(found.items())) if len(found) == 1 else None


def _of_the_child(fields: Fields, key: str) -> bool:
    """Whether a name is a fact of the child, or of what is told with it."""
    return fields["child"].field(key) is not None or _elsewhere(fields, key) is not None


def _by_its_make(subject: str, key: str, value: Any, field: str | None) -> str | None:
    """The field a name tells by how it is made, where it is none's own: the first or last day of
    what happens to a parent, the child's own subsidy among a household's income."""
    if field is not None:  # a total told in words says what it contains
        in_words = field == "total_income_monthly" and typed_number(value) is None
        return "income_monthly" if in_words else field
    if subject in PARENTS and re.match(r"\s*\d{4}", str(value)):
        return next((end for end, names in PERIOD if names.fullmatch(snake(key))), None)
    if subject == "household" and _SUBSIDY.search(key) and _OF_THE_CHILD.search(key):
        if not _INCOME.search(key):
            return "basic_living_subsidy_of_child"
        return "income_monthly" if _WITHOUT.search(key) else "total_income_monthly"
    return None


def _amount_by_amount(value: list[Any]) -> dict[str, Any] | None:
    """Amounts told one by one, by what each is: `[{who, monthly}, …]`."""
    found: dict[str, Any] = {}
    for at, one in enumerate(value):
        if not isinstance(one, Mapping):
            return None
        words = [str(said) for said in one.values() if typed_number(said) is None]
        amounts = [said for said in one.values() if typed_number(said) is not None]
        if len(amounts) != 1:
            return None
        found[f"{at} {' '.join(words)}"] = amounts[0]
    return found


def _counted(field: str, value: Any) -> Any:
    """An income told one by one or in words as its sum: `工资3000元、孩子补助2120元`; else as it
    was told."""
    if isinstance(value, list) and (each := _amount_by_amount(value)):
        return _in_parts(each) or value
    told = field in ("income_monthly", "other_income_monthly") and isinstance(value, str)
    if not told or typed_number(value) is not None or "-" in value or "负" in value:
        return value
    parts = [part for part in re.split(r"[、，；;＋+和及]|(?<!\d),", value) if part.strip()]
    amounts = {part: _AMOUNT.findall(part) for part in parts}
    if "年" in value or any(len(found) != 1 for found in amounts.values()):
        return value
    if len(parts) == 1:
        return amounts[parts[0]][0]
    return _in_parts({part: found[0] for part, found in amounts.items()}) or value


_AMOUNT = re.compile(r"\d[\d,]*(?:\.\d+)?")


def _in_parts(value: Said) -> str | None:
    """An amount told in parts is their sum: `income: {wages, pension}`; the child's own subsidy
    is no part of it (不计入收入)."""
    counted = [
        part
        for name, part in value.items()
        if not (_SUBSIDY.search(name) and _OF_THE_CHILD.search(name))
    ]
    amounts = [typed_number(part) for part in counted]
    known = [amount for amount in amounts if amount is not None]
    return str(sum(known)) if len(known) == len(amounts) and len(value) > 1 and known else None


def _stated_by(subject: str, text: str) -> str | None:
    """The field whose words a phrase has; of the child's own anything else is a circumstance."""
    denied = any(word in text.replace("未成年", "") for word in (*NEGATIONS, "无"))
    if subject in ("child", *PARENTS) and not denied:
        if "残" in text and "级" in text:
            return "disability"
        if subject in PARENTS and understood("status", text):
            return "status"
        if re.search("病|症|癌|瘤", text):
            return "illness"
    return "situation" if subject == "child" else None


def _a_slip(key: str, known: list[str]) -> bool:
    return slip_for(snake(key), known) is not None


def placed(given: Said, fields: Fields, day: date) -> dict[str, Any]:
    """The statement by subject, each field under a name its reading knows."""
    placing = Placing(fields)
    for key, said in _persons(given, fields):
        placing.say(key, said)
    placing.beside()
    for parent, details in placing.details.items():
        placing.whole[parent] |= state_of(details, placing.whole[parent])
    placing.happened(day)
    return placing.whole


def _persons(given: Said, fields: Fields) -> Iterator[tuple[str, Any]]:
    """Everything said, persons first of their groups; a group that names nobody is opened."""
    for key, said in given.items():
        if isinstance(said, list) and (people := list(related(said))):
            yield from people
        elif not isinstance(said, Mapping) or _elsewhere(fields, key):
            yield key, said  # what the parents earn is the household's
        else:
            own = {}
            for inner, value in said.items():
                if isinstance(value, list) and (people := list(related(value))):
                    yield from people
                elif SUBJECT.field(inner) in (*PARENTS, "parents", "child"):
                    yield from _persons({inner: value}, fields)
                else:
                    own[inner] = value
            if _names_something(key, fields):
                yield from [(key, own)] if own or not said else []
            else:
                yield from _persons(own, fields)


def _names_something(key: str, fields: Fields) -> bool:
    """Whether a group's name is a subject or a fact of the child, or a slip for a subject's."""
    if SUBJECT.field(key) or _of_the_child(fields, key) or parted(key):
        return True
    return _a_slip(key, list(SUBJECTS))


def related(said: list[Any]) -> Iterator[tuple[str, Any]]:
    """Members of a family told as a list, each with who it is: `{关系: 父亲, 状况: 死亡}`; what
    each of them earns is the household's."""
    if _amount_by_amount(said):
        return
    for one in said:
        if not isinstance(one, Mapping):
            return
        who = next((str(one[k]) for k in one if snake(k) in RELATION), None)
        if who is not None and SUBJECT.field(who) in (*PARENTS, "child"):
            yield who, {k: v for k, v in one.items() if snake(k) not in RELATION}
