"""What the details of a parent say of its state by their names alone (由字段名得知的状态).

`death_date`, 入狱时间 and `deported_on` say what happened and not only when: a parent told by them
and by no word of its own is no ordinary living one. Of a day or a length that names nothing,
nobody knows what it is of.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from services.eligibility.rules.statements.parents import STATUS_DETAILS

_BY_NAME: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("declared_dead", re.compile("declared_dead|宣告死亡")),
    ("dead", re.compile("(?<!not_)dea(?:d|th|ths)(?![a-z])|died|deceased|死亡|去世|病故|身故")),
    ("declared_missing", re.compile("declared_missing|宣告失踪")),
    ("drug_isolation", re.compile("isolation|drug|戒毒")),
    ("prison", re.compile("prison|jail|sentenc|served|serving|imprison|服刑|入狱|收监|刑期|判处")),
    ("arrest", re.compile("custody|arrest|detain|detention|held|逮捕|羁押|收押|拘留")),
    ("lost_contact", re.compile("lost|missing|contact|last_seen|失联|失去联系|联系")),
    ("deported", re.compile("deport|遣送|驱逐|遣返")),
    ("revoked", re.compile("revo[ck]|撤销")),
)
# A state that is over by the day told of it, and what speaks of a state itself.
_OVER = re.compile("releas|restor|found|return|remain|出狱|释放|恢复|找到|返回|余刑")
_STATES = (
    "status alive dead life custody kind guardianship_revoked deported lost_contact found "
    "unidentified declared_missing at_liberty away performs_duty in_contact"
)
STATES = frozenset(_STATES.split())


def state_of(given: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """The status that names of details tell, where no field tells it; unknown, where they are of
    something nobody names.

    `given` are the fields under the names they were told by, `said` under their own.
    """
    if not STATES.isdisjoint(said):
        return {}
    told = [str(key).lower() for key, value in given.items() if value is not None]
    named = _named_by(told)[:1]
    if any(_OVER.search(key) for key in told):
        return {}
    if named:
        return {"status": named[0]}
    if _named_by(str(key).lower() for key in given):  # a day of death or custody nobody knows
        return {"status": None}
    details = (*STATUS_DETAILS, "term_months", "custody_since")
    return {"status": None} if any(said.get(name) is not None for name in details) else {}


def _named_by(keys: Iterable[str]) -> list[str]:
    return [code for key in keys for code, pattern in _BY_NAME if pattern.search(key)]
