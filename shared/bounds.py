"""How much one telling may say, and of which days: what no situation of a child could hold."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field

# What is read by its words is read key by key, which takes time.
FACTS, LEVELS, SIGNS = 1_000, 16, 20_000
# Terms and ages are reckoned from a day; from the calendar's last ones nothing follows.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
Year = Annotated[int, Field(ge=FIRST_DAY.year, le=LAST_DAY.year)]


def within(day: date) -> bool:
    """Whether a day could be one of a living person, or of what follows for one."""
    return FIRST_DAY <= day <= LAST_DAY


def bounded(said: Any) -> Any:
    """What was said, unless no situation of a child could be so long or so deep; ValueError."""
    waiting = [(said, LEVELS)] if isinstance(said, (dict, list)) else []
    facts, signs = FACTS, SIGNS
    while waiting:
        inside, levels = waiting.pop()
        facts -= len(inside)
        parts = inside.values() if isinstance(inside, dict) else inside
        signs -= sum(map(len, inside)) if isinstance(inside, dict) else 0
        if facts < 0 or signs < 0 or not levels:
            raise ValueError(
                f"事实过多或嵌套过深：至多 {FACTS} 项、{LEVELS} 层 | "
                f"At most {FACTS} facts on {LEVELS} levels, with keys of {SIGNS} signs in all"
            )
        waiting += [(part, levels - 1) for part in parts if isinstance(part, (dict, list))]
    return said
