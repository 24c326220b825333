"""The citizen number and what it says; one that cannot be is refused with the reason (GB 11643)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

FEMALE, MALE = "female", "male"


def faults_of(number: str, born: date | None, field: str = "id_no") -> list[dict[str, Any]]:
    """What is wrong with a citizen number: form, check character, or the birth date it names."""
    compact = ric.compact(number).upper()
    if not _well_formed(compact):
        right = "18位，末位校验码正确"
        return [_fault(field, "身份号码不符合 GB 11643", "the number fails GB 11643", right)]
    named = born_of(compact)
    if born is not None and named != born:
        text = "身份号码中的出生日期与所填不符"
        return [_fault(field, text, "the number names another birth date", "一致")]
    return []


def _well_formed(number: str) -> bool:
    """Digits, a day that exists, and the check character.

    The area is not looked up: areas are merged and renamed, and the numbers stay.
    """
    if len(number) != 18 or not number[:17].isdigit():
        return False
    try:
        ric.get_birth_date(number)
    except ValidationError:
        return False
    return bool(ric.calc_check_digit(number) == number[-1])


def born_of(number: str) -> date:
    """The birth date in digits seven to fourteen."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def sex_of(number: str) -> str:
    """Odd in the seventeenth place is male."""
    return MALE if int(number[16]) % 2 else FEMALE


def card_faults(
    card: str, number: str | None, born: date | None, field: str
) -> list[dict[str, Any]]:
    """A disability certificate begins with its holder's own citizen number (残疾证号)."""
    holder = card.strip().upper()[:18]
    if number is not None and holder != ric.compact(number).upper():
        text, right = "残疾证号与本人身份号码不符", "前18位为本人身份号码"
        return [_fault(field, text, "the card is somebody else's", right)]
    if born is not None and holder[6:14] != f"{born:%Y%m%d}":
        text, right = "残疾证号中的出生日期与所填不符", "第7至14位为本人出生日期"
        return [_fault(field, text, "the card names another birth date", right)]
    return []


def _fault(field: str, zh: str, en: str, right: str) -> dict[str, Any]:
    return {"field": field, "rule": zh, "rule_en": en, "right": right}


def bare(name: str) -> str:
    """A name as it is compared: without the spaces somebody put into it."""
    return "".join(name.split())


def alike(
    one: Mapping[str, Any], other: Mapping[str, Any], threshold: Decimal, *, same_place: bool
) -> bool:
    """Whether two files may be one child's: born on a day and named alike, or of one name in one
    place and, as far as known, of one year."""
    name, named = bare(one.get("name") or ""), bare(other.get("name") or "")
    born, births = one.get("birth_date"), other.get("birth_date")
    if born is not None and born == births:
        return similarity(name, named) >= threshold
    years = {str(day)[:4] for day in (born, births) if day is not None}
    return same_place and name == named != "" and len(years) < 2


def bigrams(name: str) -> frozenset[str]:
    """The characters of a name and its pairs, by which similar names are found."""
    plain = bare(name)
    return frozenset(plain) | {plain[i : i + 2] for i in range(len(plain) - 1)}


def similarity(one: str, other: str) -> Decimal:
    """How alike two names are, from 0 to 1 (Jaccard of characters and pairs)."""
    a, b = bigrams(one), bigrams(other)
    return Decimal(len(a & b)) / len(a | b) if a | b else Decimal(0)
