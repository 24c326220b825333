"""What must hold of every set of facts: knowing more never unsettles what was sure (性质)."""

from datetime import date, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.eligibility.operations.evaluating import all_answered
from services.eligibility.rules import evaluation, plan
from services.eligibility.rules.answer import answer, tree
from services.eligibility.rules.categories import CATEGORIES
from services.eligibility.rules.evaluation import evaluate
from services.eligibility.rules.scope import in_scope
from services.eligibility.rules.statements.whole import FactsInvalid, read
from services.eligibility.rules.statements.words import CHOICES
from services.eligibility.rules.vocabulary import VOCABULARY
from shared.jurisdiction import jurisdiction
from shared.law import Asked, Facts, Finding, Part, Verdict, plain

DAY = date(2024, 5, 10)
LAW = jurisdiction().law.on(DAY)
PARTS = [category.part for category in CATEGORIES] + [in_scope]


def values(name: str) -> st.SearchStrategy[Any]:
    kind = VOCABULARY[name]
    if kind.kind == "bool":
        return st.booleans()
    if kind.kind == "date":
        return st.dates(date(2004, 1, 1), DAY)
    if kind.kind == "int":
        return st.integers(1, 20)
    if kind.kind == "yuan":
        return st.decimals(0, 9000, places=2)
    if kind.kind == "texts":
        return st.sampled_from([(), ("白血病",), ("支气管炎",)])
    codes = st.sampled_from(sorted(CHOICES[kind.choice]))
    if kind.kind == "disability_grade":
        return codes.map(int)
    plural = kind.kind in ("disability_types", "categories", "other_reliefs")
    return codes.map(lambda code: (code,)) if plural else codes


facts = st.fixed_dictionaries({}, optional={name: values(name) for name in VOCABULARY})


def complete(known: dict[str, Any]) -> Facts:
    derived = {
        "day": DAY,
        "child.birth_known": "child.birth_date" in known,
        "child.stage_unsaid": False,
        "household.income_declared": "household.income_monthly" in known,
        "household.class_told": "household.economic_class" in known,
        "father.term_fixed": True,
        "father.capacity_told": True,
        "mother.capacity_told": True,
        "mother.term_fixed": True,
    }
    return Facts(known | derived)


@settings(max_examples=300)
@given(facts, st.data())
def test_a_fact_becoming_known_never_makes_what_was_met_unknown(
    known: dict[str, Any], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(VOCABULARY)))
    before = complete(known)
    if name in known or name in ("child.birth_date", "household.income_monthly"):
        return
    after = Facts({**before, name: data.draw(values(name))})
    for part in PARTS:
        if part.find(before, LAW).verdict is Verdict.MET:
            assert part.find(after, LAW).verdict is Verdict.MET, (part.name, name)
        if part.find(before, LAW).verdict is Verdict.NOT_MET:
            assert part.find(after, LAW).verdict is Verdict.NOT_MET, (part.name, name)


@settings(max_examples=150)
@given(facts, st.randoms())
def test_the_order_of_facts_does_not_matter(known: dict[str, Any], random: Any) -> None:
    shuffled = list(complete(known).items())
    random.shuffle(shuffled)
    one, other = evaluate(complete(known), LAW), evaluate(Facts(dict(shuffled)), LAW)
    assert (one.status, one.categories, one.award, one.missing, one.plan) == (
        other.status, other.categories, other.award, other.missing, other.plan,
    )  # fmt: skip


ends = st.dictionaries(st.sampled_from(sorted(VOCABULARY)), st.dates(DAY, date(2040, 1, 1)))
sources = st.dictionaries(st.sampled_from(sorted(VOCABULARY)), st.sampled_from(["police", "town"]))


class AskedAnew(Asked):
    """Facts of which every part is asked as it is written, and nothing is kept."""

    def find(self, part: Part, subject: str = "") -> Finding:
        return part.find(self.facts, self.law, subject)


def told(known: Facts) -> bytes:
    said = evaluate(known, LAW)
    return orjson.dumps(answer(said), default=plain) + tree(said)


@settings(max_examples=300)
@given(facts, ends, sources)
def test_what_is_kept_of_other_children_changes_no_word_of_an_answer(
    known: dict[str, Any], until: dict[str, date], source: dict[str, str]
) -> None:
    child = Facts(complete(known), {k: d for k, d in until.items() if k in known}, source)
    said = told(child)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluation, "Asked", AskedAnew)
        patch.setattr(plan, "Asked", AskedAnew)
        patch.setattr(plan, "_known", lambda _: {})
        anew = told(child)
    assert said == anew
    for part in PARTS:
        one, other = Asked(child, LAW).find(part).bound(child), part.find(child, LAW)
        assert (one.tree(), one.changes_on) == (other.tree(), other.changes_on)


@settings(max_examples=200)
@given(facts)
def test_nobody_is_refused_for_a_fact_nobody_has_stated(known: dict[str, Any]) -> None:
    said = evaluate(complete(known), LAW)
    if said.status == "not_eligible" and said.adulthood is None:
        assert said.scope == "out"
        assert not said.scope_finding.unknown
        assert said.reasons


@settings(max_examples=200)
@given(facts)
def test_every_reason_carries_its_clause_and_is_said_in_two_languages(
    known: dict[str, Any],
) -> None:
    said = evaluate(complete(known), LAW)
    assert [r for r in said.reasons if not (r["clause"] and r["zh"] and r["en"])] == []


@settings(max_examples=200)
@given(
    st.dates(date(2006, 6, 1), date(2024, 5, 1)),
    st.sampled_from(["死亡", "健在", "失联", "服刑", "外出务工"]),
    st.sampled_from(["死亡", "健在", "失联", "外出务工"]),
    st.dates(date(2023, 1, 1), date(2024, 5, 1)),
    st.integers(1, 30),
    st.integers(0, 3000),
)
def test_nothing_changes_before_the_day_a_finding_names(
    born: date, father: str, mother: str, since: date, months: int, later: int
) -> None:
    stated: dict[str, Any] = {
        "child": {"birth_date": born.isoformat(), "hukou_city": "温岭市", "hukou_kind": "农村"},
        "father": {"status": father, "since": since.isoformat(), "term_months": months},
        "mother": {"status": mother, "since": since.isoformat()},
    }

    def on(day: date) -> Any:
        law = jurisdiction().law.on(day)
        return evaluate(read(stated, law, jurisdiction().registered)[0], law)

    now = on(DAY)
    day = DAY + timedelta(days=later)
    if now.changes_on is not None and day < now.changes_on:
        then = on(day)
        assert (then.status, then.categories, then.award.rate_class) == (
            now.status, now.categories, now.award.rate_class,
        )  # fmt: skip


day_of = st.dates(date(2023, 1, 1), date(2026, 1, 1)).map(date.isoformat)
PARENT = {
    "status": st.sampled_from(["死亡", "健在", "失联", "服刑", "拘留", "外出务工"]),
    "since": day_of, "until": day_of, "term_months": st.integers(1, 30), "released_on": day_of,
    "months": st.integers(1, 12), "police_registered_on": day_of,
}  # fmt: skip
# What is told of a child by days that may come between two days that are asked about.
TOLD_BY_DAYS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "child": {
        "hukou_moved_out_on": day_of, "died_on": day_of, "adopted_on": day_of, "notice_on": day_of,
        "foundling": st.booleans(), "notice_days": st.integers(0, 90), "enlisted_on": day_of,
        "schooling": st.fixed_dictionaries(
            {"stage": st.sampled_from(["大专", "小学"])},
            optional={"graduated_on": day_of, "expected_graduation": day_of}),
        "previous_award": st.sampled_from(["社会散居孤儿标准", "无"]),
        "disability": st.fixed_dictionaries(
            {"type": st.just("智力"), "grade": st.just("二级")}, optional={"valid_until": day_of}),
    },
    "household": {"dibao_stopped_on": day_of, "class": st.just("低保")},
    "relief": {"by": st.just("民政"), "until": day_of},
    "father": PARENT,
    "mother": PARENT,
}  # fmt: skip


START, END = b'{"answers":[[', b"]]}"


def asked(days: list[date], stated: dict[str, Any]) -> bytes | list[tuple[str, str]]:
    """What is answered on these days, or what is wrong on which of them."""
    try:
        return all_answered(days, [stated])
    except FactsInvalid as problem:
        return sorted((error["field"], day) for error in problem.errors for day in error["days"])


@settings(max_examples=120)
@given(
    st.sampled_from([date(2006, 2, 28), date(2008, 2, 29), date(2018, 9, 1), date(2023, 5, 31)]),
    st.fixed_dictionaries(
        {}, optional={who: st.fixed_dictionaries({}, optional=o) for who, o in TOLD_BY_DAYS.items()}
    ),
    st.lists(st.dates(date(2023, 8, 1), date(2026, 3, 1)), min_size=2, max_size=5),
)
def test_an_answer_is_that_of_a_later_day_only_while_nothing_of_it_turns(
    born: date, stated: dict[str, Any], days: list[date]
) -> None:
    child = {"birth_date": born.isoformat(), "hukou_city": "温岭市"} | stated.get("child", {})
    stated, days = stated | {"child": child}, [*sorted(days), days[0]]
    alone = [asked([day], stated) for day in days]
    answers = [one[len(START) : -len(END)] for one in alone if isinstance(one, bytes)]
    wrong = sorted(pair for one in alone if isinstance(one, list) for pair in one)
    assert asked(days, stated) == (wrong or START + b",".join(answers) + END)
