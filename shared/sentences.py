"""Which sentence of a document speaks of a matter (条文检索): by pairs of characters in common.

For questions no table knows: the words of a task against the words of the law. Nothing is guessed
where few are in common.
"""

import re
from collections.abc import Iterable

from shared.law import Clause

# Pairs that stand in every second sentence and tell none apart.
_COMMON = frozenset(
    [
        "儿童",
        "困境",
        "工作",
        "单位",
        "部门",
        "负责",
        "开展",
        "建立",
        "有关",
        "相关",
        "哪个",
        "进行",
        "实施",
        "落实",
    ]
)
_ENOUGH = 3


def sentence_of(matter: str, clauses: Iterable[Clause]) -> Clause | None:
    """The clause that shares most with a matter; None where too little is shared."""
    asked = _pairs(matter)
    shared = [(len(asked & _pairs(clause.text)), clause) for clause in clauses]
    most, best = max(shared, key=_nearness, default=(0, None))
    return best if most >= _ENOUGH else None


def _nearness(one: tuple[int, Clause]) -> tuple[int, bool, int]:
    """Most in common; of equals one that names its office itself, then the shorter."""
    common, clause = one
    return common, clause.lead is None, -len(clause.text)


def _pairs(text: str) -> frozenset[str]:
    runs = re.findall("[\u4e00-\u9fff]{2,}", text)
    return frozenset(run[i : i + 2] for run in runs for i in range(len(run) - 1)) - _COMMON
