"""Small counts are hidden, and nobody who knows every total can solve for them."""

from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from shared.suppression import TOTAL, Shown, joined, suppressed, suppressed_alike, with_totals

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


def determined(shown: Shown) -> set[tuple[str, str]]:
    """The hidden cells that all equations together leave one value: exact linear algebra."""
    rows, columns = list(shown), list(shown[TOTAL])
    unknown = [(r, c) for r in rows for c in columns if shown[r][c] is None]
    lines = [[(row, c) for c in columns] for row in rows]
    lines += [[(row, c) for row in rows] for c in columns]
    reduced: dict[int, list[Fraction]] = {}
    for line in lines:
        signs = {cell: Fraction(-1 if cell == line[-1] else 1) for cell in line}
        vector = [signs.get(cell, Fraction(0)) for cell in unknown]
        for pivot, row in reduced.items():
            vector = [v - vector[pivot] * r for v, r in zip(vector, row, strict=True)]
        lead = next((at for at, v in enumerate(vector) if v), None)
        if lead is None:
            continue
        vector = [v / vector[lead] for v in vector]
        for pivot, row in reduced.items():
            reduced[pivot] = [r - row[lead] * v for r, v in zip(row, vector, strict=True)]
        reduced[lead] = vector
    return {unknown[at] for at, row in reduced.items() if sum(map(bool, row)) == 1}


@given(COUNTS, st.integers(2, 10))
def test_no_hidden_count_follows_from_all_the_lines_together(
    counts: dict[str, dict[str, int]], smallest: int
) -> None:
    whole = with_totals(counts)
    small = {(r, c) for r, cells in whole.items() for c, n in cells.items() if 0 < n < smallest}
    assert not determined(suppressed(counts, smallest)) & small


@given(COUNTS, st.integers(2, 10), st.randoms())
def test_two_tables_of_the_same_people_do_not_give_each_other_away(
    counts: dict[str, dict[str, int]], smallest: int, chance: Random
) -> None:
    other: dict[str, dict[str, int]] = {row: dict.fromkeys(COLUMNS, 0) for row in ("a", "b", "c")}
    for cells in counts.values():
        for column, count in cells.items():
            for _ in range(count):
                other[chance.choice("abc")][column] += 1
    one, two = suppressed_alike([counts, other], smallest)
    assert one[TOTAL] == two[TOTAL] or not counts
    for shown, table in ((one, counts), (two, other)):
        whole = with_totals(table)
        assert not [(r, c) for r, c in determined(shown) if 0 < whole[r][c] < smallest]


@given(st.lists(COUNTS, min_size=2, max_size=4), st.integers(2, 10))
def test_no_two_periods_tell_together_more_than_their_months(
    months: list[dict[str, dict[str, int]]], smallest: int
) -> None:
    published = [suppressed(month, smallest) for month in months]
    longer, shorter = joined(published), joined(published[:-1])
    for row, cells in published[-1].items():
        for column, count in cells.items():
            whole, before = longer[row][column], shorter.get(row, {}).get(column, 0)
            if count is None:
                assert whole is None
            if whole is not None and before is not None:
                assert whole - before == count
