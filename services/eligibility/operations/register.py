"""The register: a file a child, found again by number, its people, its payee (建档、关系人)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Child, ChildRef, Person
from services.eligibility.operations.facts import (
    BY_API,
    EndsBeforeItBegins,
    Origin,
    Told,
    state_facts,
)
from services.eligibility.operations.knowing import standing_of
from services.eligibility.operations.law import registered_here, town_code
from services.eligibility.operations.particulars import held_classes
from services.eligibility.operations.steps import subject_of
from services.eligibility.queries.procedure import one
from services.eligibility.queries.register import (
    files_among,
    payee_on,
    people_of,
    the_child,
)
from services.eligibility.rules.identity import bare, born_of, faults_of, sex_of
from shared import access, audit, vault
from shared.access import Particular
from shared.bus import emit
from shared.database import new_id, now, today
from shared.events.eligibility import ChildLinked, ChildRegistered
from shared.identity import Principal
from shared.problem import Invalid, NotFound

TAKE_APPLICATIONS = ("town", "village", "civil_affairs", "welfare_institution")
CLASSES = (Particular.IDENTITY, Particular.ADDRESS, Particular.CONTACT)


class WrongNumber(Invalid):
    """The citizen number cannot be right."""

    zh, en = "身份号码有误", "The citizen number is not valid"
    clause = "GB11643"


@dataclass(frozen=True, slots=True)
class Known:
    """A child as somebody describes it; every part may be unknown."""

    name: str | None = None
    id_no: str | None = None
    birth_date: date | None = None
    sex: str | None = None
    hukou: str | None = None
    address: str | None = None
    phone: str | None = None
    town: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


async def register_child(
    session: AsyncSession,
    actor: Principal,
    known: Known,
    *,
    child_ref: UUID | None = None,
    origin: Origin = BY_API,
) -> tuple[Child, bool]:
    """The child's file and whether it is new; a number the register knows finds the old file.

    The id is the caller's reference when it has one; a child without a name or a number gets a
    file all the same. Raises WrongNumber, UnknownTown, FactsInvalid, NotYourFact.
    """
    if known.id_no and (errors := faults_of(known.id_no, known.birth_date)):
        raise WrongNumber(errors=errors)
    found = await _found(session, known, child_ref)
    child = found or _new_file(session, known, child_ref, origin)
    await session.flush()
    if found is not None:
        await note_match(session, actor, found)
        if child_ref is not None and found.id != child_ref:
            await link(session, found, child_ref, origin.kind)
    if found is None or _takes_it_up(actor, found):
        await _seal(session, child, known)
        task = f"{actor.department}:{actor.town}" if actor.town else actor.department
        if task not in child.tasks:
            child.tasks = sorted({*child.tasks, task, actor.department})
    await _first_facts(session, actor, child, known, origin, new=found is None)
    if found is None:
        await emit(session, ChildRegistered(child_id=child.id, town=child.town))
    return child, found is None


def _takes_it_up(actor: Principal, child: Child) -> bool:
    """Whether registering a child again makes it the actor's: who knows it, or takes applications.

    A number alone is no task: it opens nobody's file, and never one that is shielded.
    """
    known = access.ask(actor, "know", "case", subject_of(child)).allowed
    return known or (actor.department in TAKE_APPLICATIONS and not child.shielded)


async def note_match(session: AsyncSession, actor: Principal, child: Child) -> None:
    """Somebody who had the number or the reference learned that the child has a file."""
    about = {"action": "matched", "subject_id": child.id, "subject_kind": "child"}
    about |= {"fields": ["identity.id_no"], "basis": ["WL24:4.2a-2"]}
    await audit.record(session, [audit.disclosure(session, actor, **about)])


async def _found(session: AsyncSession, known: Known, child_ref: UUID | None) -> Child | None:
    if child_ref is not None:
        try:
            return await the_child(session, child_ref, lock=True)
        except NotFound:
            pass
    if not known.id_no:
        return None
    ids = await vault.lookup(session, "id_no", known.id_no)
    files = await files_among(session, ids)
    return files[0] if files else None


def _new_file(session: AsyncSession, known: Known, child_ref: UUID | None, origin: Origin) -> Child:
    child = Child(
        id=child_ref or new_id(),
        town=town_code(known.town),
        state="registered",
        named=known.name is not None,
        source=origin.kind,
        tasks=[],
        registered_at=now(session),
        shielded=False,
    )
    session.add(child)
    return child


async def link(session: AsyncSession, child: Child, ref: UUID, origin: str) -> None:
    """From now on the reference leads to this file, and everybody is told (身份归并)."""
    if await session.get(ChildRef, ref) is None:
        session.add(ChildRef(ref=ref, child_id=child.id, origin=origin, at=now(session)))
        await session.flush()
        await emit(session, ChildLinked(child_id=child.id, child_ref=ref, town=child.town))


async def _seal(session: AsyncSession, child: Child, known: Known) -> None:
    """Keep what was told; what is known already stays where the new telling is silent."""
    number = known.id_no.strip().upper() if known.id_no else None
    born = known.birth_date or (born_of(number) if number else None)
    told: dict[str, dict[str, Any]] = {
        Particular.IDENTITY: {
            "name": known.name,
            "id_no": number,
            "birth_date": born.isoformat() if born else None,
            "sex": known.sex or (sex_of(number) if number else None),
        },
        Particular.ADDRESS: {"hukou": known.hukou, "address": known.address},
        Particular.CONTACT: {"phone": known.phone},
    }
    await vault.add(session, child.id, {kind: _said(values) for kind, values in told.items()})
    found_by = {"id_no": number, "born": born and born.isoformat(), "name": bare(known.name or "")}
    await vault.index(session, child.id, {kind: said for kind, said in found_by.items() if said})
    child.named = child.named or known.name is not None
    child.town = child.town or town_code(known.town)


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    """Those that somebody told."""
    return {name: value for name, value in values.items() if value is not None}


async def _first_facts(
    session: AsyncSession,
    actor: Principal,
    child: Child,
    known: Known,
    origin: Origin,
    *,
    new: bool,
) -> None:
    """Birth date and registration are facts too; others may come with the file."""
    born = known.birth_date or (born_of(known.id_no) if known.id_no else None)
    said: dict[str, Any] = {}
    if born is not None:
        said["birth_date"] = born.isoformat()
    if known.hukou is not None:
        said["hukou_here"] = registered_here(known.hukou)
    stated = {} if new else (await standing_of(session, child.id)).sources
    said = {name: value for name, value in said.items() if f"child.{name}" not in stated}
    since = born or today(session)
    if said:
        told = Told({"child": said}, since, evidence={"kind": "register"})
        await state_facts(session, actor, child, told, _as_register(origin))
    if known.facts:
        now_told = Told(known.facts, today(session), evidence={"kind": "register"})
        await state_facts(session, actor, child, now_told, origin)


def _as_register(origin: Origin) -> Origin:
    """Who registers a child reads its papers: the statement counts as the register's own."""
    return Origin(origin.kind, origin.id, origin.department or "civil_affairs")


async def shown(session: AsyncSession, actor: Principal, child: Child) -> dict[str, dict[str, Any]]:
    """The child's particulars as this caller may see them; the access is recorded."""
    known = await held_classes(session, child.id, CLASSES)
    return await access.disclose(session, actor, subject_of(child), known)


@dataclass(frozen=True, slots=True)
class Relative:
    """Somebody in a child's life, and for a payee the account that is paid."""

    role: str
    since: date
    relation: str | None = None
    kind: str | None = None
    name: str | None = None
    id_no: str | None = None
    phone: str | None = None
    bank: str | None = None
    bank_code: str | None = None
    account: str | None = None


async def add_person(
    session: AsyncSession, actor: Principal, child: Child, relative: Relative
) -> Person:
    """Record a relative, guardian or payee; the payee before ends on the day this one begins."""
    actor.of("town", "civil_affairs", "welfare_institution", "service:protection")
    if relative.id_no and (errors := faults_of(relative.id_no, None)):
        raise WrongNumber(errors=errors)
    if relative.role in ("payee", "guardian"):
        for before in await people_of(session, child.id):
            if before.role == relative.role and before.until is None:
                before.until = max(relative.since, before.since)
    person = Person(
        id=new_id(),
        child_id=child.id,
        role=relative.role,
        relation=relative.relation,
        kind=relative.kind,
        since=relative.since,
        source=actor.department,
        recorded_at=now(session),
    )
    session.add(person)
    await session.flush()
    audit.concerns(session, child.id)
    identity = {"name": relative.name, "id_no": relative.id_no}
    money = {
        "bank": relative.bank,
        "bank_code": relative.bank_code,
        "account": relative.account,
    }
    sealed = {
        Particular.IDENTITY: identity,
        Particular.CONTACT: {"phone": relative.phone},
        Particular.MONEY: money,
    }
    said = {kind: _said(values) for kind, values in sealed.items()}
    told = {str(kind): values for kind, values in said.items() if values}
    await vault.keep_classes(session, person.id, told)
    return person


async def end_person(
    session: AsyncSession, actor: Principal, person_id: UUID, until: date
) -> Person:
    """Somebody is no longer a carer, a guardian, a member of the household; nothing is deleted."""
    actor.of("town", "civil_affairs", "welfare_institution")
    person = await one(session, Person, person_id, lock=True)
    access.may_know(actor, subject_of(await the_child(session, person.child_id)))
    if until <= person.since:
        raise EndsBeforeItBegins(where="until", allowed=[f"> {person.since}"])
    person.until = until
    return person


async def person_shown(
    session: AsyncSession, actor: Principal, child: Child, person: Person
) -> dict[str, Any]:
    """A person's particulars as this caller may see them."""
    kinds = (Particular.IDENTITY, Particular.CONTACT, Particular.MONEY)
    known = await vault.held(session, person.id, kinds)
    subject = access.Subject(
        id=person.id, kind="payee" if person.role == "payee" else "adult", town=child.town,
        departments=frozenset(child.tasks), shielded=child.shielded,
    )  # fmt: skip
    return await access.disclose(session, actor, subject, known)


async def the_payee(
    session: AsyncSession, actor: Principal, child_id: UUID, day: date | None = None
) -> dict[str, Any]:
    """Who is paid for a child and on which account; NotFound while nobody is named (领款人)."""
    actor.of("service:payments", "civil_affairs", "finance", "town")
    child = await the_child(session, child_id)
    access.may_know(actor, subject_of(child))
    person = await payee_on(session, child.id, day or today(session))
    if person is None:
        raise NotFound()
    particulars = await person_shown(session, actor, child, person)
    identity, money = particulars.get("identity", {}), particulars.get("money", {})
    return {
        "child_id": child.id,
        "payee_id": person.id,
        "kind": person.kind or "guardian",
        "relation": person.relation,
        "since": person.since,
        "town": child.town,
        "name": identity.get("name"),
        "id_no": identity.get("id_no"),
        "bank": money.get("bank"),
        "bank_code": money.get("bank_code"),
        "account": money.get("account"),
        "verified_by": person.verified_by,
    }
