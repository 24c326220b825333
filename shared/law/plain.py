"""Facts, figures and findings as JSON can carry them."""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any


def plain(value: Any) -> Any:
    """A fact or figure as JSON can carry it; decimals stay exact as strings."""
    if isinstance(value, (bool, int, str)) or value is None:
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    return str(value)
