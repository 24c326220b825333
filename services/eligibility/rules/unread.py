"""What of a question nobody reads: told in words of the matter, or no fact at all (未采纳的陈述).

A name that has a word of the vocabulary tells a fact in a way nobody foresaw: the rest is
answered, the name is told, and the answer stays open. A name that is a slip for another one, or
has no word of the matter in it, is a mistake, and refused.
"""

import difflib
from collections.abc import Mapping
from typing import Any

from services.eligibility.rules.reading import NO_SUCH, Statement
from services.eligibility.rules.vocabulary import VOCABULARY
from shared.told import Named, snake, words_of

# Words of so many names that they tell nothing of what a name is about.
_EVERYWHERE = (
    "date type name number no note value status state field key first last start end use kind "
    "day time data fact unknown other new size child youth as before can fit free full had hand "
    "head hire ok old out over per person place story way what where which without back "
    "情况 状况 日期 时间 类型 类别 名称 是否 其他"
)
# The facts that fields of other names tell.
_FACT = {"status": "life", "hukou_city": "hukou_here", "hukou_history": "hukou_here",
         "term": "term_months", "since": "custody_since", "adopted_on": "adopted"}  # fmt: skip


def matter(fields: Mapping[str, Named]) -> frozenset[str]:
    """The words that facts are named in, without those that could be of anything."""
    told = frozenset(word for named in fields.values() for word in named.words())
    return told - frozenset(w for word in _EVERYWHERE.split() for w in (word, *words_of(word)))


def set_apart(statement: Statement, words: frozenset[str]) -> None:
    """Names and words nobody knows become what was not considered, where they may tell a fact.

    Only where something of the question was understood, and nothing in it is wrong besides.
    A fact told in words that nobody knows is unknown.
    """
    understood = any(value != "alive" for value in statement.stated.values())
    fields = [error["field"] for error in statement.errors]
    spoken = statement.spoken
    if not understood or not all(
        error["field"] in spoken or _may_tell(error, words) for error in statement.errors
    ):
        return
    statement.not_considered = list(dict.fromkeys(fields))
    statement.errors = []
    for where in spoken & set(fields):
        subject, name = (*where.split("."), "")[:2]
        fact = f"{subject}.{_FACT.get(name, name)}"
        if fact in VOCABULARY:
            statement.stated[fact] = None


def _may_tell(error: Mapping[str, Any], words: frozenset[str]) -> bool:
    path = snake(error["field"])
    name = path.rsplit(".", maxsplit=1)[-1]
    known = [str(right) for right in error["right"]] if error["rule"] == NO_SUCH else [name]
    slip = difflib.get_close_matches(name, known, n=1, cutoff=4 / 5)
    longer = bool(slip) and words_of(slip[0]) < words_of(name)  # it says more, and is no slip
    told = words_of(path.split(".", maxsplit=1)[-1])
    return (longer or not slip) and not words.isdisjoint(told)
