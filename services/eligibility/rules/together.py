"""What follows from two facts together, and what cannot be true together (事实之间的关系)."""

import re
from datetime import date

from services.eligibility.rules.identity import card_faults
from services.eligibility.rules.statements.reading import Statement

# Categories recognised before count only while nobody states the facts that decide them.
_PARENTS_DECIDE = ("orphan_institution", "orphan_scattered", "de_facto_unsupported", "left_behind")
DECIDED_BY = {
    "father": _PARENTS_DECIDE,
    "mother": _PARENTS_DECIDE,
    "household": ("dibao", "dibao_margin"),
}
# What is noted of a parent may say that it is an adoptive one: 养父.
_ADOPTIVE = re.compile("(?:father|mother)：.*(?:养父|养母|adoptive)")
# Facts of the child itself that decide a category anew, whatever they say.
_BY_FACT = {
    "own_difficulty": ("disability_grade", "serious_illness", "rare_illness", "illness"),
    "street": ("guardian_found",),
}


def of_the_family(statement: Statement) -> None:
    """Whose parents are spoken of, and what a failed guardianship leaves open."""
    stated = statement.stated
    adoptive = statement.adoptive or any(_ADOPTIVE.match(note) for note in statement.notes)
    if stated.get("child.adopted") and adoptive:
        stated["child.adopted"] = False  # The parents that are stated are the adoptive ones.
    _at_kindergarten(statement)
    for parent in statement.living_with:  # who takes the child along leaves nobody behind
        if stated.get(f"{parent}.away"):
            stated[f"{parent}.away"] = False
    if statement.implicit and stated.get("child.guardianship", "proper") != "proper":
        # Silence about harm is no answer where the guardianship failed, or may have.
        statement.unless_stated("child.harm", None)
    over = stated.get("relief.until")
    if (
        statement.implicit
        and stated.get("relief.by", "none") not in (None, "none")
        and (over is None or not statement.passed(over))
    ):
        # Whom civil affairs or the police took in had strayed here and lost all means.
        for name in ("left_guardian", "strayed_here", "means_lost"):
            if stated.get(f"child.{name}") is None:
                stated[f"child.{name}"] = True


def _at_kindergarten(statement: Statement) -> None:
    """Whose kindergarten is told of goes to it (公办、民办幼儿园)."""
    if statement.implicit and statement.stated.get("child.kindergarten") is not None:
        statement.unless_stated("child.study_stage", "kindergarten")
        statement.unless_stated("child.study_status", "enrolled")


def agree(statement: Statement, spoken_of: set[str]) -> None:
    """What follows from two fields together, and what cannot be true together."""
    stated = statement.stated
    if stated.get("child.birth_date") is not None:
        _since_birth(statement, stated["child.birth_date"])
    statement.in_order("relief.since", "relief.until")
    if stated.get("household.members") == 0:
        statement.wrong("household.members", "家庭人数至少为1", "a household has a member", 3)
    if stated.get("child.recognised"):
        _recognised_before(statement, spoken_of)


def _since_birth(statement: Statement, born: date) -> None:
    """Who is asked about is born, and nothing happened to the child before."""
    statement.stated.pop("child.apparent_age", None)
    if not statement.reached(born):
        said, right = f"出生日期晚于认定日期{statement.day}", f"≤ {statement.day}"
        statement.wrong("child.birth_date", said, f"born after {statement.day}", right)
    for where, day in statement.days.items():
        if where.startswith("child.") and day < born:
            statement.wrong(where, "早于出生日期", "before the birth of the child", f"≥ {born}")
    if "child" in statement.cards:
        where = "child.disability.number"
        faults = card_faults(statement.cards["child"], None, born, where)
        statement.errors += [{"where": f"facts.{where}"} | fault for fault in faults]


def _recognised_before(statement: Statement, spoken_of: set[str]) -> None:
    """Which award went with a category of before, and which categories are decided anew."""
    stated = statement.stated
    recognised = stated["child.recognised"]
    paid = {"orphan_institution": "institution", "dibao": "dibao_supplement"}
    none = ("dibao_margin", "left_behind", "street", "other")
    best = [paid.get(c, "scattered") for c in recognised if c not in none]
    order = ("institution", "scattered", "dibao_supplement")
    statement.unless_stated("child.previous_award", min(best, key=order.index) if best else "none")
    gone = {c for subject in spoken_of for c in DECIDED_BY.get(subject, ())}
    gone |= {c for c, facts in _BY_FACT.items() if any(f"child.{f}" in stated for f in facts)}
    if "left_behind" in gone.intersection(recognised):  # it was found to be of a village then
        statement.unless_stated("child.hukou_kind", "rural")
    stated["child.recognised"] = tuple(c for c in recognised if c not in gone)
