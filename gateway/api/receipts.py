"""Receipts of pushes that were held, and the evidence of signed ones."""

from typing import Any
from uuid import UUID

import orjson
from fastapi import APIRouter
from sqlalchemy import select

from gateway.models import Evidence, Receipt
from gateway.schemas import EvidenceShown, ReceiptShown
from shared.database import Session
from shared.identity import Actor
from shared.pages import Cursor, Limit, Page, paged
from shared.problem import NotFound, Refused
from shared.vault import unseal_own
from shared.web import Route

router = APIRouter(prefix="/v1", route_class=Route, tags=["receipts"])
READERS_OF_EVIDENCE = ("procuratorate", "auditor")


class NotSetAside(Refused):
    """Only what was set aside can be forwarded again."""

    zh, en = "该收件未被搁置", "This push was not set aside"


@router.get("/receipts", response_model=Page[ReceiptShown])
async def receipts(session: Session, actor: Actor, limit: Limit = 50, cursor: Cursor = None) -> Any:
    """The caller's own receipts, oldest first, without the services' answers."""
    wanted = select(Receipt).where(Receipt.client_id == actor.client)
    rows, following = await paged(session, wanted, [Receipt.number], cursor=cursor, limit=limit)
    return Page(items=[_shown(row, whole=False) for row in rows], next=following)


@router.get("/receipts/{receipt_id}", response_model=ReceiptShown)
async def receipt(session: Session, actor: Actor, receipt_id: UUID) -> Any:
    """What became of one push, with what the service answered."""
    row = await session.get(Receipt, receipt_id)
    if row is None or (row.client_id != actor.client and actor.department != "operator"):
        raise NotFound()
    return _shown(row, whole=row.client_id == actor.client)


@router.post("/receipts/{receipt_id}/replay", response_model=ReceiptShown)
async def replay_receipt(session: Session, receipt_id: UUID) -> Any:
    """Forward again what was set aside, once the reason is mended."""
    row = await session.get(Receipt, receipt_id, with_for_update=True)
    if row is None:
        raise NotFound()
    if row.state != "set_aside":
        raise NotSetAside()
    row.state, row.attempts = "held", 0
    return _shown(row, whole=False)


@router.get("/evidence/{evidence_id}", response_model=EvidenceShown)
async def evidence(session: Session, actor: Actor, evidence_id: UUID) -> Any:
    """A signature as it was verified: for its signer, the procuratorate and the auditor."""
    row = await session.get(Evidence, evidence_id)
    mine = row is not None and row.client_id == actor.client
    if row is None or not (mine or actor.department in READERS_OF_EVIDENCE):
        raise NotFound()
    base = unseal_own(f"evidence|{row.id}", row.base).decode() if row.base else None
    return EvidenceShown.model_validate({**row.__dict__, "base": base})


def _shown(row: Receipt, *, whole: bool) -> ReceiptShown:
    answer: Any = None
    if whole and row.answer is not None:
        plain = unseal_own(f"answer|{row.id}", row.answer)
        answer = orjson.loads(plain) if plain else None
    return ReceiptShown.model_validate({**row.__dict__, "answer": answer})
