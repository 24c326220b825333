"""Every enumeration of the law is carried whole: each word of its sentence leads to a code."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml
from pydantic import BaseModel, ValidationError

from services.protection.operations.law import _instruments, institutions, instruments
from services.protection.operations.tattoos import _breaches
from services.protection.rules.adoption import ADOPTEES
from services.protection.rules.assessments import score, valid_until
from services.protection.rules.detentions import (
    CARER_WORDS,
    CarerKind,
    DetentionKind,
    detention_kind_of,
    may_be_delegate,
)
from services.protection.rules.grounds import GROUNDS, Ground, Trigger, grounds_in
from services.protection.rules.guardianship import (
    FACILITY_ZH,
    LONG_TERM_GROUNDS,
    TEMPORARY_GROUNDS,
    fit_station,
    placement_order,
)
from services.protection.rules.orders import (
    FOR_A_FAILING_GUARDIAN,
    ORDERS,
    OrderKind,
    Relief,
    may_issue,
    order_kind_of,
)
from services.protection.rules.petitions import PETITIONERS, Petitioner, petitioner_of
from services.protection.rules.reporting import MEASURES, Record, records_in
from services.protection.rules.revocation import REVOCATION_GROUNDS, restoration_barred
from services.protection.schemas.care import EndTold, FacilityTold, PetitionTold, PlacementTold
from services.protection.schemas.detentions import carer_kind_of
from services.protection.schemas.reports import TattooTold
from shared.documents import DocumentError
from shared.jurisdiction import jurisdiction
from shared.law.engine import Group, Part

LAW = jurisdiction().law


def text(clause: str) -> str:
    """The words of a clause."""
    return LAW.clauses[clause].text


@pytest.mark.parametrize("clause", ["WL24:3.1a-1"])
def test_each_unit_the_sentence_names_has_its_type_and_authority(clause: str) -> None:
    before = text(clause).split("等密切接触")[0]
    units = before.split("、")
    assert len(units) == 9
    for unit in units:
        known = institutions().recognise(unit)
        assert known.named, unit
        assert known.authority in jurisdiction().departments


def test_an_unlisted_unit_is_bound_and_goes_to_the_office() -> None:
    circus = institutions().recognise("马戏团")
    assert (circus.authority, circus.close_contact) == ("child_protection_office", True)


def test_the_three_triggers_stand_in_the_sentence() -> None:
    sentence = text("WL24:3.1a-4")
    assert len(Trigger) == 3
    for word in ("遭受", "疑似遭受不法侵害", "面临不法侵害危险"):
        assert word in sentence


def test_the_five_measures_and_the_four_departments_are_those_of_the_sentence() -> None:
    sentence = text("WL24:3.1h-1")
    listed = sentence.split("开展")[1].split("等保护措施")[0].split("、")
    assert [zh for zh, _ in MEASURES.values()] == listed
    asked = {department for _, departments in MEASURES.values() for department in departments}
    assert asked >= {"civil_affairs", "youth_league", "womens_federation", "justice"}


def test_the_three_instruments_belong_to_the_issuers_of_the_sentence() -> None:
    sentence = text("WL24:3.3a-3")
    for word, issuer in (
        ("检察院督促监护令", "procuratorate"),
        ("法院家庭教育令", "court"),
        ("公安亲职教育告知书", "police"),
    ):
        assert word in sentence
        kind = order_kind_of(word)
        assert kind is not None
        assert ORDERS[kind].issuers == (issuer,)
    assert set(ORDERS) == set(OrderKind)


def test_the_reliefs_of_the_sentence_and_restoration_each_have_petitioners() -> None:
    sentence = text("WL24:3.3c-1")
    for word in ("申请人身安全保护裁定", "申请撤销监护人资格", "变更监护人", "追索抚养费"):
        assert word in sentence
        assert any(relief.zh == word for relief in Relief)
    assert set(PETITIONERS) == set(Relief)
    assert all(clause in LAW.clauses for clause, _ in PETITIONERS.values())
    assert set(Petitioner) == set().union(*(who for _, who in PETITIONERS.values()))


@pytest.mark.parametrize(
    "word",
    ["其他依法具有监护资格的人", "居民委员会", "村民委员会", "学校", "医疗机构", "妇女联合会",
     "残疾人联合会", "未成年人保护组织", "民政部门"],
)  # fmt: skip
def test_each_who_may_ask_to_revoke_guardianship_is_known(word: str) -> None:
    known = petitioner_of(word)
    assert known is not None
    assert known in PETITIONERS[Relief.REVOCATION][1]


def test_the_three_restrictions_and_the_four_carers_of_the_sentence_are_known() -> None:
    assert set(map(detention_kind_of, ("行政拘留", "强制隔离戒毒", "刑事拘留"))) == {
        DetentionKind.ADMINISTRATIVE_DETENTION,
        DetentionKind.COMPULSORY_REHABILITATION,
        DetentionKind.CRIMINAL_DETENTION,
    }
    listed = (
        text("WL24:3.6b-2").split("委托")[1].split("监护提供")[0].replace("或", "、").split("、")
    )
    assert listed == ["亲属", "其他成年人", "儿童福利机构", "救助保护机构"]
    assert [carer_kind_of(word) for word in listed] == [
        CarerKind.RELATIVE,
        CarerKind.OTHER_ADULT,
        CarerKind.WELFARE_INSTITUTION,
        CarerKind.PROTECTION_CENTRE,
    ]


def test_the_four_records_that_bar_from_work_are_those_of_the_law() -> None:
    listed = text("MINORS:62").split("是否具有")[1].split("等违法犯罪记录")[0].split("、")
    assert listed == ["性侵害", "虐待", "拐卖", "暴力伤害"]
    assert [records_in(word) for word in listed] == [[record] for record in Record]


def parts(clause: str) -> list[str]:
    """The numbered parts of a clause in the register, in their order."""
    found = [id_ for id_ in LAW.clauses if re.fullmatch(rf"{re.escape(clause)}-\d+", id_)]
    return sorted(found, key=lambda id_: int(id_.rsplit("-", 1)[1]))


def words(sentence: str) -> str:
    """A sentence of the law without what varies between its printings."""
    return re.sub(r"未成年人|情形|[。；的]", "", sentence)


def carried(table: Mapping[Any, tuple[str, str]], clause: str, count: int) -> None:
    """A table carries a list of the law: as many, in its order, in its words, nothing beside it."""
    assert [where for where, _ in table.values()] == parts(clause)
    assert [words(zh) for _, zh in table.values()] == [words(text(one)) for one in parts(clause)]
    assert len(table) == count
    assert all(isinstance(code, str) and code for code in table)


def test_the_nine_situations_that_must_be_reported_are_those_of_the_opinion() -> None:
    carried({g: (told.clause, told.zh) for g, told in GROUNDS.items()}, "GJF2020-9:4", 9)
    assert [told.number for told in GROUNDS.values()] == [f"R{n}" for n in range(1, 10)]


@pytest.mark.parametrize("ground", Ground)
def test_each_word_of_a_situation_points_at_it_when_somebody_describes_what_was_seen(
    ground: Ground,
) -> None:
    sentence = text(GROUNDS[ground].clause)
    assert ground in grounds_in(sentence)
    named = {alias for alias in GROUNDS[ground].aliases if alias in sentence}
    assert named, "no word of the sentence leads to it"
    said = re.split(r"[、，或]|以及|遭受|疑似", sentence.rstrip("的"))
    said = [one for one in said if len(one) > 1]
    led = [one for one in said if ground in grounds_in(one)]
    assert led, said


def test_the_seven_grounds_of_temporary_guardianship_are_those_of_article_92() -> None:
    carried(TEMPORARY_GROUNDS, "MINORS:92", 7)


def test_the_five_grounds_of_long_term_guardianship_are_those_of_article_94() -> None:
    carried(LONG_TERM_GROUNDS, "MINORS:94", 5)


def test_the_seven_grounds_of_revocation_are_those_of_article_35() -> None:
    carried(REVOCATION_GROUNDS, "FF2014-24:35", 7)
    assert "七种" in text("FF2014-24:35")


def test_the_three_kinds_of_children_who_may_be_adopted_are_those_of_article_1093() -> None:
    carried(ADOPTEES, "CIVIL:1093", 3)
    assert words(text("CIVIL:1093")).endswith("".join(words(zh) for _, zh in ADOPTEES.values())), (
        "the parts are not the whole"
    )


@pytest.mark.parametrize(
    ("shape", "table", "told"),
    [
        (PlacementTold, TEMPORARY_GROUNDS, lambda word: {"ground": word}),
        (EndTold, LONG_TERM_GROUNDS, lambda word: {"ground": word}),
        (EndTold, ADOPTEES, lambda word: {"adoptee": word}),
        (
            PetitionTold,
            REVOCATION_GROUNDS,
            lambda word: {"reliefs": ["revocation"], "petitioner": "民政部门", "grounds": [word]},
        ),
    ],
)
def test_each_ground_may_be_told_in_the_words_of_the_law(
    shape: type[BaseModel], table: Mapping[Any, tuple[str, str]], told: Callable[[str], Any]
) -> None:
    for code, (_, zh) in table.items():
        assert shape.model_validate(told(zh)) == shape.model_validate(told(code))
    with pytest.raises(ValidationError):
        shape.model_validate(told("村民说的"))


def test_a_house_may_be_told_in_the_words_of_the_law() -> None:
    for kind, zh in FACILITY_ZH.items():
        house = {"name": zh, "separate_zone": True, "dedicated_staff": True, "beds": 2}
        assert FacilityTold.model_validate(house | {"kind": zh}).kind is kind


def leaves(part: Part) -> set[str | None]:
    """The clauses of the rules that a group is made of."""
    if not isinstance(part, Group):
        return {part.clause}
    return set().union(*(leaves(below) for below in part.parts))


def test_the_bars_to_restoration_are_the_three_of_article_40_and_the_one_of_the_code() -> None:
    assert leaves(restoration_barred) == {*parts("FF2014-24:40"), "CIVIL:38"}
    assert len(parts("FF2014-24:40")) == 3


def test_the_five_conditions_of_a_delegated_carer_are_those_of_article_22() -> None:
    assert leaves(may_be_delegate) == set(parts("MINORS:22"))
    assert len(parts("MINORS:22")) == 5


def test_every_institution_the_law_lists_has_its_type() -> None:
    listed = text("MINORS:130").split("是指")[1].split("；")[:-1]
    units = [unit for part in listed for unit in re.split("、|等", part) if unit]
    units += text("DV:14").split("及其工作人员")[0].split("、")
    assert len(units) >= 16
    general = {"教育机构", "救助机构", "未成年人安置"}  # what the list calls them together
    for unit in set(units) - general:
        known = institutions().recognise(unit)
        assert known.code != "other", unit
        assert known.authority in jurisdiction().departments


def test_the_ways_a_child_in_temporary_guardianship_is_placed_are_those_of_article_93() -> None:
    sentence = text("MINORS:93").split("临时监护期间")[0]
    ways = {
        "委托亲属抚养": CarerKind.RELATIVE,
        "家庭寄养": CarerKind.FOSTER_FAMILY,
        "未成年人救助保护机构": CarerKind.PROTECTION_CENTRE,
        "儿童福利机构": CarerKind.WELFARE_INSTITUTION,
    }
    for word, kind in ways.items():
        assert word in sentence
        assert any(known in word for known in CARER_WORDS[kind])
        assert carer_kind_of(word.removeprefix("委托").removesuffix("抚养")) is kind
    first, _ = placement_order(False, False, False)
    assert [FACILITY_ZH[kind][:3] for kind in first[:2]] == ["村（居", "镇（街"]
    assert "属地村(居)或镇(街道)未成年人保护工作站" in text("WL24:3.3b-1")


def test_a_station_has_the_two_conditions_of_the_sentence() -> None:
    assert [word in text("WL24:3.5d-2") for word in ("独立分区", "专门人员")] == [True, True]
    assert leaves(fit_station) == {"WL24:3.5d-2"}
    assert len(fit_station.parts) == 2


def test_police_have_both_instruments_of_the_sentence_for_a_guardian_who_fails() -> None:
    listed = text("WL24:3.6a-1").split("监护人予以")[1].rstrip("；").split("，并")
    kinds = [order_kind_of(word) for word in listed]
    assert kinds == list(FOR_A_FAILING_GUARDIAN)
    assert all(may_issue(kind, "police") for kind in FOR_A_FAILING_GUARDIAN)


def test_the_breaches_about_tattoos_are_the_four_of_the_sentences() -> None:
    day = date(2024, 5, 6)
    told = TattooTold(shop_ref=uuid4(), found_on=day, service_on=day)
    shop = {"sign_shown": False, "age_in_doubt": True, "id_checked": False}
    tattooed = _breaches(told.model_copy(update=shop), True)
    lured = _breaches(told.model_copy(update={"induced": True}), True)
    assert {*tattooed, *lured} == {*parts("WL24:3.1b"), *parts("WL24:3.1c")}


def test_an_assessment_instrument_has_the_triggers_and_counts_of_its_measure() -> None:
    zhejiang, hubei = instruments()["zhejiang-2026"], instruments()["hubei-2023"]
    assert (zhejiang.levels, len(zhejiang.triggers)) == ((15, 43), 7)
    assert hubei.levels == (3, 11, 20, 66)
    grades = [grade.zh for grade in hubei.grades]
    assert grades == ["监护正常", "监护不足", "监护失当", "监护缺失"]
    for tool in (zhejiang, hubei):
        grounds = {line.ground for line in tool.red_lines.values() if line.ground}
        assert grounds <= {ground.value for ground in TEMPORARY_GROUNDS}


def test_another_county_s_instrument_of_66_items_and_four_grades_is_a_file_and_no_code(
    tmp_path: Path,
) -> None:
    items = [{"code": f"q{n}", "zh": f"第{n}项", "points": 1 + n % 3} for n in range(66)]
    grades = [("良好", 75, True), ("一般", 50, True), ("较差", 25, False), ("很差", 0, False)]
    written = {
        "id": "elsewhere-1",
        "zh": "另一县的评估办法",
        "clause": "WL24:3.2a",
        "since": date(2024, 1, 1),
        "valid_months": 6,
        "minimum_assessors": 3,
        "indicators": [{"code": "a", "zh": "家庭", "items": items}],
        "red_lines": [{"code": "gone", "zh": "监护人失踪", "grade": "g3"}],
        "grades": [
            {"code": f"g{n}", "zh": zh, "from_percent": least, "able": able, "consequences": []}
            for n, (zh, least, able) in enumerate(grades)
        ],
    }
    folder = tmp_path / "assessments"
    folder.mkdir()
    (folder / "elsewhere.yaml").write_text(yaml.safe_dump(written, allow_unicode=True))
    tool = _instruments(tmp_path)["elsewhere-1"]
    assert (tool.levels, len(tool.grades), tool.minimum_assessors) == ((1, 66), 4, 3)
    full = {item.code: item.points for item in tool.items.values()}
    assert score(tool, full, ()).grade == "g0"
    assert score(tool, full, ("gone",)).grade == "g3"
    assert score(tool, dict.fromkeys(full, 0), ()).grade == "g3"
    assert score(tool, full | {"q0": 0, "q1": 0}, ()).grade == "g0"
    unanswered = score(tool, {code: one for code, one in full.items() if code != "q7"}, ())
    assert (unanswered.grade, unanswered.missing) == (None, ("q7",))
    assert valid_until(tool, date(2024, 3, 1)) == date(2024, 9, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"indicators": []},
        {"grades": []},
        {"valid_months": 0},
        {"since": "2026"},
        {"red_lines": [{"code": "a", "zh": "a", "grade": "absent", "ground": "no_such_ground"}]},
        {"clause": "XX:1"},
    ],
)
def test_an_instrument_that_asks_nothing_or_rests_on_nothing_is_not_loaded(
    tmp_path: Path, wrong: dict[str, Any]
) -> None:
    folder = tmp_path / "assessments"
    folder.mkdir()
    own = yaml.safe_load((jurisdiction().folder / "assessments/hubei-2023.yaml").read_text())
    (folder / "own.yaml").write_text(yaml.safe_dump(own | wrong))
    with pytest.raises(DocumentError):
        _instruments(tmp_path)


def test_two_files_of_one_instrument_are_not_taken_for_each_other(tmp_path: Path) -> None:
    folder = tmp_path / "assessments"
    folder.mkdir()
    text = (jurisdiction().folder / "assessments/hubei-2023.yaml").read_text()
    (folder / "a.yaml").write_text(text)
    assert set(_instruments(tmp_path)) == {"hubei-2023"}
    (folder / "b.yaml").write_text(text)
    _instruments.cache_clear()
    with pytest.raises(DocumentError, match="hubei-2023"):
        _instruments(tmp_path)
