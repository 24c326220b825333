"""The one clock. Real time, or with CLOCK=virtual a time that moves only when told.

The virtual time lies in a file beside the data, so that all processes of a platform share
it and a restart keeps it. Lives of tokens, signatures and retries alone are the system's own
seconds, `instant(time())`: a rehearsal of a year does not end them.
"""

import os
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from uuid import uuid4

from shared.jurisdiction import jurisdiction
from shared.settings import settings


@lru_cache(maxsize=4)
def _in(folder: Path) -> Path:
    return folder / "clock"


def _file() -> Path:
    return _in(settings().data_dir)


def clock() -> datetime:
    """Now, as an aware instant in UTC."""
    if settings().clock == "real":
        return datetime.now(UTC)
    try:
        found = os.stat(_file())  # noqa: PTH116 - asked several times a request: a third of Path's price
    except FileNotFoundError:
        set_clock(settings().clock_start or datetime.now(UTC).replace(microsecond=0))
        return clock()
    return _told(str(_file()), found.st_ino, found.st_mtime_ns)


@lru_cache(maxsize=4)
def _told(file: str, _inode: int, _changed: int) -> datetime:
    """What the file says; read again only when another file took its place."""
    return datetime.fromisoformat(Path(file).read_text())


def set_clock(moment: datetime) -> None:
    """Move the virtual clock. It may be set back, but only a fool would."""
    settings().data_dir.mkdir(parents=True, exist_ok=True)
    # A name of its own: all processes that ask first at one moment begin the clock.
    fresh = _file().with_suffix(f".{uuid4().hex}")
    fresh.write_text(moment.astimezone(UTC).isoformat())
    fresh.replace(_file())


def instant(seconds: float) -> datetime:
    """Technical time, for what lives seconds and minutes: never the virtual clock."""
    return datetime.fromtimestamp(seconds, UTC)


def legal_day(moment: datetime) -> date:
    """The day whose law applies: in Wenling, UTC is still yesterday until eight."""
    return jurisdiction().calendar.legal_day(moment)


def start_of(day: date) -> datetime:
    """The first instant (UTC) of a legal day."""
    return jurisdiction().calendar.start_of(day)


def end_of(day: date) -> datetime:
    """The first instant (UTC) after a legal day: a deadline on that day is missed from here on."""
    return jurisdiction().calendar.end_of(day)
