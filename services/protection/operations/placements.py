"""Beds and temporary guardianship: request, hold, confirm, hand over, the gate of return (R26)."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import (
    Bed,
    Case,
    Facility,
    HandOver,
    Placement,
)
from services.protection.operations.cases import the_case
from services.protection.operations.children import keep_person
from services.protection.operations.detentions import fit_to_care
from services.protection.operations.law import town_code
from services.protection.operations.opening import entry, join, subject_of, town_tasks
from services.protection.operations.returning import begin_term, take_charge, the_placement
from services.protection.operations.steps import seal_note, signature, step, the_day
from services.protection.queries.care import current_placement, free_bed
from services.protection.rules.cases import level_of_placement
from services.protection.rules.guardianship import (
    KEEPER_OF,
    TemporaryGround,
    fit_station,
    placement_order,
)
from services.protection.rules.guardianship import Facility as House
from services.protection.rules.placements import PLACEMENT_MOVES
from services.protection.schemas.care import (
    FacilityTold,
    HandOverTold,
    PlacementShown,
    PlacementTold,
)
from shared import access, deadlines
from shared.access import Particular
from shared.database import figure, law_today, new_id, now
from shared.identity import LOCAL, Principal
from shared.jurisdiction import jurisdiction
from shared.law import Facts
from shared.masks import SEALED
from shared.problem import Invalid, Refused

KEEPERS = ("civil_affairs", "town", "village", "protection_centre", "welfare_institution")


class NotFit(Refused):
    """A station without a zone of its own or dedicated staff has no beds."""

    zh, en = "照料区域未独立分区或未配备专门人员，不得启用床位", "No zone or no staff: no beds"
    clause = "WL24:3.5d-2"


class StationOfNoTown(Invalid):
    """A station is of a town: children of no other are placed in it."""

    zh, en = "须注明工作站所在的镇（街道）", "A station needs its town"
    clause = "WL24:3.5d-1"


class NoBed(Refused):
    """No bed is free in any place where this child may be."""

    zh, en = "没有可用床位", "No bed is free where this child may be placed"
    clause = "WL24:3.5c-1"


class InCareAlready(Refused):
    """The child has a place; `allowed` says what may become of that one."""

    zh, en = "该儿童已有安置", "The child has a place already"
    clause = "WL24:3.3b-1"


class NotInWriting(Refused):
    """A child is handed over in writing."""

    zh, en = "交接须有书面记录", "A hand-over needs a written record"
    clause = "WL24:2.2.4-1"


async def open_facility(session: AsyncSession, actor: Principal, told: FacilityTold) -> Facility:
    """A place with beds; without its two conditions it has none."""
    keeper = KEEPER_OF[told.kind]
    actor.of("civil_affairs", keeper, *(("town",) if keeper == "village" else ()))
    town = actor.town or town_code(told.town)
    if keeper in LOCAL and town is None:
        raise StationOfNoTown(where="body.town")
    facts = Facts(
        {"has_separate_zone": told.separate_zone, "has_dedicated_staff": told.dedicated_staff}
    )
    found = fit_station.find(facts, law_today(session))
    if told.beds and not found.met:
        raise NotFit(finding=found.tree())
    facility = Facility(
        id=new_id(),
        kind=told.kind.value,
        name=told.name,
        town=town,
        separate_zone=told.separate_zone,
        dedicated_staff=told.dedicated_staff,
        active=found.met,
    )
    session.add(facility)
    await session.flush()
    session.add_all(
        Bed(id=new_id(), facility_id=facility.id, number=n + 1) for n in range(told.beds)
    )
    return facility


async def request(
    session: AsyncSession, actor: Principal, case_id: UUID, told: PlacementTold
) -> Placement:
    """Ask for a place: a bed in the lawful order is held at once, or a carer takes the child."""
    actor.of(*KEEPERS, "police")
    case = await the_case(session, actor, case_id)
    if (has := await current_placement(session, case.child_ref)) is not None:
        ways_on = PLACEMENT_MOVES.allowed(has.state)
        raise InCareAlready(state=has.state, allowed=ways_on)
    unknown = told.unidentified or told.ground is TemporaryGround.UNIDENTIFIED
    order, _ = placement_order(unknown, told.abandoned_infant, told.court_appointed)
    placement = Placement(
        id=new_id(),
        child_ref=case.child_ref,
        case_id=case.id,
        ground=told.ground.value,
        carer_kind=told.carer_kind.value if told.carer_kind else order[0].value,
        town=case.town,
        state="requested",
        requested_by=signature(actor),
        requested_at=now(session),
    )
    session.add(placement)
    tasks: tuple[str, ...] = (actor.department,)
    if told.carer is not None:
        fit_to_care(session, told.checks)
        placement.carer_id = await keep_person(session, told.carer)
        placement.state = "confirmed"
    else:
        house = await _hold(session, placement, [k.value for k in order], told.facility_id)
        tasks += _keepers(house)
    await join(session, case, level_of_placement(told.ground.value), tasks)
    note_id = await seal_note(session, told.words)
    entry(
        session, actor, case.id, "placement", code=placement.state, ref=placement.id,
        note_id=note_id,
    )  # fmt: skip
    await session.flush()
    return placement


async def _hold(
    session: AsyncSession, placement: Placement, kinds: list[str], facility_id: UUID | None
) -> Facility:
    """Hold the first free bed in the lawful order (R25); whose house it is has to answer."""
    for kind in kinds[:1] if facility_id else kinds:
        bed = await free_bed(session, kind, placement.town, facility_id)
        if bed is None:
            continue
        facility = await session.get(Facility, bed.facility_id)
        if facility is None or facility.kind not in kinds:
            continue
        placement.bed_id, placement.facility_id = bed.id, bed.facility_id
        placement.carer_kind, placement.state = facility.kind, "held"
        hours = int(figure(session, "bed_hold_hours"))
        placement.held_until = now(session) + timedelta(hours=hours)
        keeper, *_ = _keepers(facility)
        await deadlines.start(session, "bed_hold", placement.id, keeper, town=facility.town)
        return facility
    raise NoBed(allowed=kinds)


def _keepers(house: Facility) -> tuple[str, ...]:
    """Who keeps the house, as a department with a task; a station is its own town's alone."""
    keeper = KEEPER_OF[House(house.kind)]
    return town_tasks(house.town, keeper) if keeper in LOCAL and house.town else (keeper,)


async def move_placement(
    session: AsyncSession, actor: Principal, placement_id: UUID, verb: str, note: str | None
) -> Placement:
    """Confirm or cancel what is held; or the guardian came and took the child home."""
    row = await the_placement(session, actor, placement_id)
    if verb == "confirmation":
        await _of_the_house(session, actor, row)
    await step(session, actor, PLACEMENT_MOVES, row, verb, case_id=row.case_id, note=note)
    kind = "guardian_collection" if verb == "collection" else "bed_hold"
    await deadlines.meet(session, kind, row.id)
    entry(session, actor, row.case_id, "placement_step", code=verb, ref=row.id)
    return row


async def _of_the_house(session: AsyncSession, actor: Principal, row: Placement) -> None:
    """Whose house it is says that it takes the child, or civil affairs for it (兜底)."""
    house = await session.get(Facility, row.facility_id) if row.facility_id else None
    if house is not None and PLACEMENT_MOVES.offered(row.state) and actor.department in KEEPERS:
        keeper = KEEPER_OF[House(house.kind)]
        actor.of("civil_affairs", keeper, *(("town",) if keeper == "village" else ()))


async def hand_over(
    session: AsyncSession, actor: Principal, placement_id: UUID, told: HandOverTold
) -> Placement:
    """The child is there: temporary guardianship begins, with its term and its assessment."""
    row = await the_placement(session, actor, placement_id)
    if not told.written:
        raise NotInWriting(where="body.written")
    await step(session, actor, PLACEMENT_MOVES, row, "hand_over", case_id=row.case_id)
    removed_on = the_day(session, told.removed_on, where="body.removed_on", clause="WL24:2.2.4-1")
    await begin_term(session, row, removed_on)
    await _chain(session, actor, row, told)
    await take_charge(session, actor, row, removed_on)
    return row


async def _chain(
    session: AsyncSession, actor: Principal, row: Placement, told: HandOverTold
) -> None:
    """A link of the chain of custody; police owe a note on the case within its days."""
    if jurisdiction().department(told.from_department).code == "police":
        await deadlines.start(session, "case_note", row.id, "police")
    session.add(
        HandOver(
            case_id=row.case_id,
            from_department=jurisdiction().department(told.from_department).code,
            to_department=actor.department,
            at=now(session),
            written=True,
            note_id=await seal_note(session, told.words),
        )
    )


async def case_note(session: AsyncSession, actor: Principal, placement_id: UUID) -> Placement:
    """Police gave the note on what they make of the case; the clock is met (FF2014-24:13)."""
    actor.of("police")
    row = await the_placement(session, actor, placement_id)
    await deadlines.meet(session, "case_note", row.id)
    entry(session, actor, row.case_id, "case_note", ref=row.id)
    return row


async def shown(session: AsyncSession, actor: Principal, row: Placement) -> PlacementShown:
    """A placement and its lawful steps; where the child is, for those who may see it."""
    view = PlacementShown.model_validate(row)
    case = await session.get_one(Case, row.case_id)
    where = {name: getattr(row, name) for name in ("carer_kind", "facility_id", "bed_id")}
    told: access.Classes = {Particular.PLACEMENT: where}
    seen = (await access.disclose(session, actor, subject_of(case), told))[Particular.PLACEMENT]
    if seen["carer_kind"] == SEALED:
        view.carer_kind, view.facility_id, view.bed_id = SEALED, None, None
    view.allowed = PLACEMENT_MOVES.allowed(row.state)
    return view
