"""The Merkle tree of RFC 6962: roots, inclusion and consistency proofs.

Pure. Hashes are bytes; a frontier is the roots of the perfect subtrees of a log, largest first,
which is all one must keep to go on adding leaves.
"""

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256(b"").digest()


def leaf(content: bytes) -> bytes:
    """The hash of one entry."""
    return hashlib.sha256(b"\x00" + content).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def grown(frontier: Sequence[bytes], size: int, leaves: Sequence[bytes]) -> list[bytes]:
    """The frontier after more leaves; two equal subtrees join, as carries do in counting."""
    roots = list(frontier)
    for one in leaves:
        roots.append(one)
        size += 1
        carry = size
        while carry % 2 == 0:
            right = roots.pop()
            roots.append(node(roots.pop(), right))
            carry //= 2
    return roots


def root_of(frontier: Sequence[bytes]) -> bytes:
    """The root of a log from its frontier."""
    if not frontier:
        return EMPTY
    found = frontier[-1]
    for left in reversed(frontier[:-1]):
        found = node(left, found)
    return found


def unpacked(frontier: bytes) -> list[bytes]:
    """A frontier as it is kept, one root after the other."""
    return [frontier[i : i + 32] for i in range(0, len(frontier), 32)]


def _split(size: int) -> int:
    """The largest power of two below a size."""
    return 1 << (size - 1).bit_length() - 1


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over all leaves."""
    return root_of(grown([], 0, leaves))


def inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of one leaf, from the bottom up (RFC 6962 2.1.1)."""
    if len(leaves) == 1:
        return []
    middle = _split(len(leaves))
    if index < middle:
        return [*inclusion(leaves[:middle], index), root(leaves[middle:])]
    return [*inclusion(leaves[middle:], index - middle), root(leaves[:middle])]


def consistency(leaves: Sequence[bytes], first: int) -> list[bytes]:
    """The proof that the log of `first` leaves is the beginning of this one (2.1.2)."""
    return _subproof(leaves, first, whole=True)


def _subproof(leaves: Sequence[bytes], first: int, *, whole: bool) -> list[bytes]:
    if first == len(leaves):
        return [] if whole else [root(leaves)]
    middle = _split(len(leaves))
    if first <= middle:
        return [*_subproof(leaves[:middle], first, whole=whole), root(leaves[middle:])]
    below = _subproof(leaves[middle:], first - middle, whole=False)
    return [*below, root(leaves[:middle])]


def consistent(
    first: int, first_root: bytes, second: int, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether a proof shows the first log to be the beginning of the second (RFC 9162 2.1.4.2)."""
    if first in (0, second):
        return not proof and (first == 0 or first_root == second_root)
    path = list(proof) if first & (first - 1) else [first_root, *proof]
    if not path:
        return False
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node(step, old), node(step, new)
            at, last = _up_to_right(at, last)
        else:
            new = node(new, step)
        at, last = at >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _up_to_right(at: int, last: int) -> tuple[int, int]:
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last
