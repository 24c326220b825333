"""What a decision is called and what it does, line by line; what cannot be is refused."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.eligibility.rules.results import (
    KEEPING,
    OUTCOMES,
    UNPAID,
    cannot_be,
    open_to,
    outcome_of,
    rate_after,
    results_of,
)

RATES = ("institution", "scattered", "dibao_supplement", "none")
PAID = {"basic_living", "infant_nutrition"}
SERVICES = ("insurance_contribution", "nursing", "special_treatment")


@st.composite
def answers(draw: st.DrawFn) -> dict[str, Any]:
    status = draw(st.sampled_from(["eligible", "not_eligible", "manual_review", "undetermined"]))
    basis = draw(st.sampled_from(RATES)) if status == "eligible" else "none"
    entitled = draw(st.sets(st.sampled_from(SERVICES)))
    return {
        "status": status,
        "scope": {"eligible": "in", "undetermined": "undetermined"}.get(status, "out"),
        "award_basis": basis,
        "award_clause": "WL24:2.1.2",
        "infant_until": draw(st.sampled_from([None, "2025-01-01"])),
        "plan": [
            {
                "service": service,
                "zh": service,
                "clause": "WL24:2.2.1-1",
                "status": "entitled",
                "sealed": service == "special_treatment",
            }
            for service in sorted(entitled)
        ],
    }


before = st.none() | st.sampled_from(RATES)


@given(answers(), before)
def test_what_the_law_leads_to_can_always_be_signed(
    said: dict[str, Any], stood: str | None
) -> None:
    computed = outcome_of(said, stood)
    if computed is None:
        assert said["status"] in ("undetermined", "manual_review")
    else:
        assert cannot_be(computed, said, stood) is None
        assert computed in open_to(said, stood)


@given(answers(), before)
def test_nobody_is_granted_twice_or_ended_who_was_never_recognised(
    said: dict[str, Any], stood: str | None
) -> None:
    lawful = set(open_to(said, stood))
    assert lawful <= (
        {"granted", "refused"} if stood is None else {"continued", "changed", "ended"}
    )
    assert lawful


@given(answers(), before, st.sampled_from(OUTCOMES))
def test_nothing_is_paid_after_a_refusal_or_an_ending(
    said: dict[str, Any], stood: str | None, outcome: str
) -> None:
    rate = rate_after(outcome, said, stood)
    assert rate not in ("", "undetermined")
    if outcome not in KEEPING:
        assert rate == "none"


@given(answers(), answers(), st.sampled_from(RATES), st.sampled_from(OUTCOMES))
def test_every_line_of_before_and_after_is_said_once_with_what_became_of_it(
    was: dict[str, Any], said: dict[str, Any], rate: str, outcome: str
) -> None:
    stood = was | {"rate": was["award_basis"]}
    after = rate_after(outcome, said, was["award_basis"])
    lines = {line["benefit"]: line["result"] for line in results_of(stood, said, outcome, after)}
    assert len(lines) == len(results_of(stood, said, outcome, after))
    had = {line["service"] for line in was["plan"]} | (
        {"basic_living"} if was["award_basis"] not in UNPAID else set()
    )
    for name in had:
        assert lines[name] in ("continued", "changed", "ended")
    if outcome not in KEEPING and said["scope"] != "out":
        assert set(lines.values()) <= {"ended"}
    if outcome not in KEEPING:
        assert {lines[name] for name in PAID & set(lines)} <= {"ended"}


@pytest.mark.parametrize(
    ("stood", "status", "basis", "outcome"),
    [
        (None, "eligible", "scattered", "granted"),
        (None, "eligible", "none", "granted"),
        (None, "not_eligible", "none", "refused"),
        ("scattered", "eligible", "scattered", "continued"),
        ("scattered", "eligible", "institution", "changed"),
        ("scattered", "eligible", "none", "changed"),
        ("none", "eligible", "none", "continued"),
        ("none", "eligible", "dibao_supplement", "changed"),
        ("none", "not_eligible", "none", "ended"),
        ("scattered", "not_eligible", "none", "ended"),
        ("scattered", "undetermined", "undetermined", None),
    ],
)
def test_the_word_for_the_whole_follows_from_recognition(
    stood: str | None, status: str, basis: str, outcome: str | None
) -> None:
    assert outcome_of({"status": status, "award_basis": basis}, stood) == outcome
