"""What is served, filed or handed over can be printed, in Chinese, as the reader may see it."""

import re
from typing import Any

import pytest

from services.protection.operations.law import instruments
from services.protection.rules.detentions import CarerKind
from services.protection.rules.duties import CONDUCT, DUTIES, code_of, in_words
from services.protection.rules.papers import CARERS, CONSEQUENCES, OUTCOMES, PURPOSES, RESPONDENTS
from services.protection.rules.police import FEEDBACK_VERBS, REPORT_MOVES
from services.protection.schemas.care import AssessmentTold, PetitionTold
from tests.factories import headers
from tests.protection.conftest import Office
from tests.protection.test_care import an_order, assessed, case, placed, station
from tests.protection.test_reports import report

FATHER = {"name": "林父金丝雀", "id_no": "331081198502030018"}
CHILD = "林小金丝雀"


async def paper(office: Office, who: str, path: str, form: str = "text", **more: Any) -> str:
    """A paper as this reader gets it."""
    answer = await office.client.get(
        f"/v1/protection{path}/paper?form={form}", headers=headers(who, **more)
    )
    assert answer.status_code == 200, answer.text
    media = "text/html" if form == "html" else "text/plain"
    assert answer.headers["content-type"].startswith(media)
    return answer.text


async def ordered(office: Office, kind: str = "督促监护令", who: str = "procuratorate") -> Any:
    """An instrument of law in a case, and the case."""
    case_id = await case(office)
    task = {"department": who, "code": "intervene"}
    await office.post("civil_affairs", f"/cases/{case_id}/tasks", task, status=201)
    told = an_order(kind, "left_alone", "attend_parent_education") | {
        "guardian": FATHER,
        "duties": ["attend_parent_education", "do_not_leave_alone"],
        "sessions": 4,
        "words": "三次夜间将孩子独留家中金丝雀",
    }
    return await office.post(who, f"/cases/{case_id}/orders", told, status=201)


async def test_an_instrument_is_printed_with_whom_it_binds_to_what_and_why(office: Office) -> None:
    order = await ordered(office)
    text = await paper(office, "procuratorate", f"/orders/{order['id']}")
    assert text.startswith("温岭市人民检察院\n督促监护令\n")
    for words in (
        FATHER["name"],
        FATHER["id_no"],
        CHILD,
        "使未成年人处于无人看护或者危险状态",
        "按时参加家庭教育指导（亲职教育）",
        "应参加4次",
        "三次夜间将孩子独留家中金丝雀",
        "检察院督促监护令",
        "2024年5月6日",
        "受送达人",
    ):
        assert words in text, words
    page = await paper(office, "procuratorate", f"/orders/{order['id']}", "html")
    assert "<h1>督促监护令</h1>" in page
    assert "@page" in page


async def test_a_paper_shows_its_reader_no_more_than_the_policy_does_and_is_on_record(
    office: Office,
) -> None:
    order = await ordered(office)
    seen = await paper(office, "auditor", f"/orders/{order['id']}")
    assert "督促监护令" in seen
    for hidden in (FATHER["name"], FATHER["id_no"], CHILD, "独留家中"):
        assert hidden not in seen
    await office.get("health", f"/orders/{order['id']}/paper", status=404)
    asked = "SELECT count(*) FROM disclosure WHERE department = 'procuratorate'"
    before = (await office.sql(asked))[0][0]
    await paper(office, "procuratorate", f"/orders/{order['id']}")
    assert (await office.sql(asked))[0][0] > before


async def test_a_name_in_a_printed_page_is_text_and_never_markup(office: Office) -> None:
    case_id = await case(office, name="<b>小金丝雀</b>")
    told = {"reliefs": ["追索抚养费"], "petitioner": "妇联", "words": "<script>alert(1)</script>"}
    petition = await office.post("civil_affairs", f"/cases/{case_id}/petitions", told, status=201)
    page = await paper(office, "civil_affairs", f"/petitions/{petition['id']}", "html")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


async def test_a_petition_names_court_reliefs_grounds_and_sentences(office: Office) -> None:
    case_id = await case(office)
    told = {
        "reliefs": ["申请撤销监护人资格", "追索抚养费"],
        "grounds": ["six_months_refusal"],
        "respondents": ["father"],
        "petitioner": "市未保办",
        "co_petitioners": ["妇联"],
        "urgent": True,
    }
    row = await office.post("civil_affairs", f"/cases/{case_id}/petitions", told, status=201)
    text = await paper(office, "civil_affairs", f"/petitions/{row['id']}")
    for words in (
        "温岭市人民法院：",
        "温岭市未保委办公室、温岭市妇联",
        "未成年人的父亲",
        CHILD,
        "1. 申请撤销监护人资格",
        "2. 追索抚养费",
        "拒不履行监护职责长达六个月以上",
        "情况紧急",
    ):
        assert words in text, words
    assert (await office.get("court", f"/petitions/{row['id']}"))["state"] == "prepared"


async def test_a_hand_over_is_a_paper_both_sides_sign(office: Office) -> None:
    await station(office)
    placement = await placed(office, await case(office))
    text = await paper(office, "civil_affairs", f"/placements/{placement['id']}")
    for words in (
        "临时监护交接书",
        CHILD,
        "移交：温岭市公安局",
        "镇（街道）未成年人保护工作站",
        "2025年5月6日",
        "移交人",
        "接收人",
    ):
        assert words in text, words


async def test_an_assessment_is_a_report_two_assessors_sign(office: Office) -> None:
    case_id = await case(office)
    row = await assessed(office, case_id, 100, red_lines=["serious_harm"])
    text = await paper(office, "civil_affairs", f"/assessments/{row['id']}")
    for words in (
        "家庭监护能力评估报告",
        CHILD,
        "评估目的：拟送回监护人抚养",
        "评估员2：66分（满分66分）；红线情形：",
        "监护缺失，有效期至",
        "依法临时监护",
        "评估员二",
    ):
        assert words in text, words
    opened = {"instrument": "hubei-2023", "purpose": "capacity"}
    new = await office.post("civil_affairs", f"/cases/{case_id}/assessments", opened, status=201)
    assert "尚未作出结论" in await paper(office, "civil_affairs", f"/assessments/{new['id']}")


async def test_the_receipt_tells_the_unit_what_came_of_it_and_names_nobody(office: Office) -> None:
    teacher = {"kind": "staff", "name": "李老师金丝雀", "phone": "13700000009"}
    told = report(reporter=teacher)
    receipt = await office.post("institution", "/reports", told, status=201)
    path = f"/reports/{receipt['id']}/receipt"
    before = await paper(office, "institution", path)
    assert "正在办理" in before
    for verb in ("acceptance", "criminal-review", "filing", "feedback"):
        await office.post("police", f"/reports/{receipt['id']}/{verb}")
    after = await paper(office, "institution", path)
    assert "公安机关已立案侦查，已于2024年5月6日" in after
    for reader in ("institution", "police", "procuratorate"):
        seen = await paper(office, reader, path, "html")
        assert "金丝雀" not in seen
        assert teacher["phone"] not in seen
    await office.get("health", f"{path}/paper", status=404)


def test_every_code_a_paper_may_print_has_its_words() -> None:
    decided = {move.after for move in REPORT_MOVES if move.verb in FEEDBACK_VERBS}
    ends = {move.after for move in REPORT_MOVES if move.verb == "conclusion"}
    ends |= {"not_filed_upheld", "prosecuted"}
    assert set(OUTCOMES) == decided | ends
    assert set(CARERS) == {kind.value for kind in CarerKind}
    grades = [grade for tool in instruments().values() for grade in tool.grades]
    assert set(CONSEQUENCES) == {code for grade in grades for code in grade.consequences}
    assert set(PURPOSES) == set(AssessmentTold.model_json_schema()["properties"]["purpose"]["enum"])
    named = PetitionTold.model_json_schema()["properties"]["respondents"]["items"]["enum"]
    assert set(RESPONDENTS) == set(named)


@pytest.mark.parametrize("words", [CONDUCT, DUTIES])
def test_what_is_found_and_asked_of_a_guardian_is_printed_in_chinese(words: dict[str, str]) -> None:
    assert len(set(words.values())) == len(words)
    for code, said in words.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", code)
        assert re.search(r"[\u4e00-\u9fff]", said)
        assert code_of(words, said) == code
    assert in_words(["a_county_s_own"], words) == ["a_county_s_own"]


async def test_an_instrument_may_be_told_in_the_words_of_its_paper(office: Office) -> None:
    case_id = await case(office)
    told = an_order("劝诫", "怠于履行监护职责，对未成年人疏于照料", "停止一切形式的家庭暴力、虐待")
    task = {"department": "village", "code": "dissuade", "town": "泽国镇"}
    await office.post("civil_affairs", f"/cases/{case_id}/tasks", task, status=201)
    order = await office.post(
        "village", f"/cases/{case_id}/orders", told, town="331081100", status=201
    )
    assert (order["grounds"], order["duties"]) == (["neglect"], ["stop_violence"])
