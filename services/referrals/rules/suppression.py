"""Small counts leave the house only hidden, and so that nobody can subtract them back (k-匿名)."""

from collections.abc import Mapping

Counts = Mapping[str, Mapping[str, int]]
Shown = dict[str, dict[str, int | None]]


def suppressed(counts: Counts, smallest: int) -> Shown:
    """The table with cells from 1 to `smallest` − 1 hidden, and others hidden to protect them.

    Row and column totals are public, so a line with one hidden cell would give it away by
    subtraction: a second one is hidden there, the smallest that is left, until no line has
    exactly one (补充隐藏). Zero is no person and stays, unless it must protect another.
    """
    hidden = {
        (row, column)
        for row, cells in counts.items()
        for column, count in cells.items()
        if 0 < count < smallest
    }
    while (more := _exposed(counts, hidden)) is not None:
        hidden.add(more)
    return {
        row: {c: None if (row, c) in hidden else count for c, count in cells.items()}
        for row, cells in counts.items()
    }


def _exposed(counts: Counts, hidden: set[tuple[str, str]]) -> tuple[str, str] | None:
    """The next cell to hide: in a line with one hidden cell, the smallest of the others."""
    columns = list(dict.fromkeys(c for cells in counts.values() for c in cells))
    lines = [[(row, c) for c in cells] for row, cells in counts.items()]
    lines += [[(row, c) for row in counts if c in counts[row]] for c in columns]
    for line in lines:
        if sum(cell in hidden for cell in line) == 1:
            others = [cell for cell in line if cell not in hidden]
            if others:
                return min(others, key=lambda cell: (counts[cell[0]][cell[1]], cell))
    return None


def totals(counts: Counts) -> tuple[dict[str, int], dict[str, int]]:
    """Row totals and column totals."""
    rows = {row: sum(cells.values()) for row, cells in counts.items()}
    columns: dict[str, int] = {}
    for cells in counts.values():
        for column, count in cells.items():
            columns[column] = columns.get(column, 0) + count
    return rows, columns
