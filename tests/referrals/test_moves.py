"""The tables of lawful moves: each stands on a clause, and no sequence of verbs leaves one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.rules.matters import DETAILS, MATTERS, OPENERS
from services.referrals.rules.moves import FINAL, LINE, PUSH, REASONS, SENDERS_MOVES
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
