"""The cockpit as people see it: sign in, look, see what happens without touching anything."""

import os
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Stack
from tests.factories import TOWN

pytestmark = pytest.mark.browser
NAME = "王小明测试"


def say_who(page: Page, officer: str, password: str) -> None:
    page.get_by_label("经办人").fill(officer)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def sign_in(stack: Stack, page: Page, officer: str = "joint_meeting-1") -> None:
    page.goto(f"{stack.url('cockpit')}/")
    say_who(page, officer, stack.password(officer))
    expect(page.get_by_role("heading", name="总览")).to_be_visible()


def keep(page: Page, name: str) -> None:
    """A picture for whoever wants to look, where the environment asks for one."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def refer(stack: Stack) -> dict[str, object]:
    found: dict[str, object] = stack.offices.at("civil_affairs").post(
        "/v1/referrals",
        {
            "child_ref": str(uuid4()),
            "town": TOWN,
            "lines": [{"service": "legal_aid"}, {"service": "family_doctor"}],
            "particulars": {"identity": {"name": NAME}},
            "note": f"{NAME}的情况",
        },
    )
    return found


def test_a_wrong_password_is_refused_in_words_and_the_right_one_still_leads_in(
    stack: Stack, page: Page
) -> None:
    page.goto(f"{stack.url('cockpit')}/late")
    assert page.url.startswith(f"{stack.url('gateway')}/oauth/authorize?")
    keep(page, "sign-in")
    say_who(page, "procuratorate-1", "wrong")
    expect(page.get_by_role("alert")).to_contain_text("经办人或密码不正确")
    keep(page, "sign-in-wrong")
    say_who(page, "procuratorate-1", stack.password("procuratorate-1"))
    expect(page.get_by_role("heading", name="总览")).to_be_visible()
    expect(page.locator(".who")).to_contain_text("市检察院 · procuratorate-1")


def test_a_machine_by_another_name_leads_to_the_same_sign_in(stack: Stack, page: Page) -> None:
    page.goto(f"http://localhost:{stack.ports['cockpit']}/")
    say_who(page, "joint_meeting-2", stack.password("joint_meeting-2"))
    expect(page.get_by_role("heading", name="总览")).to_be_visible()


def test_what_happens_shows_without_a_reload_and_names_nobody(stack: Stack, page: Page) -> None:
    sign_in(stack, page, "child_protection_office-1")
    expect(page.locator("#link")).to_have_text("实时连接")
    before = int(page.locator("[data-count=open]").inner_text())
    refer(stack)
    expect(page.locator("#feed li").first).to_contain_text("转介")
    expect(page.locator("[data-count=open]")).to_have_text(str(before + 2))
    expect(page.locator("#feed li").first).to_contain_text("太平街道")
    assert NAME not in page.content()
    keep(page, "overview")


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("逾期督办", "逾期督办"),
        ("部门成绩单", "部门成绩单"),
        ("保护统计", "保护统计"),
        ("发放与资金", "发放与资金"),
        ("认定说明", "认定说明"),
        ("即将变化", "即将变化"),
        ("大屏", "温岭市困境儿童保障"),
    ],
)
def test_every_page_opens_and_names_nobody(
    stack: Stack, page: Page, name: str, heading: str
) -> None:
    refer(stack)
    sign_in(stack, page)
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    assert NAME not in page.content()
    keep(page, heading)


def test_the_scorecard_shows_each_department(stack: Stack, page: Page) -> None:
    refer(stack)
    sign_in(stack, page)
    page.goto(f"{stack.url('cockpit')}/scorecard")
    expect(page.get_by_role("cell", name="市司法局").first).to_be_visible()
    expect(page.locator("svg.chart")).to_be_visible()


def test_tokens_stay_on_the_other_side(stack: Stack, page: Page) -> None:
    carried: list[str] = []
    page.on("request", lambda asked: carried.append(f"{asked.url} {asked.post_data or ''}"))
    page.on("response", lambda said: carried.append(str(said.headers)))
    sign_in(stack, page)
    cookies = page.context.cookies()
    assert [(c["name"], c["httpOnly"], c["sameSite"]) for c in cookies] == [
        ("hutong_cockpit", True, "Strict")
    ]
    assert carried
    assert not [line for line in carried if "eyJ" in line], "no token in an address or a header"
    assert "eyJ" not in page.content()
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert page.evaluate("document.cookie") == ""


def test_after_signing_out_every_page_asks_who_is_there(stack: Stack, page: Page) -> None:
    sign_in(stack, page)
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("status")).to_have_text("已退出登录")
    keep(page, "signed-out")
    page.goto(f"{stack.url('cockpit')}/late")
    expect(page.get_by_label("密码")).to_be_visible()


def test_who_is_signed_out_at_the_gateway_is_out_here_with_the_next_click(
    stack: Stack, page: Page
) -> None:
    sign_in(stack, page, "finance-1")
    stack.end_sign_ins("finance-1")
    page.get_by_role("link", name="逾期督办", exact=True).click()
    page.get_by_role("link", name="总览", exact=True).click()
    expect(page.get_by_label("密码")).to_be_visible()


def test_a_code_of_somebody_elses_sign_in_is_refused(stack: Stack, page: Page) -> None:
    page.goto(f"{stack.url('cockpit')}/sign-in/return?code=abc&state=never-given")
    expect(page.get_by_role("alert")).to_contain_text("请重新登录")
    page.get_by_role("link", name="登录").click()
    expect(page.get_by_label("密码")).to_be_visible()


def test_while_decisions_cannot_be_read_the_page_says_so(stack: Stack, page: Page) -> None:
    sign_in(stack, page)
    page.goto(f"{stack.url('cockpit')}/decisions?number=abc")
    expect(page.locator(".empty")).to_contain_text("业务服务暂不可用")
