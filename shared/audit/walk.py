"""Where a sealed log was touched, and how: changed, removed, inserted, cut off. Pure.

The signed roots are what nobody without the key can make anew. Between two of them lie a few
leaves, so that a stretch whose leaves do not grow into the next root is where somebody was; the
frontier kept with a root, which the root itself proves, lets the walk go on behind it. So a log
whose owner has recomputed and renumbered everything still tells where it was touched.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from shared.audit.tree import grown, root_of

FARTHEST_SHIFT = 256
CHANGED, REMOVED, INSERTED, CUT_OFF = "changed", "removed", "inserted", "cut off"
DISCLOSURE, LEAF, CHECKPOINT = "disclosure", "audit_leaf", "audit_checkpoint"


@dataclass(frozen=True, slots=True)
class Touched:
    """One thing that was done: how, in which table, to which row or rows."""

    how: str
    table: str
    which: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A leaf as it lies there, with what the row it stands for says now (None: it is gone)."""

    index: int
    disclosure: int
    hash: bytes
    row: bytes | None
    genuine: bool


@dataclass(frozen=True, slots=True)
class Seal:
    """A root somebody signed, with the frontier below it where that is kept and true."""

    size: int
    root: bytes
    frontier: tuple[bytes, ...] | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """The leaves between two roots: how many there were, and which are there now.

    `missing` are the numbers of rows that nobody has, among those that could have stood here.
    """

    first: int
    wanted: int
    entries: Sequence[Entry]
    before: Sequence[bytes]
    root: bytes
    last: bool
    missing: Sequence[int]


def walk(
    entries: Sequence[Entry], seals: Sequence[Seal], rows: AbstractSet[int]
) -> Iterator[Touched]:
    """What was done to the log, from its beginning to its last root; `rows` are those there."""
    at = size = number = 0
    frontier: Sequence[bytes] = ()
    while number < len(seals):
        seal = seals[number]
        piece = entries[at : at + seal.size - size]
        after = grown(list(frontier), size, [one.hash for one in piece])
        if len(piece) == seal.size - size and root_of(after) == seal.root:
            at, size, frontier, number = at + len(piece), seal.size, after, number + 1
            yield from _rows(piece)
            continue
        number, end = _found_again(entries, at, seals, number)
        seal = seals[number - 1]
        last, missing = number == len(seals), _missing(entries, at, end, rows)
        found = Stretch(size, seal.size - size, entries[at:end], frontier, seal.root, last, missing)
        yield from _stretch(found)
        at, size, frontier = end, seal.size, seal.frontier or ()
    if extra := entries[at:]:
        yield from _beyond(extra)


def _found_again(
    entries: Sequence[Entry], at: int, seals: Sequence[Seal], number: int
) -> tuple[int, int]:
    """From which root on, and from which leaf on, the log is whole again."""
    for following in range(number + 1, len(seals)):
        before, seal = seals[following - 1], seals[following]
        if before.frontier is None:
            continue
        length = seal.size - before.size
        supposed = at + before.size - (seals[number - 1].size if number else 0)
        for start in sorted(
            range(max(at, supposed - FARTHEST_SHIFT), min(len(entries), supposed + FARTHEST_SHIFT)),
            key=lambda place: abs(place - supposed),
        ):
            hashes = [one.hash for one in entries[start : start + length]]
            root = root_of(grown(list(before.frontier), before.size, hashes))
            if len(hashes) == length and root == seal.root:
                return following, start
    return len(seals), len(entries)


def _beyond(extra: Sequence[Entry]) -> Iterator[Touched]:
    """Leaves after the last root: sealing writes both at once, so one of them is not its own."""
    if all(one.genuine and one.row == one.hash for one in extra):
        yield Touched(REMOVED, CHECKPOINT, str(extra[-1].index + 1))
    else:
        yield Touched(INSERTED, LEAF, f"{extra[0].index}-{extra[-1].index}")


def _missing(entries: Sequence[Entry], at: int, end: int, rows: AbstractSet[int]) -> list[int]:
    """Numbers between a stretch's neighbours that no row has."""
    low = entries[at - 1].disclosure if at else 0
    ids = [one.disclosure for one in entries[at : end + 1]]
    return [number for number in range(low + 1, max(ids, default=low)) if number not in rows]


def _rows(piece: Sequence[Entry]) -> Iterator[Touched]:
    """Leaves that are as they were sealed: are their rows?"""
    for one in piece:
        if one.row is None:
            yield Touched(REMOVED, DISCLOSURE, str(one.disclosure))
        elif one.row != one.hash:
            yield Touched(CHANGED, DISCLOSURE, str(one.disclosure))
        elif not one.genuine:
            # It was sealed as it stands, so somebody put it there before the sealer came.
            yield Touched(INSERTED, DISCLOSURE, str(one.disclosure))


def _stretch(found: Stretch) -> Iterator[Touched]:
    """Leaves that are not as they were sealed."""
    lacking = found.wanted - len(found.entries)
    hashes = [one.row or one.hash for one in found.entries]
    if root_of(grown(list(found.before), found.first, hashes)) == found.root and not lacking:
        wrong = [one for one in found.entries if one.row is not None and one.row != one.hash]
        yield from (Touched(CHANGED, LEAF, str(one.index)) for one in wrong)
        return
    named = [one for one in found.entries if one.row is None or not one.genuine]
    for one in named:
        how = REMOVED if one.row is None else (INSERTED if lacking < 0 else CHANGED)
        yield Touched(how, DISCLOSURE, str(one.disclosure))
    if lacking > 0:
        yield from _lacking(found, lacking)
    elif not named:
        yield Touched(INSERTED if lacking else CHANGED, DISCLOSURE, _span(found.entries))


def _lacking(found: Stretch, lacking: int) -> Iterator[Touched]:
    """Leaves that are gone, by their place or by their row's number where those tell."""
    entries = found.entries
    end = entries[-1].index if found.last and entries else found.first + found.wanted
    places = set(range(found.first, end)) - {one.index for one in entries}
    if len(found.missing) == lacking:
        yield from (Touched(REMOVED, DISCLOSURE, str(number)) for number in found.missing)
    elif len(places) == lacking and not (found.last and not entries):
        yield from (Touched(REMOVED, LEAF, str(place)) for place in sorted(places))
    elif found.last:
        yield Touched(CUT_OFF, LEAF, f"{lacking} after {found.first + len(entries)}")
    else:
        yield Touched(REMOVED, DISCLOSURE, f"{lacking} of {_span(entries)}")


def _span(entries: Sequence[Entry]) -> str:
    """The rows a stretch still stands for, as first and last number."""
    ids = [one.disclosure for one in entries]
    return f"{min(ids)}-{max(ids)}" if ids else "?"
