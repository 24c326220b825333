"""The notice to the family: what was decided, every reason, where to turn (告知书)."""

from datetime import UTC, datetime

from tests.eligibility.conftest import World


async def notice(world: World, decision: str, form: str = "text") -> str:
    return str(await world.town.get(f"/decisions/{decision}/notice?form={form}"))


async def test_a_grant_says_since_when_at_which_rate_and_what_else_begins(world: World) -> None:
    made = await world.granted()
    for form in ("text", "html"):
        said = await notice(world, made["decision"]["id"], form)
        assert "陈小雨的监护人：" in said
        assert "自2024年6月起发放基本生活费补助，标准：社会散居孤儿标准 100%" in said
        assert "新增：基本生活费补助、" in said
        assert "温市委办发〔2023〕24号：“" in said
        assert "母亲限制人身自由" in said
        assert "2026年3月1日复核" in said


async def test_both_remedies_are_named_with_their_time_and_before_whom(world: World) -> None:
    made = await world.granted()
    said = await notice(world, made["decision"]["id"], "html")
    assert "自收到本告知书之日起60日内向温岭市人民政府申请行政复议" in said
    assert "自收到本告知书之日起6个月内依法向人民法院提起行政诉讼" in said


async def test_a_refusal_prints_every_reason_under_what_it_is_about(world: World) -> None:
    child_id = await world.orphan_to_be()
    await world.state("police", child_id, {"mother": {"life": "健在"}}, "2024-03-01")
    application = await world.open_application(child_id)
    await world.town.post(f"/applications/{application}/verification", {"opinion": "母亲在世"})
    refused = await world.decided(application, {"reason": "母亲在世且能抚养"})
    said = await notice(world, refused["id"])
    assert "说明：母亲在世且能抚养" in said
    assert "孤儿（社会散居）：" in said or "社会散居孤儿：" in said
    assert "母亲健在" in said
    assert not [line for line in said.splitlines() if line.startswith("理由") and "艾滋" in line]


async def test_an_ending_names_what_ends_and_until_when(world: World) -> None:
    made = await world.granted()
    await world.at(datetime(2024, 9, 20, 2, 0, tzinfo=UTC))
    await world.state("police", made["child_id"], {"mother": {"custody": "none"}}, "2024-09-12")
    application = await world.open_application(made["child_id"])
    ended = await world.decided(application, {"reason": "母亲已释放"})
    said = await notice(world, ended["id"])
    assert "基本生活费补助发放至2024年9月。" in said
    assert "终止：基本生活费补助、" in said


async def test_who_has_come_of_age_is_written_to_and_not_a_guardian(world: World) -> None:
    made = await world.granted(birth_date="2006-06-15")
    await world.at(datetime(2024, 6, 17, 2, 0, tzinfo=UTC))
    capable = {"child": {"labour_capacity": True, "civil_capacity": "full", "in_school": False}}
    await world.state("civil_affairs", made["child_id"], capable, "2024-06-15")
    review = (await world.county.get("/reviews?state=open"))["items"][0]
    ended = await world.decided(review["application_id"], {"reason": "成年且具备劳动能力"})
    assert (ended["last_month"], ended["lump_sum_months"]) == ("2024-06-01", 6)
    said = await notice(world, ended["id"])
    assert "陈小雨：" in said
    assert "另一次性发放6个月的基本生活费补助。" in said
