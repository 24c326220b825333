"""A question put to the law: read, found, and asked twice where a day was told loosely (试算)."""

from collections.abc import Callable, Mapping
from typing import Any

from services.eligibility.rules.answer import answer
from services.eligibility.rules.evaluation import Evaluation, evaluate
from services.eligibility.rules.statements.reading import Statement
from services.eligibility.rules.statements.whole import read
from shared.law import Facts, LawOfDay

# What must not depend on the day of a month that was told without one.
DECIDED = ("status", "scope", "categories", "categories_undetermined", "award_basis", "exit")


def asked(
    given: Mapping[str, Any], law: LawOfDay, registered: Callable[[str], bool]
) -> tuple[Evaluation, Facts, Statement]:
    """The evaluation of a statement, its facts and how it was read.

    A month or a year told without its day is read as its first day and as its last; where the
    answer hangs on that, it is left open, and asks for the day.
    """
    facts, statement = read(given, law, registered)
    evaluation = evaluate(facts, law)
    if statement.vague:
        late, _ = read(given, law, registered, late=True)
        one, other = answer(evaluation), answer(evaluate(late, law))
        if any(one[name] != other[name] for name in DECIDED):
            facts = _in_common(facts, late)
            evaluation = _open(evaluate(facts, law), statement.vague)
        if "child.birth_date" in statement.vague:  # decided, but not when the birthday is
            evaluation = evaluation._replace(adult_on=None)
    if statement.not_considered:  # what nobody read may change what was found
        evaluation = _open(evaluation, statement.not_considered)
        if evaluation.scope == "out":
            evaluation = evaluation._replace(scope="undetermined")
    return evaluation, facts, statement


def _in_common(early: Facts, late: Facts) -> Facts:
    """What both readings of a day say; the rest nobody has stated."""
    known = {name: said for name, said in early.items() if name in late and late[name] == said}
    until = {name: day for name, day in early.until.items() if late.until.get(name) == day}
    return Facts(known | {"child.birth_known": "child.birth_date" in known}, until, early.source)


def _open(evaluation: Evaluation, names: list[str]) -> Evaluation:
    """The same, decided by nothing while these names are to be asked for."""
    decided = evaluation.status in ("eligible", "not_eligible")
    status = "undetermined" if decided else evaluation.status
    missing = tuple(dict.fromkeys((*evaluation.missing, *names)))
    of_the_household = any(name.startswith("household.") for name in names)
    classed = None if of_the_household else evaluation.household_class
    return evaluation._replace(status=status, missing=missing, household_class=classed)
