"""The tables of lawful moves, and small counts that nobody can subtract back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.rules.matters import DETAILS, MATTERS, OPENERS
from services.referrals.rules.moves import FINAL, LINE, PUSH, REASONS, SENDERS_MOVES
from services.referrals.rules.suppression import suppressed, totals
from shared.jurisdiction import jurisdiction
from shared.moves import Moves
from shared.problem import Problem, UnlawfulMove

TABLES = [LINE, PUSH, *MATTERS.values()]
VERBS = sorted({move.verb for moves in TABLES for move in moves})


@pytest.mark.parametrize("moves", TABLES, ids=lambda m: m.kind)
def test_every_move_stands_on_a_clause_and_leads_somewhere(moves: Moves) -> None:
    clauses = jurisdiction().law.clauses
    departments = jurisdiction().departments
    reached = {moves.first}
    for _ in moves.states():
        reached |= {m.after for m in moves if set(m.before) & reached}
    assert reached == set(moves.states())
    for move in moves:
        assert move.clause in clauses
        assert set(move.departments) <= set(departments)


@given(st.sampled_from(TABLES), st.lists(st.sampled_from(VERBS), max_size=25))
def test_no_sequence_of_verbs_leaves_the_table(moves: Moves, verbs: list[str]) -> None:
    state = moves.first
    for verb in verbs:
        lawful = {m.verb: m for m in moves.lawful(state)}
        departments = lawful[verb].departments if verb in lawful else ()
        try:
            move = moves.make(state, verb, department=departments[0] if departments else "town")
        except UnlawfulMove as refusal:
            allowed = set(refusal.allowed or [])
            if verb in lawful or allowed != set(lawful):
                pytest.fail(f"{verb} from {state}: {allowed}")
        except Problem:
            pytest.fail("only an unlawful move is refused here")
        else:
            assert move is lawful[verb]
            state = move.after
    assert state in moves.states()


def test_what_is_over_stays_over() -> None:
    assert all(not LINE.lawful(state) for state in FINAL)


def test_each_reason_has_its_consequence_and_each_sender_s_move_exists() -> None:
    assert all(reason.consequence and reason.consequence_zh for reason in REASONS.values())
    assert {move.verb for move in LINE} >= SENDERS_MOVES
    assert set(OPENERS) == set(DETAILS) == set(MATTERS)


COUNTS = st.dictionaries(
    st.sampled_from(["police", "health", "education", "town", "court"]),
    st.fixed_dictionaries({c: st.integers(0, 30) for c in ("accepted", "declined", "unanswered")}),
    min_size=1,
)


@given(COUNTS, st.integers(2, 10))
def test_no_small_count_is_shown_or_can_be_subtracted_back(
    counts: dict[str, dict[str, int]], smallest: int
) -> None:
    shown = suppressed(counts, smallest)
    for row, cells in counts.items():
        for column, count in cells.items():
            assert shown[row][column] in (None, count)
            if 0 < count < smallest:
                assert shown[row][column] is None
    for row, cells in counts.items():
        hidden = [c for c in cells if shown[row][c] is None]
        assert len(hidden) != 1
    if len(counts) > 1:
        for column in ("accepted", "declined", "unanswered"):
            assert sum(shown[row][column] is None for row in counts) != 1


@given(COUNTS)
def test_totals_add_up_both_ways(counts: dict[str, dict[str, int]]) -> None:
    rows, columns = totals(counts)
    assert sum(rows.values()) == sum(columns.values())
