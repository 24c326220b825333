"""The page of protection's numbers: a town's many reports show, one report of another does not."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Stack
from tests.browser.test_cockpit import keep, sign_in

pytestmark = pytest.mark.browser


def tell(stack: Stack, now: datetime, count: int, town: str) -> None:
    """So many reports of different children."""
    for n in range(count):
        stack.offices.at("institution").post(
            "/v1/protection/reports",
            {
                "institution_type": "小学",
                "grounds": ["R4"],
                "what_was_seen": "多处瘀青",
                "found_at": now.isoformat(),
                "town": town,
                "child": {"name": f"金丝雀{town}{n}", "birth_date": "2015-05-05"},
            },
        )


def test_many_reports_are_counted_and_a_single_one_is_hidden(stack: Stack, page: Page) -> None:
    office = stack.offices.at("joint_meeting")
    now = datetime.fromisoformat(office.get("/v1/clock")["now"])
    tell(stack, now, 6, "泽国镇")
    tell(stack, now, 1, "大溪镇")
    following = (now.replace(day=1) + timedelta(days=40)).replace(day=2)
    office.post("/v1/clock", {"to": following.isoformat()})
    sign_in(stack, page)
    page.goto(f"{stack.url('cockpit')}/protection?year={now.year}")
    told = page.locator("#reports_by_ground")
    expect(told.locator("svg.chart")).to_be_visible()
    told.get_by_text("按镇（街道）").click()
    one = told.locator("tr", has=page.get_by_role("cell", name="大溪镇", exact=True))
    assert set(one.locator("td.number").all_inner_texts()) <= {"0", "＊"}
    assert "＊" in one.locator("td.number").all_inner_texts()
    total = told.locator("tr", has=page.get_by_role("cell", name="合计", exact=True)).last
    counted = [int(n) for n in total.locator("td.number").all_inner_texts() if n.isdigit()]
    assert max(counted) >= 7, "other tests' reports may be counted beside these"
    assert "金丝雀" not in page.content()
    keep(page, "protection")


def test_an_office_sees_what_waits_and_what_ran_out_and_the_meeting_numbers_alone(
    stack: Stack, page: Page
) -> None:
    now = datetime.fromisoformat(stack.offices.at("police").get("/v1/clock")["now"])
    tell(stack, now, 1, "泽国镇")
    stack.offices.at("operator").post("/v1/clock", {"hours": 2})
    sign_in(stack, page, "child_protection_office-1")
    page.get_by_role("link", name="保护待办", exact=True).click()
    page.get_by_role("link", name="逾期", exact=True).click()
    # Other tests' reports, and other clocks of the police, may have run out beside it.
    police = page.locator("tr", has=page.get_by_role("cell", name="市公安局"))
    late = police.filter(has_text="公安立即接受的提醒期限").first
    expect(late.locator("td.late")).to_be_visible()
    expect(late.locator("abbr")).to_have_attribute("title", re.compile("待法律人员确认"))
    assert "金丝雀" not in page.content()
    keep(page, "desk")
    page.get_by_role("button", name="退出").click()
    sign_in(stack, page)
    page.goto(f"{stack.url('cockpit')}/desk")
    expect(page.get_by_text("本部门在保护事务中没有待办")).to_be_visible()
