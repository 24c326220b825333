"""A small service on the real kernel, run as processes of its own to be killed.

As `protection` it takes steps of a case over HTTP and emits an event for each; as `referrals`
it hears them and writes what it did into the table `effect`, in the order in which it did it.
"""

import os
from types import ModuleType
from typing import Any
from uuid import UUID

from fastapi import APIRouter, FastAPI
from sqlalchemy import text

from shared import relay
from shared.bus import Received, emit, hears
from shared.database import Session
from shared.events.protection import CaseClosed
from shared.web import Route, create_app

EFFECTS = """
    CREATE TABLE effect (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        event_id uuid NOT NULL, subject_id uuid NOT NULL, sequence bigint NOT NULL,
        at timestamptz NOT NULL DEFAULT clock_timestamp());
    GRANT ALL ON effect TO hutong_app;
"""
router = APIRouter(prefix="/v1/protection/cases", route_class=Route)


@router.post("/{case_id}/steps", status_code=201)
async def take_step(session: Session, case_id: UUID) -> dict[str, UUID]:
    """One more step of a case; its event is committed with it."""
    step = CaseClosed(case_id=case_id, child_ref=None, reason="safe")
    return {"event_id": await emit(session, step)}


@hears(CaseClosed)
async def on_step(session: Any, event: CaseClosed, received: Received) -> None:
    """Write down that it took effect."""
    await session.execute(
        text("INSERT INTO effect (event_id, subject_id, sequence) VALUES (:id, :subject, :number)"),
        {"id": received.id, "subject": event.case_id, "number": received.sequence},
    )


CONSUMERS = ModuleType("consumers")
CONSUMERS.__dict__["on_step"] = on_step


async def _trusting(*_: Any) -> bool:
    """A broken variant: what was acknowledged once is believed to be there."""
    return True


def app() -> FastAPI:
    """The application of the service named by OFFICE, with patience scaled to a test."""
    relay.ACK_WAIT_SECONDS = 2
    if os.environ.get("FLAW") == "trusts the stream":
        vars(relay)["_still_has"] = _trusting
    if os.environ["OFFICE"] == "protection":
        return create_app("protection", [router])
    return create_app("referrals", [], consumers=CONSUMERS)
