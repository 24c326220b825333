"""The folder of a county: the document word for word, its offices, towns and figures."""

import re
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from shared.documents import DocumentError, read
from shared.jurisdiction import UnknownDepartment, UnknownTown, jurisdiction, load
from shared.settings import settings

PLACE = jurisdiction()
ISSUED = date(2023, 7, 24)


def without_spaces(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """Another county: a copy of the folder, to be changed."""
    copy = tmp_path / "county"
    shutil.copytree(settings().jurisdiction, copy)
    return copy


def test_the_register_is_the_document_word_for_word() -> None:
    document = read(PLACE.folder / "clauses.yaml")
    front = document["front_matter"]
    entries = [*front[:8], *document["clauses"], *front[8:]]
    original = (PLACE.folder / "original.txt").read_text(encoding="utf-8")
    assert "".join(without_spaces(e["text"]) for e in entries) == without_spaces(original)


def test_norms_partition_their_sentence() -> None:
    for clause in PLACE.law.clauses.values():
        norms = [c for c in PLACE.law.clauses.values() if c.parent == clause.id]
        assert not norms or "".join(norm.text for norm in norms) == clause.text, clause.id


def test_every_clause_has_its_text_in_two_languages_and_a_day() -> None:
    for clause in PLACE.law.clauses.values():
        assert clause.text, clause.id
        assert clause.english, clause.id
        assert clause.parent is None or clause.parent in PLACE.law.clauses
    assert PLACE.law.clauses["WL24:2.1.0b"].since == ISSUED


def test_a_clause_is_not_in_force_before_it_was_issued() -> None:
    clause = PLACE.law.clauses["WL24:2.1.0b"]
    assert clause.in_force(ISSUED)
    assert not clause.in_force(date(2023, 7, 23))


def test_lead_and_units_are_those_the_responsibility_lines_print() -> None:
    lines = [c for id_, c in PLACE.law.clauses.items() if id_.endswith(".r")]
    assert len(lines) == 11
    for line in lines:
        printed = re.split("[：:]", line.text.strip("（）()"), maxsplit=1)[1].split("。")[0]
        names = printed.split("、")
        leads = [name for name in names if name.startswith("△")]
        assert [PLACE.department(name).code for name in leads] == [line.lead], line.id
        assert tuple(PLACE.department(name).code for name in names) == line.units, line.id


def test_a_sentence_has_the_units_of_the_line_below_it() -> None:
    clauses = PLACE.law.clauses
    for id_, line in clauses.items():
        if not id_.endswith(".r"):
            continue
        section = id_.removesuffix(".r")
        below = [c for i, c in clauses.items() if i.startswith(section) and i != id_]
        assert below, id_
        assert all(c.lead == line.lead and set(line.units) <= set(c.units) for c in below), id_


def test_where_no_line_is_printed_the_sentence_names_its_office() -> None:
    assert PLACE.law.clauses["WL24:4.1c"].units == ("police",)
    assert PLACE.law.clauses["WL24:4.1g"].units == ("youth_league", "care_committee", "charity")
    assert PLACE.law.clauses["WL24:4.1c"].lead is None


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("△市民政局", "civil_affairs"),
        ("civil_affairs", "civil_affairs"),
        ("市未保办", "child_protection_office"),
        ("市未保委办公室", "child_protection_office"),
        ("市人社局", "human_resources"),
        ("市人力社保局", "human_resources"),
        ("公安机关", "police"),
        ("公安部门", "police"),
        ("教育部门", "education"),
        ("民政部门", "civil_affairs"),
        ("残联部门", "disabled_federation"),
        ("各镇（街道）", "town"),
        ("各镇〈街道〉", "town"),
    ],
)
def test_every_printed_name_finds_its_office(printed: str, code: str) -> None:
    assert PLACE.department(printed).code == code


def test_every_alias_the_register_states_is_understood() -> None:
    stated = read(PLACE.folder / "clauses.yaml")["meta"]["aliases"]
    for aliases, name in stated.items():
        for alias in aliases.split("/"):
            assert PLACE.department(alias) == PLACE.department(name)


def test_an_unknown_office_is_a_problem_and_not_a_guess() -> None:
    with pytest.raises(UnknownDepartment) as problem:
        PLACE.department("市气象局")
    assert problem.value.status == 400


def test_a_word_for_several_offices_names_them_all() -> None:
    assert {d.code for d in PLACE.offices("政法单位")} == {
        "police",
        "procuratorate",
        "court",
        "justice",
    }
    assert [d.code for d in PLACE.offices("市妇联")] == ["womens_federation"]


def test_there_are_five_streets_and_eleven_towns() -> None:
    kinds = [town.kind for town in PLACE.towns.values()]
    assert (kinds.count("street"), kinds.count("town")) == (5, 11)
    assert all(code.startswith(PLACE.meta.code) for code in PLACE.towns)
    assert PLACE.town("太平街道") == PLACE.town("331081001")
    with pytest.raises(UnknownTown):
        PLACE.town("东部新区")


@pytest.mark.parametrize(
    ("hukou", "here"),
    [
        ("温岭市", True),
        ("温岭", True),
        ("331081", True),
        ("331081103", True),
        ("浙江省台州市温岭市箬横镇", True),
        ("温岭市 太平街道", True),
        ("台州市路桥区", False),
        ("331003", False),
        ("台州市", False),
        ("云南省昭通市", False),
    ],
)
def test_a_registration_is_of_wenling_or_of_elsewhere(hukou: str, here: bool) -> None:
    assert PLACE.registered(hukou) is here


def test_money_and_ratios_are_exact() -> None:
    for figure in PLACE.law.figures.values():
        for _, value in figure.values:
            if figure.unit in ("yuan", "ratio") and not isinstance(value, tuple):
                assert isinstance(value, Decimal) or hasattr(value, "items"), figure.name
            assert not isinstance(value, float), figure.name


def write(county: Path, text: str) -> None:
    (county / "figures" / "zz.yaml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("odd: {clause: WL24:1, unit: ratio, zh: 比例, values: {2023-07-24: 0.2}}", "quote '0.2'"),
        ("odd: {clause: WL24:1, unit: ratio, zh: 比例, values: {soon: 1}}", "by the day"),
        ("odd: {clause: WL24:1, unit: yuan, zh: 元, values: {2023-07-24: much}}", "no amount"),
        ("odd: {clause: WL24:1, unit: yuan, zh: 元, values: {2023-07-24: }}", "is empty"),
        ("odd: {clause: WL24:1, unit: yuan, values: {}}", "zh is missing"),
        (
            "odd: {clause: WL24:1, unit: yuan, zh: 元, value: {}, values: {}}",
            "no key is named value",
        ),
        ("odd: 5", "a figure has clause"),
        ("odd: {clause: WL24:1}\nodd: {clause: WL24:1}", "stands twice"),
    ],
)
def test_a_wrong_figure_is_refused_and_named(county: Path, text: str, said: str) -> None:
    write(county, text)
    with pytest.raises(DocumentError) as problem:
        load(str(county))
    assert said in str(problem.value)
    assert "zz.yaml" in str(problem.value)


def test_two_files_may_not_say_different_things_of_one_figure(county: Path) -> None:
    same = "twice: {{clause: WL24:1, unit: days, zh: 日, values: {{2023-07-24: {n}}}}}"
    (county / "figures" / "zy.yaml").write_text(same.format(n=1), encoding="utf-8")
    write(county, same.format(n=2))
    with pytest.raises(DocumentError, match="twice says otherwise"):
        load(str(county))


def test_a_figure_changes_on_its_day_and_a_later_one_waits(county: Path) -> None:
    write(
        county,
        "raised: {clause: WL24:1, unit: yuan, zh: 元, "
        'values: {2023-07-24: "200", 2025-01-01: "240.50"}}',
    )
    law = load(str(county)).law
    assert law.on(date(2024, 12, 31)).figures["raised"] == Decimal(200)
    assert law.on(date(2025, 1, 1)).figures["raised"] == Decimal("240.50")
    assert law.on(date(2024, 12, 31)).changes["raised"] == date(2025, 1, 1)
    assert "raised" not in law.on(date(2023, 7, 23)).figures


def test_an_office_nobody_knows_in_a_responsibility_line_is_named(county: Path) -> None:
    path = county / "clauses.yaml"
    text = path.read_text(encoding="utf-8").replace("△市民政局", "△市气象局", 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match="市气象局"):
        load(str(county))


def test_one_name_for_two_offices_is_refused(county: Path) -> None:
    path = county / "departments.yaml"
    text = path.read_text(encoding="utf-8").replace("aliases: [慈善总会]", "aliases: [妇联]")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match="妇联"):
        load(str(county))


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="JURISDICTION"):
        load(str(tmp_path / "nowhere"))


def test_yaml_reads_what_is_written(tmp_path: Path) -> None:
    path = tmp_path / "words.yaml"
    path.write_text("on: off\nyes: 12:30\nclause: 2.1.0\nday: 2024-02-29\ncode: 012\n")
    assert read(path) == {
        "on": "off",
        "yes": "12:30",
        "clause": "2.1.0",
        "day": date(2024, 2, 29),
        "code": "012",
    }


def amend(county: Path, **earlier: object) -> None:
    """One clause reads otherwise since 2026, and says how it read before."""
    document = dict(read(county / "clauses.yaml"))
    clause = next(c for c in document["clauses"] if c["id"] == "2.1.1b")
    clause["earlier"] = [{"text": clause["text"], "english": clause["english"], **earlier}]
    clause |= {"text": clause["text"].replace("80%", "85%"), "since": date(2026, 1, 1)}
    (county / "clauses.yaml").write_text(yaml.safe_dump(document, allow_unicode=True))


def test_an_amended_clause_reads_on_every_day_as_it_read_then(county: Path) -> None:
    amend(county, until=date(2026, 1, 1))
    law = load(str(county)).law
    assert "80%" in law.words("WL24:2.1.1b", date(2025, 12, 31))
    assert "85%" in law.words("WL24:2.1.1b", date(2026, 1, 1))
    assert law.words("WL24:2.1.1b", date(2023, 7, 23)) == ""
    assert law.words("WL24:9.9", date(2026, 1, 1)) == ""


@pytest.mark.parametrize("wrong", [{}, {"until": date(2026, 1, 2)}, {"ended": date(2026, 1, 1)}])
def test_an_earlier_wording_that_does_not_end_before_the_next_is_refused(
    wrong: dict[str, date], county: Path
) -> None:
    amend(county, **wrong)
    with pytest.raises(DocumentError, match=r"2\.1\.1b"):
        load(str(county))


def test_the_other_county_sets_every_figure_this_one_does() -> None:
    other = load(Path(__file__).parents[1] / "jurisdictions" / "shengsi")
    assert other.law.figures.keys() == PLACE.law.figures.keys()
