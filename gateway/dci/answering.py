"""What is answered, message by message: search, enrolment, subscriptions, status (应答)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.dci.conditions import CRITERIA, FILTER, Wanted, wanted
from gateway.dci.messages import (
    Authorize,
    EnrolledMessage,
    SearchCriteria,
    SearchItem,
    SearchMessage,
    SubscribeItem,
    SubscribeMessage,
    UnsubscribeMessage,
)
from gateway.dci.records import RECORD_TYPE, STATUSES, beneficiary, programme, status_of
from gateway.dci.refusals import ItemRefused, TooManyRequests, WrongCount
from gateway.dci.registry import CHECKS, SEARCHES, Registry, kept, stamp
from gateway.models import RegistrySubscription
from shared.database import new_id, now
from shared.identity import Principal
from shared.problem import Forbidden

MOST_ITEMS, MOST_RECORDS, LARGEST_PAGE = 20, 100, 100
SORTABLE = ("UIN", "birth_date", "registration_date")
# The standard's events (as it spells them) and ours.
EVENTS = {
    "enrollement": ("eligibility.award.opened.v1",),
    "enrollement_status_change": ("eligibility.award.ended.v1", "eligibility.child.left.v1"),
}


class Referring(Protocol):
    """A request of a message: all have a reference of their sender."""

    reference_id: str


Item = TypeVar("Item", bound=Referring)


def check_count(total: int, items: Sequence[Any]) -> None:
    """WrongCount, TooManyRequests."""
    if total != len(items):
        raise WrongCount(where="header.total_count", allowed=[len(items)])
    if len(items) > MOST_ITEMS:
        raise TooManyRequests(where="header.total_count", allowed=[MOST_ITEMS])


async def searched(
    registry: Registry, caller: Principal, message: SearchMessage, correlation: str
) -> dict[str, Any]:
    """The answer to a search: each request answered or refused by itself."""
    answers = []
    for item, again in repeated(message.search_request):
        answer: dict[str, Any] = {"reference_id": item.reference_id, "timestamp": stamp()}
        try:
            refuse_repeated(again)
            answer |= {"status": "succ", **await _records(registry, caller, item)}
        except ItemRefused as refused:
            answer |= rejected(refused)
        except Forbidden:
            answer |= rejected(ItemRefused(CRITERIA, "this department may not search"))
        answers.append(answer)
    return {
        "transaction_id": message.transaction_id,
        "correlation_id": correlation,
        "search_response": answers,
    }


async def _records(registry: Registry, caller: Principal, item: SearchItem) -> dict[str, Any]:
    criteria = item.search_criteria
    asked, (size, number) = _asked(criteria), _page(criteria)
    caller = purposed(registry, caller, criteria.authorize)
    found = await registry.ask(caller, SEARCHES, asked.person)
    if len(found) > MOST_RECORDS:
        raise ItemRefused("rjct.search.too_many_records_found", "name the UIN")
    if asked.programme is not None:
        found = [one for one in found if one["enrolment"] is not None]
    if asked.status is not None:
        found = [one for one in found if status_of(one) == asked.status]
    for sort in reversed(criteria.sort):
        found.sort(key=lambda one: _key(one, sort.attribute_name), reverse=sort.sort_order != "asc")
    shown = found[(number - 1) * size : number * size]
    data = {"version": "1.0.0", "reg_record_type": RECORD_TYPE}
    pagination = {"page_size": size, "page_number": number, "total_count": len(found)}
    return {
        "data": data | {"reg_records": [beneficiary(one) for one in shown]},
        "pagination": pagination,
    }


def _asked(criteria: SearchCriteria) -> Wanted:
    asked = wanted(criteria.query_type, criteria.query)
    if asked.programme not in (None, programme()):
        raise ItemRefused(FILTER, f"the programme here is {programme()}")
    if asked.status not in (None, *STATUSES):
        raise ItemRefused(FILTER, f"enrolment_status is one of {', '.join(STATUSES)}")
    if any(sort.attribute_name not in SORTABLE for sort in criteria.sort):
        raise ItemRefused("rjct.sort.invalid", f"sorted by {', '.join(SORTABLE)} alone")
    return asked


def _page(criteria: SearchCriteria) -> tuple[int, int]:
    page = criteria.pagination
    size, number = (page.page_size, page.page_number) if page else (LARGEST_PAGE, 1)
    if not (1 <= size <= LARGEST_PAGE and number >= 1):
        raise ItemRefused("rjct.pagination.invalid", f"page_size is 1 to {LARGEST_PAGE}")
    return size, number


def _key(found: dict[str, Any], attribute: str) -> str:
    """What is sorted by, as the caller sees it."""
    if attribute == "registration_date":
        return str(found["registered_at"])
    identity = found["particulars"].get("identity", {})
    return str(identity.get({"UIN": "id_no"}.get(attribute, attribute)) or "")


async def checked(
    registry: Registry, caller: Principal, message: EnrolledMessage, correlation: str
) -> dict[str, Any]:
    """Yes or no, for whoever gives other living relief (与其他生活救助不重复享受)."""
    criteria = message.enrolled_criteria
    answer: dict[str, Any] = {"reference_id": message.transaction_id, "timestamp": stamp()}
    if criteria.response_entity != "Member":
        raise ItemRefused(CRITERIA, "children are members; groups are not kept")
    asked = wanted(criteria.query_type, criteria.query)
    if asked.programme not in (None, programme()):
        raise ItemRefused(FILTER, f"the programme here is {programme()}")
    if asked.status is not None:
        raise ItemRefused(FILTER, "enrolment_status cannot be asked here")
    said = await registry.ask(replace(caller, purpose="eligibility"), CHECKS, asked.person)
    answer |= {"status": "succ", "enrolled_status": "yes" if said["enrolled"] else "no"}
    return {
        "transaction_id": message.transaction_id,
        "correlation_id": correlation,
        "enrolled_response": [answer],
    }


async def subscribed(
    session: AsyncSession,
    registry: Registry,
    caller: Principal,
    message: SubscribeMessage,
    correlation: str,
    webhook_id: UUID,
) -> dict[str, Any]:
    """The answer to wishes to be told: each subscribed or refused by itself."""
    answers = []
    for item, again in repeated(message.subscribe_request):
        answer: dict[str, Any] = {"reference_id": item.reference_id, "timestamp": stamp()}
        try:
            refuse_repeated(again)
            row = await _subscription(session, registry, caller, item)
            row |= {"webhook_id": webhook_id, "transaction_id": message.transaction_id}
            await _subscribe(session, row)
            answer |= {"status": "succ", "subscriptions": [info(row, item)]}
        except ItemRefused as refused:
            answer |= rejected(refused)
        except Forbidden:
            answer |= rejected(
                ItemRefused("rjct.notify_types.invalid", "this department may not search")
            )
        answers.append(answer)
    return {
        "transaction_id": message.transaction_id,
        "correlation_id": correlation,
        "subscribe_response": answers,
    }


async def _subscription(
    session: AsyncSession, registry: Registry, caller: Principal, item: SubscribeItem
) -> dict[str, Any]:
    """The row of a subscription: only to what the table tells this department of, of one child."""
    criteria = item.subscribe_criteria
    heard = registry.house.audience.types_for(caller.department)
    if not set(EVENTS[criteria.reg_event_type]) & set(heard):
        raise ItemRefused("rjct.notify_types.invalid", "this department is not told of such events")
    if criteria.notify_record_type != RECORD_TYPE:
        raise ItemRefused("rjct.notify_types.invalid", f"notify_record_type is {RECORD_TYPE}")
    if criteria.frequency is not None:
        raise ItemRefused("rjct.notify_details.invalid", "told at once; leave frequency out")
    asked = wanted(criteria.filter_type, criteria.filter)
    if asked.programme not in (None, programme()) or asked.status is not None:
        raise ItemRefused("rjct.notify_details.invalid", f"the programme here is {programme()}")
    caller = purposed(registry, caller, criteria.authorize)
    found = await registry.ask(caller, SEARCHES, asked.person)
    if len(found) != 1:
        raise ItemRefused("rjct.person_id.invalid", "the filter leads to no one child you may know")
    return {
        "id": new_id(),
        "client_id": caller.client,
        "caller": kept(caller),
        "event": criteria.reg_event_type,
        "child_id": UUID(found[0]["child_id"]),
        "made_at": now(session),
    }


async def _subscribe(session: AsyncSession, row: dict[str, Any]) -> None:
    made = await session.execute(
        upsert(RegistrySubscription)
        .values(row)
        .on_conflict_do_nothing()
        .returning(RegistrySubscription.id)
    )
    if made.first() is None:
        raise ItemRefused("rjct.event.already_subscribed", "there is such a subscription already")


def info(row: dict[str, Any], item: SubscribeItem) -> dict[str, Any]:
    """A subscription as the standard shows it; under both names it gives the code."""
    criteria = item.subscribe_criteria
    said: dict[str, Any] = {
        "reg_event_type": criteria.reg_event_type,
        "notify_record_type": criteria.notify_record_type,
    }
    code = str(row["id"])
    names = {"code": code, "subscription_code": code, "status": "subscribe", "timestamp": stamp()}
    return {"version": "1.0.0", **names, **said, "subscribe_criteria": said}


async def unsubscribed(
    session: AsyncSession, caller: Principal, message: UnsubscribeMessage, correlation: str
) -> dict[str, Any]:
    """The subscriptions that end; a code that is not the caller's refuses all of them."""
    codes = message.codes()
    rows = await session.scalars(
        select(RegistrySubscription)
        .where(RegistrySubscription.client_id == caller.client)
        .with_for_update()
    )
    own = {str(row.id): row for row in rows}
    said: dict[str, Any] = {
        "transaction_id": message.transaction_id,
        "correlation_id": correlation,
        "timestamp": stamp(),
        "timesatmp": stamp(),
    }
    if not codes or any(code not in own for code in codes):
        return said | rejected(ItemRefused("rjct.subscription_code.invalid", "not a code of yours"))
    if any(own[code].ended_at is not None for code in codes):
        return said | rejected(ItemRefused("rjct.event.already_unsubscribed", "ended before"))
    for code in codes:
        own[code].ended_at = now(session)
    ended = [{"code": code, "status": "unsubscribe"} for code in codes]
    return said | {"status": "succ", "subscription_status": ended}


def notified(transaction_id: str, found: dict[str, Any], event: str) -> dict[str, Any]:
    """What a subscriber is told: the record as it may see it."""
    kind = {"version": "1.0.0", "reg_event_type": event, "reg_record_type": RECORD_TYPE}
    data = {**kind, "reg_records": beneficiary(found)}
    told = {"reference_id": str(uuid4()), "timestamp": stamp(), "data": data}
    return {"transaction_id": transaction_id, "notify_event": [told]}


def repeated(items: Sequence[Item]) -> list[tuple[Item, bool]]:
    """Each request, and whether its reference came before in the same message."""
    seen: set[str] = set()
    found = []
    for item in items:
        found.append((item, item.reference_id in seen))
        seen.add(item.reference_id)
    return found


def refuse_repeated(again: bool) -> None:
    """Two requests of one reference could not be told apart in the answer."""
    if again:
        raise ItemRefused("rjct.reference_id.duplicate", "this reference_id came before")


def rejected(refused: ItemRefused) -> dict[str, Any]:
    """A refused request in the answer."""
    return {
        "status": "rjct",
        "status_reason_code": refused.dci,
        "status_reason_message": refused.message,
    }


def purposed(registry: Registry, caller: Principal, said: Authorize | None) -> Principal:
    """The caller with the purpose its request names; an unknown purpose is refused."""
    if said is None or said.purpose is None:
        return caller
    purposes = registry.house.figure("gateway_purposes")
    if said.purpose.code not in purposes:
        raise ItemRefused(CRITERIA, f"purpose.code is one of {', '.join(purposes)}")
    return replace(caller, purpose=said.purpose.code)
