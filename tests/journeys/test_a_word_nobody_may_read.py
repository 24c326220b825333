"""Story 7: a child affected by HIV is paid, insured and treated, and nobody reads the word."""

from pathlib import Path
from typing import Any

import pytest

from deploy.caller import Caller, Refusal
from tests.journeys import traces
from tests.journeys.conftest import until
from tests.journeys.county import ORPHAN, County
from tests.platform import Platform

BEGINS = "2026-03-02"
BOTH_ALIVE = {"police": {"father": {"life": "在世"}, "mother": {"life": "在世"}}}
# What would tell: the word, the status, the category, the service only the infected have.
STATUS = ("艾滋", "感染", "infected", "hiv_affected")
TELLING = (*STATUS, "hiv", "HIV", "special_treatment", "定点专项治疗", "WL24:2.2.3")
# Every sum of this class cites all the clauses that lead to it, this one among them.
ITS_CLAUSE = "WL24:2.1.3"
# The document's own list of all categories; the words of that sentence come with every decision.
ALL_CATEGORIES = "自身困境儿童、受艾滋病影响儿童、低保及低保边缘家庭儿童"
OFFICES = ("civil_affairs", "town", "child_protection_office", "auditor", "procuratorate")
LAST_EVENTS = {
    "civil_affairs": "payments.run.moved.v1",
    "finance": "payments.run.moved.v1",
    "child_protection_office": "eligibility.plan.made.v1",
    "town": "eligibility.plan.made.v1",
}
STRANGERS = ("education", "medical_insurance", "finance", "police", "disabled_federation")


@pytest.fixture
def county(platform: Platform) -> County:
    """The county on Monday, 2 March 2026, every answer remembered."""
    return County(traces.Listening(platform.url, Path(platform.data_dir)))


def test_the_word_nobody_may_read(county: County, platform: Platform) -> None:
    publish_standards(county)
    neighbour = county.child("邵小舟", "2016-06-02", ORPHAN, "2026-01-01")
    county.award(neighbour)
    child = told_by_the_health_authority(county)
    decision = decided_like_any_other(county, child)
    paid_like_the_neighbour(county, child, neighbour)
    insured(county, child)
    treated(county, child)
    the_offices_read_nothing(county, child, decision)
    counted_nowhere(county)
    only_who_treats_may_see(county, child)
    no_trace(county, platform)


def publish_standards(county: County) -> None:
    """The invented standards of 2026."""
    county.publish("urban_consumption_yearly", "2026-01-01", "49000.00", statistic_year=2025)
    county.publish("institution_orphan_monthly", "2026-01-01", "2890.00")
    county.publish("scattered_orphan_monthly", "2026-01-01", "2312.00")


def told_by_the_health_authority(county: County) -> str:
    """The fact opens the application by itself; a wrong word is refused without being repeated."""
    child = county.child("岑小满", "2016-06-01", {}, "2026-01-01")
    path, wrong = f"/v1/eligibility/children/{child}/facts", "复检编号7788"
    said = {"facts": {"child": {"hiv": wrong}}, "valid_from": "2026-01-01"}
    with pytest.raises(Refusal) as unread:
        county.health.post(path, said)
    assert unread.value.status == 400
    assert wrong not in str(unread.value.problem)
    county.state(child, "health", {"child": {"hiv": "感染"}}, "2026-01-01")
    for department, facts in BOTH_ALIVE.items():
        county.state(child, department, facts, "2026-01-01")
    return child


def decided_like_any_other(county: County, child: str) -> str:
    """Nobody is asked about it, two people decide, and the notice names no illness."""
    application = county.town.get(f"/v1/eligibility/applications/{county.application(child)}")
    assert (application["missing"], application["questions"]) == ([], [])
    decision = county.award(child)
    assert (decision["rate_class"], decision["first_month"]) == ("scattered", "2026-04-01")
    notice = county.civil_affairs.get(f"/v1/eligibility/decisions/{decision['id']}/notice").decode()
    assert "岑小满" in notice
    assert not any(word in notice for word in (*TELLING, ITS_CLAUSE))
    return str(decision["id"])


def paid_like_the_neighbour(county: County, child: str, neighbour: str) -> None:
    """The same sum under the same name; line, sheet and bank file are alike but for who it is."""
    until(lambda: county.awards(child) and county.awards(neighbour))
    county.clock("2026-04-01")
    run = county.pay("2026-04")
    assert county.lines(run["id"], child) == county.lines(run["id"], neighbour)
    assert ("2026-04", "basic_living", "2312.00") in county.lines(run["id"], child)
    path = f"/v1/payments/runs/{run['id']}"
    file = county.bank.get(f"{path}/files/ZJRCB").decode()
    sheet = county.civil_affairs.call("GET", f"{path}/sheet").text
    assert file.count("2312.00") >= 2
    assert not any(word in file + sheet for word in TELLING)
    cells = [set(row.split(",")) for row in sheet.split() if "basic_living" in row]
    both = cells[0] & cells[1]
    assert {len(row - both) for row in cells} == {2}  # the child and its decision, nothing else


def line_of(county: County, caller: Caller, service: str) -> dict[str, Any]:
    """The line of a service in a department's queue."""

    def found() -> Any:
        rows = caller.get("/v1/referrals/inbox", limit=100)["items"]
        return next((row for row in reversed(rows) if row["service"] == service), None)

    return dict(until(found))


def carried_out(caller: Caller, line: dict[str, Any]) -> dict[str, Any]:
    """Received, read, accepted and done; what the department was shown of the child."""
    path = f"/v1/referrals/lines/{line['id']}"
    caller.post(f"{path}/receipt")
    shown = caller.get(f"{path}/particulars")
    caller.post(f"{path}/acceptance")
    caller.post(f"{path}/feedback", {"outcome": "已提供"})
    return dict(shown)


def insured(county: County, child: str) -> None:
    """The contribution is paid by a department that learns the name and nothing else."""
    insurer = county.medical_insurance
    shown = carried_out(insurer, line_of(county, insurer, "insurance_contribution"))
    assert set(shown) == {"identity"}
    rows = county.civil_affairs.get("/v1/referrals", child_ref=child)["items"]
    (plan,) = [row for row in rows if row["origin"] == "plan"]
    lines = county.civil_affairs.get(f"/v1/referrals/{plan['id']}")["lines"]
    services = {line["service"] for line in lines}
    assert "insurance_contribution" in services
    assert "special_treatment" not in services


def treated(county: County, child: str) -> None:
    """The line lies with the health authority alone; for everybody else it does not exist."""
    line = line_of(county, county.health, "special_treatment")
    assert carried_out(county.health, line)["identity"]["name"] == "岑小满"
    for office in (*OFFICES, *STRANGERS, "joint_meeting"):
        for path in (f"lines/{line['id']}", line["referral_id"]):
            with pytest.raises(Refusal) as absent:
                getattr(county, office).get(f"/v1/referrals/{path}")
            assert absent.value.status in (403, 404)


def the_offices_read_nothing(county: County, child: str, decision: str) -> None:
    """File, facts, evaluation, decision, replay, plan: as if there were no such word."""
    file = f"/v1/eligibility/children/{child}"
    paths = [file, *(f"{file}/{part}" for part in ("facts", "statements", "evaluation"))]
    paths += [f"{file}/decisions", f"{file}/calendar", f"{file}/conflicts", f"{file}/plans"]
    paths += [f"/v1/eligibility/decisions/{decision}", "/v1/eligibility/children?limit=100"]
    paths += [f"/v1/eligibility/decisions/{decision}/replay", "/v1/referrals?limit=100"]
    for office in OFFICES:
        for path in paths:
            answer = getattr(county, office).call("GET", path)
            assert answer.status_code in (200, 403), (office, path, answer.text)
    for office in STRANGERS:
        assert getattr(county, office).call("GET", file).status_code == 404
    (plan,) = county.civil_affairs.get(f"{file}/plans")
    lines = county.civil_affairs.get(f"/v1/eligibility/plans/{plan['id']}")["lines"]
    assert plan["line_count"] == len(lines)


def counted_nowhere(county: County) -> None:
    """A count of one would name the child: the health authority's line is in no scorecard."""
    period = {"since": "2026-01-01", "until": "2026-12-31"}
    card = county.joint_meeting.get("/v1/referrals/scorecards", **period)
    counted = {row["department"] for row in card["departments"]}
    assert "medical_insurance" in counted
    assert "health" not in counted


def only_who_treats_may_see(county: County, child: str) -> None:
    """A hospital's finding goes to the treating side, for treatment; for mere duty it is masked."""
    found = {"identity": {"name": "岑小满"}, "hiv": {"status": "阳性"}}
    lines = [{"service": "定点专项治疗"}]
    need = {"child_ref": child, "lines": lines, "particulars": found}
    sent = county.health_2.post("/v1/referrals", need)
    path = f"/v1/referrals/lines/{sent['lines'][0]['id']}"
    county.health_1.post(f"{path}/receipt")
    assert county.health_1.get(f"{path}/particulars")["hiv"] != found["hiv"]
    treating = {"Purpose": "treatment"}
    shown = county.health_1.call("GET", f"{path}/particulars", headers=treating).json()
    assert shown["hiv"] == found["hiv"]
    curious = county.civil_affairs.call("GET", f"{path}/particulars", headers=treating)
    assert curious.status_code == 404


def no_trace(county: County, platform: Platform) -> None:
    """Whatever anybody but the health authority was answered, told, logged or paid by."""
    offices = county.offices
    assert isinstance(offices, traces.Listening)
    telling = offices.answers_with(*TELLING, besides=ALL_CATEGORIES)
    others = [one for one in telling if one.client != "health"]
    assert [(one.client, one.request) for one in others] == []
    cited = {one.request for one in offices.answers_with(ITS_CLAUSE)}
    assert [request for request in cited if "/v1/payments/" not in request] == []
    for department, last in LAST_EVENTS.items():
        heard = traces.told_on_the_stream(getattr(county, department), last)
        assert not any(word in heard for word in (*TELLING, ITS_CLAUSE))
    assert traces.rows_with(platform, *STATUS, "阳性") == []
    assert traces.files_with(platform, *STATUS, "阳性") == []
