"""Our directory in the words of HSDS 3, the open standard of service directories, and back."""

from typing import Any
from uuid import UUID, uuid5

from services.referrals.models import OfferedService, Organisation

NAMESPACE = UUID("7b3cf4b2-5a2f-5d59-9d0c-0c6a6d9c3f10")
TAXONOMY = {
    "id": str(uuid5(NAMESPACE, "taxonomy")),
    "name": "责任单位一览",
    "description": "文件所列服务 | the services of the document",
}


def service_document(
    offered: OfferedService, organisation: Organisation, zh: str
) -> dict[str, Any]:
    """One offered service as an HSDS service with its organisation, areas, contact and room."""
    document: dict[str, Any] = {
        "id": str(offered.id),
        "organization_id": str(organisation.id),
        "name": offered.name,
        "description": offered.description or zh,
        "status": offered.status,
        "last_modified": offered.changed_at.isoformat(),
        "organization": organisation_document(organisation),
        "service_areas": [
            {"id": str(uuid5(offered.id, area)), "service_id": str(offered.id), "name": area}
            for area in offered.areas
        ],
        "attributes": [_attribute(offered.id, "service", offered.service, zh)],
    }
    optional = {
        "eligibility_description": offered.eligibility,
        "minimum_age": offered.minimum_age,
        "maximum_age": offered.maximum_age,
    }
    document |= {name: value for name, value in optional.items() if value is not None}
    if offered.capacity_maximum is not None:
        document["service_capacities"] = [_capacity(offered)]
    return document


def _capacity(offered: OfferedService) -> dict[str, Any]:
    """HSDS 3.1 names it; a reader of 3.0 passes over it."""
    unit = offered.capacity_unit or "名额"
    return {
        "id": str(uuid5(offered.id, "capacity")),
        "service_id": str(offered.id),
        "unit": {"id": str(uuid5(NAMESPACE, unit)), "name": unit},
        "available": offered.capacity_available or 0,
        "maximum": offered.capacity_maximum,
        "updated": offered.changed_at.isoformat(),
    }


def organisation_document(organisation: Organisation) -> dict[str, Any]:
    """An organisation with its contact post; persons are not in a directory."""
    document: dict[str, Any] = {
        "id": str(organisation.id),
        "name": organisation.name,
        "description": organisation.description,
        "attributes": [_attribute(organisation.id, "kind", organisation.kind, organisation.kind)],
    }
    if organisation.website:
        document["website"] = organisation.website
    if organisation.department:
        department = organisation.department
        document["attributes"].append(
            _attribute(organisation.id, "department", department, department)
        )
    if organisation.contact_phone:
        document["contacts"] = [_contact(organisation)]
    return document


def _contact(organisation: Organisation) -> dict[str, Any]:
    contact = uuid5(organisation.id, "contact")
    return {
        "id": str(contact),
        "organization_id": str(organisation.id),
        "title": organisation.contact_post or "值班",
        "phones": [
            {
                "id": str(uuid5(contact, "phone")),
                "contact_id": str(contact),
                "number": organisation.contact_phone,
            }
        ],
    }


def _attribute(owner: UUID, name: str, code: str, zh: str) -> dict[str, Any]:
    return {
        "id": str(uuid5(owner, f"{name}:{code}")),
        "link_id": str(owner),
        "taxonomy_term_id": str(uuid5(NAMESPACE, f"{name}:{code}")),
        "link_type": name,
        "taxonomy_term": {
            "id": str(uuid5(NAMESPACE, f"{name}:{code}")),
            "code": code,
            "name": zh,
            "description": zh,
            "taxonomy": TAXONOMY["id"],
        },
    }


def code_of(document: dict[str, Any], name: str) -> str | None:
    """Our code in a document's attributes, if it was written by us or in our words."""
    for attribute in document.get("attributes", []):
        if attribute.get("link_type") == name:
            term = attribute.get("taxonomy_term", {})
            return str(term.get("code") or term.get("name") or "") or None
    return None
