"""`/v1/webhooks`: where to tell, what arrived, once more; the operator registers targets."""

from time import time
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Request
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.house import house_of
from gateway.models import Attempt, Delivery, Target, Webhook
from gateway.schemas import (
    DeliveryShown,
    NewTarget,
    NewWebhook,
    Renewal,
    Replay,
    TargetShown,
    WebhookMade,
    WebhookShown,
)
from gateway.stream import wish_of
from gateway.targets import pinned, require_room, target_of
from gateway.webhooks import disabled, fresh_secret, make
from shared.bus import emit
from shared.clock import instant
from shared.database import Session, new_id, now
from shared.identity import Actor, Principal
from shared.jurisdiction import jurisdiction
from shared.pages import Cursor, Limit, Page, paged
from shared.problem import Conflict, Invalid, NotFound
from shared.web import Route

router = APIRouter(prefix="/v1", route_class=Route, tags=["webhooks"])
OVERLAP = "gateway_secret_overlap_hours"


class TargetExists(Conflict):
    """A department's target is registered once, until it ends."""

    zh, en = "此推送地址已登记", "This target is registered already"


class NotDisabled(Conflict):
    """Only a webhook that was disabled begins again."""

    zh, en = "此订阅并未停用", "This webhook is not disabled"


@router.post("/webhook-targets", response_model=TargetShown, status_code=201)
async def register_target(session: Session, actor: Actor, new: NewTarget) -> Any:
    """Register where a department may be told, pinned to its networks."""
    department = jurisdiction().department(new.department).code
    try:
        networks = pinned(new.host, new.networks)
    except ValueError as error:
        raise Invalid("网段不符合要求", str(error)[:200], where="body.networks") from error
    place = {"department": department, "host": new.host, "port": new.port}
    said = {"networks": networks, "plain": new.plain, "ended_at": None}
    said |= {"registered_by": actor.client, "registered_at": now(session)}
    made = await session.scalars(
        upsert(Target)
        .values(id=new_id(), **place, **said)
        .on_conflict_do_update(
            index_elements=list(place), set_=said, where=Target.ended_at.is_not(None)
        )
        .returning(Target)
    )
    row = made.one_or_none()
    if row is None:
        raise TargetExists()
    return row


@router.delete("/webhook-targets/{target_id}", response_model=TargetShown)
async def end_target(session: Session, target_id: UUID) -> Any:
    """Nobody is told there any more: its webhooks are disabled and say why."""
    row = await session.get(Target, target_id, with_for_update=True)
    if row is None or row.ended_at is not None:
        raise NotFound()
    row.ended_at = now(session)
    going = (Webhook.target_id == row.id, Webhook.state == "active")
    said = {"state": "disabled", "why": "推送地址登记已撤销"}
    ended = await session.scalars(update(Webhook).where(*going).values(said).returning(Webhook))
    for webhook in ended:
        await emit(session, disabled(webhook))
    return row


@router.get("/webhook-targets", response_model=Page[TargetShown])
async def targets(session: Session, limit: Limit = 50, cursor: Cursor = None) -> Any:
    """Every registered target."""
    living = select(Target).where(Target.ended_at.is_(None))
    rows, following = await paged(session, living, [Target.id], cursor=cursor, limit=limit)
    return Page(items=[TargetShown.model_validate(row) for row in rows], next=following)


@router.post("/webhooks", response_model=WebhookMade, status_code=201)
async def make_webhook(request: Request, session: Session, actor: Actor, new: NewWebhook) -> Any:
    """Be told of events at a URL; the secret that signs them is in this answer only."""
    house = house_of(request.app)
    wish_of(new.types, [], [], house.audience.types_for(actor.department))
    await require_room(session, actor.client, house.figure("gateway_webhooks"))
    target = await target_of(session, actor.department, new.url)
    return _made(*await make(session, actor, target, new.url, types=new.types))


@router.get("/webhooks", response_model=Page[WebhookShown])
async def webhooks(session: Session, actor: Actor, limit: Limit = 50, cursor: Cursor = None) -> Any:
    """The caller's own webhooks, and whether they work."""
    wanted = select(Webhook).where(Webhook.client_id == actor.client, Webhook.state != "removed")
    rows, following = await paged(session, wanted, [Webhook.id], cursor=cursor, limit=limit)
    return Page(items=[WebhookShown.model_validate(row) for row in rows], next=following)


@router.delete("/webhooks/{webhook_id}", response_model=WebhookShown)
async def remove_webhook(session: Session, actor: Actor, webhook_id: UUID) -> Any:
    """No more; its log stays."""
    row = await _own(session, actor, webhook_id)
    row.state = "removed"
    return row


@router.post("/webhooks/{webhook_id}/secret", response_model=WebhookMade)
async def renew_webhook_secret(
    request: Request,
    session: Session,
    actor: Actor,
    webhook_id: UUID,
    said: Annotated[Renewal | None, Body()] = None,
) -> Any:
    """A new secret, used from the next try on; the old one signs beside it for a while.

    With `end_old_now` it does not: somebody else knows it.
    """
    row = await _own(session, actor, webhook_id)
    overlap = 3600 * house_of(request.app).figure(OVERLAP)
    row.old_secret, row.old_secret_until = row.secret, instant(time() + overlap)
    if said and said.end_old_now:
        row.old_secret, row.old_secret_until = None, None
    secret, row.secret = fresh_secret(row.id)
    return _made(row, secret)


@router.post("/webhooks/{webhook_id}/activation", response_model=WebhookShown)
async def activate_webhook(session: Session, actor: Actor, webhook_id: UUID) -> Any:
    """Begin again after it was disabled; what waited is sent first."""
    row = await _own(session, actor, webhook_id)
    if row.state != "disabled":
        raise NotDisabled(allowed=["disabled"])
    await target_of(session, row.department, row.url)
    row.state, row.why, row.failures, row.failing_since = "active", None, 0, None
    waiting = (Delivery.webhook_id == row.id, Delivery.state == "waiting")
    await session.execute(update(Delivery).where(*waiting).values(due_at=instant(time())))
    return row


@router.post("/webhooks/{webhook_id}/replay")
async def replay_webhook(
    session: Session, actor: Actor, webhook_id: UUID, said: Replay
) -> dict[str, int]:
    """Send again what was delivered after a place in the stream; ids stay the same."""
    row = await _own(session, actor, webhook_id)
    wanted = (
        Delivery.webhook_id == row.id,
        Delivery.sequence > said.after,
        Delivery.state != "waiting",
    )
    again = await session.execute(
        update(Delivery)
        .where(*wanted)
        .values(state="waiting", attempts=0, due_at=instant(time()), delivered_at=None)
        .returning(Delivery.id)
    )
    return {"deliveries": len(again.all())}


@router.get("/webhooks/{webhook_id}/deliveries", response_model=Page[DeliveryShown])
async def deliveries(
    session: Session, actor: Actor, webhook_id: UUID, limit: Limit = 50, cursor: Cursor = None
) -> Any:
    """The log: every event for this webhook, newest first, with every try."""
    row = await _own(session, actor, webhook_id)
    wanted = select(Delivery).where(Delivery.webhook_id == row.id)
    rows, following = await paged(
        session, wanted, [Delivery.number], cursor=cursor, limit=limit, descending=True
    )
    tries = await _tries(session, [delivery.id for delivery in rows])
    shown = [
        DeliveryShown.model_validate({**one.__dict__, "tried": tries.get(one.id, [])})
        for one in rows
    ]
    return Page(items=shown, next=following)


async def _tries(session: AsyncSession, ids: list[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    found: dict[UUID, list[dict[str, Any]]] = {}
    tries = await session.scalars(
        select(Attempt).where(Attempt.delivery_id.in_(ids)).order_by(Attempt.id)
    )
    for one in tries:
        entry = {"at": one.at, "status": one.status, "error": one.error}
        found.setdefault(one.delivery_id, []).append(entry | {"milliseconds": one.milliseconds})
    return found


async def _own(session: AsyncSession, actor: Principal, webhook_id: UUID) -> Webhook:
    row = await session.get(Webhook, webhook_id, with_for_update=True)
    if row is None or row.client_id != actor.client or row.state == "removed":
        raise NotFound()
    return row


def _made(row: Webhook, secret: str) -> WebhookMade:
    shown = WebhookShown.model_validate(row).model_dump()
    return WebhookMade(**shown, secret=secret)
