"""Every enumeration of the law is complete, and no sequence of moves reaches an unlawful state."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.protection.operations.law import institutions, instruments
from services.protection.rules import MOVES
from services.protection.rules.assessments import score, worse
from services.protection.rules.cases import LEVELS
from services.protection.rules.grounds import GROUNDS, Ground, ground_of, grounds_of_person
from services.protection.rules.guardianship import (
    LONG_TERM_GROUNDS,
    TEMPORARY_GROUNDS,
    Facility,
    may_return,
    months_after,
    placement_order,
)
from services.protection.rules.orders import COURT_CLOCKS, ORDERS, Relief, court_clocks
from services.protection.rules.police import FEEDBACK_VERBS, MEETS, REPORT_MOVES, begins
from services.protection.rules.reporting import MEASURES, birthday, check_due_on
from services.protection.rules.revocation import REVOCATION_GROUNDS
from shared.jurisdiction import jurisdiction
from shared.law import Facts
from shared.moves import Move, Moves
from shared.problem import Forbidden, Problem, SecondPersonNeeded, UnlawfulMove
from tests.protection.test_walks import fits

LAW = jurisdiction().law
DEPARTMENTS = [*jurisdiction().departments, "nobody"]
TABLES = list(MOVES.values())
DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))


def test_the_enumerations_of_the_law_are_complete() -> None:
    assert [text.number for text in GROUNDS.values()] == [f"R{n}" for n in range(1, 10)]
    assert len(TEMPORARY_GROUNDS) == 7
    assert len(LONG_TERM_GROUNDS) == 5
    assert len(REVOCATION_GROUNDS) == 7
    assert len(MEASURES) == 5
    named = [kind for kind in institutions().types.values() if kind.named]
    sentence = LAW.clauses["WL24:3.1a-1"].text
    for word in ("学校", "培训机构", "医疗机构", "村（居）民委员会", "救助管理机构"):
        assert word in sentence
        assert institutions().recognise(word).named
    for word in ("社会福利机构", "旅店宾馆", "网约房", "私人影院"):
        assert word in sentence
        assert institutions().recognise(word).named
    assert len(named) >= 9


def test_every_ground_is_known_by_its_number_code_and_words() -> None:
    for ground, text in GROUNDS.items():
        assert ground_of(text.number) is ground
        assert ground_of(ground.value) is ground
        assert ground_of(text.zh) is ground
        assert text.clause in LAW.clauses
    for table in (TEMPORARY_GROUNDS, LONG_TERM_GROUNDS, REVOCATION_GROUNDS):
        assert {clause for clause, _ in table.values()} <= set(LAW.clauses)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.kind)
def test_every_move_carries_a_clause_of_the_register_and_known_departments(table: Moves) -> None:
    for move in table:
        assert move.clause in LAW.clauses, move
        assert set(move.departments) <= set(DEPARTMENTS), move
        assert move.zh


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.kind)
def test_every_state_can_be_reached_from_the_first(table: Moves) -> None:
    told = {"unanswered", "no_children"} if table.kind == "detention" else set()
    starts = {table.first} | told
    reached, waiting = set(starts), list(starts)
    while waiting:
        for move in table.lawful(waiting.pop()):
            if move.after not in reached:
                reached.add(move.after)
                waiting.append(move.after)
    assert set(table.states()) <= reached


def test_a_report_has_no_state_refused() -> None:
    states = MOVES["report"].states()
    assert not [state for state in states if "refus" in state or "reject" in state]
    assert [move.verb for move in MOVES["report"].lawful("received")] == ["acceptance"]


def attempt(
    table: Moves, state: str, verb: str, department: str, officer: str | None
) -> Move | Problem:
    """The move, or the problem that refused it."""
    try:
        return table.make(state, verb, department=department, officer=officer, first_officer="a")
    except (UnlawfulMove, Forbidden, SecondPersonNeeded) as problem:
        return problem


def rightly(
    refused: Problem, table: Moves, state: str, department: str, officer: str | None
) -> bool:
    """Whether a refusal names what is lawful, who may, or that a second person must."""
    if isinstance(refused, UnlawfulMove):
        return refused.allowed == [move.verb for move in table.offered(state)]
    if isinstance(refused, Forbidden):
        return department not in (refused.allowed or ())
    return officer in {"a", None}


@given(st.data())
def test_no_walk_leaves_the_table_or_the_law(data: st.DataObject) -> None:
    table = data.draw(st.sampled_from(TABLES))
    verbs = [*sorted({move.verb for move in table}), "invented"]
    state = table.first
    for _ in range(data.draw(st.integers(1, 25))):
        verb = data.draw(st.sampled_from(verbs))
        department = data.draw(st.sampled_from(DEPARTMENTS))
        officer = data.draw(st.sampled_from(["a", "b", None]))
        before = state
        made = attempt(table, state, verb, department, officer)
        if isinstance(made, Problem):
            assert rightly(made, table, before, department, officer)
            continue
        assert before in made.before
        assert not made.departments or department in made.departments
        assert not made.second_person or officer == "b"
        state = made.after
        assert state in table.states()


def test_every_clock_a_move_names_has_its_figure() -> None:
    figures = LAW.on(date(2024, 5, 6)).figures
    units = ("hours", "days", "working_days", "months", "minutes")

    def known(kind: str) -> bool:
        return any(f"{kind}_{unit}" in figures for unit in units)

    by_level = {"contact", "plan", "visit"}
    for table in TABLES:
        for move in table:
            if move.clock is not None and move.clock not in by_level:
                assert known(move.clock), move
    for text in LEVELS.values():
        assert known(text.first_contact)
        assert known(text.plan)
        assert known(text.visit)
    assert all(map(known, COURT_CLOCKS))
    assert {text.term_figure for text in ORDERS.values()} - {None} <= set(figures)


STEPS = st.tuples(
    st.integers(0, 10_000),
    st.sampled_from(["police", "procuratorate", "town"]),
    st.sampled_from(["ordinary", "clue_needs_checking", "complex"]),
)


@given(st.lists(STEPS, min_size=40, max_size=80))
def test_no_walk_of_a_report_loses_a_clock_or_leaves_one_running(
    steps: list[tuple[int, str, str]],
) -> None:
    state, clocks, owed = REPORT_MOVES.first, {"police_acceptance"}, False
    for number, department, difficulty in steps:
        moves = REPORT_MOVES.lawful(state) if number % 5 else list(REPORT_MOVES)
        if not moves:
            return
        move = moves[number % len(moves)]
        who = department if number % 3 == 0 else move.departments[0]
        made = attempt(REPORT_MOVES, state, move.verb, who, "b")
        if isinstance(made, Problem):
            continue
        state, verb = made.after, made.verb
        clocks = (clocks - set(MEETS.get(verb, ()))) | begins(made, difficulty)
        owed = owed or verb in FEEDBACK_VERBS
        assert fits(state, clocks, owed), (state, clocks)


@given(st.sets(st.sampled_from(Relief), min_size=1), st.booleans(), st.booleans())
def test_no_relief_goes_to_court_without_the_clock_of_its_law(
    asked: set[Relief], urgent: bool, in_suit: bool
) -> None:
    clocks = court_clocks(sorted(asked), urgent, in_suit)
    figures = LAW.figures
    named = {c: f for c in clocks for u in ("hours", "months") if (f := figures.get(f"{c}_{u}"))}
    assert set(named) == set(clocks)
    clauses = {figure.clause for figure in named.values()}
    suits = asked & {Relief.REVOCATION, Relief.CHANGE_OF_GUARDIAN, Relief.RESTORATION}
    assert ("CPL:187" in clauses) == bool(suits)
    assert ("CPL:164" in clauses) == (Relief.MAINTENANCE in asked)
    assert ("DV:28" in clauses) == (Relief.PROTECTION_RULING in asked)
    before_or_urgent = Relief.PROTECTION_RULING in asked and (urgent or not in_suit)
    assert ("FF2014-24:25" in clauses) == before_or_urgent


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "removed_on": DAYS,
            "assessed_on": DAYS,
            "valid_until": DAYS,
            "day": DAYS,
            "able": st.booleans(),
            "disputed": st.booleans(),
            "court_order": st.booleans(),
            "decided_by_person": st.booleans(),
        },
    )
)
def test_the_gate_opens_only_for_what_the_law_says(known: dict[str, object]) -> None:
    found = may_return.find(Facts(known), LAW.on(date(2024, 5, 6)))
    passed = {"removed_on", "assessed_on", "valid_until", "day", "able", "disputed"} <= set(known)
    passed = passed and bool(
        known["assessed_on"] >= known["removed_on"]  # type: ignore[operator]
        and known["day"] <= known["valid_until"]  # type: ignore[operator]
        and known["able"]
        and not known["disputed"]
    )
    lawful = (passed or known.get("court_order") is True) and known.get("decided_by_person") is True
    assert found.met == lawful


@given(st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_no_child_is_placed_where_people_are_detained(
    unidentified: bool, infant: bool, court: bool, long_term: bool
) -> None:
    order, clause = placement_order(unidentified, infant, court, long_term)
    assert order
    assert set(order) <= set(Facility)
    assert clause in LAW.clauses
    if infant or court or long_term:
        assert order == (Facility.WELFARE_INSTITUTION,)


@given(st.data())
def test_points_red_lines_and_grades_agree(data: st.DataObject) -> None:
    tool = data.draw(st.sampled_from(list(instruments().values())))
    answers = {code: data.draw(st.integers(0, item.points)) for code, item in tool.items.items()}
    found = score(tool, answers, ())
    grade = next(g for g in tool.grades if g.code == found.grade)
    assert found.points * 100 >= grade.from_percent * tool.total
    better = tool.grades[: tool.grades.index(grade)]
    assert all(found.points * 100 < g.from_percent * tool.total for g in better)
    line = data.draw(st.sampled_from(list(tool.red_lines.values())))
    assert score(tool, answers, (line.code,)).grade == line.grade
    assert score(tool, dict(list(answers.items())[1:]), ()).grade is None
    codes = [g.code for g in tool.grades]
    assert worse(tool, codes) == codes[-1]


@given(DAYS, st.integers(0, 36))
def test_months_end_on_the_same_day_or_the_last_of_the_month(start: date, months: int) -> None:
    end = months_after(start, months)
    assert (end.year - start.year) * 12 + end.month - start.month == months
    assert end.day == start.day or (end + timedelta(days=1)).day == 1


@given(st.dates(date(2000, 1, 1), date(2020, 12, 31)))
def test_a_birthday_comes_once_a_year_also_for_the_29th_of_february(born: date) -> None:
    grown = birthday(born, 18)
    assert grown.year == born.year + 18
    assert check_due_on(born, 1) > born
    assert grown >= date(grown.year, born.month, min(born.day, 28))


@given(st.lists(st.sampled_from(list(Ground)), min_size=1), st.integers(0, 17))
def test_age_decides_between_the_second_and_the_third_ground(
    grounds: list[Ground], age: int
) -> None:
    wrong = Ground.GIRL_14_UP_SEXUAL if age < 14 else Ground.GIRL_UNDER_14_SEXUAL
    assert wrong not in grounds_of_person(grounds, age, sexual=True)
    assert grounds_of_person(grounds, None, sexual=True) == grounds
