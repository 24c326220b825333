"""An evaluation as plain data, as the endpoint answers and a decision stores it (认定结论)."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import orjson

from services.eligibility.rules.categories import CATEGORIES, CATEGORY_EN, CATEGORY_ZH
from services.eligibility.rules.evaluation import Evaluation
from services.eligibility.rules.reasons import is_silent
from services.eligibility.rules.statements.parents import PARENTS
from services.eligibility.rules.vocabulary import VOCABULARY
from shared.law import About, Finding, Part, Rule, Verdict, kept, plain

# A branch of the tree as JSON, with the comma behind it: what is the same for every child of whom
# it is found, and between such pieces the names of the facts where each child's own belong.
Piece = bytes | tuple[str, ...]
Text = tuple[Piece, ...]
NOTHING: Piece = ()
Branch = Callable[[Finding], Text]
STATUS_ZH = {
    "eligible": "符合",
    "not_eligible": "不符合",
    "undetermined": "待查明",
    "manual_review": "转人工认定",
}


def questions(missing: Sequence[str]) -> list[dict[str, Any]]:
    """What to ask and whom: a missing fact in words, with the departments that may state it."""
    asked = []
    for name in missing:
        kind = VOCABULARY.get(name)
        if kind is None:
            asked.append({"fact": name, "zh": name, "en": name, "departments": []})
        else:
            departments = list(kind.departments)
            asked.append({"fact": name, "zh": kind.zh, "en": kind.en, "departments": departments})
    return asked


def answer(evaluation: Evaluation) -> dict[str, Any]:
    """The evaluation without its tree; days are ISO text, amounts exact text."""
    award, adult = evaluation.award, evaluation.adulthood
    return {
        "day": evaluation.day.isoformat(),
        "status": evaluation.status,
        "status_zh": STATUS_ZH[evaluation.status],
        "scope": evaluation.scope,
        "limbs": list(evaluation.limbs),
        "categories": list(evaluation.categories),
        "categories_zh": [CATEGORY_ZH[code] for code in evaluation.categories],
        "categories_en": [CATEGORY_EN[code] for code in evaluation.categories],
        "categories_excluded": list(evaluation.excluded),
        "categories_undetermined": list(evaluation.undetermined),
        "award_basis": award.rate_class,
        "award_basis_zh": award.zh,
        "award_basis_en": award.en,
        "award_clause": award.clause,
        "top_up": award.top_up,
        "infant_until": award.infant_until.isoformat() if award.infant_until else None,
        "missing": list(evaluation.missing),
        "questions": questions(evaluation.missing),
        "changes_on": evaluation.changes_on.isoformat() if evaluation.changes_on else None,
        "adult_on": evaluation.adult_on.isoformat() if evaluation.adult_on else None,
        "exit": adult.exit if adult else None,
        "reasons": list(evaluation.reasons),
        "manual_review": list(evaluation.manual_review),
        "next_steps": list(evaluation.next_steps),
        "plan": list(evaluation.plan),
        "household_class": evaluation.household_class,
        "per_capita_income": _text(evaluation.per_capita_income),
    }


def _text(amount: Any) -> str | None:
    return None if amount is None else str(amount)


NESTED = {category.part.name for category in CATEGORIES}


@kept
def whole(finding: Finding) -> Text:
    """The branch of a category."""
    return _told(finding, whole)


@kept
def nested(finding: Finding) -> Text:
    """The branch of a part of the scope; a category in it is told in its own branch."""
    return _told(finding, nested)


def _told(said: Finding, branch: Branch) -> Text:
    finding = _inner(said)
    if isinstance(finding.part, Rule):
        return _line(finding, _words(said.part))
    if is_silent(finding) and finding.verdict is Verdict.NOT_MET:
        return (_head(said) + b',"unmentioned":true},',)
    below = finding.parts
    if branch is nested:
        below = tuple([part for part in below if part.part.name not in NESTED])
    text: list[Piece] = [_head(said) + b',"parts":[']
    for part in below:
        text.append(NOTHING)
        text += branch(part)
    last = text[-1]
    assert isinstance(last, bytes)
    text[-1] = (last[:-1] if below else last) + b"]},"
    return tuple(text) if finding.fleeting else _joined(text)


def _joined(pieces: Sequence[Piece]) -> Text:
    """The same with all bytes that stand side by side made one."""
    text: list[Piece] = []
    same: list[bytes] = []
    for piece in pieces:
        if isinstance(piece, bytes):
            same.append(piece)
        elif piece:
            text += (b"".join(same), piece)
            same = []
    return (*text, b"".join(same))


def _line(finding: Finding, words: dict[str, str]) -> Text:
    """One rule, with the facts it read at its end."""
    line = finding.tree() | words
    facts = line.pop("facts")
    head = orjson.dumps(line, default=plain)[:-1] + b',"facts":'
    if finding.own:
        return head, tuple(facts), b"},"
    return (head + orjson.dumps(facts, default=plain) + b"},",)


def _inner(finding: Finding) -> Finding:
    while isinstance(finding.part, About) and finding.parts:
        finding = finding.parts[0]
    return finding


def _words(part: Part) -> dict[str, str]:
    """The words for it: those that say which parent is meant come first."""
    while isinstance(part, About) and part.subject not in PARENTS:
        part = part.part
    return {"zh": part.zh, "en": part.en}


@kept
def _head(said: Finding) -> bytes:
    """What is the same for every child of whom it is found, as an object still open."""
    finding = _inner(said)
    head = _opening(said.part, finding.part, finding.verdict)
    return head + b',"missing":' + orjson.dumps(finding.missing()) if finding.unknown else head


@cache
def _opening(said: Part, part: Part, verdict: Verdict) -> bytes:
    """How a part begins that came to a verdict, in the words of the one it was said by."""
    line = {"rule": part.name, "clause": part.clause, **_words(said), "verdict": verdict.name}
    return orjson.dumps(line)[:-1]


def tree(evaluation: Evaluation) -> bytes:
    """The finding as JSON: the scope's tree and each category's, with clause, facts and figures."""
    facts = evaluation.facts
    text: list[Any] = [_opening_of_all(evaluation.scope_finding.verdict)]
    for told in (nested(evaluation.scope_finding), *map(whole, evaluation.findings.values())):
        text.append(NOTHING)
        text += told
    text[-1] = text[-1][:-1] + b"]}"
    names = text[1::2]
    own = {NOTHING: b""}
    for some in set(names) - own.keys():
        own[some] = orjson.dumps({name: facts[name] for name in some}, default=plain)
    text[1::2] = [own[some] for some in names]
    return b"".join(text)


@cache
def _opening_of_all(verdict: Verdict) -> bytes:
    line = {
        "rule": "evaluation",
        "clause": "WL24:1",
        "zh": "困境儿童认定",
        "en": "Determination of a child in difficulty",
        "verdict": verdict.name,
        "parts": [],
    }
    return orjson.dumps(line)[:-2]
