"""The gateway's own HTTP doors: sign-in, clients, receipts, events, webhooks, documents."""

from collections.abc import Iterable

from fastapi import APIRouter


def routers() -> Iterable[APIRouter]:
    """Every router of the gateway."""
    from gateway.api import (
        accesses,
        clients,
        clock,
        dci,
        documents,
        events,
        oauth,
        officers,
        openings,
        receipts,
        sign_in,
        webhooks,
    )

    own = [oauth, sign_in, documents, clients, officers, accesses, receipts]
    own += [events, webhooks, openings, clock, dci]
    return [one.router for one in own]
