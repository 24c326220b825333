"""Story 3: a home is assessed, the child is kept safe, and in the end has another family."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from deploy.caller import Caller, Refusal
from tests.journeys import traces
from tests.journeys.conftest import until
from tests.platform import Platform

BEGINS = "2026-03-02"
TOWN = "331081001"
INSTRUMENT = "zhejiang-2026"
CHILD = {"name": "徐小岸", "birth_date": "2018-04-03", "sex": "男", "town": "太平街道"}
OTHER_CHILD = {"name": "郑小桥", "birth_date": "2016-11-21", "sex": "女", "town": "太平街道"}
FATHER = {"name": "徐某山", "id_no": "331081198502030018", "relation": "父亲"}
ORDERS = {
    "procuratorate": ("督促监护令", "supervision_order"),
    "court": ("家庭教育令", "family_education_order"),
    "police": ("亲职教育告知书", "parenting_notice"),
}
CASES = "/v1/protection/cases"


@dataclass
class Story:
    """Who takes part, and what the story has come to."""

    offices: traces.Listening
    platform: Platform
    ids: dict[str, str] = field(default_factory=dict)

    def at(self, department: str, officer: int = 1) -> Caller:
        """An office of the city and one of its officers."""
        town = TOWN if department == "town" else ""
        return self.offices.at(department, f"{department}-{officer}", town)

    @property
    def case(self) -> str:
        """Where the child's case is."""
        return f"{CASES}/{self.ids['case']}"

    @property
    def placement(self) -> str:
        """Where the child's placement is."""
        return f"/v1/protection/placements/{self.ids['placement']}"

    def clock(self, to: str) -> None:
        """Move the platform's time to nine in the morning of a day in Wenling."""
        self.at("operator").post("/v1/clock", {"to": f"{to}T09:00:00+08:00"})


@pytest.fixture
def story(platform: Platform) -> Story:
    """The story on Monday, 2 March 2026, every answer remembered."""
    return Story(traces.Listening(platform.url, Path(platform.data_dir)), platform)


def test_a_home_is_assessed(story: Story) -> None:
    somebody_worries(story)
    two_assessors_find_a_red_line(story)
    the_father_is_told_what_to_do(story)
    two_children_ask_for_the_last_bed(story)
    handed_over_in_writing(story)
    nobody_is_sent_home_untested(story)
    the_court_revokes(story)
    the_county_becomes_guardian(story)
    a_year_later_another_family(story)
    nobody_outside_learns_who_it_is(story)


def refused(caller: Caller, path: str, body: Any = None) -> dict[str, Any]:
    """The problem with which a POST is refused; it has to be."""
    with pytest.raises(Refusal) as no:
        caller.post(path, body)
    return dict(no.value.problem)


def somebody_worries(story: Story) -> None:
    """The town opens a case on a visit; who has to do something in it gets a task, and knows."""
    town = story.at("town")
    worry = {"child": CHILD, "level": "高", "origin": "visit", "words": "孩子独自在家，多日未进食"}
    opened = town.post(CASES, worry)
    story.ids |= {"case": opened["id"], "child": opened["child_ref"]}
    assert (opened["level"], opened["colour"]) == ("high", "orange")
    town.post(f"{story.case}/contact")
    other = town.post(CASES, {"child": OTHER_CHILD, "level": "高", "origin": "hotline"})
    story.ids["other_case"] = other["id"]
    with pytest.raises(Refusal) as no_task:
        story.at("court").get(story.case)
    assert no_task.value.status == 404
    for department in ("police", "procuratorate", "court", "protection_centre"):
        task = {"department": department, "code": "assess_and_intervene"}
        town.post(f"{story.case}/tasks", task)
        assert story.at(department).get(story.case)["id"] == story.ids["case"]


def two_assessors_find_a_red_line(story: Story) -> None:
    """A version of an instrument, every item by both, nobody with an interest, the worse grade."""
    tools = {
        one["id"]: one for one in story.at("town").get("/v1/protection/assessment-instruments")
    }
    tool = tools[INSTRUMENT]
    assert (tool["since"], tool["total_points"] > 0) == ("2026-02-01", True)
    asked = {"instrument": "zhejiang-2099", "purpose": "capacity"}
    assert INSTRUMENT in refused(story.at("town"), f"{story.case}/assessments", asked)["allowed"]
    asked["instrument"] = INSTRUMENT
    opened = story.at("town").post(f"{story.case}/assessments", asked)
    path = f"/v1/protection/assessments/{opened['id']}"
    full = {item["code"]: item["points"] for item in tool["items"]}
    first = {"answers": full, "no_conflict_of_interest": True}
    interested = refused(story.at("town"), f"{path}/scores", first | {
        "no_conflict_of_interest": False})  # fmt: skip
    assert interested["clause"] == "WL24:3.2a"
    story.at("town").post(f"{path}/scores", first)
    assert refused(story.at("town"), f"{path}/conclusion")["allowed"] == [2]
    second = first | {"red_lines": ["serious_harm"]}
    story.at("protection_centre").post(f"{path}/scores", second)
    assert refused(story.at("civil_affairs"), f"{path}/conclusion")["clause"] == "WL24:3.2b-2"
    story.at("town").post(f"{path}/conclusion")
    alone = refused(story.at("town"), f"{path}/conclusion")
    assert alone["type"] == "/problems/second-person-needed"
    done = story.at("protection_centre").post(f"{path}/conclusion")
    assert (done["grade"], done["able"], done["grounds"]) == ("absent", False, ["serious_harm"])
    assert done["points"] == tool["total_points"]
    assert done["consequences"] == ["temporary_guardianship", "revocation_review"]
    assert (done["instrument"], done["valid_until"]) == (INSTRUMENT, "2027-03-02")
    story.ids["assessment"] = done["id"]
    heard = traces.told_on_the_stream(story.at("court"), "protection.assessment.concluded.v1")
    assert CHILD["name"] not in heard


def the_father_is_told_what_to_do(story: Story) -> None:
    """Each instrument belongs to its issuer, is served, followed up, and its breach is seen."""
    said = {
        "guardian": FATHER,
        "grounds": ["neglect"],
        "duties": ["attend_parent_education", "do_not_leave_alone"],
        "issued_on": "2026-03-02",
    }
    path = f"{story.case}/orders"
    stranger = refused(story.at("police"), path, said | {"kind": "督促监护令"})
    assert stranger["allowed"] == ["procuratorate"]
    for department, (zh, code) in ORDERS.items():
        made = story.at(department).post(path, said | {"kind": zh, "sessions": 1})
        assert (made["kind"], made["issuer"]) == (code, department)
        served = story.at(department).post(f"/v1/protection/orders/{made['id']}/service")
        assert (served["state"], served["served_on"]) == ("served", "2026-03-02")
        story.ids[department] = made["id"]
    admonished = story.at("police").post(path, said | {"kind": "训诫"})
    assert admonished["kind"] == "admonition"
    order = f"/v1/protection/orders/{story.ids['procuratorate']}"
    attended = {"held_on": "2026-03-02", "attended": False, "provider": "妇女儿童活动中心"}
    absent = story.at("womens_federation")
    assert refused(absent, f"{order}/sessions", attended)["status"] == 404
    task = {"department": "womens_federation", "code": "parent_education"}
    story.at("town").post(f"{story.case}/tasks", task)
    assert absent.post(f"{order}/sessions", attended)["sessions_done"] == 0
    assert story.at("procuratorate").post(f"{order}/breach")["state"] == "breached"
    timeline = story.at("civil_affairs").get(path)
    assert {row["kind"] for row in timeline} == {code for _, code in ORDERS.values()} | {
        "admonition"
    }
    assert FATHER["name"] not in str(timeline)


def two_children_ask_for_the_last_bed(story: Story) -> None:
    """No zone, no beds; one bed is held for one child whoever asks at the same moment."""
    place = {"kind": "protection_centre", "name": "市未成年人救助保护中心", "beds": 1}
    centre = story.at("protection_centre")
    bare = place | {"separate_zone": False, "dedicated_staff": True}
    assert refused(centre, "/v1/protection/facilities", bare)["clause"] == "WL24:3.5d-2"
    place |= {"separate_zone": True, "dedicated_staff": True}
    opened = centre.post("/v1/protection/facilities", place)
    assert (opened["beds"], opened["free"]) == (1, 1)
    wish = {"ground": "serious_harm"}

    def ask(case: str, officer: int) -> Any:
        caller = story.at("civil_affairs", officer)
        return caller.call("POST", f"{CASES}/{case}/placements", wish)

    wanted = [story.ids["case"], story.ids["other_case"]]
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(ask, wanted, (1, 2)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    without = next(answer.json() for answer in answers if answer.status_code == 409)
    assert without["clause"] == "WL24:3.5c-1"
    (seen,) = centre.get("/v1/protection/facilities")["items"]
    assert seen["free"] == 0
    winner = next(answer.json() for answer in answers if answer.status_code == 201)
    if winner["case_id"] != story.ids["case"]:
        centre.post(f"/v1/protection/placements/{winner['id']}/cancellation")
        winner = story.at("civil_affairs").post(f"{story.case}/placements", wish)
    assert (winner["state"], winner["carer_kind"]) == ("held", "protection_centre")
    story.ids["placement"] = winner["id"]
    again = refused(story.at("civil_affairs"), f"{story.case}/placements", wish)
    assert again["clause"] == "WL24:3.3b-1"


def handed_over_in_writing(story: Story) -> None:
    """The police bring the child, in writing; temporary guardianship has its term."""
    centre = story.at("protection_centre")
    centre.post(f"{story.placement}/confirmation")
    given = {"from_department": "police", "written": False}
    assert refused(centre, f"{story.placement}/hand-over", given)["clause"] == "WL24:2.2.4-1"
    in_care = centre.post(f"{story.placement}/hand-over", given | {"written": True})
    assert (in_care["state"], in_care["removed_on"]) == ("in_care", "2026-03-02")
    assert in_care["term_ends_on"] == "2027-03-02"
    story.at("police").post(f"{story.placement}/case-note")


def assessed(story: Story, share: int) -> str:
    """A new assessment by two, with this share of the points in percent."""
    (tool,) = [
        one
        for one in story.at("town").get("/v1/protection/assessment-instruments")
        if one["id"] == INSTRUMENT
    ]
    points = {item["code"]: item["points"] * share // 100 for item in tool["items"]}
    asked = {"instrument": INSTRUMENT, "purpose": "return"}
    opened = story.at("town").post(f"{story.case}/assessments", asked)
    path = f"/v1/protection/assessments/{opened['id']}"
    for department in ("town", "protection_centre"):
        score = {"answers": points, "no_conflict_of_interest": True}
        story.at(department).post(f"{path}/scores", score)
    for department in ("town", "protection_centre"):
        story.at(department).post(f"{path}/conclusion")
    return str(opened["id"])


def nobody_is_sent_home_untested(story: Story) -> None:
    """Neither without an assessment, nor on the old one, nor on a new one that was not passed."""
    civil, home = story.at("civil_affairs"), f"{story.placement}/return"
    assert refused(civil, home, {})["clause"] == "WL24:3.3b-2"
    assert refused(civil, home, {"assessment_id": story.ids["assessment"]})["status"] == 409
    story.clock("2026-04-20")
    failed = {"assessment_id": assessed(story, 50)}
    gate = civil.post(f"{story.placement}/gate", failed)
    assert (gate["may_return"], gate["next"][0]) == (False, "继续临时监护")
    assert refused(civil, home, failed)["clause"] == "WL24:3.3b-2"
    assert civil.get(story.placement)["state"] == "in_care"


def the_court_revokes(story: Story) -> None:
    """市未保办 petitions, the procuratorate supports it, the court revokes and appoints."""
    office, civil = story.at("child_protection_office"), story.at("civil_affairs")
    asked: dict[str, Any] = {
        "reliefs": ["申请撤销监护人资格", "追索抚养费"],
        "petitioner": "市未保办",
        "co_petitioners": ["妇联"],
    }
    path = f"{story.case}/petitions"
    assert refused(office, path, asked)["clause"] == "FF2014-24:35"
    petition = office.post(path, asked | {"grounds": ["six_months_refusal"]})
    path = f"/v1/protection/petitions/{petition['id']}"
    office.post(f"{path}/support-request")
    assert refused(civil, f"{path}/support")["allowed"] == ["procuratorate"]
    story.at("procuratorate").post(f"{path}/support")
    office.post(f"{path}/filing")
    early = {"ground": "revoked_and_appointed"}
    assert refused(civil, f"{story.placement}/long-term", early)["clause"] == "MINORS:94-4"
    assert refused(story.at("court"), f"{path}/grant", {})["clause"] == "WL24:3.3c-1"
    judgment = {"judgment_ref": "（2026）浙1081民特12号", "appointed": "civil_affairs"}
    assert story.at("court").post(f"{path}/grant", judgment)["state"] == "granted"
    passed = {"assessment_id": assessed(story, 100)}
    for basis in (passed, {"court_order_id": petition["id"]}):
        assert refused(civil, f"{story.placement}/return", basis)["clause"] == "WL24:3.3b-2"


def the_county_becomes_guardian(story: Story) -> None:
    """Long-term guardianship is signed by two of civil affairs; the bed is free again."""
    first, second = story.at("civil_affairs"), story.at("civil_affairs", 2)
    path, end = f"{story.placement}/long-term", {"ground": "revoked_and_appointed"}
    assert first.post(path, end)["state"] == "in_care"
    assert refused(first, path, end)["type"] == "/problems/second-person-needed"
    assert second.post(path, end)["state"] == "long_term"
    (seen,) = first.get("/v1/protection/facilities")["items"]
    assert seen["free"] == 1


def a_year_later_another_family(story: Story) -> None:
    """Not before a year after the revocation; then by two, and the history tells it all."""
    first, second = story.at("civil_affairs"), story.at("civil_affairs", 2)
    path = f"{story.placement}/adoption"
    adopted = {"adoptee": "parents_unable", "child_consents": True}
    early = refused(first, path, adopted)
    assert (early["clause"], early["allowed"]) == ("FF2014-24:44", ["2027-04-20"])
    story.clock("2027-04-20")
    assert refused(first, path, {})["clause"] == "CIVIL:1093"
    first.post(path, adopted)
    assert second.post(path, adopted)["state"] == "adopted"
    child = first.get(f"/v1/protection/children/{story.ids['child']}")
    kinds = [line["kind"] for line in child["guardianship"]]
    assert kinds == ["temporary", "revoked", "long_term", "adopted"]


def nobody_outside_learns_who_it_is(story: Story) -> None:
    """Events, logs and plain columns have ids, codes and days; a department without a task 404."""
    with pytest.raises(Refusal) as outsider:
        story.at("education").get(story.case)
    assert outsider.value.status == 404
    last = '"adopted"'
    heard = until(lambda: traces.told_on_the_stream(story.at("child_protection_office"), last))
    assert "protection.guardianship.changed.v1" in heard
    people = (CHILD["name"], FATHER["name"], FATHER["id_no"])
    assert not any(name in heard for name in people)
    assert traces.rows_with(story.platform, *people) == []
    assert traces.files_with(story.platform, *people) == []
