"""What always holds of the engine: Kleene's logic, unknown is never no, findings know their end."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared.calendar import corresponding_day
from shared.law import (
    About,
    Asked,
    Clause,
    Facts,
    Figure,
    Group,
    Law,
    LawOfDay,
    Part,
    Rule,
    Verdict,
    about,
    all_of,
    any_of,
    none_of,
    plain,
    rule,
)
from shared.law.statute import NotYetSet

TODAY = date(2024, 5, 10)
MET, UNKNOWN, NOT_MET = Verdict.MET, Verdict.UNKNOWN, Verdict.NOT_MET


@rule("WL24:1-1", "甲")
def says_a(a: bool) -> bool:
    """Is it a?"""
    return a


@rule("WL24:1-2", "乙")
def says_b(b: bool) -> bool:
    """Is it b?"""
    return b


@rule("WL24:1-3", "丙")
def says_c(c: bool) -> bool:
    """Is it c?"""
    return c


@rule("WL24:1-4", "不丙")
def denies_c(c: bool) -> bool:
    """Is it not c?"""
    return not c


@rule("WL24:1-5", "甲且乙")
def says_both(a: bool, b: bool) -> bool:
    """Is it a and b at once?"""
    return a and b


@rule(
    "WL24:1",
    "未成年",
    changes=lambda birth, day, *, test_adult_years: corresponding_day(
        birth, years=test_adult_years
    ),
)
def is_minor(birth: date, day: date, *, test_adult_years: int) -> bool:
    """Is the person a minor on the day?"""
    return day < corresponding_day(birth, years=test_adult_years)


@rule("WL24:2.1.4a-1", "金额")
def share_of(standard: Decimal, *, test_share: Decimal) -> Decimal:
    """How much is a share of the standard?"""
    return standard * test_share


LEAVES: tuple[Rule[Any, Any], ...] = (says_a, says_b, says_c, denies_c, says_both)
LEAF_NAMES = tuple(rule.name for rule in LEAVES)
NAMES = ("a", "b", "c", "father.a", "father.b", "father.c")
FIGURES = {
    "test_adult_years": Figure(
        "test_adult_years", "WL24:1", "years", "成年", ((date(2000, 1, 1), 18),)
    ),
    "test_share": Figure(
        "test_share",
        "WL24:2.1.4a-1",
        "ratio",
        "比例",
        ((date(2023, 7, 24), Decimal("0.20")), (date(2024, 7, 1), Decimal("0.30"))),
    ),
}
LAW = Law({}, FIGURES)


def group(how: str, parts: list[Part]) -> Group:
    make = {"all": all_of, "any": any_of, "none": none_of}[how]
    return make(how, how, how, *parts)


def whole(children: st.SearchStrategy[Part]) -> st.SearchStrategy[Part]:
    groups = st.builds(
        group, st.sampled_from(["all", "any", "none"]), st.lists(children, min_size=1, max_size=4)
    )
    return groups | st.builds(lambda part: about("father", "父亲", part), children)


PARTS = st.recursive(st.sampled_from(LEAVES), whole, max_leaves=12)
KNOWN = st.dictionaries(st.sampled_from(NAMES), st.booleans())


def nested(part: Part, depth: int = 0) -> int:
    """How many fathers a part speaks of at most."""
    inner = getattr(part, "parts", None) or ([part.part] if hasattr(part, "part") else [])
    step = 1 if hasattr(part, "subject") else 0
    return max((nested(p, depth) for p in inner), default=0) + step


def kleene(part: Part, facts: Mapping[str, bool], prefix: str = "") -> bool | None:
    """The same question answered by the textbook: None is unknown."""
    if isinstance(part, Rule):
        values = [facts.get(prefix + name) for name in part.facts]
        return None if None in values else part.func(*values)
    if not isinstance(part, Group):
        return kleene(part.part, facts, f"{prefix}father.")  # type: ignore[attr-defined]
    answers = [kleene(inner, facts, prefix) for inner in part.parts]
    if part.how == "all":
        return False if False in answers else None if None in answers else True
    some = True if True in answers else None if None in answers else False
    return some if part.how == "any" or some is None else not some


def find(part: Part, known: Mapping[str, Any]) -> Any:
    return part.find(Facts(known), LAW.on(TODAY))


@given(part=PARTS, known=KNOWN)
def test_groups_combine_as_kleene_says(part: Part, known: dict[str, bool]) -> None:
    expected = {True: MET, False: NOT_MET, None: UNKNOWN}[kleene(part, known)]
    assert find(part, known).verdict is expected


def pruned(part: Part, gone: frozenset[str]) -> Part | None:
    """The part as if what is gone had never been written; None where nothing is left of it."""
    if part.name in gone:
        return None
    if isinstance(part, Group):
        kept = [one for inner in part.parts if (one := pruned(inner, gone)) is not None]
        return group(part.how, kept) if kept else None
    if isinstance(part, About):
        inner = pruned(part.part, gone)
        return about(part.subject, "父亲", inner) if inner is not None else None
    return part


@given(part=PARTS, known=KNOWN, gone=st.frozensets(st.sampled_from(["any", *LEAF_NAMES])))
def test_a_part_that_is_waived_is_as_if_it_had_never_been_written(
    part: Part, known: dict[str, bool], gone: frozenset[str]
) -> None:
    law, left = LAW.without(gone).on(TODAY), pruned(part, gone)
    whole = group("all", [part])
    for found in (whole.find(Facts(known), law), Asked(Facts(known), law).find(whole)):
        assert found.waived is (left is None)
        if left is None:
            assert found.verdict is NOT_MET
        else:
            assert found.verdict is find(left, known).verdict


@given(part=PARTS, known=KNOWN)
def test_unknown_never_becomes_no_nor_yes(part: Part, known: dict[str, bool]) -> None:
    assume(nested(part) <= 1)
    verdict = find(part, known).verdict
    unknown = [name for name in NAMES if name not in known]
    completed = {
        find(part, known | dict(zip(unknown, values, strict=True))).verdict
        for values in product([True, False], repeat=len(unknown))
    }
    assert UNKNOWN not in completed
    if verdict is not UNKNOWN:
        assert completed == {verdict}


@given(part=PARTS, known=KNOWN, name=st.sampled_from(NAMES), value=st.booleans())
def test_one_more_fact_never_unsettles_what_was_settled(
    part: Part, known: dict[str, bool], name: str, value: bool
) -> None:
    before = find(part, known)
    after = find(part, {name: value} | known)
    if not before.unknown:
        assert after.verdict is before.verdict


@given(part=PARTS, known=KNOWN, data=st.data())
def test_the_order_of_facts_does_not_matter(
    part: Part, known: dict[str, bool], data: st.DataObject
) -> None:
    shuffled = dict(data.draw(st.permutations(list(known.items()))))
    assert find(part, shuffled).tree() == find(part, known).tree()


@given(part=PARTS, known=KNOWN)
def test_what_is_missing_is_what_would_decide(part: Part, known: dict[str, bool]) -> None:
    finding = find(part, known)
    missing = finding.missing()
    assert bool(missing) is finding.unknown
    assert not set(missing) & set(known)
    assert len(missing) == len(set(missing))
    assert not find(part, known | dict.fromkeys(missing, True)).unknown


@given(part=PARTS, known=KNOWN)
def test_a_finding_can_be_kept_as_json_and_names_its_clauses(
    part: Part, known: dict[str, bool]
) -> None:
    finding = find(part, known)
    tree = finding.tree()
    assert json.loads(json.dumps(tree)) == tree
    assert tree["verdict"] == finding.verdict.name
    assert {leaf.part.clause for leaf in finding.leaves()} <= set(finding.clauses())
    assert [leaf.part.name for leaf in finding.leaves()] == [r.name for r in part.rules()]


BIRTHS = st.dates(date(1990, 1, 1), date(2024, 5, 10))
WHEN = st.dates(date(2005, 1, 1), date(2040, 1, 1))


@given(birth=BIRTHS, day=WHEN, later=st.integers(1, 9000))
def test_nothing_changes_before_the_day_a_finding_names(birth: date, day: date, later: int) -> None:
    def on(moment: date) -> Any:
        return is_minor.find(Facts({"birth": birth, "day": moment}), LAW.on(moment))

    finding = on(day)
    other = on(day + timedelta(days=later))
    changes = finding.changes_on
    assert changes is None or changes > day
    if changes is None or day + timedelta(days=later) < changes:
        assert other.verdict is finding.verdict
    if changes is not None:
        assert on(changes).verdict is not finding.verdict


def test_a_minor_changes_on_the_eighteenth_birthday_and_an_adult_never() -> None:
    def minor(birth: date) -> Any:
        return find(is_minor, {"birth": birth, "day": TODAY})

    assert minor(date(2006, 6, 15)).changes_on == date(2024, 6, 15)
    assert minor(date(2006, 5, 10)).verdict is NOT_MET
    assert minor(date(2006, 5, 10)).changes_on is None
    assert minor(date(2008, 2, 29)).changes_on == date(2026, 2, 28)


def test_a_finding_changes_when_a_fact_of_it_ends() -> None:
    facts = Facts({"a": True, "b": True}, until={"a": date(2024, 9, 1), "b": date(2024, 8, 1)})
    law = LAW.on(TODAY)
    assert says_a.find(facts, law).changes_on == date(2024, 9, 1)
    assert all_of("x", "x", "x", says_a, says_b).find(facts, law).changes_on == date(2024, 8, 1)
    assert says_c.find(facts, law).changes_on is None


def test_a_finding_about_a_father_changes_when_the_fathers_fact_ends() -> None:
    facts = Facts({"a": True, "father.a": True}, until={"father.a": date(2024, 9, 1)})
    law = LAW.on(TODAY)
    assert about("father", "父亲", says_a).find(facts, law).changes_on == date(2024, 9, 1)
    assert says_a.find(facts, law).changes_on is None


def test_a_fact_that_ended_in_the_past_is_no_day_to_come() -> None:
    facts = Facts({"a": True}, until={"a": TODAY})
    assert says_a.find(facts, LAW.on(TODAY)).changes_on is None


def test_a_finding_changes_when_a_figure_of_it_does() -> None:
    finding = find(share_of, {"standard": Decimal("2342.00")})
    assert finding.value == Decimal("468.4000")
    assert finding.changes_on == date(2024, 7, 1)
    later = share_of.find(Facts({"standard": Decimal(1000)}), LAW.on(date(2024, 7, 1)))
    assert later.value == Decimal("300.00")
    assert later.changes_on is None


def test_a_figure_nobody_published_leaves_it_open_and_is_named() -> None:
    early: LawOfDay = LAW.on(date(2023, 7, 23))
    finding = share_of.find(Facts({"standard": Decimal(1000)}), early)
    assert finding.unknown
    assert finding.missing() == ["figure:test_share"]
    assert finding.changes_on == date(2023, 7, 24)


def test_a_figure_is_never_guessed_for_a_day_before_it_was_set() -> None:
    with pytest.raises(NotYetSet) as refused:
        LAW.on(date(2023, 7, 23)).figures["test_share"]
    said = refused.value.body()
    assert (said["where"], said["figure"], said["allowed"]) == ("day", "test_share", ["2023-07-24"])
    with pytest.raises(KeyError) as fault:
        LAW.on(TODAY).figures["tset_share"]
    assert not isinstance(fault.value, NotYetSet)


def test_a_changed_figure_leaves_the_law_it_came_from_alone() -> None:
    raised = Figure("test_share", "WL24:2.1.4a-1", "ratio", "比例", ((TODAY, Decimal("0.5")),))
    other = LAW.with_figures([raised])
    facts = Facts({"standard": Decimal(1000)})
    assert share_of.find(facts, other.on(TODAY)).value == Decimal(500)
    assert share_of.find(facts, LAW.on(TODAY)).value == Decimal(200)


def test_an_amount_of_zero_is_an_answer() -> None:
    finding = find(share_of, {"standard": Decimal(0)})
    assert finding.met
    assert finding.tree()["value"] == "0.00"


def test_two_rules_of_one_name_are_bound_each_to_its_own_figures() -> None:
    def made(name: str) -> Rule[Any, Any]:
        scope: dict[str, Any] = {}
        source = f'def same_name(*, {name}):\n    """Which figure?"""\n    return {name}\n'
        exec(compile(source, "made", "exec"), scope)
        return Rule(scope["same_name"], "WL24:1", "同名")

    assert find(made("test_adult_years"), {}).value == 18
    assert find(made("test_share"), {}).value == Decimal("0.20")


def test_a_rule_without_words_or_without_its_next_day_is_refused() -> None:
    with pytest.raises(ValueError, match="no docstring"):
        rule("WL24:1", "无")(lambda a: a)

    def of_the_day(day: date) -> bool:
        """Is it so today?"""
        return day == TODAY

    with pytest.raises(ValueError, match="when it changes"):
        rule("WL24:1", "今日")(of_the_day)


def test_a_rule_is_still_a_plain_function() -> None:
    assert says_both(True, True) is True
    assert share_of(Decimal(100), test_share=Decimal("0.2")) == Decimal(20)


def test_a_clause_is_in_force_from_its_first_day_until_its_last() -> None:
    clause = Clause("X:1", "文", "text", date(2024, 1, 1), until=date(2025, 1, 1))
    days = (date(2023, 12, 31), date(2024, 1, 1), date(2024, 12, 31), date(2025, 1, 1))
    assert [clause.in_force(day) for day in days] == [False, True, True, False]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.dates() | st.decimals(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_whatever_a_fact_is_it_can_be_kept_as_json(value: Any) -> None:
    assert json.loads(json.dumps(plain(value))) == plain(value)
