"""The register and the code held to each other, both ways; figures and cases to the register."""

import re
from datetime import date
from pathlib import Path

import pytest

from shared.documents import read
from shared.generated.coverage import (
    ID,
    ROOT,
    Coverage,
    cases,
    citations,
    coverage,
    sources,
)
from shared.jurisdiction import jurisdiction

PLACE = jurisdiction()
KNOWN = PLACE.law.clauses


def mentions(root: Path = ROOT) -> dict[str, str]:
    """Every id of the document anywhere in code, comments and docstrings, with a file of it."""
    document = PLACE.meta.instrument + ":"
    return {
        found: str(path.relative_to(root))
        for path in sources(root=root)
        for found in ID.findall(path.read_text(encoding="utf-8"))
        if found.startswith(document)
    }


def needless(said: Coverage) -> list[str]:
    """Waivers of clauses that code carries by now, or that do not exist."""
    return [id_ for id_ in said.waived if id_ not in KNOWN or said.carried(KNOWN[id_])]


@pytest.fixture(scope="module")
def said() -> Coverage:
    return coverage()


def test_every_clause_that_is_cited_exists() -> None:
    wrong = [f"{c.place} cites {c.clause}" for c in citations() if c.clause not in KNOWN]
    assert wrong == []


def test_every_clause_mentioned_in_prose_exists() -> None:
    assert {clause: place for clause, place in mentions().items() if clause not in KNOWN} == {}


def test_every_clause_is_carried_or_waived(said: Coverage) -> None:
    assert said.open() == []


def test_no_waiver_outlives_its_need(said: Coverage) -> None:
    assert needless(said) == []


def test_every_waiver_says_why(said: Coverage) -> None:
    for id_, reason in said.waived.items():
        assert len(reason.split()) >= 4, f"{id_}: {reason}"


def test_every_figure_rests_on_a_clause_that_exists() -> None:
    figures = PLACE.law.figures.values()
    assert [f"{f.name}: {f.clause}" for f in figures if f.clause not in KNOWN] == []


def test_every_figure_of_the_document_is_known_since_it_was_issued() -> None:
    late = [
        figure.name
        for figure in PLACE.law.figures.values()
        if figure.clause.startswith("WL24:")
        and figure.values
        and figure.values[0][0] > PLACE.meta.issued
    ]
    assert late == []


def test_every_figure_is_used_by_code_or_data() -> None:
    """A number nobody reads looks like law and is none."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources())
    data = "\n".join(
        path.read_text(encoding="utf-8")
        for path in sorted(PLACE.folder.rglob("*.yaml"))
        if path.parent.name not in ("figures", "instruments")
    )
    words = set(re.findall(r"\w+", code + data))
    kinds = re.compile(r"_(hours|working_days|days|months|years)$")
    # A clock of several kinds is composed from its parts: contact_{level}.
    stems = tuple(re.findall(r"[\"'](\w+_)\{", code))
    unread = [
        name
        for name in PLACE.law.figures
        if name not in words
        and kinds.sub("", name) not in words
        and not (stems and name.startswith(stems))
    ]
    assert unread == []


def test_every_case_tests_clauses_that_exist() -> None:
    wrong = {c: names for c, names in cases().items() if c not in KNOWN}
    assert wrong == {}


def test_one_clause_of_another_instrument_has_one_wording() -> None:
    wordings: dict[str, dict[str, str]] = {}
    for path in sorted((PLACE.folder / "instruments").glob("*.yaml")):
        for id_, clause in (read(path) or {}).items():
            wordings.setdefault(id_, {})[path.name] = "".join(clause["text"].split())
    torn = {id_: sorted(w) for id_, w in wordings.items() if len(set(w.values())) > 1}
    assert torn == {}


def test_the_certainty_of_another_instrument_is_stated() -> None:
    own = PLACE.meta.instrument + ":"
    known = ("found", "secondhand", "memory", "assumption")
    vague = [
        id_ for id_, c in KNOWN.items() if not id_.startswith(own) and c.certainty not in known
    ]
    assert vague == []


def test_a_clause_cited_in_prose_only_is_not_carried(tmp_path: Path) -> None:
    service = tmp_path / "services" / "some"
    service.mkdir(parents=True)
    (service / "rules.py").write_text(
        '"""WL24:1"""\n\n# WL24:1-1\n\n\ndef living() -> str:\n'
        '    """As WL24:1-2 says."""\n    return "WL24:1-3"\n',
        encoding="utf-8",
    )
    cited = [c for c in citations(tmp_path) if c.place.startswith("services/")]
    assert [(c.clause, c.place) for c in cited] == [("WL24:1-3", "services/some/rules.py:living")]
    assert set(mentions(tmp_path)) == {"WL24:1", "WL24:1-1", "WL24:1-2", "WL24:1-3"}


def test_a_sentence_is_carried_by_itself_or_by_all_its_norms() -> None:
    def open_when(*cited: str) -> list[str]:
        places = {id_: ["somewhere.py"] for id_ in cited}
        return [i for i in Coverage(PLACE, places, {}, {}).open() if i.startswith("WL24:2.1.0c")]

    norms = [f"WL24:2.1.0c-{n}" for n in range(1, 5)]
    assert open_when() == norms
    assert open_when("WL24:2.1.0c") == []
    assert open_when(*norms) == []
    assert open_when(*norms[1:]) == norms[:1]


def test_a_waiver_covers_a_sentence_and_its_norms_until_they_are_carried() -> None:
    waived = dict.fromkeys(("WL24:2.1.0c", "WL24:9"), "it decides nothing by itself")
    nothing = Coverage(PLACE, {}, {}, waived)
    assert not any(id_.startswith("WL24:2.1.0c") for id_ in nothing.open())
    assert needless(nothing) == ["WL24:9"]
    carried = Coverage(PLACE, {"WL24:2.1.0c": ["somewhere.py"]}, {}, waived)
    assert needless(carried) == ["WL24:2.1.0c", "WL24:9"]


def test_the_register_says_when_it_began() -> None:
    assert PLACE.meta.issued == date(2023, 7, 24)
