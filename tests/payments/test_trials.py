"""A standard is signed by who has seen what it comes to, and tried before it changes very many."""

from decimal import Decimal

from sqlalchemy import text

from shared.database import transaction
from tests.payments.desk import CHECKER, Desk
from tests.payments.test_runs import problem

MANY = {"scattered": 1000, "dibao_child": 30, "institution": 5}
ROSTER = """
WITH roster AS (
    INSERT INTO award_period (id, award_id, child_id, decision_id, rate_class, months,
                              other_relief, town, opened_at, version)
    SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(),
           :rate_class, daterange('2026-01-01', NULL), 0, '331081001', now(), 1
    FROM generate_series(1, :children) RETURNING child_id)
INSERT INTO payee (id, child_id, kind, bank_code, months, town, source, entered_by, entered_at,
                   verified_by, verified_at, version)
SELECT gen_random_uuid(), child_id, 'guardian', 'ICBC', daterange('2025-01-01', NULL),
       '331081001', 'test', 'a', now(), 'b', now(), 1 FROM roster
"""


def rise(amount: str = "2200.00", since: str = "2026-01-01") -> dict[str, str]:
    return {"key": "scattered_orphan_monthly", "since": since, "amount": amount, "source": "发文"}


async def a_nation(desk: Desk) -> None:
    """More children than a standard may change at once, and their first month decided."""
    await desk.standards()
    async with transaction(desk.sessions) as session:
        for rate_class, children in MANY.items():
            said = {"rate_class": rate_class, "children": children}
            await session.execute(text(ROSTER), said)
    await desk.paid(await desk.run("2026-01"))


async def test_a_standard_that_changes_many_is_tried_on_a_few_of_every_class_first(
    desk: Desk,
) -> None:
    await a_nation(desk)
    proposed = await desk.must("/standards", rise())
    simulated = await desk.must(f"/standards/{proposed['id']}/simulations", {})
    await desk.signed(proposed)
    tried = await desk.run(kind="correction")
    (batch,) = tried["control"]["tried"]
    assert (batch["cause"], batch["children"], batch["waiting"]) == (
        "standard:scattered_orphan_monthly", 45, 990,
    )  # fmt: skip
    assert (tried["lines"], tried["total"]) == (40, "1920.00")
    await desk.paid(tried)
    rest = await desk.run(kind="correction")
    assert "tried" not in rest["control"]
    assert rest["lines"] == 990
    assert Decimal(tried["total"]) + Decimal(rest["total"]) == Decimal(
        simulated["result"]["back_pay"]
    )
    await desk.paid(rest)
    assert problem(await desk.post("/runs", {"month": "2026-01", "kind": "correction"})) == (
        "nothing-to-do"
    )
    assert (await desk.get("/ledger")).json()["proofs"]["holds"]


async def test_a_trial_that_was_rejected_is_tried_again(desk: Desk) -> None:
    await a_nation(desk)
    await desk.signed(await desk.must("/standards", rise()))
    first = await desk.run(kind="correction")
    await desk.must(f"/runs/{first['id']}/rejection", {"reason": "金额有疑问"}, officer=CHECKER)
    again = await desk.run(kind="correction")
    assert again["control"]["tried"] == first["control"]["tried"]
    assert (again["lines"], again["total"]) == (first["lines"], first["total"])


async def test_nobody_signs_a_standard_unseen_once_a_child_has_an_award(desk: Desk) -> None:
    await desk.standards()
    await desk.award("scattered")
    proposed = await desk.must("/standards", rise())
    path = f"/standards/{proposed['id']}/publication"
    answer = await desk.post(path, {}, officer=CHECKER)
    assert problem(answer) == "simulation-needed"
    assert answer.json()["allowed"] == [f"POST /v1/payments/standards/{proposed['id']}/simulations"]
    other = await desk.must("/standards", rise(since="2026-02-01"))
    elsewhere = await desk.must(f"/standards/{other['id']}/simulations", {})
    said = {"simulation_id": elsewhere["id"]}
    assert (await desk.post(path, said, officer=CHECKER)).status_code == 404


async def test_a_standard_back_dated_very_far_is_signed_with_reasons(desk: Desk) -> None:
    await desk.standards()
    await desk.award("scattered")
    await desk.run("2026-01")
    proposed = await desk.must("/standards", rise(since="2023-12-01"))
    path = f"/standards/{proposed['id']}"
    seen = (await desk.must(f"{path}/simulations", {}))["id"]
    answer = await desk.post(f"{path}/publication", {"simulation_id": seen}, officer=CHECKER)
    assert (problem(answer), answer.json()["earliest"]) == ("far-back", "2024-01")
    assert (await desk.sql("SELECT count(*) FROM recalculation"))[0][0] == 0
    await desk.signed(proposed, reason="省级文件要求追溯")
    assert (await desk.sql("SELECT count(*) FROM recalculation"))[0][0] == 1
