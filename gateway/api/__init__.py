"""The gateway's own HTTP doors: sign-in, clients, receipts, events, webhooks, documents."""

from collections.abc import Iterable

from fastapi import APIRouter


def routers() -> Iterable[APIRouter]:
    """Every router of the gateway."""
    from gateway.api import clients, clock, oauth, openings, receipts

    return [oauth.router, clients.router, openings.router, receipts.router, clock.router]
