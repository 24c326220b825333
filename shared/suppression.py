"""Small counts leave the house only hidden, and so that nobody can subtract them back (k-匿名).

A table is shown with its totals. Every row and column, the totals among them, is an equation an
attacker can solve: none may keep exactly one unknown, and what is unknown under a total that is
shown must add up to as many people as the smallest count (补充隐藏).
"""

from collections.abc import Iterable, Mapping, Sequence

Counts = Mapping[str, Mapping[str, int]]
Shown = dict[str, dict[str, int | None]]
Cell = tuple[str, str]
TOTAL = "total"


def suppressed(counts: Counts, smallest: int) -> Shown:
    """The table with totals, counts from 1 to `smallest` − 1 hidden, and others to protect them.

    Zero is no person and stays, unless it must protect another.
    """
    return suppressed_alike([counts], smallest)[0]


def suppressed_alike(tables: Sequence[Counts], smallest: int) -> list[Shown]:
    """Tables that count the same people in the same columns, each by something else.

    Their totals are the same numbers: what one table hides of them, all hide, or the one would
    give away what the other protects.
    """
    wholes = [with_totals(counts) for counts in tables]
    hidden = [_small(whole, smallest) for whole in wholes]
    common: set[Cell] = set()
    while True:
        for whole, cells in zip(wholes, hidden, strict=True):
            cells.update(common)
            _protect(whole, cells, smallest)
        totals = {cell for cells in hidden for cell in cells if cell[0] == TOTAL}
        if totals == common:
            break
        common = totals
    return [
        {
            row: {c: None if (row, c) in cells else count for c, count in line.items()}
            for row, line in whole.items()
        }
        for whole, cells in zip(wholes, hidden, strict=True)
    ]


def _small(whole: Counts, smallest: int) -> set[Cell]:
    return {
        (row, column)
        for row, cells in whole.items()
        for column, count in cells.items()
        if 0 < count < smallest
    }


def _protect(whole: Counts, hidden: set[Cell], smallest: int) -> None:
    """Hide more until no line, and no lines together, give a hidden cell away."""
    lines = _lines(whole)
    while (
        more := _exposed(whole, lines, hidden, smallest) or _solvable(whole, lines, hidden)
    ) is not None:
        hidden.add(more)


def joined(tables: Iterable[Shown]) -> Shown:
    """The sum of what was published, as of months; a cell hidden in one is hidden in the sum.

    So a longer period tells nothing that its parts do not: no two filters can be subtracted.
    """
    found: Shown = {}
    for table in tables:
        for row, cells in table.items():
            sums = found.setdefault(row, {})
            for column, count in cells.items():
                before = sums.get(column, 0)
                sums[column] = None if before is None or count is None else before + count
    return found


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


def _solvable(whole: Counts, lines: list[list[Cell]], hidden: set[Cell]) -> Cell | None:
    """Company for a hidden cell that several lines together determine.

    Rows and columns are joined by the cells hidden in them: a cell is determined exactly where
    nothing else joins its row to its column.
    """
    for cell in sorted(hidden):
        if cell[1] in _reached(cell, hidden):
            continue
        near = [one for line in lines if cell in line for one in line if one not in hidden]
        far = [one for line in lines for one in line if one not in hidden]
        for visible in (near, far):
            if visible:
                return min(visible, key=lambda one: (whole[one[0]][one[1]] == 0, *one))
    return None


def _reached(cell: Cell, hidden: set[Cell]) -> set[str]:
    """The columns one comes to from the cell's row by other hidden cells."""
    rows, columns, before = {cell[0]}, set[str](), -1
    while before != len(rows) + len(columns):
        before = len(rows) + len(columns)
        columns |= {c for r, c in hidden if r in rows and (r, c) != cell}
        rows |= {r for r, c in hidden if c in columns and (r, c) != cell}
    return columns
