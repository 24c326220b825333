"""How events go over NATS: one line at a time, many out with one wait for all, and in again from
a message.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import Any
from uuid import uuid4

import orjson
import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError

from shared.background import Pace
from shared.bus import STREAM, Received, cloud_event
from shared.settings import settings

log = structlog.get_logger()
Row = Mapping[str, Any]
PUBLISH_SECONDS = 5
PULL_BATCH, PULL_SECONDS = 200, 5
PING_SECONDS = 5


async def connection(name: str, inbox_prefix: str = "_INBOX") -> Client:
    """A line to NATS, which does not mend itself: who finds it broken makes another.

    The library's own reconnecting can come back without saying so, and then nobody looks whether
    the stream that is there is the one there was.
    """

    async def complain(error: Exception) -> None:
        log.warning("nats", name=name, error=type(error).__name__)

    client, credentials = Client(), settings().nats_creds
    await client.connect(
        settings().nats_url,
        name=f"hutong-{name}",
        user_credentials=str(credentials) if credentials else None,
        inbox_prefix=inbox_prefix,
        allow_reconnect=False,
        connect_timeout=2,
        # A peer that vanished without a word is noticed after two of these.
        ping_interval=PING_SECONDS,
        error_cb=complain,
    )
    return client


async def publish(client: Client, rows: list[Row]) -> dict[int, Row]:
    """Publish events of different subjects; those JetStream has, by their place in the stream.

    The library's own `publish` makes a future, a timer and a task of each.
    """
    acknowledged: dict[int, Row] = {}
    answered, inbox = asyncio.Semaphore(0), client.new_inbox()

    async def note(message: Any) -> None:
        place = _place_of(message)
        if place is not None:
            acknowledged[place] = rows[int(message.subject.rpartition(".")[2])]
        answered.release()

    subscription = await client.subscribe(f"{inbox}.*", cb=note)
    try:
        async with asyncio.timeout(PUBLISH_SECONDS):
            sent = await _send(client, rows, inbox)
            for _ in range(sent):
                await answered.acquire()
    except TimeoutError:
        log.warning("not acknowledged", events=len(rows) - len(acknowledged))
    finally:
        with suppress(NatsError):
            await subscription.unsubscribe()
    return acknowledged


async def publish_whole(client: Client, rows: list[Row]) -> dict[int, Row]:
    """Publish events as one batch, which JetStream has on disk whole after one flush, or not at
    all; by their place in the stream. A batch with an event it has already is refused.
    """
    batch = {"Nats-Batch-Id": uuid4().hex}
    told = [_headers(r) | batch | {"Nats-Batch-Sequence": str(n)} for n, r in enumerate(rows, 1)]
    told[-1]["Nats-Batch-Commit"] = "1"
    try:
        for row, headers in zip(rows[:-1], told[:-1], strict=True):
            await client.publish(row["type"], _body(row), headers=headers)
        kind, body = rows[-1]["type"], _body(rows[-1])
        answer = await client.request(kind, body, timeout=PUBLISH_SECONDS, headers=told[-1])
    except (NatsError, OSError, TimeoutError) as error:
        log.warning("no batch published", error=type(error).__name__)
        return {}
    last = _place_of(answer)
    return {} if last is None else dict(enumerate(rows, last - len(rows) + 1))


async def _send(client: Client, rows: list[Row], inbox: str) -> int:
    """How many events went out; none after one that was refused."""
    for number, row in enumerate(rows):
        try:
            await client.publish(row["type"], _body(row), f"{inbox}.{number}", _headers(row))
        except (NatsError, OSError, TimeoutError) as error:
            log.warning("not published", error=type(error).__name__)
            return number
    return len(rows)


def event_of(message: Any) -> Received | None:
    """The event of a message, or None when it is none, or pretends to be another."""
    try:
        received = Received(orjson.loads(message.data))
    except ValueError:
        return None
    # PostgreSQL keeps no text with a zero in it.
    whole = received.type == message.subject and b"\\u0000" not in message.data
    return received if whole else None


def _body(row: Row) -> bytes:
    return orjson.dumps(cloud_event(row))


def _headers(row: Row) -> dict[str, str]:
    return {"Nats-Msg-Id": str(row["event_id"]), "Nats-Expected-Stream": STREAM}


def _place_of(message: Any) -> int | None:
    """Where in the stream an event lies; None when JetStream did not take it."""
    try:
        found = orjson.loads(message.data)
    except orjson.JSONDecodeError:  # nobody is there: the answer is empty
        return None
    return found.get("seq") if "error" not in found else None


async def pulled(client: Client, consumer: str, pace: Pace) -> AsyncIterator[list[Any]]:
    """Messages of a pull consumer as they come, those of one moment together; none for a while
    is an empty list.

    The library's own `fetch` waits until a batch is full, and its `next_msg` makes two tasks.
    """
    came: asyncio.Queue[Any] = asyncio.Queue()
    inbox = client.new_inbox()
    subscription = await client.subscribe(inbox, cb=came.put)
    request = orjson.dumps({"batch": PULL_BATCH, "expires": PULL_SECONDS * 1_000_000_000})
    asked = f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.{consumer}"
    try:
        while True:
            await client.publish(asked, request, reply=inbox)
            left, asks = PULL_BATCH, True
            while left > 0 and asks:
                async with asyncio.timeout(PULL_SECONDS + 2):
                    messages = [await came.get()]
                await pace.gather()
                messages += [came.get_nowait() for _ in range(came.qsize())]
                asks = not any(map(_ends_the_request, messages))
                messages = [one for one in messages if "Status" not in (one.headers or {})]
                left -= len(messages)
                yield messages
    except TimeoutError:
        # The request was lost with its connection; whoever pulls asks anew.
        return
    finally:
        with suppress(NatsError):
            await subscription.unsubscribe()


def _ends_the_request(message: Any) -> bool:
    """Whether it is no event but the server's word that a request is over."""
    headers = message.headers or {}
    if headers.get("Status") == "503" or "Deleted" in headers.get("Description", ""):
        raise ConnectionError("the consumer is not there")
    return "Status" in headers
