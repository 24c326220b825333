"""A situation in a caller's own keys (情形的字段): nested or flat, English or Chinese.

A key is read by its words, not letter by letter: `date_of_service`, `serviceDate` and
`service.date` say one thing. A service lists for each fact the phrases that mean it; the words
that mean the same in every phrase stand here once. What no fact is named by is told to the caller.
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

# Said differently, meant alike: each word of a key is put into the words on the right.
ALIKE: Mapping[str, str] = {
    **dict.fromkeys(("time", "day", "at", "on", "when", "datetime", "moment", "since"), "date"),
    **dict.fromkeys(("dob", "born", "birthday", "birthdate"), "birth date"),
    **dict.fromkeys(("discover", "discovery", "found", "detect", "aware", "knew"), "find"),
    **dict.fromkeys(("noticed", "learned", "learnt", "heard"), "find"),
    **dict.fromkeys(("wrote", "written"), "report"),
    **dict.fromkeys(("bureau",), "authority"),
    **dict.fromkeys(("110", "constabulary"), "police"),
    **dict.fromkeys(("tell", "told", "inform", "notify", "notified", "alarm", "call"), "report"),
    **dict.fromkeys(("filing", "filed", "lodge"), "file"),
    **dict.fromkeys(("client", "patron", "buyer"), "customer"),
    **dict.fromkeys(("children", "minor", "kid", "girl", "boy", "juvenile"), "child"),
    **dict.fromkeys(("query", "queried", "screen", "vetting", "inquiry", "lookup"), "check"),
    **dict.fromkeys(("employ", "employment", "onboard", "recruit", "hiring", "hired"), "hire"),
    **dict.fromkeys(
        ("assessment", "evaluation", "evaluated", "appraisal", "reassess", "reassessment"), "assess"
    ),
    **dict.fromkeys(("outcome", "conclusion"), "result"),
    **dict.fromkeys(("organisation", "organization", "institution", "agency", "body"), "unit"),
    **dict.fromkeys(("centre", "center", "facility", "establishment", "venue"), "unit"),
    **dict.fromkeys(("commence", "begin", "begun"), "start"),
    **dict.fromkeys(("personnel", "worker", "caretaker"), "staff"),
    **dict.fromkeys(("removal", "taken"), "remove"),
    **dict.fromkeys(("revocation", "revoked"), "revoke"),
    **dict.fromkeys(("application", "applied"), "apply"),
    **dict.fromkeys(("wish", "will", "willing"), "want"),
    **dict.fromkeys(("identity", "id", "card"), "identity"),
    **dict.fromkeys(("signage", "displayed", "display", "poster"), "sign"),
    **dict.fromkeys(("area", "room", "space"), "zone"),
    **dict.fromkeys(("independent", "own"), "separate"),
    **dict.fromkeys(("fulltime", "specialised", "specialized"), "dedicated"),
    **dict.fromkeys(("designation", "recognised", "accredited", "approved"), "designate"),
    **dict.fromkeys(("rehab", "rehabilitate"), "rehabilitation"),
    **dict.fromkeys(("house", "home", "dwelling", "accommodation"), "housing"),
    **dict.fromkeys(("building", "built"), "build"),
    **dict.fromkeys(("eligible", "qualified", "qualify", "meets", "conditions"), "condition"),
    **dict.fromkeys(("labor", "work", "job"), "labour"),
    **dict.fromkeys(("got", "get", "receipt", "receiving"), "receive"),
    **dict.fromkeys(("coach", "tutor", "nanny", "guard", "driver", "cook"), "staff"),
    **dict.fromkeys(("ability", "able", "capable"), "capacity"),
    **dict.fromkeys(("severity", "level", "degree"), "severity"),
    **dict.fromkeys(("registration", "registered", "domicile"), "hukou"),
    **dict.fromkeys(("kind", "category", "class"), "type"),
    **dict.fromkeys(("last", "prior", "preceding"), "previous"),
    **dict.fromkeys(("head", "person"), "capita"),
    **dict.fromkeys(("needed", "needs", "necessary", "required", "requires"), "need"),
}
# Said to be not known: never a no, and never a yes.
UNKNOWN = (
    "不详 未知 不明 不清 不清楚 不知道 不知 不确定 不能确定 无法确定 无法核实 无法判断 说不清 "
    "待查 待查明 待核 待核实 待定 待评估 待鉴定 未评估 尚未评估 未鉴定 未查明 尚未查明 未核实 "
    "尚未核实 尚不清楚 unknown unclear unsure undetermined unverified unconfirmed unassessed "
    "pending tbd ? ？ not_known not_assessed not_sure not_yet_known not_established"
)
NOT_KNOWN = frozenset(UNKNOWN.split())
BEGINNINGS = frozenset(start for word in NOT_KNOWN for start in (word[0], word[0].upper()))
EMPTY = re.compile(
    "of|the|an?|is|was|were|has|have|been?|in|with|for|and|to|by|its?|this|from|under|against|"
    "about|any|s"
)
# What a name may carry beside its words and mean no more by it: `current_placement`, 是否低保.
ADDS_NOTHING = re.compile(
    "(?<![a-z])(?:current(?:ly)?|present(?:ly)?|actual(?:ly)?|overall|original|initial|details?|"
    "info|information|whether|flag|now)(?![a-z])|"
    "^(?:是否|目前|现在|当前|有无|该|现(?![居状]))|(?<=.)是否|(?:情况|状况|信息|合计|总计)$"
)
# Words that turn a key round, or make another thing of it.
TURNED = re.compile(r"(?:not|no|non|un|without|never|number|reason|place|next|planned|expected)")
# Facts of other persons: their age or health is never the child's.
OTHERS = re.compile(
    "father|mother|parents?|guardian|carer|suspect|reporter|sibling|employee|relative"
)
OTHERS_ZH = re.compile("父|母|监护人|嫌疑|报告人|亲属|受托|员工|家长")


# Words that say of a thing only that it is, or which: `liaison.appointed`, `reporter.kind`.
BEING = (
    "appointed nominated present exists exist status state value done made given kind type "
    "role text words detail description is_set available provided"
)
_INSTANT = re.compile(
    r"\s*(?:\d{4}[-年/.]\d{1,2}[-月/.]\d{1,2}[日号]?|(?:19|20)\d{6}|"
    r"\d{1,2} [A-Z][a-z]{2,8} \d{4}|[A-Z][a-z]{2,8} \d{1,2}, ?\d{4})[T\s]*"
    r"(?:[上下]午|早上|晚上|凌晨)?\s*(?:\d{1,2}[:：时点](?:\d{1,2}分?|半)?)?(?::\d\d)?"
    r"(?:Z|[+-]\d\d:?\d\d)?\s*"
)


def instant(value: Any) -> bool:
    """Whether a value is nothing but a day, or a day and an hour."""
    return isinstance(value, date) or (
        isinstance(value, str) and _INSTANT.fullmatch(value) is not None
    )


def not_known(value: Any) -> bool:
    """Whether a word says that nobody knows: 不详, unknown, not yet known."""
    if not isinstance(value, str):
        return False
    first = value[:1]  # most words are known by it not to be one of these
    if first not in BEGINNINGS and first.isalnum():
        return False
    return snake(value).strip("_.。") in NOT_KNOWN


def known(said: Any) -> Any:
    """What was said, with null for whatever is said to be unknown, wherever it stands."""
    if isinstance(said, str):
        return None if not_known(said) else said
    if isinstance(said, dict):
        return {key: known(value) for key, value in said.items()}
    return [known(value) for value in said] if isinstance(said, list) else said


def leaves(given: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Every fact of a situation by its path: `assessment.date`, `child.hukou`.

    What is said to be unknown is null. Of a list of records the latest stands first.
    """
    for key, value in given.items():
        path = f"{before}{key}"
        if isinstance(value, Mapping):
            yield from leaves(value, f"{path}.")
        elif isinstance(value, list) and value and all(isinstance(v, Mapping) for v in value):
            for item in sorted(value, key=_dated, reverse=True):
                yield from leaves(item, f"{path}.")
        else:
            yield path, None if not_known(value) else value


def _dated(record: Mapping[str, Any]) -> str:
    """The day of a record, where one of its keys says when it was."""
    return next((str(v) for k, v in record.items() if stems("date") <= stems(k) or "日" in k), "")


def stems(key: str) -> frozenset[str]:
    """The words of a key, each in the form that stands for those like it."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", key)
    words = [w for w in re.split(r"[\W_]+", spaced.lower()) if w and not EMPTY.fullmatch(w)]
    return frozenset(stem for word in words for stem in _stem(word).split())


def _stem(word: str) -> str:
    for end in ("", "ing", "ed", "es", "s"):
        bare = word.removesuffix(end) if word.endswith(end) and len(word) > len(end) + 2 else word
        if found := ALIKE.get(bare) or ALIKE.get(f"{bare}e"):
            return " ".join(_bare(part) for part in found.split())
    return _bare(word)


def _bare(word: str) -> str:
    return re.sub("(?<=..)(?:ing|ed|es|s|e)$", "", word)


def snake(name: Any) -> str:
    """`birthDate`, `Birth-Date` and `birth date` are one name; a unit in brackets is none."""
    text = re.sub(r"[（(][^（()）]*[)）]", "", str(name)).strip()
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    return re.sub(r"[\s\-]+", "_", spaced).lower()


_BEING = frozenset().union(*map(stems, BEING.split()))


def words_of(name: str) -> frozenset[str]:
    """The stems of a name, and of one in Chinese each two signs that stand together."""
    if name.isascii():
        return stems(name)
    return frozenset(name[at : at + 2] for at in range(len(name) - 1))


class Named:
    """Fields found by any of their names: letter by letter, else by their words (别名).

    A field's own name comes before the others; words that could mean two fields mean neither.
    """

    def __init__(self, own: Iterable[str], also: Mapping[str, str]) -> None:
        told = {name.lower(): f for f, names in also.items() for name in (f, *names.split())}
        self._exact = told | {name: name for name in own}
        words: dict[frozenset[str], set[str]] = {}
        for name, field in self._exact.items():
            if name.isascii() and len(stems(name)) > 1:
                words.setdefault(stems(name), set()).add(field)
        self._words = {w: fields.pop() for w, fields in words.items() if len(fields) == 1}

    def names(self) -> list[str]:
        """The fields themselves."""
        return sorted(set(self._exact.values()))

    def words(self) -> frozenset[str]:
        """The words of all names: stems of English ones, each two signs of Chinese ones."""
        return frozenset(word for name in self._exact for word in words_of(name))

    def field(self, name: Any) -> str | None:
        """The field a name means, or None when it means none, or more than one."""
        if found := self._exact.get(name):
            return found
        bare = snake(name)
        if found := self._exact.get(bare) or self._words.get(stems(bare)):
            return found
        plain = ADDS_NOTHING.sub("", bare).strip("_")
        return self.field(plain) if plain and plain != bare else None


class Vocabulary:
    """The facts a service reads, each with the phrases that name it in keys, parted by `; `.

    A phrase with an underscore stands for that key alone, any other for every key of its words, and
    for keys of more words besides. What is `personal` is the child's own, never another's.
    `days` are facts that are days; `dated` says of others which of these a bare day tells.
    """

    def __init__(
        self,
        facts: Mapping[str, str],
        personal: Iterable[str] = (),
        days: Iterable[str] = (),
        dated: Mapping[str, str] | None = None,
    ) -> None:
        self._personal = frozenset(personal)
        self._days, self._dated = frozenset(days), dict(dated or {})
        named = [
            (phrase, fact)
            for fact, phrases in facts.items()
            for phrase in (fact, *filter(None, phrases.split("; ")))
        ]
        self._exact = dict(reversed(named))
        by_words = [(p, fact) for p, fact in named if p == fact or (p.isascii() and "_" not in p)]
        own = {stems(fact): fact for fact in facts}
        several = {stems(p): f for p, f in by_words if p not in facts and len(stems(p)) > 1}
        self._stems = {stems(p): fact for p, fact in reversed(by_words)} | own | several
        self._stems.pop(stems("date"), None)  # the bare word says nothing of what happened then
        self._larger = sorted(
            ((w, fact) for w, fact in self._stems.items() if len(w) > 1), key=lambda p: -len(p[0])
        )
        self._chinese = [(p, fact) for p, fact in named if not p.isascii()]

    def fact(self, path: str, value: Any = None) -> str | None:
        """The fact that a path names; under a bare day, the day of what the path names."""
        found = self._fact(path)
        if found in self._days or not self._days or not instant(value):
            return found
        ends = ("_date",) if path.isascii() else ("时间", "日期")
        dated = next((f for end in ends if (f := self._fact(f"{path}{end}")) in self._days), None)
        return dated or self._dated.get(found or "", found)

    def _fact(self, path: str) -> str | None:
        """By the whole of the path, else by its end, unless it is another's."""
        parts = path.split(".")
        if not stems(parts[-1]) and parts[-1].isascii():  # by, was, from: nothing but itself
            ends = ("_".join(parts[start:]) for start in range(len(parts)))
            spelt = (word for end in ends for word in (end, end.replace("_", " ")))
            return next((self._exact[word] for word in spelt if word in self._exact), None)
        if len(parts) > 1 and stems(parts[-1]) <= _BEING and not self._named("_".join(parts)):
            return self._fact(".".join(parts[:-1]))
        for start in range(len(parts)):
            found = self._named("_".join(parts[start:]), len("".join(parts[start:-1])))
            if found and not (found in self._personal and self._of_another(parts, start)):
                return found
        if not path.isascii() and (found := self._named("_".join(parts))):
            return None if found in self._personal else found  # the group, of a part not named
        return self._within(stems("_".join(parts[-2:]))) or self._within(stems(parts[-1]))

    def _named(self, key: str, before: int = 0) -> str | None:
        """The fact of a key; in Chinese by its longest and last phrase that reaches into its end.

        `before` are the characters of the groups it stands in.
        """
        key = key.strip().replace("的", "")
        if found := self._exact.get(key) or self._exact.get(key.lower().replace(" ", "_")):
            return found
        if not key.isascii():
            whose = OTHERS_ZH.search(key)
            own = self._personal if whose else frozenset()
            joined = key.replace("_", "")
            inside = [
                (len(p), joined.rfind(p), p, f)
                for p, f in self._chinese
                if joined.rfind(p) + len(p) > before and p in joined
            ]
            fit = (one for one in inside if one[3] not in own or (whose and whose[0] in one[2]))
            best = max(fit, key=lambda one: one[:2], default=None)
            return best and best[3]
        return self._stems.get(stems(key))

    def _within(self, words: frozenset[str]) -> str | None:
        """The fact whose phrase has most of these words; None when two have as many."""
        if any(TURNED.fullmatch(word) for word in words):
            return None
        inside = [(w, fact) for w, fact in self._larger if w < words]
        most = {fact for w, fact in inside if len(w) == len(inside[0][0])}
        return most.pop() if len(most) == 1 and most.isdisjoint(self._personal) else None

    @staticmethod
    def _of_another(parts: list[str], start: int) -> bool:
        before = parts[:start] or parts[:1]
        return any(OTHERS.search(p.lower()) or OTHERS_ZH.search(p) for p in before)

    def near(self, path: str) -> list[str]:
        """Names of facts that look like a key nobody knows."""
        return difflib.get_close_matches(path.rsplit(".", 1)[-1], self._exact, n=3, cutoff=0.75)


def unread(flat: Mapping[str, Any], read: Iterable[str], vocabulary: Vocabulary) -> dict[str, Any]:
    """What of a situation had no effect, or only by its words; so that nothing looks considered.

    `not_understood`: keys that name no fact and carry no words. `read_as_words`: keys that name
    no fact, whose sentence was read. `not_used`: known facts that no answer rests on.
    """
    left = {key: value for key, value in flat.items() if key not in set(read)}
    unknown = {key: value for key, value in left.items() if vocabulary.fact(key, value) is None}
    words = [key for key, value in unknown.items() if _in_words(value)]
    missed = [key for key in unknown if key not in words]
    near = {key: found for key in missed if (found := vocabulary.near(key))}
    return {
        "not_understood": missed,
        "read_as_words": words,
        "not_used": [k for k, v in left.items() if k not in unknown and not _in_words(v)],
        **({"did_you_mean": near} if near else {}),
    }


def _in_words(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and all(_in_words(item) for item in value)
    return isinstance(value, str) and len(value) > 1
