"""Random walks of a report through the real service: lawful states only, no clock lost."""

import random
from typing import Any
from uuid import UUID

import pytest

from services.protection.rules.police import FEEDBACK_VERBS, REPORT_MOVES
from tests.protection.conftest import Office
from tests.protection.test_reports import report

REVIEWS = {
    "administrative_review",
    "administrative_review_complex",
    "criminal_review",
    "criminal_review_checked",
    "criminal_review_complex",
}
WHO = ("police", "procuratorate", "education", "institution", "town", "civil_affairs")


async def running(office: Office, report_id: str) -> set[str]:
    """The clocks of the report that wait for somebody."""
    rows = await office.sql(
        "SELECT kind FROM deadline WHERE subject_id = :i AND met_at IS NULL "
        "AND cancelled_at IS NULL",
        i=UUID(report_id),
    )
    kinds = [row[0] for row in rows]
    assert len(kinds) == len(set(kinds)) or "unit_feedback" in kinds
    return set(kinds)


# The clock that a state cannot be without: one of those named.
MUST_RUN: dict[str, set[str]] = {
    "received": {"police_acceptance"},
    "accepted": {"police_dispatch", "police_review"},
    "dispatched": {"police_review"},
    "under_administrative_review": REVIEWS,
    "under_criminal_review": REVIEWS,
    "reasons_requested": {"non_filing_reasons"},
    "explained": {"explanation_review"},
    "filing_ordered": {"ordered_filing"},
    "administrative_case": {"administrative_case"},
}
OURS = set().union(*MUST_RUN.values())


def fits(state: str, clocks: set[str], owed: bool) -> bool:
    """One clock of the state, none of another, and the unit's while it is owed an answer."""
    wanted = MUST_RUN.get(state, set())
    running = clocks & OURS
    return (
        len(running) == bool(wanted) and running <= wanted and ("unit_feedback" in clocks) == owed
    )


def body(verb: str, dice: random.Random) -> dict[str, Any]:
    """What a careful or a careless officer sends."""
    told: dict[str, Any] = {"reason": "tested"} if dice.random() < 0.8 else {}
    if verb.endswith("_review"):
        told["difficulty"] = dice.choice(["ordinary", "clue_needs_checking", "complex"])
    if verb.endswith(("_review", "extension")) and dice.random() < 0.5:
        told["approved_by"] = "head"
    return told


@pytest.mark.parametrize("seed", range(6))
async def test_a_walk_never_leaves_the_law_and_never_loses_a_clock(
    office: Office, seed: int
) -> None:
    dice = random.Random(seed)
    receipt = await office.post("police", "/reports", report())
    report_id, state, made, owed = receipt["id"], "received", 0, False
    verbs = sorted({move.verb for move in REPORT_MOVES})
    for _ in range(60):
        lawful = [move.verb for move in REPORT_MOVES.lawful(state)]
        verb = dice.choice(lawful if lawful and dice.random() < 0.6 else [*verbs, "feedback"])
        who = dice.choice(WHO if dice.random() < 0.3 else WHO[:2])
        path = f"/reports/{report_id}/{verb.replace('_', '-')}"
        told = {} if verb == "feedback" else body(verb, dice)
        answer = await office.client.post(
            f"/v1/protection{path}", json=told, headers=await headers(who)
        )
        assert answer.status_code < 500, answer.text
        moves = [m for m in REPORT_MOVES.lawful(state) if m.verb == verb]
        if answer.status_code == 200 and verb != "feedback":
            (move,) = moves
            assert who in move.departments
            state, made = move.after, made + 1
            owed = owed or verb in FEEDBACK_VERBS
        elif answer.status_code == 200:
            owed = False
        (row,) = await office.sql("SELECT state FROM report WHERE id = :i", i=UUID(report_id))
        assert row[0] == state
        clocks = await running(office, report_id)
        assert fits(state, clocks, owed), (state, clocks, owed)
    steps = await office.get("procuratorate", f"/reports/{report_id}/steps")
    assert len(steps) == made
    assert [s["before"] for s in steps[1:]] == [s["after"] for s in steps[:-1]]


async def headers(who: str) -> dict[str, str]:
    """The headers of a department, the town's with its code."""
    from tests.factories import headers as of

    return of(who, town="331081100" if who == "town" else None)
