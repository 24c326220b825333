"""A child's money from award to closed books, over the API and on PostgreSQL."""

import hashlib
from datetime import date

from tests.payments.desk import CHECKER, Desk


async def test_an_award_is_paid_returned_repaid_and_closed(desk: Desk) -> None:
    await desk.standards()
    first, second = await desk.award("scattered"), await desk.award("dibao_child")
    run = await desk.run()
    assert (run["state"], run["lines"], run["total"]) == ("prepared", 2, "2544.00")
    await desk.sent(run)
    path = f"/runs/{run['id']}"
    payments = (await desk.get(f"{path}/payments")).json()["items"]
    number = next(p["number"] for p in payments if p["child_id"] == str(first.child_id))
    content = f"seq,status,reason\n{number},退票,户名不符\n"
    answers = await desk.must(
        f"{path}/returns", {"content": content, "complete": True}, who="bank", officer="b1"
    )
    assert answers == {"paid": 1, "returned": 1, "open": 0}
    await desk.must(f"{path}/reconciliation", who="finance", officer="102")
    early = await desk.post(f"{path}/closing", None, "finance", "102")
    assert early.status_code == 409
    nobody = await desk.post(f"{path}/follow-up")
    assert nobody.status_code == 409, "the account that bounced has to be verified again"
    payee = (await desk.get(f"/children/{first.child_id}/payees")).json()[0]
    await desk.must(f"/payees/{payee['id']}/verification", {"verified": True}, officer=CHECKER)
    again = await desk.must(f"{path}/follow-up")
    assert (again["kind"], again["total"]) == ("follow_up", "2120.00")
    await desk.paid(again)
    closed = await desk.must(f"{path}/closing", who="finance", officer="102")
    assert closed["state"] == "closed"
    proofs = (await desk.get(f"{path}/invariants")).json()
    assert proofs["holds"], proofs
    statement = (await desk.get(f"/children/{first.child_id}/statement")).json()
    assert [p["state"] for p in statement["payments"]] == ["returned", "paid"]
    assert statement["lines"][0]["clauses"][0]["text"].startswith("社会散居孤儿")
    assert second.child_id != first.child_id


async def test_the_award_ends_with_the_month_of_the_event_and_the_lump_sum_follows(
    desk: Desk,
) -> None:
    await desk.standards()
    award = await desk.award("scattered")
    await desk.paid(await desk.run("2026-01"))
    await desk.ended(award, date(2026, 1, 1), lump_sum_months=6)
    run = await desk.run("2026-02")
    lines = (await desk.get(f"/runs/{run['id']}/lines")).json()["items"]
    assert [(x["benefit"], x["month"], x["amount"]) for x in lines] == [
        ("lump_sum", "2026-01-01", "12720.00")
    ]
    assert lines[0]["clauses"] == ["WL24:2.1.0c-4"]


async def test_the_bank_file_carries_its_digest_and_no_category(desk: Desk) -> None:
    await desk.standards()
    await desk.award("scattered")
    run = await desk.sent(await desk.run())
    answer = await desk.get(f"/runs/{run['id']}/files/ICBC", "bank", "b1")
    body = answer.content
    assert answer.status_code == 200, answer.text
    content, _, trailer = body.rpartition(b"#end,")
    assert trailer.decode().strip() == f"1,2120.00,{hashlib.sha256(content).hexdigest()}"
    assert "'=甲" in body.decode(), "a name that looks like a formula is shown, never run"
    for word in ("孤儿", "艾滋", "低保", "困境", "scattered", "基本生活"):
        assert word not in body.decode()
    files = (await desk.get(f"/runs/{run['id']}/files")).json()
    assert files[0]["sha256"] == hashlib.sha256(content).hexdigest()
