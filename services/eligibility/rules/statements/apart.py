"""What is told of one parent or of the household is read by itself (分别读取).

Of most parents a department tells the same few words, with a day or without. What was read of
them once serves every child of whom the same is told, under the law of the same day.
"""

from collections.abc import Callable, Mapping
from typing import Any

from services.eligibility.rules.statements.reading import Statement
from services.eligibility.rules.vocabulary import VOCABULARY

MOST = 20_000  # readings kept in a process
LONGEST = 200  # signs of what others may tell in the same words
FACTS: Mapping[str, frozenset[str]] = {
    subject: frozenset(name for name in VOCABULARY if name.startswith(f"{subject}."))
    for subject in ("father", "mother", "household")
}
_read: dict[Any, Statement] = {}


def read_apart(
    statement: Statement,
    subject: str,
    said: Any,
    read: Callable[[Statement, str, Any], None],
) -> None:
    """What `read` makes of a telling, stated; beside what is stated of the subject, if any is."""
    facts = FACTS.get(subject)
    if facts is None or not facts.isdisjoint(statement.stated):
        read(statement, subject, said)
        return
    key = (statement.law, statement.registered, statement.implicit, statement.late, subject,
           repr(said))  # fmt: skip
    part = _read.get(key)
    if part is None:
        part = statement.apart()
        read(part, subject, said)
        # Words that are repeated as they were told are of this child alone.
        if not (part.notes or part.stories or part.errors) and len(key[-1]) <= LONGEST:
            if len(_read) >= MOST:
                _read.clear()
            _read[key] = part
    if part.stated.keys().isdisjoint(statement.stated):
        statement.add(part)
    else:
        read(statement, subject, said)
