"""What a word of a parent's status means in its own phrase (状态用语的限定).

Work at home takes nobody away, a suspended sentence puts nobody in prison, and what was restored
is revoked no longer.
"""

import re
from collections.abc import Mapping
from typing import Any

from services.eligibility.rules.statements.phrasing import understood

# Where a parent works: 常年在新疆承包工程.
AT_WORK = re.compile("在([^，。；]{2,8}?)(?:工作|承包|开店|做生意|上班|谋生)")
# What a word of a status is not, where its own phrase says more: a search by the police is no
# declaration, work at home takes nobody away, and what was restored is revoked no longer.
_QUALIFIED: Mapping[str, tuple[str, str]] = {
    "declared_missing": (
        "^(?!.*(?:宣告|法院|判决)).*(?:报警|报案|公安|查找)|未.{0,6}宣告",
        "missing_undeclared",
    ),
    "away": (
        "本地|本市|本镇|本村|附近|就近|家门口|在家|早出晚归|(?:每[天日晚周]|周末).{0,3}回",
        "alive",
    ),
    "revoked": ("恢复", "alive"),
    "at_liberty_under_order": ("撤销缓刑|缓刑.{0,4}撤销|撤销假释|假释.{0,4}撤销|收监", "prison"),
}


def outside(text: str) -> bool:
    """Whether words say of a sentence that it is not served in prison: 有期徒刑三年，缓刑四年."""
    codes = understood("status", text) or ()
    return "at_liberty_under_order" in [as_it_stands(code, text) for code in codes]


def comes_home(text: str) -> bool:
    """Whether words say of a parent that works that it is home all the same: 每周末回家."""
    return re.search(_QUALIFIED["away"][0], text) is not None


def noted(text: str) -> dict[str, Any]:
    """What a note about a parent takes from its status: served outside, not declared by a court."""
    undeclared = re.search("(?:未|没有)[^，。；]{0,6}宣告", text)
    return ({"at_liberty": True} if outside(text) else {}) | (
        {"declared": False} if undeclared else {}
    )


def as_it_stands(code: str, phrase: str) -> str:
    if code not in _QUALIFIED:
        return code
    pattern, meant = _QUALIFIED[code]
    return meant if re.search(pattern, phrase) else code
