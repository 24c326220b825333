"""The engine of law as code: clause, fact, figure, rule, finding.

A rule is a plain function. Its positional parameters are facts, its keyword-only
parameters are figures of the jurisdiction; it is called only when all of them are
known. Groups combine verdicts by Kleene's logic, so that an unknown fact never
becomes a refusal. What comes out is a finding: the tree of clauses, facts and figures
that a decision keeps, a notice prints and a page shows.

Pure: no I/O, no clock, no framework.
"""

from shared.law.asking import Asked, kept, reads
from shared.law.engine import (
    RULES,
    About,
    Facts,
    Finding,
    Group,
    Part,
    Rule,
    about,
    all_of,
    any_of,
    none_of,
    rule,
)
from shared.law.plain import plain
from shared.law.statute import UNSETTLED, Clause, Figure, Law, LawOfDay, Verdict

__all__ = [
    "RULES",
    "UNSETTLED",
    "About",
    "Asked",
    "Clause",
    "Facts",
    "Figure",
    "Finding",
    "Group",
    "Law",
    "LawOfDay",
    "Part",
    "Rule",
    "Verdict",
    "about",
    "all_of",
    "any_of",
    "kept",
    "none_of",
    "plain",
    "reads",
    "rule",
]
