"""What silence about the parents means, and what a search or its end shows (未提及的父母)."""

from collections.abc import Iterable
from datetime import timedelta

from services.eligibility.rules.statements.parents import PARENTS, not_dead
from services.eligibility.rules.statements.reading import Statement

LOST = frozenset({"dead", "declared_dead", "declared_missing", "unfindable"})


def searched(statement: Statement, subject: str) -> None:
    """A receipt is given when the search is over; a search shows the loss since its day."""
    stated = statement.stated
    since, searched = f"{subject}.lost_contact_since", f"{subject}.police_registered_on"
    if not stated.get(f"{subject}.lost_contact"):
        return
    if since not in stated and stated.get(searched) is not None:
        stated[since] = stated[searched]
    elif searched not in stated and stated.get(since) is not None:
        stated[searched] = stated[since]
    evidence = f"{subject}.lost_contact_evidence"
    if stated.get(evidence) == "none":
        # Nobody has searched yet: that is a question for the police, and no finding.
        stated[evidence] = None
        stated[searched] = None


def claimed(statement: Statement) -> None:
    """A child somebody claims has a parent again: until it is said which of those who could not be
    found it is, neither of them is lost."""
    stated = statement.stated
    lives = {parent: stated.get(f"{parent}.life") for parent in PARENTS}
    if stated.get("child.claimed") and LOST.issuperset(lives.values()):
        for parent, life in lives.items():
            if life == "unfindable":
                stated[f"{parent}.life"] = None
    still_sought(statement)


def still_sought(statement: Statement) -> None:
    """Until the notice has run its days, the parents of a foundling are only not found yet."""
    stated = statement.stated
    notice, days = stated.get("child.notice_on"), statement.law.figures.get("foundling_notice_days")
    if not stated.get("child.foundling") or notice is None or days is None:
        return
    over = notice + timedelta(days=int(days))
    for parent in PARENTS:
        if stated.get(f"{parent}.life") == "unfindable" and not statement.reached(over):
            stated[f"{parent}.life"] = "untraced"
            statement.until[f"{parent}.life"] = over


def silent_parents(statement: Statement, given: Iterable[str]) -> None:
    """Who speaks of one parent and not of the other leaves the other unknown."""
    for parent in PARENTS:  # who nobody knows anything of may be away, which a rural child asks
        unknown = statement.stated.get(f"{parent}.life", parent) is None
        if unknown and statement.stated.get("child.hukou_kind") == "rural":
            statement.unless_stated(f"{parent}.away", None)
    spoken = [p for p in PARENTS if p in given]
    if not spoken:
        silent = "untraced" if statement.stated.get("child.foundling") else "alive"
        for subject in PARENTS:
            statement.unless_stated(f"{subject}.life", silent)
            statement.assumed.append(f"{subject}.life")
    for subject in PARENTS:
        searched(statement, subject)
        held = statement.stated.get(f"{subject}.custody", "none") != "none"
        if held or statement.stated.get(f"{subject}.lost_contact"):
            not_dead(statement, subject, "已死亡的，不另述羁押或者失联")
