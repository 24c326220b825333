"""Story 9: asked two years later, answered as of that day, with the words then in force.

In between everything has changed: the mother was free earlier than anybody knew, the standard
rose back-dated, the award has ended, and the city has amended its document.
"""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.caller import Offices, Refusal
from deploy.local.settings import ROOT
from shared.documents import read
from tests.journeys.county import County
from tests.platform import Platform

THEN, MAY = "2024-05-31T18:00:00+08:00", "2024-05"
PRISON: dict[str, Any] = {
    "father": {"life": "死亡"},
    "mother": {"life": "健在", "custody": "服刑", "term_months": 36, "custody_since": "2023-09-01"},
}
AMENDED = {"2.1.1b": ("80%", "85%"), "2.1.2": ("儿童", "未成年人")}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The county's folder, which the city will amend."""
    folder = tmp_path_factory.mktemp("place") / "wenling"
    shutil.copytree(ROOT / "deploy" / "jurisdictions" / "wenling", folder)
    return folder


@pytest.fixture(scope="module")
def platform(place: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The platform of March 2024, started again later with the amended folder."""
    environment = {"CLOCK_START": "2024-03-04T09:00:00+08:00", "JURISDICTION": str(place)}
    with Platform(tmp_path_factory.mktemp("platform"), environment=environment) as running:
        yield running


def test_why_was_this_paid_in_may(platform: Platform, place: Path, offices: Offices) -> None:
    county = County(offices)
    child, decision = paid_in_may(county)
    the_year_after_everything_is_known_better(county, child)
    platform.stop()
    before = the_city_amends_its_document(place)
    platform.start()
    county.clock("2026-05-12")
    the_new_words_are_in_force(county)
    the_auditor_is_answered_as_of_that_day(county, child, decision, before)
    the_decision_is_replayed_word_for_word(county, decision, before)
    what_was_known_then_and_what_is_known_now(county, child)
    who_looked_is_on_record(county, child)


def paid_in_may(county: County) -> tuple[str, str]:
    """A de facto unsupported child, granted in March 2024, paid in April and May."""
    county.publish("urban_consumption_yearly", "2024-01-01", "49000.00", statistic_year=2023)
    county.publish("institution_orphan_monthly", "2024-01-01", "2890.00")
    county.publish("scattered_orphan_monthly", "2024-01-01", "2312.00")
    child = county.child("陈小满", "2015-05-20", {"police": PRISON}, "2023-09-01")
    decision = county.award(child)
    for day in ("2024-04-02", "2024-05-02"):
        county.clock(day)
        county.pay(day[:7])
    return child, str(decision["id"])


def the_year_after_everything_is_known_better(county: County, child: str) -> None:
    """Freed in April 2024, as is learned in 2025; and a standard that rises back to May 2024."""
    county.clock("2025-03-10")
    county.publish("scattered_orphan_monthly", "2024-05-01", "2352.00")
    assert county.pay("2025-03", kind="correction")["total"] == "40.00"
    county.clock("2025-03-11")
    county.state(child, "police", {"mother": {"custody": "none"}}, "2024-04-20")
    county.review(child)
    ended = county.decide(child, "母亲已于2024年4月获释", event_on="2024-04-20")
    assert ended["last_month"] == "2024-04-01"
    county.ended(child, "2024-04-01")
    run = county.pay("2025-03", kind="correction")
    assert (run["total"], run["overpaid"]) == ("0.00", "2352.00")


def the_city_amends_its_document(place: Path) -> dict[str, str]:
    """Since 2026 two sentences and a figure read otherwise; how they read before stays."""
    document, before = dict(read(place / "clauses.yaml")), {}
    for entry in document["clauses"]:
        if entry["id"] in AMENDED:
            old, new = AMENDED[entry["id"]]
            before[f"WL24:{entry['id']}"] = entry["text"]
            earlier = {name: entry[name] for name in ("text", "english")}
            entry["earlier"] = [earlier | {"until": date(2026, 1, 1)}]
            entry |= {"text": entry["text"].replace(old, new), "since": date(2026, 1, 1)}
            assert entry["text"] != earlier["text"]
    (place / "clauses.yaml").write_text(yaml.safe_dump(document, allow_unicode=True))
    path = place / "figures" / "payments.yaml"
    figures = dict(read(path))
    figures["scattered_share_of_institution"]["values"][date(2026, 1, 1)] = "0.85"
    path.write_text(yaml.safe_dump(figures, allow_unicode=True))
    return before


def the_new_words_are_in_force(county: County) -> None:
    """What was lawful in 2024 is refused in 2026, by the new share."""
    with pytest.raises(Refusal) as low:
        county.propose("scattered_orphan_monthly", "2026-06-01", "2352.00")
    assert low.value.problem["minimum"] == "2456.50"


def the_auditor_is_answered_as_of_that_day(
    county: County, child: str, decision: str, before: dict[str, str]
) -> None:
    """One line for May, its figure, its working, its decision, and the sentences as they read."""
    path = f"/v1/payments/children/{child}/statement"
    then = county.auditor.get(path, known_at=THEN)
    (line,) = [line for line in then["lines"] if line["month"] == MAY]
    assert (line["amount"], line["working"], line["decision_id"]) == ("2312.00",) * 2 + (decision,)
    assert line["figures"] == {"scattered_orphan_monthly": "2312.00"}
    words = {clause["id"]: clause["text"] for clause in line["clauses"]}
    assert before.items() <= words.items()
    assert [payment["state"] for payment in then["payments"]] == ["paid", "paid"]
    assert (then["total"], then["debts"]) == ("4624.00", [])
    today = county.auditor.get(path)
    lines = [(x["kind"], x["amount"]) for x in today["lines"] if x["month"] == MAY]
    assert lines == [("monthly", "2312.00"), ("correction", "40.00"), ("correction", "-2352.00")]
    assert [debt["amount"] for debt in today["debts"]] == ["2352.00"]


def the_decision_is_replayed_word_for_word(
    county: County, decision: str, before: dict[str, str]
) -> None:
    """Every answer of that day again: facts as known, figures and sentences as they stood."""
    kept = county.auditor.get(f"/v1/eligibility/decisions/{decision}")
    replay = county.auditor.get(f"/v1/eligibility/decisions/{decision}/replay")
    assert replay["same"] is True, replay["differing"]
    assert replay["answer"]["categories"] == ["de_facto_unsupported"]
    cited = kept["answer"]["award_clause"]
    assert replay["answer"]["words"][cited] == kept["answer"]["words"][cited] == before[cited]
    notice = county.town.get(f"/v1/eligibility/decisions/{decision}/notice", form="text")
    assert before[cited] in notice.decode()


def what_was_known_then_and_what_is_known_now(county: County, child: str) -> None:
    """The same day in May: eligible by what was known then, not by what is known now."""
    path = f"/v1/eligibility/children/{child}"
    day = {"day": "2024-05-31"}
    facts = county.auditor.get(f"{path}/facts", **day, known_at=THEN)
    assert fact(facts, "mother.custody") == "prison"
    assert fact(county.auditor.get(f"{path}/facts", **day), "mother.custody") == "none"
    then = county.auditor.get(f"{path}/evaluation", **day, known_at=THEN)
    now = county.auditor.get(f"{path}/evaluation", **day)
    assert (then["status"], now["status"]) == ("eligible", "not_eligible")


def fact(rows: list[dict[str, Any]], name: str) -> Any:
    """The value of one fact among those that stood."""
    return next(row["value"] for row in rows if row["name"] == name)


def who_looked_is_on_record(county: County, child: str) -> None:
    """Whoever saw or wrote particulars of the child is on record, and so is whoever asked who."""
    county.civil_affairs.get(f"/v1/eligibility/children/{child}")
    path = "/v1/eligibility/audit/disclosures"
    looked = county.auditor.get(path, subject_id=child)["items"]
    assert any("identity.name" in row["fields"] for row in looked if row["action"] == "read")
    wrote = [row for row in looked if row["action"] == "write"]
    assert {"town", "police"} <= {row["department"] for row in wrote}
    assert all(row["fields"] and row["basis"] for row in wrote), wrote
    asked = county.procuratorate.get(path, subject_id=child)["items"]
    assert (asked[0]["department"], asked[0]["action"]) == ("auditor", "who_looked")
