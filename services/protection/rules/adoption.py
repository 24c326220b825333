"""Who may be adopted, and whose consent it needs (送养条件).

Pure. 民法典1093 names three kinds of children; a child of eight and more is asked (1104); after
a revocation adoption waits a year, except in the gravest cases (法发〔2014〕24号 44).
"""

from datetime import date
from enum import StrEnum

from services.protection.rules.guardianship import months_after
from services.protection.rules.reporting import birthday
from shared.law import all_of, any_of, rule


class Adoptee(StrEnum):
    """The three kinds of minors who may be adopted (民法典1093)."""

    ORPHAN = "orphan"
    PARENTS_NOT_FOUND = "parents_not_found"
    PARENTS_UNABLE = "parents_unable"


ADOPTEES: dict[Adoptee, tuple[str, str]] = {
    Adoptee.ORPHAN: ("CIVIL:1093-1", "丧失父母的孤儿"),
    Adoptee.PARENTS_NOT_FOUND: ("CIVIL:1093-2", "查找不到生父母的未成年人"),
    Adoptee.PARENTS_UNABLE: ("CIVIL:1093-3", "生父母有特殊困难无力抚养的子女"),
}


@rule("CIVIL:1093-1", "是否丧失父母的孤儿")
def an_orphan(adoptee: str) -> bool:
    """The child has lost both parents."""
    return adoptee == Adoptee.ORPHAN


@rule("CIVIL:1093-2", "是否经公告仍查找不到生父母")
def parents_sought_in_vain(adoptee: str, inquiry_closed: bool) -> bool:
    """The parents were sought with a notice of its full length, and not found."""
    return adoptee == Adoptee.PARENTS_NOT_FOUND and inquiry_closed


@rule("CIVIL:1093-3", "生父母是否有特殊困难无力抚养")
def parents_unable(adoptee: str) -> bool:
    """The parents have special difficulties and cannot raise the child."""
    return adoptee == Adoptee.PARENTS_UNABLE


@rule("CIVIL:1104", "是否未满八周岁")
def too_young_to_consent(age: int, *, adoption_consent_age: int) -> bool:
    """Under eight nobody asks the child for consent."""
    return age < adoption_consent_age


@rule("CIVIL:1104", "是否征得八周岁以上儿童同意")
def child_agreed(child_consents: bool) -> bool:
    """A child of eight and more agreed."""
    return child_consents


may_be_adopted = all_of(
    "may_be_adopted",
    "可以送养",
    "The child may be adopted",
    any_of(
        "adoptable_child",
        "属于可以被收养的未成年人",
        "One of the three kinds of children who may be adopted",
        an_orphan,
        parents_sought_in_vain,
        parents_unable,
        clause="CIVIL:1093",
    ),
    any_of(
        "consent_of_the_child",
        "八周岁以上须征得本人同意",
        "From eight on with the child's consent",
        too_young_to_consent,
        child_agreed,
        clause="CIVIL:1104",
    ),
    clause="CIVIL:1093",
)


def adoptable_from(revoked_on: date, months: int, grave: bool) -> date:
    """Adoption not before a year after revocation, except in cases of grave abuse (44)."""
    return revoked_on if grave else months_after(revoked_on, months)


def age_on(born: date, day: date) -> int:
    """Completed years."""
    years = day.year - born.year
    return years - (day < birthday(born, years))
