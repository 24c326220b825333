"""Small counts leave the house only hidden, and so that nobody can subtract them back (k-匿名).

A table is shown with its totals. Every row and column, the totals among them, is an equation an
attacker can solve: none may keep exactly one unknown, and what is unknown under a total that is
shown must add up to as many people as the smallest count (补充隐藏).
"""

from collections.abc import Mapping

Counts = Mapping[str, Mapping[str, int]]
Shown = dict[str, dict[str, int | None]]
Cell = tuple[str, str]
TOTAL = "total"


def suppressed(counts: Counts, smallest: int) -> Shown:
    """The table with totals, counts from 1 to `smallest` − 1 hidden, and others to protect them.

    Zero is no person and stays, unless it must protect another.
    """
    whole = with_totals(counts)
    hidden = {
        (row, column)
        for row, cells in whole.items()
        for column, count in cells.items()
        if 0 < count < smallest
    }
    lines = _lines(whole)
    while (more := _exposed(whole, lines, hidden, smallest)) is not None:
        hidden.add(more)
    return {
        row: {c: None if (row, c) in hidden else count for c, count in cells.items()}
        for row, cells in whole.items()
    }


def with_totals(counts: Counts) -> dict[str, dict[str, int]]:
    """The table with a last column and a last row of sums."""
    columns = dict.fromkeys(c for cells in counts.values() for c in cells)
    whole = {
        row: {**{c: cells.get(c, 0) for c in columns}, TOTAL: sum(cells.values())}
        for row, cells in counts.items()
    }
    sums = {c: sum(cells[c] for cells in whole.values()) for c in (*columns, TOTAL)}
    return {**whole, TOTAL: sums}


def _lines(whole: Counts) -> list[list[Cell]]:
    """Every equation of the table: its parts, and last the total they add up to."""
    columns = list(whole[TOTAL])
    lines = [[(row, c) for c in columns] for row in whole]
    return lines + [[(row, c) for row in whole] for c in columns]


def _exposed(
    whole: Counts, lines: list[list[Cell]], hidden: set[Cell], smallest: int
) -> Cell | None:
    """The next cell to hide: the smallest one that leaves its line less to solve."""

    def count(cell: Cell) -> int:
        return whole[cell[0]][cell[1]]

    for line in lines:
        unknown = [cell for cell in line if cell in hidden]
        total_shown = line[-1] not in hidden
        too_few = total_shown and sum(map(count, unknown)) < smallest
        if not unknown or (len(unknown) > 1 and not too_few):
            continue
        known = [cell for cell in line[:-1] if cell not in hidden]
        if more := [cell for cell in known if count(cell)] or (
            [line[-1]] if total_shown else known
        ):
            return min(more, key=lambda cell: (count(cell), cell))
    return None
