"""Exact money: yuan as Decimal, derived amounts rounded up to the fen.

「不低于」 can only be kept when a derived amount is never rounded down (reading R11).
"""

from decimal import ROUND_CEILING, Decimal
from fractions import Fraction

FEN = Decimal("0.01")
ZERO = Decimal("0.00")


def exact(amount: Decimal) -> Fraction:
    """A decimal number of yuan as an exact fraction, so that products are never rounded."""
    return Fraction(amount)


def rounded_up(amount: Fraction, unit: Decimal = FEN) -> Decimal:
    """The least multiple of `unit` yuan that is not below `amount` (向上取整)."""
    steps = -((-amount) // Fraction(unit))
    return (Decimal(steps) * unit).quantize(FEN, rounding=ROUND_CEILING)


def written(amount: Decimal) -> str:
    """How an amount or a share stands in a working: no exponent, at least two decimals."""
    text = f"{amount:f}"
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"
