"""An instant somebody tells: with its time zone, and of a time that can be reckoned with.

The first and the last year there are have instants that no other time zone can name.
"""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

Instant = Annotated[
    AwareDatetime,
    Field(ge=datetime(1900, 1, 1, tzinfo=UTC), le=datetime(2199, 12, 31, tzinfo=UTC)),
]
