"""Small counts are hidden, and nobody who knows every total can solve for them."""

from hypothesis import given
from hypothesis import strategies as st

from shared.suppression import TOTAL, Shown, suppressed, with_totals

COLUMNS = ("accepted", "declined", "unanswered", "revoked")
COUNTS = st.dictionaries(
    st.sampled_from(["police", "health", "education", "town", "court"]),
    st.fixed_dictionaries({column: st.integers(0, 12) for column in COLUMNS}),
    max_size=5,
)


def solved(shown: Shown) -> dict[tuple[str, str], int]:
    """What an attacker gets by solving every line with one unknown, until none is left."""
    known = {(r, c): n for r, cells in shown.items() for c, n in cells.items() if n is not None}
    rows, columns = list(shown), list(shown[TOTAL])
    lines = [[(row, c) for c in columns] for row in rows]
    lines += [[(row, c) for row in rows] for c in columns]
    found: dict[tuple[str, str], int] = {}
    while True:
        open_ = [(line, [c for c in line if c not in known]) for line in lines]
        one = next(((line, cells[0]) for line, cells in open_ if len(cells) == 1), None)
        if one is None:
            return found
        line, cell = one
        parts = sum(known[c] for c in line[:-1] if c != cell)
        known[cell] = parts if cell == line[-1] else known[line[-1]] - parts
        found[cell] = known[cell]


@given(COUNTS, st.integers(2, 10))
def test_no_small_count_is_shown_and_none_can_be_solved_for(
    counts: dict[str, dict[str, int]], smallest: int
) -> None:
    shown, whole = suppressed(counts, smallest), with_totals(counts)
    for row, cells in whole.items():
        for column, count in cells.items():
            assert shown[row][column] in (None, count)
            assert not 0 < count < smallest or shown[row][column] is None
    assert not [cell for cell, count in solved(shown).items() if 0 < count < smallest]


@given(COUNTS, st.integers(2, 10))
def test_what_is_hidden_under_a_shown_total_is_never_fewer_people_than_the_smallest_count(
    counts: dict[str, dict[str, int]], smallest: int
) -> None:
    shown, whole = suppressed(counts, smallest), with_totals(counts)
    for row, cells in shown.items():
        hidden = [whole[row][c] for c in COLUMNS if c in cells and cells[c] is None]
        assert not hidden or cells[TOTAL] is None or sum(hidden) >= smallest


@given(COUNTS)
def test_a_table_of_large_counts_is_shown_whole(counts: dict[str, dict[str, int]]) -> None:
    large = {row: {c: n * 100 for c, n in cells.items()} for row, cells in counts.items()}
    assert suppressed(large, 5) == with_totals(large)


def test_one_child_in_one_village_is_in_no_cell_and_no_total() -> None:
    shown = suppressed({"here": {"may": 1, "june": 0}, "there": {"may": 0, "june": 0}}, 5)
    assert shown["here"]["may"] is None
    assert shown[TOTAL]["may"] is None
    assert shown[TOTAL][TOTAL] is None
