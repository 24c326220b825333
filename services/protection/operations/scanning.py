"""The virus scanner: clamd asked over TCP by its own protocol (INSTREAM), where one is named.

Without a scanner, or when it does not answer, a file is `unscanned` and says so: evidence is not
turned away because a machine is down.
"""

import asyncio
import struct
from dataclasses import dataclass

import structlog

from shared.settings import settings

log = structlog.get_logger()
CLEAN, INFECTED, UNSCANNED = "clean", "infected", "unscanned"
PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scanner says of a file: its state, and the name of what was found."""

    state: str
    found: str | None = None


async def scanned(data: bytes) -> Verdict:
    """Ask the scanner of the settings."""
    address = settings().virus_scanner
    if not address:
        return Verdict(UNSCANNED)
    host, _, port = address.rpartition(":")
    try:
        async with asyncio.timeout(settings().virus_scanner_seconds):
            return verdict_of(await _instream(host, int(port), data))
    except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError) as error:
        log.warning("virus scanner away", error=type(error).__name__)
        return Verdict(UNSCANNED)


async def _instream(host: str, port: int, data: bytes) -> bytes:
    """`zINSTREAM`, pieces with their length before them, an empty one, and the answer."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(b"zINSTREAM\0")
        for at in range(0, len(data), PIECE):
            piece = data[at : at + PIECE]
            writer.write(struct.pack("!I", len(piece)) + piece)
            await writer.drain()
        writer.write(struct.pack("!I", 0))
        await writer.drain()
        return await reader.readuntil(b"\0")
    finally:
        writer.close()


def verdict_of(answer: bytes) -> Verdict:
    """`stream: OK`, `stream: NAME FOUND`; an error of the scanner leaves the file unscanned."""
    said = answer.rstrip(b"\0\n").decode("utf-8", "replace").removeprefix("stream: ")
    if said == "OK":
        return Verdict(CLEAN)
    if said.endswith(" FOUND"):
        return Verdict(INFECTED, said.removesuffix(" FOUND"))
    log.warning("virus scanner refused", error=said.rsplit(". ", 1)[-1][:40])
    return Verdict(UNSCANNED)
