"""Facilities, placements, the gate of return, foundlings and transfers over HTTP."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from services.protection.api.movers import add_moves
from services.protection.models import Facility, Placement, Transfer
from services.protection.operations import ending, homes, placements, returning
from services.protection.operations.cases import the_case
from services.protection.queries.care import (
    beds_of,
    facilities,
    open_transfers,
    placements_of,
)
from services.protection.queries.care import placements as placements_where
from services.protection.rules.placements import PLACEMENT_MOVES, TRANSFER_MOVES
from services.protection.schemas.care import (
    EndTold,
    FacilityShown,
    FacilityTold,
    FoundlingShown,
    FoundlingStep,
    FoundlingTold,
    GateShown,
    HandOverTold,
    PlacementShown,
    PlacementTold,
    ReturnTold,
    TransferMove,
    TransferShown,
    TransferTold,
)
from services.protection.schemas.told import MoveTold
from shared.database import Session
from shared.identity import Actor
from shared.pages import Cursor, Limit, Page, paged
from shared.web import Route

router = APIRouter(prefix="/v1/protection", route_class=Route, tags=["placements"])
Filter = Annotated[str | None, Field(max_length=60)]


@router.post("/facilities", status_code=201)
async def open_facility(session: Session, actor: Actor, told: FacilityTold) -> FacilityShown:
    """登记照料场所及床位：须独立分区并配备专门人员（WL24:3.5d-2）。"""
    row = await placements.open_facility(session, actor, told)
    view = FacilityShown.model_validate(row)
    view.beds = view.free = told.beds
    return view


@router.get("/facilities")
async def list_facilities(
    session: Session, actor: Actor, cursor: Cursor = None, limit: Limit = 50
) -> Page[FacilityShown]:
    """场所与空余床位。"""
    actor.of(*placements.KEEPERS, "police", "court", "procuratorate", "child_protection_office")
    rows, following = await paged(session, facilities(), (Facility.id,), cursor=cursor, limit=limit)
    beds = await beds_of(session)
    views = [FacilityShown.model_validate(row) for row in rows]
    for view in views:
        view.beds, view.free = beds.get(view.id, (0, 0))
    return Page(items=views, next=following)


@router.post("/cases/{case_id}/placements", status_code=201)
async def request(
    session: Session, actor: Actor, case_id: UUID, told: PlacementTold
) -> PlacementShown:
    """申请临时监护安置：按顺序预留床位（WL24:3.3b-1、3.5）。"""
    row = await placements.request(session, actor, case_id, told)
    return await placements.shown(session, actor, row)


@router.get("/cases/{case_id}/placements")
async def list_placements(session: Session, actor: Actor, case_id: UUID) -> list[PlacementShown]:
    """个案的安置。"""
    case = await the_case(session, actor, case_id)
    return [
        await placements.shown(session, actor, row) for row in await placements_of(session, case.id)
    ]


@router.get("/placements")
async def list_all_placements(
    session: Session,
    actor: Actor,
    state: Filter = None,
    facility_id: UUID | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[PlacementShown]:
    """安置台账：谁在本场所、哪些床位已预留；可按状态、场所筛选。"""
    wanted = placements_where(actor, state, facility_id)
    keys = (Placement.requested_at, Placement.id)
    rows, following = await paged(
        session, wanted, keys, cursor=cursor, limit=limit, descending=True
    )
    return Page(items=[await placements.shown(session, actor, r) for r in rows], next=following)


@router.get("/placements/{placement_id}")
async def read_placement(session: Session, actor: Actor, placement_id: UUID) -> PlacementShown:
    """一次安置。"""
    row = await returning.the_placement(session, actor, placement_id)
    return await placements.shown(session, actor, row)


def _mover(verb: str) -> Callable[..., Any]:
    async def move(
        session: Session, actor: Actor, placement_id: UUID, told: MoveTold
    ) -> PlacementShown:
        row = await placements.move_placement(session, actor, placement_id, verb, told.note)
        return await placements.shown(session, actor, row)

    return move


def _ender(verb: str) -> Callable[..., Any]:
    async def move(
        session: Session, actor: Actor, placement_id: UUID, told: EndTold
    ) -> PlacementShown:
        row = await ending.end(session, actor, placement_id, verb, told)
        return await placements.shown(session, actor, row)

    return move


PLACEMENT = "/placements/{placement_id}"
add_moves(
    router,
    PLACEMENT,
    PLACEMENT_MOVES,
    _mover,
    PlacementShown,
    verbs=("confirmation", "cancellation", "collection"),
)
add_moves(router, PLACEMENT, PLACEMENT_MOVES, _ender, PlacementShown, verbs=ending.ENDS)


@router.post("/placements/{placement_id}/hand-over")
async def hand_over(
    session: Session, actor: Actor, placement_id: UUID, told: HandOverTold
) -> PlacementShown:
    """书面交接，临时监护开始。"""
    row = await placements.hand_over(session, actor, placement_id, told)
    return await placements.shown(session, actor, row)


@router.post("/placements/{placement_id}/case-note")
async def case_note(session: Session, actor: Actor, placement_id: UUID) -> PlacementShown:
    """案件侦办查处情况说明（法发〔2014〕24号13）。"""
    row = await placements.case_note(session, actor, placement_id)
    return await placements.shown(session, actor, row)


@router.post("/placements/{placement_id}/gate")
async def gate(session: Session, actor: Actor, placement_id: UUID, told: ReturnTold) -> GateShown:
    """能否送回：只问不办（WL24:3.3b-2）。"""
    row = await returning.the_placement(session, actor, placement_id)
    found = await returning.gate(session, row, told)
    return returning.gate_view(found, found.met)


@router.post("/placements/{placement_id}/continuation")
async def keep_in_care(
    session: Session, actor: Actor, placement_id: UUID, told: MoveTold
) -> PlacementShown:
    """未领回，继续临时监护（FF2014-24:19）。"""
    row = await returning.keep_in_care(session, actor, placement_id, told.note)
    return await placements.shown(session, actor, row)


@router.post("/placements/{placement_id}/return")
async def send_home(
    session: Session, actor: Actor, placement_id: UUID, told: ReturnTold
) -> PlacementShown:
    """决定送回监护人抚养（WL24:3.3b-2）。"""
    row = await returning.send_home(session, actor, placement_id, told)
    return await placements.shown(session, actor, row)


@router.post("/cases/{case_id}/foundlings", status_code=201)
async def found(
    session: Session, actor: Actor, case_id: UUID, told: FoundlingTold
) -> FoundlingShown:
    """弃婴（儿童）调查（WL24:4.1c-1、2.2.4）。"""
    return FoundlingShown.model_validate(await homes.found(session, actor, case_id, told))


@router.get("/cases/{case_id}/foundlings")
async def list_foundlings(session: Session, actor: Actor, case_id: UUID) -> list[FoundlingShown]:
    """个案的弃婴（儿童）调查（WL24:4.1c-1）。"""
    rows = await homes.foundlings_of(session, actor, case_id)
    return [FoundlingShown.model_validate(row) for row in rows]


@router.post("/foundlings/{foundling_id}/steps", status_code=201)
async def inquire(
    session: Session, actor: Actor, foundling_id: UUID, told: FoundlingStep
) -> FoundlingShown:
    """打拐比对、查找、公告、结果。"""
    return FoundlingShown.model_validate(await homes.inquire(session, actor, foundling_id, told))


@router.post("/cases/{case_id}/transfers", status_code=201)
async def open_transfer(
    session: Session, actor: Actor, case_id: UUID, told: TransferTold
) -> TransferShown:
    """跨省（市）移交（WL24:3.5c-3）。"""
    return homes.shown(await homes.open_transfer(session, actor, case_id, told))


@router.get("/transfers")
async def list_open_transfers(
    session: Session, actor: Actor, cursor: Cursor = None, limit: Limit = 50
) -> Page[TransferShown]:
    """对方尚未确认的移交。"""
    actor.of("protection_centre", "civil_affairs", "child_protection_office", "procuratorate")
    rows, following = await paged(
        session, open_transfers(), (Transfer.opened_at, Transfer.id), cursor=cursor, limit=limit
    )
    return Page(items=[homes.shown(row) for row in rows], next=following)


def _transfer_mover(verb: str) -> Callable[..., Any]:
    async def move(
        session: Session, actor: Actor, transfer_id: UUID, told: TransferMove
    ) -> TransferShown:
        return homes.shown(await homes.move_transfer(session, actor, transfer_id, verb, told))

    return move


add_moves(router, "/transfers/{transfer_id}", TRANSFER_MOVES, _transfer_mover, TransferShown)
