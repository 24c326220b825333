"""What a sentence about a child says of its parents (情形中关于父母的陈述).

`父亲病故，母亲改嫁后失联两年，随奶奶生活`: each clause is of the person named before it, and
a relative who is no parent takes the words that follow. Of a parent whose own words are not
understood but speak of a state, nobody knows how it stands; one who is only mentioned is alive
like any other.
"""

import re
from collections.abc import Iterable
from typing import Any

from services.eligibility.rules.phrasing import EXACT, understood
from services.eligibility.rules.words import NEGATIONS

PARENTS = ("father", "mother")
_BOTH = "(?<!祖)父母|双亲|(?<!grand)parents"
# 父 or 母 alone, where a state follows: 父亡母嫁; no 祖父, 继母 or 伯父.
_ALONE = "(?<![祖继伯叔舅姨姑岳义师])(?:其{0}(?![父母])|{0}(?=[亡死逝嫁服失被已去病改再]))"
NAMES = {
    "father": f"{_BOTH}|父亲|生父|养父|爸爸|(?<!grand)(?<!step)father|{_ALONE.format('父')}",
    "mother": f"{_BOTH}|母亲|生母|养母|妈妈|(?<!grand)(?<!step)mother|{_ALONE.format('母')}",
}
PARENT = re.compile("|".join(NAMES.values()))
_OTHER = (
    "继[父母]|[外曾]?祖[父母]+|爷爷|奶奶|外公|外婆|[叔伯姑舅姨婶][父母妈叔伯姑姨爹婆]?|"
    "[哥姐弟妹兄]|邻居|同学|老师|老板|同居"
)
_WHO = re.compile(f"{PARENT.pattern}|{_OTHER}|本人|儿童|孩子|其(?=现|由|随|与|患|被)")
_UNKNOWN = re.compile("不明|不详|未知|不清")
_NOT_TO_BE_FOUND = re.compile("(?:查找不到|找不到|查无)(?:其)?(?:亲)?生父母")
_INFIRM = re.compile("残.{0,8}级|级.{0,8}残|病|症|癌|瘤")
_HIV = re.compile("艾滋|HIV|hiv")
# Who is gone is nothing else besides.
_LAST = ("dead", "declared_dead", "declared_missing", "unfindable")


def segments(text: str) -> dict[str, list[str]]:
    """The words that are said of each parent, mention by mention."""
    said: dict[str, list[str]] = {parent: [] for parent in PARENTS}
    mentions = list(_WHO.finditer(text))
    ends = [*(found.start() for found in mentions[1:]), len(text)]
    for found, end in zip(mentions, ends, strict=False):
        words = text[found.end() : end].strip("，,；;。、 ")
        if words and not words.startswith("的"):
            for parent in PARENTS:
                if re.compile(NAMES[parent]).match(text, found.start()):
                    said[parent].append(words)
    return said


def each_parent(said: Any) -> dict[str, Any]:
    """What one sentence says of either parent: `父亲去世，母亲改嫁后失联`; else it is of both."""
    named = PARENT.findall(said) if isinstance(said, str) else []
    if not named or all(re.fullmatch("父母|双亲|parents", name) for name in named):
        return dict.fromkeys(PARENTS, said)
    return {parent: "，".join(words) for parent, words in segments(said).items() if words}


def of_parents(stories: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What sentences about a child state of its parents, in the fields of a parent."""
    found: dict[str, dict[str, Any]] = {}
    for text in stories:
        if _NOT_TO_BE_FOUND.search(text):
            found |= {parent: {"status": "unfindable"} for parent in PARENTS}
        for parent, words in segments(text).items():
            if words and (state := _state("，".join(words))) is not None:
                found.setdefault(parent, state)
    return found


def _state(text: str) -> dict[str, Any] | None:
    """A parent's state in these words; an unknown one where they speak of a state and are not
    understood."""
    if text.startswith("一方"):
        return {"status": None}  # one of them, and nobody says which
    codes = understood("status", text)
    if codes is not None:
        gone = next((code for code in codes if code in _LAST), None)
        state: dict[str, Any] = {"status": gone or text}
        infected = {"cause": text} if gone else {"hiv": "infected"}
        return state | (infected if _HIV.search(text) else {})
    if any(word in text for word in NEGATIONS) or _UNKNOWN.search(text):
        speaks = any(len(term) > 1 and term in text for term in EXACT["status"])
        return {"status": None} if speaks or _UNKNOWN.search(text) else None
    if _HIV.search(text):
        return {"status": "alive", "hiv": "infected"}
    return {"status": text} if _INFIRM.search(text) else None
