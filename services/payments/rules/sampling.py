"""How many payments are asked after, so that a sample says something of all of them (抽样)."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil


def sample_size(population: int, margin: Decimal, z: Decimal) -> int:
    """The least sample that tells a share within `margin`, however it falls (Cochran).

    z²·¼ / margin², corrected for a finite population; nobody is asked about an empty one.
    """
    if population <= 0:
        return 0
    endless = Fraction(z) ** 2 / 4 / Fraction(margin) ** 2
    return min(population, ceil(endless / (1 + (endless - 1) / population)))


def share(parts: int, whole: int) -> str | None:
    """A share with four decimals; none of nothing."""
    return None if whole == 0 else f"{Decimal(parts) / Decimal(whole):.4f}"


def tally(answers: Sequence[str | None]) -> dict[str, int]:
    """How often each answer was given; `open` are those nobody has."""
    found: dict[str, int] = {}
    for answer in answers:
        found[answer or "open"] = found.get(answer or "open", 0) + 1
    return found
