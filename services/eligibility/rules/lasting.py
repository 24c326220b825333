"""How long an answer stays as it is while nobody reports anything (答案不变的期间)."""

from datetime import date

from services.eligibility.rules.evaluation import Evaluation
from services.eligibility.rules.periods import DAY
from services.eligibility.rules.statements.reading import Statement
from services.eligibility.rules.vocabulary import SUBJECTS, VOCABULARY
from shared.law import RULES, LawOfDay

# The rules that turn on a day, of every subject that has such facts, and how they are called.
TURNING = [
    (rule, rule.changes, keys)
    for (service, _), rule in RULES.items()
    if service == "services.eligibility" and rule.changes is not None
    for keys in map(rule.keys, SUBJECTS)
    if all(key == "day" or key in VOCABULARY for key in keys)
]


def lasts_until(evaluation: Evaluation, statement: Statement, law: LawOfDay) -> date:
    """The first day on which anything of the answer but its own day could be another.

    It is no later than `changes_on`, the first day of another decision: a line of the plan may
    begin before, or a rule turn that decides nothing.
    """
    if statement.vague:  # read as two days, each of which may turn it
        return law.day + DAY
    facts = evaluation.facts
    days: list[date | None] = [statement.lasts, facts.get("child.expected_graduation")]
    days += [*law.changes.values(), *facts.until.values()]
    for rule, changes, keys in TURNING:
        figures = law.figures_for(rule)
        if figures is not None and all(key in facts for key in keys):
            days.append(changes(*[facts[key] for key in keys], **figures))
    return min([day for day in days if day is not None and day > law.day], default=date.max)
