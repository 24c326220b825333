"""What is shown of a particular to those who may not see it (GB/T 37964 屏蔽).

No mask shows five digits of its input in a row, and all inputs of a type give the same form.
"""

from datetime import date
from typing import Any

SEALED = "●●●"


def name(value: str) -> str:
    """王小明 → 王○○, whatever its length: even the length of a name can tell."""
    return value[:1] + "○○" if value else ""


def id_no(value: str) -> str:
    """First three and last two; county and last four would name a child in a small town."""
    return f"{value[:3]}*************{value[-2:]}" if len(value) >= 15 else SEALED


def phone(value: str) -> str:
    """138******78."""
    return f"{value[:3]}******{value[-2:]}" if len(value) >= 7 else SEALED


def account(value: str) -> str:
    """Last four."""
    return f"**** {value[-4:]}" if len(value) >= 8 else SEALED


def birth_date(value: date | str) -> str:
    """The year alone."""
    return f"{str(value)[:4]}年"


BY_NAME = {
    "name": name,
    "id_no": id_no,
    "phone": phone,
    "account": account,
    "birth_date": birth_date,
}
HIDDEN = frozenset({"reporter", "hiv", "health", "placement", "offence", "notes"})


def masked(kind: str, field: str, value: Any) -> Any:
    """The masked form of one field of a class; fields without a form of their own are sealed."""
    if value is None:
        return None
    form = BY_NAME.get(field)
    if kind in HIDDEN or form is None:
        return SEALED
    return form(str(value))
