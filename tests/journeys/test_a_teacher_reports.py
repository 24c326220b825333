"""Story 2: a teacher reports; police, school and procuratorate each see their part of it."""

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
TEACHER = "汪晓棠"
TEACHERS_PHONE = "13857612349"
CHILD = {
    "name": "林小鹿",
    "birth_date": "2015-09-12",
    "sex": "女",
    "school": "太平小学",
    "town": "太平街道",
}
NINE = (
    "private_injury",
    "girl_under_14_sexual",
    "girl_14_up_sexual",
    "injury_or_neglect_signs",
    "unnatural_disability_or_death",
    "abandoned_or_unattended",
    "trafficked_or_missing",
    "organised_begging",
    "other_serious_harm_or_danger",
)
MEASURES = {
    "经济救助": "civil_affairs",
    "医疗救治": "health",
    "心理干预": "youth_league",
    "调查评估": "civil_affairs",
    "司法救助": "justice",
}
REPORTS = "/v1/protection/reports"


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
    def path(self) -> str:
        """Where the teacher's report is."""
        return f"{REPORTS}/{self.ids['report']}"

    def later(self, **by: int) -> None:
        """Let hours or days pass on the platform's clock."""
        self.at("operator").post("/v1/clock", by)


@pytest.fixture
def story(platform: Platform) -> Story:
    """The story on Monday, 2 March 2026, every answer remembered."""
    return Story(traces.Listening(platform.url, Path(platform.data_dir)), platform)


def test_a_teacher_reports(story: Story) -> None:
    each_of_the_nine_grounds_is_taken(story)
    the_teacher_reports(story)
    police_and_authority_are_told_at_once(story)
    police_do_not_file_and_the_procuratorate_sees_it(story)
    the_school_is_told_what_came_of_it(story)
    a_school_that_is_not_told_is_no_secret(story)
    the_child_is_asked_once(story)
    the_injuries_are_appraised(story)
    several_departments_help(story)
    the_reporter_is_nowhere(story)
    two_of_the_police_may_learn_who_it_was(story)


def told(**more: Any) -> dict[str, Any]:
    """A report as a school tells it; the teacher names herself in her own words as well."""
    return {
        "institution_type": "小学",
        "reporter": {"kind": "工作人员", "name": TEACHER, "phone": TEACHERS_PHONE},
        "trigger": "疑似",
        "what_was_seen": f"我是班主任{TEACHER}，电话{TEACHERS_PHONE}，孩子双臂多处淤青，不敢回家",
        "found_at": "2026-03-02T08:30:00+08:00",
        "town": "太平街道",
    } | more


def each_of_the_nine_grounds_is_taken(story: Story) -> None:
    """Each ground by itself is enough; a tenth does not exist, and the answer says which do."""
    school = story.at("institution")
    nine = [told(grounds=[ground]) for ground in NINE]
    taken = school.post("/v1/protection/report-batches", {"reports": nine})
    assert [item["status"] for item in taken] == [201] * len(NINE)
    assert [item["receipt"]["grounds"] for item in taken] == [[ground] for ground in NINE]
    story.ids["unanswered"] = taken[3]["id"]
    with pytest.raises(Refusal) as tenth:
        school.post(REPORTS, told(grounds=["bad_marks"]))
    assert tenth.value.status in (400, 422)
    assert all(ground in str(tenth.value.problem) for ground in NINE)


def the_teacher_reports(story: Story) -> None:
    """The receipt says who was informed and when; it can be had again; the words are not in it."""
    school = story.at("institution")
    report = told(grounds=["R4"], child=CHILD)
    with pytest.raises(Refusal) as early:
        school.post(REPORTS, report | {"found_at": "2026-03-02T18:00:00+08:00"})
    assert early.value.problem["clause"] == "WL24:3.1a-4"
    receipt = school.post(REPORTS, report)
    story.ids["report"] = receipt["id"]
    assert receipt["late"] is False
    assert receipt["informed"][:3] == ["police", "education", "procuratorate"]
    assert school.get(f"{story.path}/receipt") == receipt
    own = school.get(story.path)
    assert (own["case_id"], own["child_ref"], own["particulars"]) == (None, None, {})


def police_and_authority_are_told_at_once(story: Story) -> None:
    """Both hear the event, both find the report in their lists, and each answers for its part."""
    for department in ("police", "education", "procuratorate"):
        caller = story.at(department)
        listed = caller.get(REPORTS, state="received", limit=50)["items"]
        assert story.ids["report"] in {row["id"] for row in listed}
        said = traces.told_on_the_stream(caller, story.ids["report"])
        assert "protection.report.accepted.v1" in said
        assert TEACHER not in said
    with pytest.raises(Refusal) as elsewhere:
        story.at("health").get(story.path)
    assert elsewhere.value.status == 404
    filed = story.at("education").post(f"{story.path}/acknowledgement")
    assert filed["authority_acknowledged_at"]
    read = story.at("police").get(story.path)
    assert read["particulars"]["identity"]["name"] == CHILD["name"]
    assert "双臂多处淤青" in read["particulars"]["notes"]["what_was_seen"]
    assert read["reporter"].startswith("报告人-")
    story.ids |= {"case": read["case_id"], "child": read["child_ref"]}


def police_do_not_file_and_the_procuratorate_sees_it(story: Story) -> None:
    """A refusal to file needs reasons; the procuratorate asks why and orders the filing."""
    police, procuratorate = story.at("police"), story.at("procuratorate")
    for verb in ("acceptance", "dispatch", "criminal-review"):
        police.post(f"{story.path}/{verb}")
    with pytest.raises(Refusal) as bare:
        police.post(f"{story.path}/non-filing")
    assert bare.value.problem["clause"] == "GJF2020-9:8"
    police.post(f"{story.path}/non-filing", {"non_filing": "no_facts", "note": "家长称系摔伤"})
    seen = procuratorate.get(f"{story.path}/steps")[-1]
    assert (seen["verb"], seen["reason"], seen["after"]) == ("non_filing", "no_facts", "not_filed")
    with pytest.raises(Refusal) as not_theirs:
        police.post(f"{story.path}/filing-order")
    assert not_theirs.value.status == 403
    procuratorate.post(f"{story.path}/reasons-request")
    police.post(f"{story.path}/explanation", {"note": "伤情鉴定尚未作出"})
    assert procuratorate.post(f"{story.path}/filing-order")["state"] == "filing_ordered"
    assert police.post(f"{story.path}/filing")["state"] == "filed"
    verbs = [step["verb"] for step in procuratorate.get(f"{story.path}/steps")]
    assert verbs[-4:] == ["reasons_request", "explanation", "filing_order", "filing"]


def the_school_is_told_what_came_of_it(story: Story) -> None:
    """The school sees by when it will be told, and before that nothing goes to prosecution."""
    school, police = story.at("institution"), story.at("police")
    waiting = school.get(story.path)
    assert waiting["feedback_due_at"].startswith("2026-03-05")
    assert waiting["feedback_at"] is None
    case = story.at("civil_affairs").get(f"/v1/protection/cases/{story.ids['case']}")
    clock = _of(case["clocks"], "kind", "unit_feedback")
    assert (clock["department"], clock["state"]) == ("police", "running")
    with pytest.raises(Refusal) as unsaid:
        police.post(f"{story.path}/prosecution")
    assert unsaid.value.problem["clause"] == "MINORS:11-3"
    police.post(f"{story.path}/feedback")
    answered = school.get(story.path)
    assert answered["feedback_at"]
    assert (answered["state"], answered["outcome"]) == ("filed", "filed")
    assert police.post(f"{story.path}/prosecution")["state"] == "prosecuted"


def a_school_that_is_not_told_is_no_secret(story: Story) -> None:
    """Feedback that does not come within its three days is told to those who supervise."""
    path, police = f"{REPORTS}/{story.ids['unanswered']}", story.at("police")
    for verb in ("acceptance", "dispatch", "criminal-review", "filing"):
        police.post(f"{path}/{verb}")
    story.later(days=4)
    office = story.at("procuratorate")

    def missed() -> bool:
        text = traces.told_on_the_stream(office, '"unit_feedback"')
        return story.ids["unanswered"] in text

    until(missed)


def the_child_is_asked_once(story: Story) -> None:
    """One stop, recorded, by a woman; a second time only with a reason of necessity."""
    police = story.at("police")
    interview = {
        "at": "2026-03-02T08:50:00+08:00",
        "one_stop": True,
        "recorded": True,
        "female_staff": True,
        "victim_female": True,
        "guardian_present": False,
        "place_kind": "one_stop_site",
    }
    for wrong in ({"recorded": False}, {"female_staff": False}):
        with pytest.raises(Refusal) as refused:
            police.post(f"{story.path}/interviews", interview | wrong)
        assert refused.value.problem["clause"] == "MINORS:112"
    police.post(f"{story.path}/interviews", interview)
    with pytest.raises(Refusal) as again:
        police.post(f"{story.path}/interviews", interview)
    assert again.value.problem["clause"] == "MINORS:112"
    necessary = interview | {"again_because": "出现新的嫌疑人"}
    police.post(f"{story.path}/interviews", necessary)


def the_injuries_are_appraised(story: Story) -> None:
    """Police ask, the health authority answers with a code; its words are for those with a task."""
    police, health = story.at("police"), story.at("health")
    asked = police.post(f"{story.path}/appraisals", {"kind": "injury_appraisal"})
    waiting = police.get(f"{story.path}/appraisals")
    assert [(row["kind"], row["result_code"]) for row in waiting] == [("injury_appraisal", None)]
    queue = health.get("/v1/protection/appraisals")["items"]
    assert asked["id"] in {row["id"] for row in queue}
    result = {"result_code": "light_injury", "words": "双上肢软组织挫伤，符合他人外力所致"}
    health.post(f"/v1/protection/appraisals/{asked['id']}/result", result)
    (done,) = police.get(f"{story.path}/appraisals")
    assert (done["result_code"], done["words"]) == (result["result_code"], result["words"])
    (for_school,) = story.at("education").get(f"{story.path}/appraisals")
    assert (for_school["result_code"], for_school["words"]) == ("light_injury", None)
    with pytest.raises(Refusal) as reporter:
        story.at("institution").get(f"{story.path}/appraisals")
    assert reporter.value.status == 403


def several_departments_help(story: Story) -> None:
    """Five measures, each a line in its department's queue; whom it is for, and nothing more."""
    sender = story.at("civil_affairs")
    path = f"/v1/protection/cases/{story.ids['case']}/measures"
    asked = sender.post(path, {"measures": list(MEASURES), "words": "请尽快介入"})
    assert len(asked["services"]) == len(MEASURES)
    lines = until(lambda: lines_of(story, asked["id"]))
    assert {line["department"] for line in lines} == set(MEASURES.values())
    for line in lines:
        carry_out(story, line)
    states = {line["state"] for line in lines_of(story, asked["id"])}
    assert states == {"fed_back"}


def lines_of(story: Story, request: str) -> list[dict[str, Any]]:
    """The lines of the referral that came of a request for measures."""
    rows = story.at("civil_affairs").get("/v1/referrals", limit=100)["items"]
    found = _of(rows, "origin_id", request)
    whole = story.at("civil_affairs").get(f"/v1/referrals/{found['id']}") if found else {}
    return list(whole.get("lines", []))


def carry_out(story: Story, line: dict[str, Any]) -> None:
    """Received, read, accepted, done: the department sees the child's name and no narrative."""
    caller, path = story.at(line["department"]), f"/v1/referrals/lines/{line['id']}"
    caller.post(f"{path}/receipt")
    particulars = caller.get(f"{path}/particulars")
    assert particulars["identity"]["name"] == CHILD["name"]
    assert "淤青" not in str(particulars)
    caller.post(f"{path}/acceptance")
    caller.post(f"{path}/feedback", {"outcome": "已提供"})


def the_reporter_is_nowhere(story: Story) -> None:
    """No answer, no row of any database, no log, no file and no event says who reported."""
    case = f"/v1/protection/cases/{story.ids['case']}"
    for department in ("police", "procuratorate", "civil_affairs", "town", "auditor"):
        caller = story.at(department)
        caller.get(case)
        caller.get(f"{case}/entries")
    for department in ("police", "procuratorate", "civil_affairs", "education", "town"):
        story.at(department).get(story.path)
        story.at(department).get(REPORTS, limit=50)
    secret = (TEACHER, TEACHERS_PHONE)
    assert story.offices.heard
    assert story.offices.answers_with(*secret) == []
    assert traces.rows_with(story.platform, *secret) == []
    assert traces.files_with(story.platform, *secret) == []


def two_of_the_police_may_learn_who_it_was(story: Story) -> None:
    """One asks, another approves, the first looks; the record of it does not name the reporter."""
    police, other = story.at("police"), story.at("police", 2)
    wish = {"purpose": "witness_protection", "reason": "报告人受到威胁，需要保护"}
    with pytest.raises(Refusal) as not_the_authority:
        story.at("education").post(f"{story.path}/reporter-openings", wish)
    assert not_the_authority.value.status == 403
    opening = police.post(f"{story.path}/reporter-openings", wish)
    path = f"/v1/protection/reporter-openings/{opening['id']}"
    with pytest.raises(Refusal) as alone:
        police.post(f"{path}/approval")
    assert alone.value.problem["type"] == "/problems/second-person-needed"
    other.post(f"{path}/approval")
    assert police.post(f"{path}/opening")["name"] == TEACHER
    audit = "/v1/protection/audit/disclosures"
    looked = story.at("auditor").get(audit, subject_id=story.ids["report"], limit=100)
    assert "reporter.name" in str(looked)
    (only,) = story.offices.answers_with(TEACHER, TEACHERS_PHONE)
    assert only.request == f"POST {path}/opening"
    assert traces.rows_with(story.platform, TEACHER, TEACHERS_PHONE) == []
    assert traces.files_with(story.platform, TEACHER, TEACHERS_PHONE) == []


def _of(rows: list[dict[str, Any]], name: str, value: str) -> Any:
    return next((row for row in rows if row[name] == value), None)
