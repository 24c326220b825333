"""A question put to the law: read, found, and asked twice where only a month was told (试算)."""

from collections.abc import Callable, Mapping
from typing import Any

from services.eligibility.rules.answer import answer
from services.eligibility.rules.evaluation import Evaluation, evaluate
from services.eligibility.rules.reading import Statement
from services.eligibility.rules.ways import FactsInvalid, read
from shared.law import Facts, LawOfDay

# What must not depend on the day of a month that was told without one.
DECIDED = ("status", "scope", "categories", "categories_undetermined", "award_basis", "exit")


def asked(
    given: Mapping[str, Any], law: LawOfDay, registered: Callable[[str], bool]
) -> tuple[Evaluation, Facts, Statement]:
    """The evaluation of a statement, its facts and how it was read.

    A month told without its day is read as its first day and as its last; where the answer
    hangs on that, FactsInvalid asks for the day instead of choosing one.
    """
    facts, statement = read(given, law, registered)
    evaluation = evaluate(facts, law)
    if statement.vague:
        late, _ = read(given, law, registered, late=True)
        one, other = answer(evaluation), answer(evaluate(late, law))
        if any(one[name] != other[name] for name in DECIDED):
            raise _day_needed(statement)
        if "child.birth_date" in statement.vague:  # decided, but not when the birthday is
            evaluation = evaluation._replace(adult_on=None)
    if statement.not_considered:  # what nobody read may change what was found
        left = (*evaluation.missing, *statement.not_considered)
        decided = evaluation.status in ("eligible", "not_eligible")
        status = "undetermined" if decided else evaluation.status
        evaluation = evaluation._replace(status=status, missing=left)
    return evaluation, facts, statement


def _day_needed(statement: Statement) -> FactsInvalid:
    reader = Statement(statement.law, statement.registered)
    for where in dict.fromkeys(statement.vague):
        text = "结论取决于具体日期，须写明到日"
        reader.wrong(where, text, "the answer hangs on the day: state it", "2016-06-01")
    return FactsInvalid(
        f"{len(reader.errors)}处日期须写明到日",
        f"{len(reader.errors)} days are needed",
        errors=reader.errors,
    )
