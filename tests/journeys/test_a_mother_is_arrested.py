"""Story 1: a mother is arrested; her child is cared for, paid, and reviewed on the day named."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from deploy.caller import Caller, Offices, Refusal
from tests.journeys.conftest import until

BEGINS = "2026-03-02"
TOWN = "331081001"
CHILD = {
    "name": "陈小满",
    "birth_date": "2017-05-20",
    "sex": "女",
    "hukou": "浙江省温岭市太平街道",
    "town": "太平街道",
    "relation": "mother",
    "other_guardian_present": False,
    "carer_kind": "relative",
    "carer": {"name": "陈桂花", "relation": "外祖母"},
}
ACCOUNT = {"bank": "温岭农商银行", "bank_code": "ZJRCB", "account": "6228480402564890018"}


@dataclass
class Story:
    """Who takes part, and what the story has come to."""

    offices: Offices
    ids: dict[str, str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Caller:
        """`story.police`, `story.civil_affairs_2`: an office and its officer."""
        department, _, officer = name.rpartition("_")
        if not officer.isdigit():
            department, officer = name, "1"
        town = TOWN if department == "town" else ""
        return self.offices.at(department, f"{department}-{officer}", town)

    def clock(self, to: str) -> None:
        """Move the platform's time to nine in the morning of a day in Wenling."""
        self.operator.post("/v1/clock", {"to": f"{to}T09:00:00+08:00"})


@pytest.fixture
def story(offices: Offices) -> Story:
    """The story on Monday, 2 March 2026."""
    return Story(offices)


def test_a_mother_is_arrested(story: Story) -> None:
    publish_standards(story)
    police_ask_about_children(story)
    the_town_is_asked_for_what_is_missing(story)
    two_people_decide(story)
    the_month_is_paid(story)
    one_payment_comes_back_and_is_paid_again(story)
    released_and_reviewed(story)
    nothing_names_the_child(story)


def publish_standards(story: Story) -> None:
    """The invented standards of 2026, each published by a second person."""
    standards: dict[str, dict[str, Any]] = {
        "urban_consumption_yearly": {"amount": "49000.00", "statistic_year": 2025},
        "institution_orphan_monthly": {"amount": "2890.00"},
        "scattered_orphan_monthly": {"amount": "2312.00"},
    }
    for key, amount in standards.items():
        said = {"key": key, "since": "2026-01-01", "source": "演练数据"} | amount
        proposed = story.civil_affairs_1.post("/v1/payments/standards", said)
        path = f"/v1/payments/standards/{proposed['id']}/publication"
        with pytest.raises(Refusal) as alone:
            story.civil_affairs_1.post(path)
        assert alone.value.status == 409
        story.civil_affairs_2.post(path)


def police_ask_about_children(story: Story) -> None:
    """A push without the answer is refused; with it, care is arranged the same day."""
    push: dict[str, Any] = {
        "kind": "criminal_detention",
        "person": {"name": "陈某"},
        "began_on": "2026-03-02",
        "ends_on": "2027-03-01",
        "town": "太平街道",
    }
    with pytest.raises(Refusal) as unanswered:
        story.police.post("/v1/protection/detentions", push)
    assert unanswered.value.status in (400, 409)
    assert unanswered.value.problem["clause"] == "WL24:3.6b-1"
    push["minor_children"] = {"answer": "has", "children": [CHILD]}
    detention = story.police.post("/v1/protection/detentions", push)
    assert detention["state"] == "arranged"
    story.ids |= {"detention": detention["id"], "child": detention["children"][0]["child_ref"]}
    office = story.child_protection_office
    pushed = until(lambda: _of(office.get("/v1/referrals/pushes"), "origin_id", detention["id"]))
    assert pushed["department"] == "police"


def the_town_is_asked_for_what_is_missing(story: Story) -> None:
    """The data open the application; what is unknown becomes a question, not a refusal."""
    child = story.ids["child"]
    path = "/v1/eligibility/applications"
    opened = until(lambda: story.town.get(path, child_id=child)["items"])[0]
    assert opened["applicant"] == "proactive"
    story.ids["application"] = opened["id"]
    application = story.town.get(f"{path}/{opened['id']}")
    assert application["missing"] == ["father.life"]
    until(lambda: _asked(story.police, "information_request"))
    facts = {"facts": {"father": {"life": "死亡"}}, "valid_from": "2024-05-01"}
    story.police.post(f"/v1/eligibility/children/{child}/facts", facts)
    assert story.town.get(f"{path}/{opened['id']}")["missing"] == []
    payee = {"role": "payee", "kind": "carer", "relation": "外祖母", "name": "陈桂花"}
    payee |= {"since": "2026-03-02"} | ACCOUNT
    story.town.post(f"/v1/eligibility/children/{child}/people", payee)
    story.town.post(f"{path}/{opened['id']}/verification", {"opinion": "情况属实"})


def two_people_decide(story: Story) -> None:
    """De facto unsupported, from the month after confirmation, until the sentence ends."""
    path = f"/v1/eligibility/applications/{story.ids['application']}"
    story.civil_affairs_1.post(f"{path}/decision")
    with pytest.raises(Refusal) as alone:
        story.civil_affairs_1.post(f"{path}/confirmation")
    assert alone.value.problem["type"] == "/problems/second-person-needed"
    decision = story.civil_affairs_2.post(f"{path}/confirmation")
    story.ids["decision"] = decision["id"]
    assert decision["outcome"] == "granted"
    assert (decision["rate_class"], decision["first_month"]) == ("scattered", "2026-04-01")
    assert decision["review_on"] == "2027-03-02"
    whole = story.civil_affairs.get(f"/v1/eligibility/decisions/{decision['id']}")
    assert "DE_FACTO_UNSUPPORTED" in str(whole["answer"]).upper()
    notice = story.civil_affairs.get(f"/v1/eligibility/decisions/{decision['id']}/notice")
    assert "行政复议" in notice.decode()


def the_month_is_paid(story: Story) -> None:
    """Prepared, checked and approved by others, funded, sent: a bank file to the fen."""
    child = story.ids["child"]
    until(lambda: story.civil_affairs.get(f"/v1/payments/children/{child}/awards"))
    the_account_is_verified(story)
    story.clock("2026-04-01")
    run = story.civil_affairs_1.post("/v1/payments/runs", {"kind": "monthly", "month": "2026-04"})
    story.ids["run"] = run["id"]
    steps(story, run["id"])
    lines = story.civil_affairs.get(f"/v1/payments/runs/{run['id']}/lines")["items"]
    own = _of(lines, "child_id", child)
    assert (own["amount"], own["benefit"]) == ("2312.00", "basic_living")
    file = story.bank.get(f"/v1/payments/runs/{run['id']}/files/ZJRCB").decode()
    assert "2312.00" in file
    assert ACCOUNT["account"] in file
    assert not any(word in file for word in ("陈小满", "事实无人抚养", "孤儿"))


def the_account_is_verified(story: Story) -> None:
    """The bank has confirmed that the account is the payee's."""
    path = f"/v1/payments/children/{story.ids['child']}/payees"
    payee = until(lambda: story.civil_affairs.get(path))[0]["id"]
    story.civil_affairs_2.post(f"/v1/payments/payees/{payee}/verification", {"verified": True})


def steps(story: Story, run: str) -> None:
    """From prepared to sent, each step by somebody else."""
    path = f"/v1/payments/runs/{run}"
    with pytest.raises(Refusal) as alone:
        story.civil_affairs_1.post(f"{path}/check")
    assert alone.value.status == 409
    story.civil_affairs_2.post(f"{path}/check")
    story.civil_affairs_3.post(f"{path}/approval")
    story.finance_1.post(f"{path}/funding")
    story.civil_affairs_1.post(f"{path}/sending")


def one_payment_comes_back_and_is_paid_again(story: Story) -> None:
    """The return is told, the follow-up names the first payment, and the books close."""
    run, child = story.ids["run"], story.ids["child"]
    payments = story.finance.get(f"/v1/payments/runs/{run}/payments")["items"]
    number = _of(payments, "child_id", child)["number"]
    returned = {"rows": [{"number": number, "status": "returned", "reason": "账号有误"}]}
    story.bank.post(f"/v1/payments/runs/{run}/returns", returned | {"complete": True})
    with pytest.raises(Refusal) as unverified:
        story.civil_affairs_1.post(f"/v1/payments/runs/{run}/follow-up")
    assert unverified.value.status == 409
    the_account_is_verified(story)
    again = story.civil_affairs_1.post(f"/v1/payments/runs/{run}/follow-up")
    steps(story, again["id"])
    story.bank.post(f"/v1/payments/runs/{again['id']}/returns", {"complete": True})
    for one in (again["id"], run):
        path = f"/v1/payments/runs/{one}"
        story.finance_1.post(f"{path}/reconciliation")
        story.finance_1.post(f"{path}/closing")
        proofs = story.auditor.get(f"{path}/invariants")
        assert all(proof is True for proof in proofs.values() if isinstance(proof, bool)), proofs


def released_and_reviewed(story: Story) -> None:
    """Released: the decision is reviewed, a person signs the ending, money ends the month after."""
    story.clock("2027-03-02")
    release = f"/v1/protection/detentions/{story.ids['detention']}/release"
    story.police.post(release, {"released_on": "2027-03-01"})
    child = story.ids["child"]

    def open_review() -> Any:
        rows = story.town.get("/v1/eligibility/reviews")["items"]
        return next((r for r in rows if r["child_id"] == child and r["application_id"]), None)

    review = until(open_review)
    path = f"/v1/eligibility/applications/{review['application_id']}"
    until(lambda: story.town.get(path)["missing"] == [])  # until the release is heard of
    proposal = {"outcome": "ended", "reason": "母亲刑满释放，恢复抚养"}
    story.civil_affairs_1.post(f"{path}/decision", proposal)
    ending = story.civil_affairs_2.post(f"{path}/confirmation")
    assert (ending["outcome"], ending["last_month"]) == ("ended", "2027-03-01")
    assert ending["lump_sum_months"] == 0

    def ended() -> bool:
        awards = story.civil_affairs.get(f"/v1/payments/children/{child}/awards")
        return bool(awards) and awards[-1]["last_month"] == "2027-03-01"

    until(ended)


def nothing_names_the_child(story: Story) -> None:
    """What the dashboards hear has ids and days only."""
    heard = story.child_protection_office.http.stream("GET", "/v1/events?after=0")
    with heard as stream:
        text = ""
        for chunk in stream.iter_text():
            text += chunk
            if "protection.guardian.released.v1" in text:
                break
    assert "protection.detention.reported.v1" in text
    assert not any(word in text for word in ("陈", "外祖母", "6228480402564890018", "2017-05-20"))


def _items(answer: Any) -> list[dict[str, Any]]:
    return list(answer["items"] if isinstance(answer, dict) else answer)


def _of(answer: Any, name: str, value: str) -> Any:
    return next((row for row in _items(answer) if row[name] == value), None)


def _asked(caller: Caller, service: str) -> Any:
    return _of(caller.get("/v1/referrals/inbox"), "service", service)
