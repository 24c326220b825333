"""The lead-unit table is complete and is what the responsibility lines of the register print."""

import pytest

from services.referrals.operations.offering import table
from services.referrals.rules.duties import DUTIES
from services.referrals.rules.moves import next_level
from services.referrals.rules.table import Service, find, table_of
from shared.documents import read
from shared.jurisdiction import jurisdiction

SERVICES = list(table().values())
LAW = jurisdiction().law
SAID = read(jurisdiction().folder / "services.yaml")


@pytest.mark.parametrize("service", SERVICES, ids=lambda s: s.code)
def test_lead_and_participants_are_those_of_the_printed_line(service: Service) -> None:
    clause = LAW.clauses[service.clause]
    if clause.lead is None:
        named = SAID[service.code].get("named", [])
        assert set(named) <= set(clause.units), "section 4: the sentence itself names the office"
        assert service.lead == (named or [service.provider])[0]
    else:
        assert service.lead == clause.lead
        assert set(clause.units) <= set(service.participants)


@pytest.mark.parametrize("service", SERVICES, ids=lambda s: s.code)
def test_who_gives_a_service_is_named_by_its_line_or_its_sentence(service: Service) -> None:
    if service.anyone or service.assumed:
        return
    clause = LAW.clauses[service.clause]
    text = LAW.clauses[clause.parent].text if clause.parent else clause.text
    offices = jurisdiction().departments
    for code in (service.provider, *SAID[service.code].get("named", [])):
        office = offices[code]
        printed = any(name in text for name in (office.zh, *office.aliases))
        in_line = code in service.participants or code in clause.units
        assert in_line or printed, f"{code} is neither in the line nor in the sentence"


def test_every_promise_of_another_s_service_is_in_the_table() -> None:
    """Sentences the register gives to this service, two lists that only repeat or label aside."""
    carried = {service.clause for service in SERVICES}
    labels = {"WL24:2.3.3a", "WL24:2.4.1a", "WL24:2.2.4-1"}
    promised = {
        c.id
        for c in LAW.clauses.values()
        if c.service == "referrals"
        and c.id.startswith(("WL24:2.2", "WL24:2.3", "WL24:2.4"))
        and not c.id.endswith(".h")
    } - labels
    for clause in sorted(promised):
        below = {c for c in carried if c.startswith(f"{clause}-")}
        above = LAW.clauses[clause].parent
        assert clause in carried or below or above in carried, clause


def test_the_classes_a_receiver_needs_are_classes_of_particulars() -> None:
    known = {"identity", "address", "contact", "health", "hiv", "placement", "money"}
    assert all(set(service.needs) <= known for service in SERVICES)


def test_a_service_is_found_by_code_name_and_alias() -> None:
    for word in ("legal_aid", "法律援助", "DNA比对"):
        assert find(table(), word) is not None
    assert find(table(), "没有的服务") is None


def test_a_line_that_does_not_exist_is_refused() -> None:
    entry = {"zh": "某服务", "clause": "2.0", "line": "9.9.r", "provider": "health"}
    with pytest.raises(ValueError, match="no responsibility line"):
        table_of({"some": entry}, LAW, "WL24")


def test_every_duty_stands_on_a_sentence_that_names_its_office() -> None:
    offices = jurisdiction().departments
    for duty in DUTIES:
        clause = LAW.clauses[duty.clause]
        text = LAW.clauses[clause.parent].text if clause.parent else clause.text
        words = (
            offices[duty.unit].zh,
            *offices[duty.unit].aliases,
            "村（居）",
            "镇（街道）",
            "镇(街道)",
            "镇人民政府",
        )
        named = duty.unit in clause.units or any(word in text for word in words)
        nobody_is_named = duty.clause in ("WL24:4.1a-1", "WL24:4.2a")
        assert named or nobody_is_named, f"{duty.clause}: {duty.unit}"


def test_a_silent_department_goes_before_the_office_the_lead_and_the_meeting() -> None:
    assert next_level(0, "health", "disabled_federation") == (1, "child_protection_office")
    assert next_level(1, "health", "disabled_federation") == (2, "health")
    assert next_level(2, "health", "disabled_federation") == (3, "joint_meeting")
    assert next_level(3, "health", "disabled_federation") is None


def test_a_silent_lead_is_not_asked_to_supervise_itself() -> None:
    assert next_level(1, "health", "health") == (3, "joint_meeting")
    assert next_level(0, "health", "child_protection_office") == (2, "health")
