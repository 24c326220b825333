"""What of a question nobody reads (未采纳的陈述): the rest is answered, and the answer stays open.

A name that is a slip for another one is a mistake, and refused; so is what cannot be true.
"""

from collections.abc import Mapping
from typing import Any

from services.eligibility.rules.statements.naming import slip_for
from services.eligibility.rules.statements.reading import NO_SUCH, Statement
from services.eligibility.rules.vocabulary import SUBJECTS, VOCABULARY
from shared.told import snake, words_of

# The facts that fields of other names tell.
_FACT = {"status": "life", "hukou_city": "hukou_here", "hukou_history": "hukou_here",
         "term": "term_months", "since": "custody_since", "adopted_on": "adopted"}  # fmt: skip


def set_apart(statement: Statement) -> None:
    """Names and words nobody knows become what was not considered, and slips stay errors.

    Only where something of the question was understood, and nothing in it is wrong besides.
    A fact told in words that nobody knows is unknown.
    """
    understood = any(value != "alive" for value in statement.stated.values())
    fields = [error["field"] for error in statement.errors]
    spoken = statement.spoken
    if not understood or any(
        error["field"] not in spoken and _a_slip(error) for error in statement.errors
    ):
        return
    statement.not_considered = list(dict.fromkeys([*statement.not_considered, *fields]))
    statement.errors = []
    for where in spoken & set(fields):
        subject, name = (*where.split("."), "")[:2]
        fact = f"{subject}.{_FACT.get(name, name)}"
        if fact in VOCABULARY:
            statement.stated[fact] = None


def _a_slip(error: Mapping[str, Any]) -> bool:
    """Whether a name is another one, miswritten; one of more words than that says more."""
    if error["rule"] != NO_SUCH:
        return True  # a name that is known, with something that cannot stand there
    name = snake(error["field"]).rsplit(".", maxsplit=1)[-1]
    first = name.split("_")[0]
    if any(sorted(first) == sorted(subject) and first != subject for subject in SUBJECTS):
        return True  # fahter_status
    near = slip_for(name, map(str, error["right"]))
    return near is not None and not words_of(near) < words_of(name)
