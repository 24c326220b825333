"""Waiting for what other processes bring about: as long as it takes, and no fixed time.

A test that sleeps for a while is slow on every machine and wrong on a slow one. The patience is
the most anybody waits before the test fails; who waits for something that comes never feels it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import httpx

PATIENCE = 90.0
Found = TypeVar("Found")

# One call by itself; the library's own would give a busy machine five seconds, and read every
# authority there is for each of them.
request, get, post = (
    partial(call, timeout=PATIENCE, verify=False) for call in (httpx.request, httpx.get, httpx.post)
)


def until(ask: Callable[[], Found], *passing: type[Exception], seconds: float = PATIENCE) -> Found:
    """What `ask` answers as soon as it is something; errors that will pass are waited out."""
    end, last = time.monotonic() + seconds, None
    while time.monotonic() < end:
        try:
            if found := ask():
                return found
        except passing as error:
            last = error
        time.sleep(0.05)
    raise AssertionError(f"nothing came in {seconds} s; last error: {last}")


async def eventually(ask: Callable[[], Awaitable[Found]], seconds: float = PATIENCE) -> Found:
    """The same where tasks of this process bring it about."""
    async with asyncio.timeout(seconds):
        while not (found := await ask()):  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.05)
        return found
