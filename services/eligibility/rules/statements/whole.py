"""A statement read as a whole: subject by subject, and what follows of it (陈述的读取)."""

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from services.eligibility.rules import silence, together
from services.eligibility.rules.statements import (
    circumstances,
    health,
    implied,
    income,
    parents,
    phrases,
    qualifying,
    spoken,
)
from services.eligibility.rules.statements.apart import read_apart
from services.eligibility.rules.statements.happenings import happened
from services.eligibility.rules.statements.naming import SUBJECT, parted, slip_for
from services.eligibility.rules.statements.placing import SHORT, WHOLE, placed, related
from services.eligibility.rules.statements.reading import NO_SUCH, Statement, facts_of
from services.eligibility.rules.statements.stories import PARENT as A_PARENT
from services.eligibility.rules.statements.stories import each_parent, told_in_sentences
from services.eligibility.rules.statements.unread import set_apart
from services.eligibility.rules.statements.ways import FIELDS, WAYS, note
from services.eligibility.rules.vocabulary import SUBJECTS, VOCABULARY
from shared.law import Facts, LawOfDay
from shared.problem import Invalid
from shared.told import known

LIVING = frozenset(("status", "alive", "dead"))  # any of them says how it stands with a parent
ADOPTIVE = ("养父", "养母", "adoptive_father", "adoptive_mother")
# What a term of imprisonment may say when it is told in parts.
TERM: Mapping[str, str] = {
    **dict.fromkeys(("from", "since", "start", "起", "自"), "since"),
    **dict.fromkeys(("to", "until", "end", "止", "至"), "until"),
    **dict.fromkeys(("months", "term_months", "月数"), "term_months"),
    **dict.fromkeys(("years", "term_years", "年数"), "term_years"),
}


_A_DAY = r"((?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2})日?"
TWO_DAYS = re.compile(rf"{_A_DAY}起?\s*(?:至|到|—|–|~|～|-|to)\s*{_A_DAY}")


class FactsInvalid(Invalid):
    """The facts cannot be taken as they are; each error names field, rule and what is right."""

    zh, en = "事实陈述有误", "The facts are not valid"


def read(
    given: Mapping[str, Any],
    law: LawOfDay,
    registered: Callable[[str], bool],
    *,
    late: bool = False,
) -> tuple[Facts, Statement]:
    """The facts of a statement and what was understood; FactsInvalid with every error at once.

    `registered` tells whether a place of registration is of this city; `late` takes the last
    day where only a month was said, else its first. What is not understood where it stands is
    put in order and read again.
    """
    statement = _understood(Statement(law, registered, late=late), given)
    if statement.errors:
        again = Statement(law, registered, late=late)
        _understood(again, placed(known(given), FIELDS, again.day))
        set_apart(again)
        if not any(error["rule"] == NO_SUCH for error in again.errors):
            statement = again
    _refuse_errors(statement)
    return facts_of(statement, register=False), statement


def _understood(statement: Statement, given: Mapping[str, Any]) -> Statement:
    """A question's statement with what follows from silence and from two fields together."""
    spoken_of = _take_all(statement, given)
    _happenings(statement)
    for subject, said in told_in_sentences(statement, spoken_of).items():
        spoken_of.add(subject)
        _subject(statement, subject, said)
    silence.silent_parents(statement, spoken_of)
    silence.claimed(statement)
    together.of_the_family(statement)
    together.agree(statement, spoken_of)
    return statement


def stated(given: Mapping[str, Any], law: LawOfDay, registered: Callable[[str], bool]) -> Statement:
    """Only what is said, with nothing made of silence: for the register; else as `read`."""
    statement = Statement(law, registered, implicit=False)
    spoken_of = _take_all(statement, given)
    _happenings(statement)
    together.of_the_family(statement)
    together.agree(statement, spoken_of)
    _refuse_errors(statement)
    return statement


def _take_all(statement: Statement, given: Mapping[str, Any]) -> set[str]:
    by_subject: dict[str, Any] = {}
    flat: dict[str, dict[str, Any]] = {}
    told = known(given)
    for key, said in _persons_apart(told) if statement.implicit else told.items():
        subject = SUBJECT.field(key)
        if subject == "parents":
            by_subject |= each_parent(said)
        elif subject in SUBJECTS:
            statement.adoptive = statement.adoptive or key in ADOPTIVE
            by_subject[subject] = said
        elif subject is not None:
            _beside(statement, key, subject, said)
        elif (part := _flattened(key)) is not None:
            flat.setdefault(part[0], {})[part[1]] = said
        else:
            _no_such(statement, key, [*SUBJECTS, "dibao_line_per_head", "note"], said)
    for subject, said in flat.items():
        by_subject[subject] = said | _in_parts(subject, by_subject.get(subject, {}))
    for subject, said in by_subject.items():
        read_apart(statement, subject, said, _subject)
    return set(by_subject)


def _persons_apart(given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What is said, with parents and the child taken out of the list of persons they stand in."""
    for key, said in given.items():
        people = list(related(said)) if isinstance(said, list) else []
        yield from people or [(key, said)]


def _happenings(statement: Statement) -> None:
    """What happened, once everything else is read."""
    for where, said in statement.events:
        happened(statement, where, said)


def _beside(statement: Statement, key: str, what: str, said: Any) -> None:
    """What stands beside the subjects: the day, the dibao line, events, words of no weight."""
    if what == "dibao_line_per_head":
        statement.take(key, "household.dibao_line", said)
    elif what == "as_of":
        circumstances.same_day(statement, key, said)
    elif what == "events":
        statement.events.append((key, said))
    else:
        statement.notes.append(f"{key}：{said}")


def _flattened(key: str) -> tuple[str, str] | None:
    """The subject and field of a name that was told beside the subjects."""
    part = parted(key)
    if part is not None and FIELDS[part[0]].field(part[1]) is not None:
        return part
    return ("child", key) if FIELDS["child"].field(key) is not None else None


def _in_parts(subject: str, said: Any) -> dict[str, Any]:
    """What was said of a subject as an object, so that more can stand beside it."""
    if isinstance(said, Mapping):
        return dict(said)
    return {SHORT.get(subject, "note"): said}


def _refuse_errors(statement: Statement) -> None:
    if errors := statement.errors:
        n = len(errors)
        raise FactsInvalid(f"{n}处陈述有误", f"{n} statements are wrong", errors=errors)


def _subject(statement: Statement, subject: str, said: Any) -> None:
    parent = subject in parents.PARENTS
    if not isinstance(said, dict):
        _in_a_word(statement, subject, said)
        return
    given, said = said, income.without_subsidy(_renamed(statement, subject, said))
    if parent and statement.implicit:
        said |= implied.state_of(given, said)
    ways = WAYS[subject]
    for key, value in said.items():
        if key in ways:
            ways[key][1](statement, subject, value, said)
        else:
            statement.take(f"{subject}.{key}", f"{subject}.{key}", value)
    if parent and (statement.implicit or not LIVING.isdisjoint(said)):
        parents.parent(statement, subject, said)


def _renamed(statement: Statement, subject: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """What was said under the fields' own names; what names none, or one twice, is an error."""
    found, noted = dict[str, Any](), ""
    fields, of_parent = FIELDS[subject], subject in parents.PARENTS
    for key, value in _term_in_parts(statement, subject, said) if of_parent else said.items():
        field = qualifying.meant(fields.field(key), value)
        if field is None:
            _no_such(statement, f"{subject}.{key}", fields.names(), value)
        elif isinstance(value, dict) and field not in WHOLE:
            text = "应为单一值"
            statement.wrong(f"{subject}.{key}", text, "a single value is expected", field)
        elif field in found and found[field] != value and field != "note":
            found[field] = parents.both(statement, subject, key, field, (found[field], value))
        elif field == "note" and (statement.implicit or key in WAYS[subject]):
            note(statement, subject, value, said)
            if subject in parents.PARENTS:
                found = qualifying.noted(str(value)) | found
                noted = f"{noted}{value}"
        elif field == "note":  # The register says that it keeps no such thing.
            _no_such(statement, f"{subject}.{key}", fields.names())
        else:
            found[field] = value
    return health.without_the_cured(found, said) | qualifying.weak(found, noted)


def _term_in_parts(
    statement: Statement, subject: str, said: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    """Of a parent `sentence: {from, to}` is read like `since` and `until`, and so are two days."""
    for key, value in said.items():
        ends = TWO_DAYS.search(value) if isinstance(value, str) else None
        if ends is not None and FIELDS[subject].field(key) == "term":
            yield from (("since", ends[1]), ("until", ends[2]))
            continue
        if not isinstance(value, dict) or FIELDS[subject].field(key) != "term":
            yield key, value
            continue
        for name, part in value.items():
            if name in TERM:
                yield TERM[name], part
            else:
                _no_such(statement, f"{subject}.{key}.{name}", list(TERM))


def _in_a_word(statement: Statement, subject: str, said: Any) -> None:
    """`father: 死亡`, `household: 低保`."""
    if subject in parents.PARENTS:
        parents.parent(statement, subject, said)
    elif subject == "household" and A_PARENT.search(str(said)) and phrases.a_sentence(said):
        spoken.situation(statement, "child", said, {})
    elif subject == "household" or (subject in SHORT and said is not None):
        _subject(statement, subject, {SHORT[subject]: said})
    elif said is not None:
        known = [name.split(".")[1] for name in VOCABULARY if name.startswith(f"{subject}.")]
        statement.wrong(subject, "应为对象", "an object is expected", {known[0]: "…"})


def _no_such(statement: Statement, where: str, known: list[str], said: Any = None) -> None:
    subject, _, name = where.rpartition(".")
    if subject == "child" and SUBJECT.field(name) == "events":
        statement.events.append((where, said))
        return
    slip = slip_for(name, known)
    of_the_child = "." not in where or subject == "child"
    if statement.implicit and of_the_child and not slip and phrases.a_sentence(said):
        spoken.situation(statement, "child", f"{where}：{said}", {})  # read by its words, and noted
    else:
        near = difflib.get_close_matches(name, known, n=3)
        statement.wrong(where, NO_SUCH, "there is no such field", near or sorted(known))
