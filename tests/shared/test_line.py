"""A line to NATS that breaks is made anew, and a stream that was lost is filled again."""

from contextlib import suppress
from uuid import uuid4

from nats.errors import Error as NatsError

from shared.database import Sessions
from shared.relay import Bus
from tests.patience import eventually
from tests.shared.conftest import asked, told


async def test_a_line_that_broke_in_a_quiet_time_is_made_anew_and_the_stream_looked_at(
    sessions: Sessions,
) -> None:
    bus = Bus("referrals", sessions, {})
    await bus.start()
    await told(sessions, asked(uuid4()))
    bus.wake()

    async def it_is_there() -> bool:
        with suppress(NatsError):
            stream = await (await bus.connected()).stream_info("HUTONG")
            return bool(stream.state.messages == 1)
        return False

    await eventually(it_is_there)
    broken = bus.client
    await (await bus.connected()).delete_stream("HUTONG")
    await broken.close()
    await eventually(it_is_there)
    assert bus.client is not broken
    await bus.stop()


async def test_a_lost_stream_is_rebuilt_from_the_outbox(sessions: Sessions) -> None:
    bus = Bus("referrals", sessions, {})
    await bus.start()
    await told(sessions, asked(uuid4()), asked(uuid4()))
    bus.wake()

    async def nothing_waits() -> bool:
        return int((await bus.state())["unsent"]) == 0

    await eventually(nothing_waits)
    assert bus.jetstream is not None
    await bus.jetstream.delete_stream("HUTONG")
    await bus.stop()
    again = Bus("referrals", sessions, {})
    await again.start()

    async def both_are_back() -> bool:
        if again.jetstream is None:
            return False
        return bool((await again.jetstream.stream_info("HUTONG")).state.messages == 2)

    await eventually(both_are_back)
    await again.stop()
