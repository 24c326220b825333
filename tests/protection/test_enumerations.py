"""Every enumeration of the document is carried whole: each word of its sentence leads to a code."""

import pytest

from services.protection.operations.law import institutions
from services.protection.rules.adoption import ADOPTEES
from services.protection.rules.detentions import CarerKind, DetentionKind, detention_kind_of
from services.protection.rules.grounds import GROUNDS, Trigger
from services.protection.rules.guardianship import LONG_TERM_GROUNDS, TEMPORARY_GROUNDS
from services.protection.rules.orders import ORDERS, OrderKind, Relief, order_kind_of
from services.protection.rules.petitions import PETITIONERS, Petitioner, petitioner_of
from services.protection.rules.reporting import MEASURES, Record, records_in
from services.protection.rules.revocation import REVOCATION_GROUNDS
from services.protection.schemas.detentions import carer_kind_of
from shared.jurisdiction import jurisdiction

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


def test_grounds_are_as_many_as_the_laws_count_and_each_has_a_clause_of_its_own() -> None:
    assert (len(GROUNDS), len(ADOPTEES)) == (9, 3)
    assert (len(TEMPORARY_GROUNDS), len(LONG_TERM_GROUNDS), len(REVOCATION_GROUNDS)) == (7, 5, 7)
    for table in (TEMPORARY_GROUNDS, LONG_TERM_GROUNDS, REVOCATION_GROUNDS, ADOPTEES):
        clauses = [clause for clause, _ in table.values()]
        assert len(set(clauses)) == len(clauses)
        for clause, zh in table.values():
            assert text(clause).rstrip("。") in zh or zh.rstrip("的") in text(clause)
