"""The gateway's own HTTP doors: sign-in, clients, receipts, events, webhooks, documents."""

from collections.abc import Iterable

from fastapi import APIRouter


def routers() -> Iterable[APIRouter]:
    """Every router of the gateway."""
    from gateway.api import (
        clients,
        clock,
        dci,
        documents,
        events,
        oauth,
        openings,
        receipts,
        sign_in,
        webhooks,
    )

    own = (oauth, sign_in, documents, clients, receipts, events, webhooks, openings, clock, dci)
    return [one.router for one in own]
