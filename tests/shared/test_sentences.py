"""A matter finds the sentence of the document that speaks of it, or none."""

from collections.abc import Iterable

import pytest

from shared.jurisdiction import jurisdiction
from shared.law import Clause
from shared.sentences import sentence_of


def document() -> Iterable[Clause]:
    return [c for c in jurisdiction().law.clauses.values() if c.id.startswith("WL24:") and c.units]


@pytest.mark.parametrize(
    ("matter", "clause"),
    [
        ("幸福邻里中心、儿童之家阵地建设", "WL24:3.4d"),
        ("对家庭监护进行监督指导", "WL24:4.1e"),
        ("强制亲职教育“1+X”协同工作体系", "WL24:3.3a-2"),
        ("弃婴调查、打拐比对", "WL24:4.1c-1"),
    ],
)
def test_a_matter_finds_its_sentence(matter: str, clause: str) -> None:
    found = sentence_of(matter, document())
    assert found is not None
    assert found.id.startswith(clause)


@pytest.mark.parametrize("matter", ["", "路灯维修", "困境儿童工作", "repair of a street lamp"])
def test_what_the_document_does_not_speak_of_finds_none(matter: str) -> None:
    assert sentence_of(matter, document()) is None
