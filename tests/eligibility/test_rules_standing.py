"""Statements in two times: order does not matter, later knowledge leaves earlier answers (在册)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.eligibility.rules.answer import answer
from services.eligibility.rules.evaluation import evaluate
from services.eligibility.rules.standing import Said, contradict, impossible, standing_on
from shared.jurisdiction import jurisdiction

DAY, START = date(2024, 5, 10), datetime(2024, 1, 1, tzinfo=UTC)
LAW = jurisdiction().law.on(DAY)
VALUES: dict[str, list[Any]] = {
    "child.birth_date": [date(2016, 6, 1), date(2006, 5, 10)],
    "child.hukou_here": [True, False, None],
    "father.life": ["alive", "dead", "declared_missing", None],
    "mother.life": ["alive", "dead", None],
    "mother.custody": ["prison", "none", None],
    "mother.term_months": [3, 24],
    "household.economic_class": ["dibao", "dibao_margin", "ordinary"],
    "child.severe_disability": [True, False],
}


@st.composite
def statements(draw: st.DrawFn) -> list[Said]:
    rows: list[Said] = []
    for number in range(draw(st.integers(0, 10))):
        name = draw(st.sampled_from(sorted(VALUES)))
        since = draw(st.dates(date(2023, 1, 1), date(2024, 12, 31)))
        length = draw(st.none() | st.integers(1, 400))
        earlier = [row.id for row in rows if row.name == name]
        rows.append(
            Said(
                UUID(int=number + 1),
                name,
                draw(st.sampled_from(VALUES[name])),
                since,
                since + timedelta(days=length) if length else None,
                draw(st.sampled_from(["police", "town", "court"])),
                # Two statements are never learned in the same instant.
                START + timedelta(days=draw(st.integers(0, 120)), seconds=number),
                draw(st.sampled_from([None, *earlier])),
                withdrawn=draw(st.booleans()) and bool(earlier),
            )
        )
    return rows


def said(rows: list[Said], known_at: datetime) -> dict[str, Any]:
    return answer(evaluate(standing_on(rows, LAW, known_at).facts, LAW))


@settings(max_examples=150)
@given(statements(), st.randoms())
def test_the_order_in_which_statements_are_kept_does_not_matter(
    rows: list[Said], random: Any
) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    moment = START + timedelta(days=200)
    assert said(rows, moment) == said(shuffled, moment)


@settings(max_examples=150)
@given(statements(), st.integers(0, 120))
def test_what_is_learned_later_changes_no_answer_of_before(rows: list[Said], days: int) -> None:
    moment = START + timedelta(days=days)
    then = [row for row in rows if row.known_at <= moment]
    assert said(rows, moment) == said(then, moment)


@settings(max_examples=150)
@given(statements())
def test_a_fact_whose_days_are_over_is_unknown_and_never_what_it_was(rows: list[Said]) -> None:
    standing = standing_on(rows, LAW, START + timedelta(days=200))
    for name, row in standing.sources.items():
        assert row.since <= DAY
        if row.until is not None and row.until <= DAY:
            assert name not in standing.facts


@settings(max_examples=150)
@given(statements())
def test_a_contradiction_is_one_whichever_statement_came_first(rows: list[Said]) -> None:
    for one in rows:
        for other in rows:
            if one.name == other.name:
                assert contradict(one, other) == contradict(other, one)
                assert impossible(one, other) == impossible(other, one)


def test_the_dead_are_not_alive_later_but_were_alive_before() -> None:
    def life(value: str, since: date) -> Said:
        return Said(UUID(int=1), "mother.life", value, since, None, "police", START)

    dead = life("dead", date(2024, 1, 1))
    assert not impossible(dead, life("alive", date(2023, 1, 1)))
    assert impossible(dead, life("alive", date(2024, 1, 1)))
    assert impossible(life("alive", date(2024, 2, 1)), dead)
    assert not impossible(life("declared_dead", date(2024, 1, 1)), life("alive", date(2024, 2, 1)))


def test_who_was_lost_may_be_found_which_is_news_and_who_was_dead_may_not() -> None:
    def life(value: str, since: date, by: str) -> Said:
        return Said(UUID(int=1), "mother.life", value, since, None, by, START)

    found = life("alive", date(2024, 2, 1), "town")
    for lost in ("unfindable", "untraced", "declared_missing", "declared_dead"):
        assert not contradict(life(lost, date(2024, 1, 1), "police"), found)
    assert contradict(life("dead", date(2024, 1, 1), "police"), found)
