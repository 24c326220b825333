"""Keeping the directory: organisations, what they offer, how much room they have (服务目录)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.models import OfferedService, Organisation
from services.referrals.operations import hsds
from services.referrals.operations.offering import known_department, service_named, table
from services.referrals.queries.directory import whole
from services.referrals.rules.table import find
from services.referrals.schemas.hsds import faults
from shared.database import new_id, now
from shared.identity import Principal
from shared.problem import Forbidden, Invalid, NotFound

KEEPERS = ("civil_affairs", "child_protection_office", "operator")


class NotHsds(Invalid):
    """The document does not conform to HSDS 3."""

    zh, en = "不符合 HSDS 3 格式", "This does not conform to HSDS 3"


class MoreThanThereIs(Invalid):
    """More places free than there are."""

    zh, en = "可用数量不能超过总量", "No more can be free than there is"


async def keep_organisation(
    session: AsyncSession, actor: Principal, said: Mapping[str, Any], own_id: UUID | None = None
) -> Organisation:
    """Add an organisation or change one; a department keeps its own, civil affairs keep all."""
    department = said.get("department")
    if department is not None:
        department = known_department(department)
    actor.of(*KEEPERS, *([department] if department else []))
    organisation = await session.get(Organisation, own_id) if own_id else None
    if organisation is None:
        organisation = Organisation(id=own_id or new_id(), active=True, description="")
        session.add(organisation)
    for name, value in {**said, "department": department}.items():
        setattr(organisation, name, value)
    organisation.changed_at = now(session)
    await session.flush()
    return organisation


async def offer_service(
    session: AsyncSession,
    actor: Principal,
    organisation_id: UUID,
    said: Mapping[str, Any],
    own_id: UUID | None = None,
) -> OfferedService:
    """Offer a service of the document, or say anew how much room there is."""
    organisation = await session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound()
    if actor.department not in (*KEEPERS, organisation.department):
        raise Forbidden(allowed=[*KEEPERS])
    service = service_named(str(said["service"]))
    free, most = said.get("capacity_available"), said.get("capacity_maximum")
    if free is not None and (most is None or not 0 <= free <= most):
        raise MoreThanThereIs(where="capacity_available", allowed=[f"0–{most}"])
    offered = await session.get(OfferedService, own_id) if own_id else None
    if offered is None:
        offered = OfferedService(id=own_id or new_id(), organisation_id=organisation_id, areas=[])
        session.add(offered)
    values = {"name": service.zh, "status": "active", **said, "service": service.code}
    for name, value in values.items():
        setattr(offered, name, value)
    offered.changed_at = now(session)
    await session.flush()
    return offered


async def export_hsds(session: AsyncSession) -> dict[str, Any]:
    """The directory as one HSDS 3 page of services."""
    contents = [
        hsds.service_document(offered, organisation, table()[offered.service].zh)
        for offered, organisation in await whole(session)
    ]
    return {
        "total_items": len(contents),
        "total_pages": 1,
        "page_number": 1,
        "size": len(contents),
        "first_page": True,
        "last_page": True,
        "empty": not contents,
        "contents": contents,
    }


async def import_hsds(
    session: AsyncSession, actor: Principal, services: list[dict[str, Any]]
) -> dict[str, int]:
    """Take services in HSDS 3; every fault is named, and nothing is taken when there is one."""
    actor.of(*KEEPERS)
    errors = [
        fault | {"where": f"contents.{index}.{fault['where']}".rstrip(".")}
        for index, document in enumerate(services)
        for fault in (*faults("service", document), *_unreadable(document))
    ]
    if errors:
        raise NotHsds(errors=errors)
    for document in services:
        await _take(session, actor, document)
    return {"services": len(services)}


def _unreadable(document: Mapping[str, Any]) -> list[dict[str, str]]:
    """What conforms and is still of no use here: no organisation, or a service nobody knows."""
    found = []
    organisation = document.get("organization")
    if not isinstance(organisation, dict):
        found.append({"where": "organization", "zh": "缺少机构", "en": "organization is needed"})
    code = hsds.code_of(dict(document), "service") or str(document.get("name", ""))
    if find(table(), code) is None:
        found.append(
            {"where": "attributes", "zh": "不是责任单位一览中的服务", "en": "unknown service"}
        )
    return found


async def _take(session: AsyncSession, actor: Principal, document: dict[str, Any]) -> None:
    said = document["organization"]
    phones = [p for contact in said.get("contacts", []) for p in contact.get("phones", [])]
    posts = [contact.get("title") for contact in said.get("contacts", [])]
    organisation = await keep_organisation(
        session,
        actor,
        {
            "name": said["name"],
            "description": said["description"],
            "website": said.get("website"),
            "kind": hsds.code_of(said, "kind") or "institution",
            "department": hsds.code_of(said, "department"),
            "contact_post": posts[0] if posts else None,
            "contact_phone": phones[0]["number"] if phones else None,
        },
        UUID(said["id"]),
    )
    room = (document.get("service_capacities") or [{}])[0]
    offered = {
        "service": hsds.code_of(document, "service") or document["name"],
        "name": document["name"],
        "description": document.get("description"),
        "status": document["status"],
        "eligibility": document.get("eligibility_description"),
        "minimum_age": document.get("minimum_age"),
        "maximum_age": document.get("maximum_age"),
        "areas": [area["name"] for area in document.get("service_areas", []) if "name" in area],
        "capacity_available": room.get("available"),
        "capacity_maximum": room.get("maximum"),
        "capacity_unit": (room.get("unit") or {}).get("name"),
    }
    await offer_service(session, actor, organisation.id, offered, UUID(document["id"]))
