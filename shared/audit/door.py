"""The record of disclosures over HTTP: who looked, the checkpoint, and a witness's signature."""

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.audit.disclosures import Disclosure, disclosure, record
from shared.audit.notes import parsed, signed_by
from shared.audit.seal import CheckpointRecord, Cosignature, Leaf, newest
from shared.audit.tree import consistency
from shared.audit.verify import WITNESS
from shared.database import Session, now
from shared.identity import Actor, Principal
from shared.keys import signing_key
from shared.pages import Cursor, Limit, Page, paged
from shared.problem import NotFound, Refused
from shared.route import Route

QUIET = "hiv."
READERS = ("auditor", "procuratorate", "child_protection_office")


class WrongSignature(Refused):
    """The line is not the witness's signature over that checkpoint."""

    zh, en = "会签与封存点不符", "The co-signature does not fit the checkpoint"


class Access(BaseModel):
    """One access to one person's particulars; what the fields contained is not here."""

    id: int
    at: datetime
    department: str
    officer: str | None
    town: str | None
    action: str
    subject_id: UUID
    fields: list[str]
    purpose: str
    basis: list[str]
    break_glass: str | None


class Witnessed(BaseModel):
    """A second department's signature line over a checkpoint (C2SP signed note)."""

    model_config = ConfigDict(extra="forbid")
    size: int
    line: str


def audit_router(service: str) -> APIRouter:
    """The routes of one service's record."""
    router = APIRouter(prefix=f"/v1/{service}/audit", tags=["audit"], route_class=Route)
    _who_looked(router)
    _witness(router)
    return router


def _who_looked(router: APIRouter) -> None:
    @router.get("/disclosures")
    async def list_disclosures(
        session: Session,
        actor: Actor,
        subject_id: UUID,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Page[Access]:
        """Who looked at a person (谁看过我): newest first; asking is recorded as well."""
        actor.of(*READERS)
        wanted = select(Disclosure).where(Disclosure.subject_id == subject_id)
        rows, following = await paged(
            session, wanted, [Disclosure.id], cursor=cursor, limit=limit, descending=True
        )
        await _asked(session, actor, subject_id)
        items = [spoken(row) for row in rows]
        return Page(items=items, next=following)


async def looked(
    session: AsyncSession, actor: Principal, subject_id: UUID, most: int
) -> Sequence[Disclosure]:
    """The newest accesses to a person in this record; that somebody asked is recorded as well."""
    actor.of(*READERS)
    rows = select(Disclosure).where(Disclosure.subject_id == subject_id)
    found = await session.scalars(rows.order_by(Disclosure.id.desc()).limit(most))
    await _asked(session, actor, subject_id)
    return found.all()


async def _asked(session: AsyncSession, actor: Principal, subject_id: UUID) -> None:
    own = {"action": "who_looked", "subject_id": subject_id, "subject_kind": "child"}
    about = own | {"fields": ["audit"], "basis": ["MINORS-NET:36"]}
    await record(session, [disclosure(session, actor, **about)])


def spoken(row: Disclosure) -> Access:
    """The access as its reader may hear of it: the list must not tell what is hidden elsewhere.

    That HIV was shown would say who has it: the field reads as one of health, its clause as that
    of medical care (泛化, AIDS:39). Who made a report, or added to it
    at the same unit, is nobody but 报告人 (WL24:3.1h-2).
    """
    seen = Access.model_validate(row, from_attributes=True)
    if seen.action == "report" or (seen.action, seen.department) == ("write", "institution"):
        seen.officer, seen.town = "报告人", None
    if any(name.startswith(QUIET) for name in seen.fields):
        plain = [name for name in seen.fields if not name.startswith(QUIET)]
        seen.fields, seen.basis = sorted({*plain, "health.…"}), ["WL24:2.2.r"]
    return seen


def _witness(router: APIRouter) -> None:
    @router.get("/checkpoint")
    async def read_checkpoint(session: Session, actor: Actor) -> dict[str, Any]:
        """The newest signed checkpoint of the record, with the co-signatures it has."""
        actor.of(*READERS, "operator")
        record = await newest(session)
        if record is None:
            raise NotFound()
        signed = select(Cosignature.line).where(Cosignature.size == record.size)
        lines = list(await session.scalars(signed))
        return {"size": record.size, "note": record.note, "cosignatures": lines}

    @router.get("/consistency")
    async def prove_consistency(
        session: Session, actor: Actor, first: int, second: int
    ) -> dict[str, Any]:
        """The RFC 6962 proof that the record of `first` entries is the beginning of `second`."""
        actor.of(*READERS)
        hashes = list(await session.scalars(select(Leaf.hash).order_by(Leaf.index).limit(second)))
        if not 0 < first <= second == len(hashes):
            raise NotFound()
        proof = [base64.b64encode(one).decode() for one in consistency(hashes, first)]
        return {"first": first, "second": second, "proof": proof}

    @router.post("/cosignatures", status_code=201)
    async def cosign(session: Session, actor: Actor, given: Witnessed) -> dict[str, int]:
        """The witness found the checkpoint consistent with the one it knew, and signs it."""
        actor.of(WITNESS)
        record = await session.get(CheckpointRecord, given.size)
        if record is None:
            raise NotFound()
        text = parsed(record.note).text()
        if not signed_by(WITNESS, signing_key(WITNESS), text, given.line):
            raise WrongSignature()
        row = {"size": given.size, "witness": WITNESS, "line": given.line}
        row["signed_at"] = now(session)
        await session.execute(upsert(Cosignature).values(row).on_conflict_do_nothing())
        return {"size": given.size}
