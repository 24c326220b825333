"""What somebody wrote with an act is read by those with a task in the case, and by nobody else."""

from typing import Any

from tests.protection.conftest import Office
from tests.protection.test_care import an_order, case, station
from tests.protection.test_detentions import arrest
from tests.protection.test_papers import paper

TOWN = "331081100"


async def told(office: Office) -> str:
    """A case in which everything has been said with words of its own."""
    case_id = await case(office)
    path = f"/cases/{case_id}"
    first = {"note": "步骤金丝雀"}
    await office.post("town", f"{path}/contact", first, town=TOWN)
    await office.post("town", f"{path}/plans", {"goals": ["safe"], "note": "方案金丝雀"}, town=TOWN)
    task = {"department": "court", "code": "protect", "words": "任务金丝雀"}
    await office.post("civil_affairs", f"{path}/tasks", task, status=201)
    flag = {"code": "slow", "words": "督办金丝雀"}
    await office.post("child_protection_office", f"{path}/flags", flag, status=201)
    order = an_order("家庭教育令", "neglect", "contact")
    made = await office.post("court", f"{path}/orders", order, status=201)
    await office.post("court", f"/orders/{made['id']}/service", {"note": "送达金丝雀"})
    return case_id


def words(seen: dict[str, Any]) -> set[str]:
    """Every word beside a code in a case as it is shown."""
    rows = [*seen["tasks"], *seen["flags"], *seen["steps"], seen["plan"]]
    return {row["words"] for row in rows if row["words"]}


async def test_who_has_a_task_reads_what_was_written_with_each_act(office: Office) -> None:
    case_id = await told(office)
    seen = await office.get("court", f"/cases/{case_id}")
    assert words(seen) == {"步骤金丝雀", "方案金丝雀", "任务金丝雀", "督办金丝雀", "送达金丝雀"}
    served = next(step for step in seen["steps"] if step["kind"] == "order")
    assert (served["verb"], served["words"]) == ("service", "送达金丝雀")
    asked = "SELECT fields FROM disclosure WHERE department = 'court' ORDER BY id DESC LIMIT 1"
    assert "notes.words" in (await office.sql(asked))[0][0]


async def test_who_may_know_of_a_case_without_a_task_sees_its_acts_and_not_their_words(
    office: Office,
) -> None:
    case_id = await told(office)
    for reader in ("auditor", "procuratorate"):
        seen = await office.get(reader, f"/cases/{case_id}")
        assert len(seen["steps"]) == 3
        assert words(seen) == set()


async def test_a_hand_over_says_what_went_with_the_child(office: Office) -> None:
    await station(office)
    row = await office.post(
        "civil_affairs", f"/cases/{await case(office)}/placements", {"ground": "serious_harm"}
    )
    await office.post("civil_affairs", f"/placements/{row['id']}/confirmation")
    given = {"from_department": "公安机关", "written": True, "words": "随身书包一个"}
    await office.post("civil_affairs", f"/placements/{row['id']}/hand-over", given)
    assert "随身书包一个" in await paper(office, "civil_affairs", f"/placements/{row['id']}")
    assert "随身书包一个" not in await paper(office, "auditor", f"/placements/{row['id']}")


async def test_why_nobody_could_be_asked_is_read_by_who_has_to_ask_again(office: Office) -> None:
    unable = {"answer": "unable", "why_unable": "醉酒不能应答金丝雀"}
    pushed = await office.post("police", "/detentions", arrest(minor_children=unable), status=201)
    seen = await office.get("civil_affairs", f"/detentions/{pushed['id']}")
    assert seen["why_unable"] == "醉酒不能应答金丝雀"
    listed = await office.get("procuratorate", "/detentions")
    assert "醉酒" not in str(listed)
    hidden = await office.get("procuratorate", f"/detentions/{pushed['id']}")
    assert hidden["why_unable"] is None
