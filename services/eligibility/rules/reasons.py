"""Why not, and until when: what a finding means for family and calendar (理由、期限)."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache, partial
from typing import Any

from services.eligibility.rules.scope import elsewhere, here
from services.eligibility.rules.statements.reading import UNMENTIONED
from services.eligibility.rules.vocabulary import SUBJECTS, UNKNOWN, VOCABULARY
from shared.law import About, Asked, Facts, Finding, Group, LawOfDay, Rule, Verdict, kept, plain

Changing = Callable[[Asked], date | None]
Reason = tuple[Any, dict[str, Any], tuple[str, ...]]  # what it is known by, in words, own facts
Own = Mapping[int, tuple[str, ...]]  # at which place stands a reason with which own facts
WAYS = 10_000
# How a rule reads when it is not met; the others are said as their own question, denied.
DENIED: dict[str, tuple[str, str]] = {
    "a_minor": ("已满18周岁", "Has reached eighteen"),
    "apparently_a_minor": ("推断已满18周岁", "Looks eighteen or older"),
    "living": ("儿童已死亡", "The child has died"),
    "registered_here": ("不具有本市户籍", "Not registered in the city"),
    "violated": ("未遭受侵害", "Nobody has harmed the child"),
    "within_the_city": ("侵害未发生在本市辖区内", "The harm did not happen within the city"),
    "away_from_guardian": ("未离开监护人", "Has not left the guardian"),
    "strayed_to_the_city": ("未流落本市", "Has not strayed to the city"),
    "without_means": ("未失去基本生存保障", "Has not lost the basic means of survival"),
    "not_adopted": ("已被他人收养，养父母为父母", "Adopted: the adoptive parents are the parents"),
    "term_long_enough": ("期限不足规定月数", "The term is shorter than the rule asks"),
    "held_long_enough": ("已被限制人身自由的时间不足", "Not yet held for as long as the rule asks"),
    "lost_long_enough": ("失联时间不足", "Not out of contact for as long as the rule asks"),
    "searched_long_enough": ("公安登记查找时间不足", "The police search is not over yet"),
    "of_the_severe_grades": ("残疾等级不是一级、二级", "The grade is neither one nor two"),
    "of_the_mental_grades": ("残疾等级不是三级、四级", "The grade is neither three nor four"),
    "mental_or_intellectual": (
        "不是精神或者智力残疾",
        "Neither a mental nor an intellectual disability",
    ),
    "dead": ("健在", "Alive"),
    "declared_missing": ("未经人民法院宣告失踪", "Not declared missing by a court"),
    "not_caring": ("仍履行抚养责任", "Still supports the child"),
    "notice_is_over": ("寻亲公告未满期", "The search notice is still running"),
    "unclaimed": ("已有父母认领", "A parent has come forward"),
    "young_enough_to_be_left_behind": ("已满16周岁", "Has reached sixteen"),
    "of_rural_registration": ("不是农村户籍", "Not a rural registration"),
    "below_the_line": ("月人均收入不低于低保标准", "Income per head is not below the line"),
    "below_the_margin": ("月人均收入超过低保边缘标准", "Income per head is above the margin"),
    "dibao_is_paid": ("低保待遇未在享", "The dibao is not being received"),
    "paid_before": ("此前未按政府供养范围享受", "Not paid before at a rate of the guarantee"),
    "listed_categories": (
        "不属于条文所列的其他类别",
        "None of the other categories the sentence lists",
    ),
    "guarded_badly": ("监护状况正常", "The guardianship is proper"),
    "established": ("失联未经规定方式查证", "The loss of contact was not established"),
}


def next_change(findings: Iterable[Finding], asked: Asked) -> date | None:
    """The first day a verdict could be another although nobody reports anything.

    Finer than the union of all days: an *and* that fails in two parts changes only when both
    have, so that nobody is called to a review that cannot change anything.
    """
    changing = _first(frozenset(filter(None, map(_changing, findings))))
    return None if changing is None else changing(asked)


@kept
def _changing(finding: Finding) -> Changing | None:
    """How that day follows from the facts; None when there can be none."""
    part, parts = finding.part, finding.parts
    if isinstance(part, Rule):
        if finding.own:
            return _of_a_rule(finding.law, part, finding.subject, finding.verdict)
        return None if finding.changes_on is None else _on(finding.changes_on)
    if not isinstance(part, Group):
        return _changing(parts[0]) if parts else None
    verdict = Verdict(2 - finding.verdict) if part.how == "none" else finding.verdict
    by_all = Verdict.NOT_MET if part.how == "all" else Verdict.MET
    if verdict is not by_all:  # one part is enough
        return _first(frozenset(filter(None, map(_changing, parts))))
    ways = [_changing(one) for one in parts if one.verdict is by_all]
    return _last(frozenset(filter(None, ways))) if all(ways) else None


# A way is made once for all findings that change alike, so that few are asked of a child.


@lru_cache(WAYS)
def _of_a_rule(law: LawOfDay, rule: Rule[Any, Any], subject: str, verdict: Verdict) -> Changing:
    return partial(Asked.changes, finding=Finding(rule, verdict, Facts(), law, subject))


@lru_cache(WAYS)
def _on(day: date) -> Changing:
    return lambda _: day


@lru_cache(WAYS)
def _first(ways: frozenset[Changing]) -> Changing | None:
    """The first of the days there are; of firsts, the first of all theirs."""
    if len(ways) < 2:
        return next(iter(ways), None)
    flat = frozenset(w for way in ways for w in (way.ways if isinstance(way, _First) else (way,)))
    return _First(flat) if flat == ways else _first(flat)


class _First:
    def __init__(self, ways: frozenset[Changing]) -> None:
        self.ways = ways

    def __call__(self, asked: Asked) -> date | None:
        found: date | None = None
        for way in self.ways:
            day = way(asked)
            if day is not None and (found is None or day < found):
                found = day
        return found


@lru_cache(WAYS)
def _last(ways: frozenset[Changing]) -> Changing | None:
    """The last of the days, if every one is to come."""
    if len(ways) < 2:
        return next(iter(ways), None)

    def last(asked: Asked) -> date | None:
        days = [way(asked) for way in ways]
        known = [day for day in days if day is not None]
        return max(known) if len(known) == len(days) else None

    return last


@kept
def _denials(finding: Finding) -> list[Finding]:
    """The single rules that keep a finding from being met."""
    if finding.verdict is not Verdict.NOT_MET:
        return []
    if isinstance(finding.part, Rule) or not finding.parts:
        return [finding]
    if isinstance(finding.part, Group) and finding.part.how == "none":
        return [part for part in finding.parts if part.met]
    return [denial for part in finding.parts for denial in _denials(part)]


@kept
def _spoken_of(finding: Finding) -> bool:
    """Whether anybody stated a fact this rests on; a silent exception is no reason to print."""
    if not isinstance(finding.part, Rule):
        return True
    for key in finding.part.keys(finding.subject):
        kind = VOCABULARY.get(key)
        if kind is None or finding.facts.source.get(key) == UNMENTIONED:
            continue
        if kind.silence is UNKNOWN or finding.facts.get(key) != kind.silence:
            return True
    return False


def why_not(finding: Finding, facts: Facts) -> list[dict[str, Any]]:
    """Every reason a category is not met, each once, with clause and facts, in two languages."""
    reasons, own = _why_not(finding)
    return _with_own(facts, reasons, own) if own else reasons


@kept
def _why_not(finding: Finding) -> tuple[list[dict[str, Any]], Own]:
    spoken = [denial for denial in _denials(finding) if _spoken_of(denial)]
    reasons = [_reason(denial, finding.part.name) for denial in spoken or [finding]]
    return _each_once(reasons)


@kept
def is_silent(finding: Finding) -> bool:
    """Whether nothing below rests on a fact anybody stated: one line says it all."""
    below = finding.parts
    if not below:
        return not _spoken_of(finding)
    part = finding.part
    if isinstance(part, Group) and part.how == "all" and finding.verdict is Verdict.NOT_MET:
        # Nobody claims one of the things that are all needed.
        return any(is_silent(p) for p in below if p.verdict is Verdict.NOT_MET)
    return all(map(is_silent, below))


def why_out(scope: Finding, facts: Facts) -> list[dict[str, Any]]:
    """Why a child is in none of the limbs: age and life, then limb by limb."""
    *personal, limbs = scope.parts
    denied = [reason for part in personal for reason in _why_nobody(part)]
    if limbs.verdict is Verdict.NOT_MET:
        denied += [reason for limb in limbs.parts for reason in _why_not_limb(limb)]
    reasons, own = _each_once(denied)
    return _with_own(facts, reasons, own) if own else reasons


@kept
def _why_nobody(finding: Finding) -> list[Reason]:
    return [_reason(denial, "scope") for denial in _denials(finding) if _spoken_of(denial)]


@kept
def _why_not_limb(limb: Finding) -> list[Reason]:
    failing = [part for part in limb.parts if part.verdict is Verdict.NOT_MET]
    if failing[0].part is here:
        # Who is not registered here need not be told why the rest fails too.
        failing = failing[:1]
    elif failing[0].part is elsewhere:
        # Nor who is, that the limb of the others is not for it.
        failing = failing[1:]
    return [_reason(_denials(p)[0] if _is_rule(p) else p, "scope") for p in failing]


def _is_rule(finding: Finding) -> bool:
    part = finding.part
    return isinstance(part.part if isinstance(part, About) else part, Rule)


def _reason(denial: Finding, about: str) -> Reason:
    """A reason with what it is about, and the names of the facts that are each child's own.

    One is enough of the same facts: who is alive need not be told three times what he is not.
    """
    part, reason = denial.part, {"about": about} | _said(denial)
    if not isinstance(part, Rule):
        return part.name, reason, ()
    keys = part.keys(denial.subject)
    return keys, reason, keys if denial.own else ()


def _each_once(reasons: list[Reason]) -> tuple[list[dict[str, Any]], Own]:
    once: dict[Any, Reason] = {}
    for reason in reasons:
        once.setdefault(reason[0], reason)
    own = {at: names for at, (_, _, names) in enumerate(once.values()) if names}
    return [said for _, said, _ in once.values()], own


def _with_own(facts: Facts, reasons: list[dict[str, Any]], own: Own) -> list[dict[str, Any]]:
    """The reasons with the facts of the child they are told of."""
    told = list(reasons)
    for at, keys in own.items():
        told[at] = told[at] | {"facts": {key: plain(facts[key]) for key in keys if key in facts}}
    return told


def _denied(finding: Finding) -> tuple[str, str]:
    """What nobody states is said to be that, and no more; the rest is denied in its own words."""
    part = finding.part
    if isinstance(part, Group) and is_silent(finding):
        return f"未陈述有“{part.zh}”的情形", f"Not stated: {part.en}"
    return f"不符合“{part.zh}”", f"Not met: {part.en}"


@kept
def _said(finding: Finding) -> dict[str, Any]:
    """A reason in words, with its facts and figures; of the child's own facts only the place."""
    part = finding.part
    whose_zh, whose_en = SUBJECTS.get(finding.subject, ("", ""))
    if finding.met:
        zh, en = part.zh, part.en
    else:
        zh, en = DENIED.get(part.name) or _denied(finding)
    parent = finding.subject in ("father", "mother")
    reason: dict[str, Any] = {
        "rule": part.name,
        # A group that only joins sentences has no clause of its own: the first it joins speaks.
        "clause": part.clause or next(iter(finding.clauses()), None),
        "zh": f"{whose_zh}{zh}" if parent else zh,
        "en": f"{whose_en.split(' (')[0]}: {en}" if parent else en,
    }
    if isinstance(part, Rule):
        keys, known = part.keys(finding.subject), finding.facts
        reason["facts"] = (
            {} if finding.own else {key: plain(known[key]) for key in keys if key in known}
        )
        reason["figures"] = {
            name: plain(finding.law.figures[name])
            for name in part.figures
            if name in finding.law.figures
        }
    return reason
