"""The jurisdiction as protection's rules read it: institutions, instruments, figures, towns."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from services.protection.rules.assessments import AssessmentInstrument, instrument_of
from services.protection.rules.institutions import Institutions
from services.protection.rules.questions.situation import County
from shared.documents import DocumentError, read
from shared.jurisdiction import jurisdiction
from shared.law import UNSETTLED, LawOfDay, plain
from shared.problem import Invalid


class UnknownInstrument(Invalid):
    """No assessment instrument of this jurisdiction has this id."""

    zh, en = "没有这个评估工具", "There is no such assessment instrument"


@lru_cache(maxsize=8)
def _institutions(folder: Path) -> Institutions:
    return Institutions.of(read(folder / "institutions.yaml"))


def institutions() -> Institutions:
    """Types of unit and their competent authorities."""
    return _institutions(jurisdiction().folder)


def county() -> County:
    """What this jurisdiction adds to the law when a situation is asked about."""
    return County(institutions(), jurisdiction().calendar)


@lru_cache(maxsize=8)
def _instruments(folder: Path) -> dict[str, AssessmentInstrument]:
    found: dict[str, AssessmentInstrument] = {}
    for path in sorted((folder / "assessments").glob("*.yaml")):
        try:
            made = instrument_of(read(path))
        except (KeyError, TypeError, ValueError) as problem:
            raise DocumentError(f"{path}: {problem}") from problem
        if made.id in found:
            raise DocumentError(f"{path}: another file has the instrument {made.id}")
        if made.clause not in jurisdiction().law.clauses:
            raise DocumentError(f"{path}: no clause is {made.clause}")
        found[made.id] = made
    return found


def instruments() -> dict[str, AssessmentInstrument]:
    """Assessment instruments by id; a new one is a file, not code."""
    return _instruments(jurisdiction().folder)


def instrument(id_: str) -> AssessmentInstrument:
    """One instrument by id."""
    found = instruments().get(id_)
    if found is None:
        raise UnknownInstrument(where="instrument", allowed=sorted(instruments()))
    return found


def to_confirm(law: LawOfDay, names: Iterable[str]) -> list[dict[str, Any]]:
    """Those of these figures that no text was read for: a lawyer has to confirm them."""
    found = (law.law.figures[name] for name in sorted(names) if name in law.figures)
    return [
        {
            "figure": one.name,
            "zh": one.zh,
            "value": plain(law.figures[one.name]),
            "unit": one.unit,
            "clause": one.clause,
            "certainty": one.certainty,
            "why": UNSETTLED[one.certainty],
        }
        for one in found
        if not one.settled
    ]


def town_code(named: str | None) -> str | None:
    """The code of a town given by name or code; Invalid when there is none such."""
    return None if not named else jurisdiction().town(named).code


def department_name(code: str) -> str:
    """The printed name of a department code."""
    known = jurisdiction().departments.get(code)
    return known.zh if known else code
