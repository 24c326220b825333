"""The disclosure policy: well written, equal to its reviewed matrix, never more than it must."""

import csv
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import access, policy
from shared.access import Particular, Subject, decide
from shared.documents import DocumentError
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.web import create_app

COMMITTED = Path(__file__).parents[2] / "deploy" / "generated" / "disclosure.csv"
DEPARTMENTS = sorted(jurisdiction().departments)
SERVICES = [code for code in DEPARTMENTS if code.startswith("service:")]
PEOPLE = [code for code in DEPARTMENTS if code not in SERVICES]
ASKED = [("know", "case"), *(("see", str(k)) for k in Particular), ("open", "reporter")]
BY_NAME = {one.name: one for one in policy.SITUATIONS}


def reviewed() -> dict[tuple[str, str, str, str], dict[str, str]]:
    """The committed matrix by department, subject, action and class."""
    with COMMITTED.open() as file:
        lines = list(csv.DictReader(file))
    keys = ("department", "subject", "action", "particular")
    return {
        (line["department"], line["subject"], line["action"], line["particular"]): line
        for line in lines
        if all(key in line for key in keys)
    }


MATRIX = reviewed()


def test_the_policy_names_only_what_there_is_and_each_line_its_clause() -> None:
    assert policy.faults() == []


@pytest.mark.parametrize(
    "line",
    [
        '@id("x") @law("WL24:3.0") permit (principal == Department::"polise", action, resource);',
        '@id("x") @law("WL24:3.0") permit (principal, action == Action::"look", resource);',
        '@id("x") @law("WL24:3.0") permit (principal, action, resource == Particular::"hivv");',
        '@id("x") @law("WL24:3.0") permit (principal, action, resource) when { context.tsk };',
        '@id("x") @law("WL24:3.0") permit (principal, action, resource) when { context.task > 1 };',
        '@id("x") @law("WL24:99") permit (principal, action, resource);',
        '@id("x") permit (principal, action, resource);',
    ],
)
def test_a_misspelt_line_is_noticed(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    whole = access.policy_text() + "\n" + line
    monkeypatch.setattr(policy, "policy_text", lambda: whole)
    assert policy.faults()


def test_a_fault_is_told_by_the_name_of_its_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = '@law("WL24:3.0") permit (principal == Department::"polise", action, resource);'
    whole = "\n".join((f'@id("x") {wrong}', access.policy_text(), f'@id("y") {wrong}'))
    monkeypatch.setattr(policy, "policy_text", lambda: whole)
    named = {fault.split(": ")[0] for fault in policy.faults()}
    assert {"x", "y"} <= named


async def test_no_service_begins_with_a_policy_that_is_not_sound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    misspelt = (
        '@id("x") @law("WL24:3.0") permit (principal == Department::"polise", action, resource);'
    )
    monkeypatch.setattr(policy, "policy_text", lambda: misspelt)
    app = create_app("protection", [])
    with pytest.raises(DocumentError, match="polise"):
        async with app.router.lifespan_context(app):
            pytest.fail("it began")


@pytest.mark.parametrize("department", DEPARTMENTS)
def test_every_decision_is_the_one_that_was_reviewed(department: str) -> None:
    for subject in policy.SUBJECTS:
        for action, particular in ASKED:
            line = MATRIX.get((department, subject, action, particular), {})
            for one in policy.SITUATIONS:
                said = policy.cell(department, subject, action, particular, one)
                assert said == line.get(one.name, ""), (subject, action, particular, one.name)


def allowed(situation: str, *particulars: str) -> set[str]:
    """The departments, services apart, that may see one of these classes in a situation."""
    return {
        department
        for (department, _, action, particular), line in MATRIX.items()
        if action == "see"
        and particular in particulars
        and line[situation]
        and department in PEOPLE
    }


def test_nobody_sees_the_reporter_and_only_three_may_open_the_vault() -> None:
    everywhere = {d for one in BY_NAME for d in allowed(one, "reporter")}
    assert everywhere == set()
    openers = {d for (d, _, action, _) in MATRIX if action == "open" and d in PEOPLE}
    assert openers == {"police", "procuratorate", "court"}


def test_hiv_is_seen_by_health_alone_with_a_task_and_for_treatment_only() -> None:
    seen = {
        (d, one, line[one])
        for (d, _, action, particular), line in MATRIX.items()
        for one in BY_NAME
        if particular == "hiv" and line[one] and d in PEOPLE
    }
    assert {d for d, _, _ in seen} == {"health"}
    assert {purpose for _, _, purpose in seen} == {"treatment"}
    assert all(BY_NAME[one].task for _, one, _ in seen)


def test_without_a_task_only_who_decides_and_the_own_town_see_anything() -> None:
    every_class = [str(kind) for kind in Particular]
    assert allowed("no_task", *every_class) == {"civil_affairs"}
    assert allowed("own_town", *every_class) <= {"civil_affairs", "town"}


def test_shielded_whereabouts_are_hidden_from_all_without_a_task() -> None:
    for situation in ("shielded", "own_town_shielded", "break_glass_shielded"):
        assert allowed(situation, "address", "placement", "contact") == set()


def test_the_joint_meeting_sees_numbers_and_not_identities() -> None:
    assert not {key for key in MATRIX if key[0] == "joint_meeting" and MATRIX[key]["no_task"]}


def test_an_opened_glass_shows_no_sealed_class() -> None:
    before = {key for key, line in MATRIX.items() if line["no_task"]}
    by_glass = {k for k, line in MATRIX.items() if line["break_glass"] and k not in before}
    assert {key[0] for key in by_glass} == {
        "police",
        "health",
        "protection_centre",
        "child_protection_office",
    }
    assert not {
        key for key in by_glass if key[3] in ("hiv", "reporter", "offence", "notes", "money")
    }


@given(
    st.sampled_from(PEOPLE),
    st.sampled_from(ASKED),
    st.sampled_from(policy.SUBJECTS),
    st.booleans(),
    st.booleans(),
    st.text(max_size=8),
)
def test_a_purpose_nobody_named_grants_no_more_than_the_usual_one(
    department: str, asked: tuple[str, str], subject: str, task: bool, shielded: bool, purpose: str
) -> None:
    action, particular = asked
    context = (subject, task, False, shielded)
    if purpose not in policy.purposes():
        strange = decide(department, action, particular, *context, purpose, False)
        usual = decide(department, action, particular, *context, policy.USUAL_PURPOSE, False)
        assert strange.allowed == usual.allowed


def test_a_department_nobody_knows_is_allowed_nothing() -> None:
    for action, particular in ASKED:
        answer = decide("nobody", action, particular, "child", False, True, False, "duty", False)
        assert not answer.allowed


def test_a_broken_glass_opens_its_subject_and_nobody_else() -> None:
    one, other = Subject(id=uuid4()), Subject(id=uuid4())
    actor = Principal("police", "police", "0417", break_glass=f"{uuid4()}/{one.id}")
    assert access.ask(actor, "see", "identity", one).allowed
    assert not access.ask(actor, "see", "identity", other).allowed


def test_a_town_has_no_task_in_another_towns_case_unless_it_was_named() -> None:
    town = Principal("town", "town-331081001", "0417", town="331081001")
    elsewhere = Subject(id=uuid4(), town="331081002", departments=frozenset({"town"}))
    named = Subject(id=uuid4(), town="331081002", departments=frozenset({"town", "town:331081001"}))
    assert not access.ask(town, "know", "case", elsewhere).allowed
    assert access.ask(town, "know", "case", named).allowed


def test_every_answer_names_the_clause_it_rests_on() -> None:
    subject = Subject(id=uuid4(), departments=frozenset({"police"}))
    answer = access.ask(Principal("police", "police"), "see", "identity", subject)
    assert answer.allowed
    assert set(answer.basis) <= set(jurisdiction().law.clauses)
    assert answer.basis
