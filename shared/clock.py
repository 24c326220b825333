"""The one clock. Real time, or with CLOCK=virtual a time that moves only when told.

The virtual time lies in a file beside the data, so that all processes of a platform share
it and a restart keeps it. Nothing else in the project asks the system for the time.
"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from shared.settings import settings

LEGAL_ZONE = ZoneInfo("Asia/Shanghai")


def _file() -> Path:
    return settings().data_dir / "clock"


def clock() -> datetime:
    """Now, as an aware instant in UTC."""
    if settings().clock == "real":
        return datetime.now(UTC)
    try:
        return datetime.fromisoformat(_file().read_text())
    except FileNotFoundError:
        set_clock(datetime.now(UTC).replace(microsecond=0))
        return clock()


def set_clock(instant: datetime) -> None:
    """Move the virtual clock. It may be set back, but only a fool would."""
    settings().data_dir.mkdir(parents=True, exist_ok=True)
    fresh = _file().with_suffix(".new")
    fresh.write_text(instant.astimezone(UTC).isoformat())
    fresh.replace(_file())


def legal_day(instant: datetime) -> date:
    """The day whose law applies: in Wenling, UTC is still yesterday until eight."""
    return instant.astimezone(LEGAL_ZONE).date()


def start_of(day: date) -> datetime:
    """The first instant of a legal day."""
    return datetime(day.year, day.month, day.day, tzinfo=LEGAL_ZONE).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The first instant after a legal day: a deadline on that day is missed from here on."""
    return start_of(day + timedelta(days=1))
