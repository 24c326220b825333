"""Facts in bulk: what is taken, what is refused row by row and why, what stops it (批量推送)."""

import io
import json
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from openpyxl import Workbook

from services.eligibility.operations.importing import CSV, NDJSON, SHEET
from tests.eligibility.conftest import World
from tests.factories import headers, number_of


async def sent(world: World, content: bytes, media: str, mode: str = "good") -> Any:
    return await world.client.post(
        f"/v1/eligibility/fact-imports?mode={mode}",
        content=content,
        headers=headers("police") | {"Content-Type": media},
    )


async def push(world: World, content: bytes, media: str, mode: str) -> dict[str, Any]:
    answer = await sent(world, content, media, mode)
    assert answer.status_code == 202, answer.text
    return await world.settled(world.police, f"/fact-imports/{answer.json()['id']}")


async def rejected(world: World, rows: list[Any], mode: str = "good") -> list[list[dict[str, Any]]]:
    """The faults of each row that was not taken, in the order of the rows."""
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    found = await push(world, "\n".join(lines).encode(), NDJSON, mode)
    path = f"/fact-imports/{found['id']}/rows?state=rejected"
    return [row["errors"] for row in (await world.police.get(path))["items"]]


async def test_a_bulk_push_takes_the_good_rows_and_names_the_others(world: World) -> None:
    child_id = await world.orphan_to_be()
    good = {"child_id": child_id, "facts": {"mother": {"life": "死亡"}}, "valid_from": "2024-03-01"}
    lines = [
        json.dumps(good),
        "这不是对象",
        json.dumps(good | {"facts": {"mother": {"life": "飞走"}}}),
        json.dumps(good | {"child_id": str(uuid4())}),
    ]
    found = await push(world, "\n".join(lines).encode(), NDJSON, "good")
    assert (found["state"], found["accepted"], found["rejected"]) == ("finished", 1, 3)
    rows = (await world.police.get(f"/fact-imports/{found['id']}/rows?state=rejected"))["items"]
    assert [row["number"] for row in rows] == [2, 3, 4]
    assert rows[1]["errors"][0]["field"] == "mother.life"
    evaluation = await world.county.get(f"/children/{child_id}/evaluation")
    assert evaluation["categories"] == ["orphan_scattered"]


async def test_all_or_nothing_takes_nothing_when_one_row_is_wrong(world: World) -> None:
    child_id = await world.orphan_to_be()
    table = "儿童编号,起始日期,母亲生存状况\n"
    rows = f"{child_id},2024-03-01,死亡\n{child_id},2024-03-01,火星\n"
    found = await push(world, (table + rows).encode(), CSV, "all")
    assert (found["state"], found["accepted"]) == ("refused", 0)
    assert (await world.county.get(f"/children/{child_id}/evaluation"))["status"] == "undetermined"


async def test_a_sheet_is_read_like_lines(world: World) -> None:
    child_id = await world.orphan_to_be()
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["child_id", "valid_from", "mother.life"])
    sheet.append([child_id, datetime(2024, 3, 1), "死亡"])
    content = io.BytesIO()
    book.save(content)
    found = await push(world, content.getvalue(), SHEET, "all")
    assert (found["state"], found["accepted"]) == ("finished", 1)


# A change of the right row (None leaves the field out), and the field that is wrong by it.
WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"valid_from": None}, "valid_from"),
    ({"valid_from": "2024-02-30"}, "valid_from"),
    ({"colour": "red"}, "colour"),
    ({"child_id": "第一名"}, "child_id"),
    ({"id_no": "331099201606010026"}, ""),
    ({"valid_until": "2024-01-01"}, "valid_until"),
    ({"evidence": {"kind": "证" * 201}}, "evidence.kind"),
    ({"facts": {"mother": {"colour": "red"}}}, "mother.colour"),
    ({"facts": {"household": {"economic_class": "低保"}}}, "household.economic_class"),
    ({"facts": "死亡"}, "facts"),
    ({"child_id": str(uuid4())}, "child_id"),
)


async def test_every_refused_row_says_its_field_its_rule_and_what_would_be_right(
    world: World,
) -> None:
    right = {
        "child_id": await world.orphan_to_be(),
        "facts": {"mother": {"life": "死亡"}},
        "valid_from": "2024-03-01",
    }
    rows = [
        {name: value for name, value in (right | change).items() if value is not None}
        for change, _ in WRONG
    ]
    faults = await rejected(world, ["[1, 2]", *rows])
    assert [len(errors) for errors in faults] == [1] * (1 + len(WRONG))
    named = [errors[0] for errors in faults]
    assert [fault["field"] for fault in named] == ["", *(field for _, field in WRONG)]
    assert all(fault["rule"] and fault["rule_en"] and fault["right"] for fault in named)
    by_field = {fault["field"]: fault["right"] for fault in named}
    assert "2024-03-01" in by_field["valid_from"]
    assert "valid_from" in by_field["colour"][0]
    assert "civil_affairs" in by_field["household.economic_class"]
    assert "证证证" not in json.dumps(named, ensure_ascii=False), "what was sent is never repeated"


async def test_a_fault_that_only_the_register_can_find_keeps_all_rows_out(world: World) -> None:
    number = number_of("2016-06-01", 21)
    child_id = await world.orphan_to_be(id_no=number)
    dead = {"child_id": child_id, "facts": {"mother": {"life": "死亡"}}, "valid_from": "2024-03-01"}
    alive = dead | {"facts": {"mother": {"life": "健在"}}, "valid_from": "2024-04-01"}
    (faults,) = await rejected(world, [dead, alive], "all")
    assert faults[0]["field"] == "mother.life"
    assert (await world.county.get(f"/children/{child_id}/evaluation"))["status"] == "undetermined"
    assert len(await world.county.get(f"/children/{child_id}/statements")) == 3


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (b"PK\x03\x04 no workbook", SHEET),
        ("儿童编号\n".encode("gbk"), CSV),
        (b"\n\n", NDJSON),
        (b"child_id,valid_from\n", CSV),
        (b"{}", "application/json"),
        (("x" * 200_000).encode(), CSV),
    ],
)
async def test_what_is_no_push_is_refused_with_the_forms_there_are(
    world: World, content: bytes, media: str
) -> None:
    answer = await sent(world, content, media)
    assert answer.status_code == (415 if media == "application/json" else 400), answer.text
    assert answer.json()["allowed"] == [NDJSON, CSV, SHEET]


async def test_a_text_of_another_encoding_is_told_which_one_is_read(world: World) -> None:
    answer = await sent(world, "儿童编号,起始日期\n".encode("gbk"), CSV)
    assert (answer.status_code, answer.json()["detail"]) == (400, "文本应为 UTF-8 编码")


async def test_a_line_is_a_line_whatever_stands_in_it(world: World) -> None:
    child_id = await world.orphan_to_be()
    said = {"child_id": child_id, "facts": {"mother": {"life": "死亡"}}, "valid_from": "2024-03-01"}
    odd = json.dumps(said | {"evidence": {"kind": "证明\u2028第二页"}}, ensure_ascii=False)
    endless = json.dumps(said)[:-1] + ', "evidence": {"kind": NaN}}'
    large = json.dumps(said).replace('"2024-03-01"', "9" * 40)
    faults = await rejected(world, [odd, endless, large, '{"facts": "\\ud800"}'])
    assert [errors[0]["field"] for errors in faults] == ["", "valid_from", ""]


TOLD: tuple[list[dict[str, Any]], ...] = (
    [{"mother": {"life": "死亡"}}],
    [{"mother": {"status": "服刑"}}],
    [{"mother": {"status": "失联"}}, {"child": {"birth_date": "2016-06-01"}}],
    [{"mother": {"life": "健在"}}],
    [{"mother": {"status": "服刑"}}, {"mother": {"life": "健在"}}],
)


async def led_to(world: World, child_id: str) -> dict[str, Any]:
    """What became of a child: its case, what was asked for, who has a task, what was told."""
    applications = (await world.county.get(f"/applications?child_id={child_id}"))["items"]
    kinds = ("application.opened", "facts.missing")
    events = [row for kind in kinds for row in await world.told(f"eligibility.{kind}.v1")]
    mine = [row for row in events if row["child_id"] == child_id]
    return {
        "applications": [(a["state"], a["applicant"], a["town"]) for a in applications],
        "events": [(row.get("by"), row.get("departments"), row.get("count")) for row in mine],
        "evaluation": (await world.county.get(f"/children/{child_id}/evaluation"))["status"],
    }


async def test_what_is_pushed_in_bulk_leads_to_what_it_leads_to_one_by_one(world: World) -> None:
    rows, pairs = [], []
    for nth, statements in enumerate(TOLD):
        born = {"name": f"陈小{'一二三四五'[nth]}", "birth_date": f"2016-06-1{nth}"}
        alone = await world.orphan_to_be(**born | {"name": f"周小{'一二三四五'[nth]}"})
        together = await world.orphan_to_be(**born)
        for facts in statements:
            since = {"facts": facts, "valid_from": "2024-03-01"}
            await world.police.post(f"/children/{alone}/facts", since)
            rows.append(json.dumps({"child_id": together} | since))
        pairs.append((alone, together))
    found = await push(world, "\n".join(rows).encode(), NDJSON, "good")
    assert (found["accepted"], found["rejected"]) == (len(rows), 0)
    for alone, together in pairs:
        one, many = await led_to(world, alone), await led_to(world, together)
        assert (one["applications"], one["evaluation"]) == (
            many["applications"],
            many["evaluation"],
        )
        # Said together, a child is asked about once: for what is missing in the end.
        assert many["events"][-1:] == one["events"][-1:]


async def test_a_row_that_changes_a_recognised_childs_case_calls_a_review(world: World) -> None:
    child_id = (await world.granted())["child_id"]
    free = {"child_id": child_id, "facts": {"mother": {"custody": "none"}}}
    row = json.dumps(free | {"valid_from": "2024-05-08"})
    assert (await push(world, row.encode(), NDJSON, "good"))["accepted"] == 1
    (review,) = (await world.county.get("/reviews?state=open"))["items"]
    assert (review["child_id"], review["cause"]) == (child_id, "facts_changed")
