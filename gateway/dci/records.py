"""A child of the register in the standard's words: Beneficiary, Member, Person, Programme.

What is masked stays masked; there is no amount, no rate and no category, so that no diagnosis
follows from it. A Chinese name is not taken apart: it is the given name as it is registered.
"""

from collections.abc import Mapping
from typing import Any

from shared.jurisdiction import jurisdiction

RECORD_TYPE = "spdci-extensions-ibr:Beneficiary"
CONTEXT = "https://schema.spdci.org/extensions/ibr/v1/Beneficiary.jsonld"
NAME = "困境儿童基本生活费补助"
ACTIVE, DECEASED, GRADUATED = "Active", "Deceased", "Graduated"
STATUSES = (ACTIVE, DECEASED, GRADUATED)


def programme() -> str:
    """The identifier of the one programme this registry enrols in."""
    return f"{jurisdiction().meta.code}.basic-living"


def status_of(found: Mapping[str, Any]) -> str | None:
    """The enrolment status of a child that was found."""
    enrolment = found["enrolment"]
    if enrolment is None:
        return None
    if enrolment["status"] == "active":
        return ACTIVE
    return DECEASED if found["left_why"] == "died" else GRADUATED


def beneficiary(found: Mapping[str, Any]) -> dict[str, Any]:
    """The record of a child that was found."""
    identity = found["particulars"].get("identity", {})
    member: dict[str, Any] = {
        "@type": "Member",
        "member_identifier": [_identifier("CHILD_ID", found["child_id"])],
        "demographic_info": _person(identity),
        "registration_date": found["registered_at"],
    }
    if (enrolment := found["enrolment"]) is not None:
        member["programme_identifier"] = {
            "programme": {"programme_identifier": programme(), "programme_name": NAME},
            "enrolment_date": enrolment["since"],
            "enrolment_status": status_of(found),
            "status_change_date": enrolment["until"] or "",
            "benefits": {"benefit_type": "Cash", "benefit_frequency": "Monthly"},
        }
    return {"@context": CONTEXT, "@type": "Beneficiary", "assistance_unit": "1", "member": member}


def _person(identity: Mapping[str, Any]) -> dict[str, Any]:
    person: dict[str, Any] = {"@type": "Person"}
    if identity.get("id_no"):
        person["identifier"] = [_identifier("UIN", identity["id_no"])]
    if identity.get("name"):
        person["name"] = {"@type": "Name", "given_name": identity["name"]}
    return person | {name: identity[name] for name in ("sex", "birth_date") if identity.get(name)}


def _identifier(kind: str, value: str) -> dict[str, str]:
    return {"@type": "Identifier", "identifier_type": kind, "identifier_value": value}
