"""A small service for the tests of the gateway: made as every service is made, with few routes."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Mapped, mapped_column

from shared import database
from shared.bus import emit
from shared.database import Session, metadata_for, new_id
from shared.events.protection import CaseOpened
from shared.identity import Actor
from shared.web import Route, create_app

router = APIRouter(prefix="/v1/protection", route_class=Route)


class Note(database.Record):
    """What was pushed, in the order in which it came."""

    __tablename__ = "standing_in_note"
    metadata = metadata_for("standing_in")
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[int]
    department: Mapped[str]


class NewNote(BaseModel):
    model_config = ConfigDict(extra="forbid")
    number: int


@router.post("/reports", status_code=201)
async def report(
    request: Request, session: Session, actor: Actor, new: NewNote, response: Response
) -> Any:
    note = Note(id=new_id(), number=new.number, department=actor.department)
    session.add(note)
    await session.flush()
    response.headers["location"] = f"/v1/protection/reports/{note.id}"
    received = request.headers.get("hutong-received-at")
    return {"id": str(note.id), "number": note.number, "received_at": received}


@router.get("/reports/{report_id}")
async def who(request: Request, actor: Actor, report_id: str) -> dict[str, Any]:
    return {
        "department": actor.department,
        "client": actor.client,
        "officer": actor.officer,
        "town": actor.town,
        "purpose": actor.purpose,
        "break_glass": actor.break_glass,
        "request_id": actor.request_id,
        "headers": sorted(request.headers),
        "report_id": report_id,
    }


@router.post("/cases", status_code=201)
async def open_case(
    session: Session, actor: Actor, town: str | None = None, case_id: UUID | None = None
) -> dict[str, str]:
    case_id = case_id or new_id()
    event = CaseOpened(case_id=case_id, child_ref=None, level="attention", town=town)
    event_id = await emit(session, event)
    return {"case_id": str(case_id), "event_id": str(event_id)}


@router.get("/large")
async def large() -> Response:
    return Response(b"x" * 3_000_000, media_type="text/plain")


@router.get("/broken")
async def broken() -> StreamingResponse:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"x" * 1000
        raise ConnectionError

    return StreamingResponse(pieces(), media_type="text/plain")


@router.get("/slow")
async def slow(seconds: float) -> dict[str, str]:
    await asyncio.sleep(seconds)
    return {"slept": str(seconds)}


app = create_app("protection", [router])
