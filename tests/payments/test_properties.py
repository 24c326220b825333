"""What must hold of money whatever the numbers are."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.payments.operations.tariff import tariff_of
from services.payments.rules import floors
from services.payments.rules.arrears import instalments
from services.payments.rules.book import Book, Published
from services.payments.rules.evaluation import Evaluation, evaluate
from services.payments.rules.money import FEN, ZERO, rounded_up
from services.payments.rules.months import span
from services.payments.rules.sheets import DANGEROUS, safe
from services.payments.rules.situation import Episode, Event, OtherRelief, Situation
from services.payments.rules.vocabulary import (
    Benefit,
    Category,
    Happening,
    Household,
    ReliefKind,
    Status,
)
from shared.jurisdiction import jurisdiction

PLACE = jurisdiction()
YUAN = st.decimals(min_value=1, max_value=9999, places=2)
MONTHS = list(span(date(2024, 1, 1), date(2024, 12, 1)))
DAYS = st.dates(date(2024, 1, 1), date(2024, 12, 31))
CATEGORIES = st.frozensets(st.sampled_from(list(Category)), min_size=1, max_size=4)
EVENTS = st.lists(
    st.builds(
        Event,
        DAYS,
        st.sampled_from([h for h in Happening if h is not Happening.UNCLEAR]),
        CATEGORIES,
    ),
    max_size=5,
).map(tuple)


def book_of(scattered: Decimal, institution: Decimal, consumption: Decimal | None = None) -> Book:
    figures = {"scattered_orphan_monthly": scattered, "institution_orphan_monthly": institution}
    if consumption is not None:
        figures["urban_consumption_yearly"] = consumption
    since = date(2023, 8, 1)
    return Book(tariff_of(PLACE), PLACE.law, [Published(k, since, v) for k, v in figures.items()])


SITUATIONS = st.builds(
    Situation,
    categories=CATEGORIES,
    born_on=st.dates(date(2004, 1, 1), date(2024, 6, 30)) | st.just(date.max),
    household=st.sampled_from(list(Household)),
    dibao_active=st.booleans(),
    said=st.frozensets(
        st.sampled_from(
            ["child.schooling", "child.labour_capacity", "child.civil_capacity", "household.class"]
        )
    ),
    events=EVENTS,
    other_relief=st.lists(
        st.builds(OtherRelief, st.sampled_from(list(ReliefKind)), YUAN), max_size=2
    ).map(tuple),
    episodes=st.lists(st.builds(Episode, DAYS, st.just(date(2024, 12, 31))), max_size=1).map(tuple),
)


def asked(situation: Situation, scattered: Decimal, institution: Decimal) -> Evaluation:
    return evaluate(situation, MONTHS, book_of(scattered, institution))


@settings(max_examples=150)
@given(SITUATIONS, YUAN, YUAN)
def test_no_month_has_two_basic_livings_and_none_is_below_nothing(
    situation: Situation, scattered: Decimal, institution: Decimal
) -> None:
    found = asked(situation, scattered, institution)
    for month in MONTHS:
        living = [
            line
            for line in found.lines
            if line.month == month and line.benefit in (Benefit.BASIC_LIVING, Benefit.STREET_RELIEF)
        ]
        assert sum(line.due and line.amount > 0 for line in living) <= 1
    for line in found.everything:
        assert line.amount >= ZERO
        assert line.clauses
        assert line.amount % FEN == 0
        if line.status in (Status.UNDETERMINED, Status.MANUAL_REVIEW):
            assert line.amount == ZERO, "what is open is never paid by itself"
        if line.status is Status.UNDETERMINED:
            assert line.missing


@settings(max_examples=150)
@given(SITUATIONS, YUAN, YUAN)
def test_asked_again_or_month_by_month_the_answer_is_the_same(
    situation: Situation, scattered: Decimal, institution: Decimal
) -> None:
    whole = asked(situation, scattered, institution)
    assert asked(situation, scattered, institution) == whole
    book = book_of(scattered, institution)
    single = [line for month in MONTHS for line in evaluate(situation, [month], book).lines]
    monthly = {Benefit.BASIC_LIVING, Benefit.STREET_RELIEF, Benefit.INFANT_NUTRITION}
    assert [x for x in single if x.benefit in monthly] == [
        x for x in whole.lines if x.benefit in monthly
    ]


@given(st.decimals(min_value=12, max_value=200_000, places=2), YUAN, YUAN)
def test_the_tariff_says_what_the_sentences_of_the_document_say(
    consumption: Decimal, institution: Decimal, scattered: Decimal
) -> None:
    law, month = PLACE.law.on(MONTHS[0]), MONTHS[0]

    def said(sentence: Any, *facts: Decimal) -> Any:
        return sentence(*facts, **(law.figures_for(sentence) or {}))

    book = book_of(scattered, institution, consumption)
    least = {found.key: found.minimum for found in floors.check(book, month)}
    dibao = said(floors.dibao_child_minimum, said(floors.dibao_child_share, scattered))
    assert least["institution_orphan_monthly"] == said(
        floors.institution_minimum_monthly, consumption
    )
    assert least["scattered_orphan_monthly"] == said(floors.scattered_minimum_monthly, institution)
    assert least["street_child_monthly"] == said(floors.street_child_minimum, scattered)
    assert least["dibao_child_monthly"] == dibao
    as_scattered = {
        Category.DE_FACTO_UNSUPPORTED: said(floors.paid_as_scattered, scattered),
        Category.OWN_DIFFICULTY: said(floors.paid_as_scattered, scattered),
        Category.HIV_AFFECTED: said(floors.affected_paid_as_scattered, scattered),
        Category.DIBAO_CHILD: dibao,
    }
    for category, amount in as_scattered.items():
        of_one = Situation(categories=frozenset({category}), dibao_active=True)
        assert evaluate(of_one, [month], book).lines[0].amount == amount


@given(YUAN, YUAN)
def test_what_may_be_published_is_never_below_its_floor(
    institution: Decimal, scattered: Decimal
) -> None:
    found = {c.key: c for c in floors.check(book_of(scattered, institution), MONTHS[0])}
    enough = Fraction(scattered) >= Fraction(institution) * Fraction(4, 5)
    assert found["scattered_orphan_monthly"].lawful is enough


@given(YUAN)
def test_a_dibao_child_is_never_below_the_floor(scattered: Decimal) -> None:
    situation = Situation(categories=frozenset({Category.DIBAO_CHILD}), dibao_active=True)
    line = evaluate(situation, MONTHS[:1], book_of(scattered, scattered)).lines[0]
    assert line.amount >= 200
    assert Fraction(line.amount) >= Fraction(scattered) / 5
    assert line.amount == 200 or Fraction(line.amount) - Fraction(scattered) / 5 < Fraction(1, 100)


@given(YUAN, YUAN)
def test_living_support_adds_up_to_one_standard(scattered: Decimal, relief: Decimal) -> None:
    situation = Situation(
        categories=frozenset({Category.DE_FACTO_UNSUPPORTED}),
        other_relief=(OtherRelief(ReliefKind.DESTITUTE_SUPPORT, relief),),
    )
    line = evaluate(situation, MONTHS[:1], book_of(scattered, scattered)).lines[0]
    assert line.amount + relief == max(scattered, relief)


@given(st.integers(1, 28), st.integers(1, 28), YUAN)
def test_relief_by_days_of_a_split_month_is_never_below_the_whole(
    first: int, second: int, scattered: Decimal
) -> None:
    first, second = sorted((first, second))
    book = book_of(scattered, scattered)

    def relief(*episodes: Episode) -> Decimal:
        situation = Situation(categories=frozenset({Category.STREET_CHILD}), episodes=episodes)
        lines = evaluate(situation, [date(2024, 6, 1)], book).lines
        return next(x.amount for x in lines if x.benefit is Benefit.STREET_RELIEF)

    whole = relief(Episode(date(2024, 6, 1), date(2024, 6, 30)))
    part = relief(Episode(date(2024, 6, first), date(2024, 6, second)))
    assert part <= whole
    share = Fraction(scattered) * Fraction(1, 2) * (second - first + 1) / 30
    assert 0 <= Fraction(part) - share < Fraction(1, 100)
    twice = relief(
        Episode(date(2024, 6, first), date(2024, 6, second)),
        Episode(date(2024, 6, first), date(2024, 6, second)),
    )
    assert twice == part, "a day counts once"


@given(YUAN, st.integers(1, 120))
def test_instalments_sum_to_the_debt(debt: Decimal, months: int) -> None:
    parts = instalments(debt, months)
    assert sum(parts, ZERO) == debt
    assert max(parts) - min(parts) <= Decimal("0.01")


@given(st.fractions(min_value=0, max_value=100000), st.sampled_from(["0.01", "0.1", "1"]))
def test_rounding_up_is_never_below_and_less_than_a_step_above(amount: Fraction, unit: str) -> None:
    found = Fraction(rounded_up(amount, Decimal(unit)))
    assert 0 <= found - amount < Fraction(unit)


@given(st.text())
def test_no_cell_of_a_sheet_is_a_formula(text: str) -> None:
    cell = safe(text)
    assert not cell.startswith(DANGEROUS)
    assert "\n" not in cell
    assert "\r" not in cell
