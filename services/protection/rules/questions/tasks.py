"""Which office a task belongs to (责任单位): the sentence that speaks of it and its line.

Pure: a situation and the law of the day in, an answer with clauses out, or nothing.
"""

from collections.abc import Mapping

from services.protection.rules.questions.reports import Topic
from services.protection.rules.questions.situation import Answer, County, Situation, answer
from shared.law import LawOfDay
from shared.sentences import sentence_of


def responsible(situation: Situation, law: LawOfDay, _: County) -> Answer | None:
    """The unit of a task: the one the sentence itself names, else the lead of its line (△)."""
    task = situation.word("task")
    if not (task or situation.asks("responsible")):
        return None
    return _of_sentence(task or situation.text(), law)


def nearest_sentence(situation: Situation, law: LawOfDay) -> Answer | None:
    """The sentence that speaks of a situation no topic knows: shown, and nothing decided by it."""
    found = _of_sentence(situation.text(), law)
    if found is None:
        return None
    shown = {key: found[key] for key in ("topic", "clauses", "zh", "en")}
    missing = ["unit", "finding", "placement", "event"]
    return shown | {"status": "undetermined", "missing": missing}


def _of_sentence(matter: str, law: LawOfDay) -> Answer | None:
    told = [
        c
        for c in law.law.clauses.values()
        if c.id.startswith("WL24:") and c.units and c.id[-2:] != ".r"
    ]
    found = sentence_of(matter, told)
    if found is None:
        return None
    lead = found.lead or found.units[0]
    return answer(
        "responsible",
        found.id,
        zh=found.text,
        en=found.english,
        unit_code=found.named[0] if found.named else lead,
        lead_code=lead,
        duty_codes=list(found.units),
    )


TASK_TOPICS: Mapping[str, Topic] = {"responsible": responsible}
