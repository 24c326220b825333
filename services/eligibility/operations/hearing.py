"""What other services' events lead to: a parent's custody begins, ends (联动)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Child
from services.eligibility.operations.applying import (
    ask_for_missing,
    evaluated,
    open_an_application,
)
from services.eligibility.operations.facts import Origin, Told, state_facts
from services.eligibility.operations.knowing import standing_of
from services.eligibility.operations.leaving import leave
from services.eligibility.operations.register import Known, register_child
from services.eligibility.operations.reviewing import review_now
from services.eligibility.operations.steps import ITSELF
from services.eligibility.queries.procedure import open_application, recognised_at
from services.eligibility.queries.register import facts_of_origin, file_under, the_child
from services.eligibility.rules.evaluation import evaluate
from services.eligibility.rules.periods import term_between
from services.eligibility.rules.pointing import points_to
from services.eligibility.rules.results import outcome_of
from services.eligibility.rules.standing import Standing
from services.eligibility.rules.statements.parents import PARENTS
from shared.database import law_today, today
from shared.events.protection import (
    ChildShielded,
    DetentionReported,
    GuardianReleased,
    GuardianshipChanged,
)
from shared.jurisdiction import UnknownTown, jurisdiction
from shared.law import LawOfDay
from shared.peers import peers

# The kinds of custody as protection tells them, in the words of this register.
CUSTODY = {
    "administrative_detention": "administrative_detention",
    "compulsory_rehabilitation": "drug_isolation",
    "criminal_detention": "criminal_detention",
    "arrest": "arrest",
    "imprisonment": "prison",
    "residential_surveillance": "other_restraint",
    "other_restriction": "other_restraint",
}
# Changes of guardianship a court decides, and where a child in the care of the state lives.
BY_COURT = ("revoked", "restored", "changed")
LIVES_WITH = {
    "welfare_institution": "welfare_institution",
    "protection_centre": "protection_centre",
    "town_station": "village",
    "village_station": "village",
}
WHICH_PARENT = {"father": "father", "父亲": "father", "父": "father"} | {
    "mother": "mother",
    "母亲": "mother",
    "母": "mother",
}


async def detained(session: AsyncSession, event: DetentionReported) -> None:
    """A parent was taken into custody: the child has a file, a fact, an application (政策找人)."""
    for child_ref in event.children:
        told = await peers("eligibility").ask(
            "GET", f"/v1/protection/children/{child_ref}", purpose="eligibility"
        )
        await take_in(session, event, child_ref, told)


async def take_in(
    session: AsyncSession, event: DetentionReported, child_ref: UUID, told: dict[str, Any]
) -> Child:
    """The child as protection told of it: file, the parent's custody, an application if need be."""
    detention = _the_detention(told, event.detention_id)
    origin = Origin("event", event.detention_id, "police")
    child = await _file_of(session, child_ref, told, event.town, origin)
    parent = WHICH_PARENT.get(str(detention.get("relation", "")).strip())
    if parent is not None:
        file = await file_under(session, child, child_ref)
        await _in_custody(session, child, parent, event, file)
    if await recognised_at(session, child.id) is None:
        await found_by_data(session, child, event.town, certain=True)
    return child


def _the_detention(told: dict[str, Any], detention_id: UUID) -> dict[str, Any]:
    rows = told.get("detentions") or []
    return next((row for row in rows if str(row["detention_id"]) == str(detention_id)), {})


async def _file_of(
    session: AsyncSession,
    child_ref: UUID,
    told: dict[str, Any],
    town: str | None,
    origin: Origin,
) -> Child:
    identity, address = told.get("identity") or {}, told.get("address") or {}
    born = identity.get("birth_date")
    known = Known(
        name=identity.get("name"),
        id_no=identity.get("id_no"),
        birth_date=date.fromisoformat(born) if born else None,
        sex=identity.get("sex"),
        hukou=address.get("hukou"),
        address=address.get("address"),
        phone=(told.get("contact") or {}).get("phone"),
        town=_known_town(town or told.get("town")),
    )
    child, _ = await register_child(session, ITSELF, known, child_ref=child_ref, origin=origin)
    return child


def _known_town(name: str | None) -> str | None:
    try:
        return jurisdiction().town(name).code if name else None
    except UnknownTown:
        return None


async def _in_custody(
    session: AsyncSession, child: Child, parent: str, event: DetentionReported, file: UUID
) -> None:
    said: dict[str, Any] = {
        "custody": CUSTODY.get(event.kind, "other_restraint"),
        "custody_since": event.began_on.isoformat(),
    }
    end = None
    if event.ends_on is not None:
        end = event.ends_on + timedelta(days=1)
        said["term_months"] = term_between(event.began_on, event.ends_on)
    told = Told(
        {parent: said},
        event.began_on,
        end,
        {"kind": "detention", "ref": str(event.detention_id)},
        file=file,
    )
    origin = Origin("event", event.detention_id, "police")
    await state_facts(session, ITSELF, child, told, origin)
    alive = replace(told, facts={parent: {"life": "alive"}}, valid_until=None)
    await state_facts(session, ITSELF, child, alive, origin)


async def found_by_data(
    session: AsyncSession, child: Child, town: str | None, *, certain: bool = False
) -> None:
    """A pushed fact that may make a child eligible opens an application by itself (政策找人).

    The child is not recognised yet. `certain`: what was pushed is reason enough, whatever the
    file says.
    """
    application = await open_application(session, child.id)
    if application is not None:
        await ask_for_missing(session, application)
        return
    standing = await standing_of(session, child.id)
    said = evaluate(standing.facts, law_today(session))
    if points_to(said, standing) or (certain and said.status != "not_eligible"):
        asks = [*said.missing, *standing.contested]
        where = _known_town(town)
        await open_an_application(session, ITSELF, child, "proactive", town=where, asks=asks)


async def released(session: AsyncSession, event: GuardianReleased) -> None:
    """A parent is free: the fact ends on that day, and what rests on it is reviewed."""
    rows = await facts_of_origin(session, event.detention_id)
    held = {(row.child_id, row.name) for row in rows if row.name.endswith(".custody")}
    for child_id, name in sorted(held, key=str):
        child = await the_child(session, child_id, lock=True)
        told = Told(
            {name.split(".")[0]: {"custody": "none"}},
            event.released_on,
            None,
            {"kind": "release", "ref": str(event.detention_id)},
            file=child_id,
        )
        origin = Origin("event", event.detention_id, "police")
        await state_facts(session, ITSELF, child, told, origin)
        await review_now(session, child.id, "guardian_released", event.released_on)
        await facts_came(session, child)


async def guardianship_changed(session: AsyncSession, event: GuardianshipChanged) -> None:
    """Custody, revocation, restoration, adoption: protection is asked whose it was, and of whom."""
    told = await peers("eligibility").ask(
        "GET", f"/v1/protection/children/{event.child_ref}", purpose="eligibility"
    )
    await take_over(session, event, told)


async def take_over(
    session: AsyncSession, event: GuardianshipChanged, told: dict[str, Any]
) -> Child:
    """What a change of guardianship states of the child and its parents, and what it asks for.

    A recognised child is reviewed whenever parents lose, regain or pass on their guardianship,
    though its award may stay as it is.
    """
    department = "court" if event.kind in BY_COURT else "civil_affairs"
    origin = Origin("event", event.case_id or event.child_ref, department)
    child = await _file_of(session, event.child_ref, told, None, origin)
    evidence = {"kind": f"guardianship_{event.kind}", "ref": str(event.case_id or "")}
    if event.kind == "adopted":
        await leave(session, ITSELF, child, "adopted", event.since, evidence, origin=origin)
        return child
    facts = await _guardianship_facts(session, child, event, told)
    if facts:
        file = await file_under(session, child, event.child_ref)
        stated = Told(facts, event.since, evidence=evidence, file=file)
        await state_facts(session, ITSELF, child, stated, origin)
    if event.kind in BY_COURT or event.kind == "long_term":
        await review_now(session, child.id, f"guardianship_{event.kind}", event.since)
    await facts_came(session, child)
    return child


async def _guardianship_facts(
    session: AsyncSession, child: Child, event: GuardianshipChanged, told: dict[str, Any]
) -> dict[str, Any]:
    """Where the child now lives, or whose guardianship was revoked or restored."""
    if event.kind in ("revoked", "restored"):
        revoked, whose = event.kind == "revoked", _whose(told, event)
        if not whose and not revoked:
            stated = (await standing_of(session, child.id)).sources
            whose = [p for p in PARENTS if f"{p}.guardianship_revoked" in stated]
        # Nobody said of which parent: it is asked, and taken neither for a yes nor for a no.
        known = revoked if whose else None
        parents = [p for p in PARENTS if p in whose or not whose]
        return {parent: {"guardianship_revoked": known} for parent in parents}
    if event.kind == "returned":
        return {"child": {"placement": "family"}}
    lives = "welfare_institution" if event.kind == "long_term" else event.carer_kind
    places = {"temporary": LIVES_WITH, "long_term": LIVES_WITH}.get(event.kind, {})
    return {"child": {"placement": places[lives]}} if lives in places else {}


def _whose(told: dict[str, Any], event: GuardianshipChanged) -> list[str]:
    """Whose guardianship a judgment was about: a parent's, or another guardian's."""
    rows = told.get("guardianship") or []
    day = event.since.isoformat()
    of_this = [row for row in rows if row["kind"] == event.kind and str(row["since"]) == day]
    return [who for row in of_this for who in row.get("whose") or []]


async def shielded(session: AsyncSession, event: ChildShielded) -> None:
    """The child's whereabouts are a secret from now on (or no longer); it gets a file by that."""
    child, _ = await register_child(session, ITSELF, Known(), child_ref=event.child_ref)
    child.shielded = event.shielded


async def facts_came(session: AsyncSession, child: Child) -> None:
    """New facts: open questions are asked anew, a decision that rests on the old is reviewed."""
    stands = await recognised_at(session, child.id)
    if stands is None:
        await found_by_data(session, child, child.town)
    elif outcome_of(await evaluated(session, child.id), stands) != "continued":
        await review_now(session, child.id, "facts_changed", today(session))


def moves(standing: Standing, law: LawOfDay, stands: str) -> bool:
    """Whether new facts of a child recognised at a rate class ask for a review."""
    said = evaluate(standing.facts, law)
    found = {"status": said.status, "award_basis": said.award.rate_class}
    return outcome_of(found, stands) != "continued"
