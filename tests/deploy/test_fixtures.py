"""What every other test stands on: worlds of their own on servers they share."""

import asyncpg
import nats

from tests.conftest import Servers


async def test_the_servers_of_this_run_answer(servers: Servers) -> None:
    connection = await asyncpg.connect(servers.postgres_url)
    assert await connection.fetchval("show server_encoding") == "UTF8"
    await connection.close()


async def test_each_test_has_an_empty_nats(nats_url: str, module_nats_url: str) -> None:
    for url in (nats_url, module_nats_url):
        client = await nats.connect(url)
        await client.jetstream().add_stream(name="EVENTS", subjects=["a.>"])
        assert (await client.jetstream().account_info()).streams == 1
        await client.close()
