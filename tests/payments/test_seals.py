"""Rows changed past the service are found before money moves, and named."""

from typing import Any

import asyncpg
import pytest

from services.payments.operations.sealing import ROWS
from tests.payments.desk import APPROVER, CHECKER, Desk
from tests.payments.test_runs import problem


async def past_the_service(desk: Desk, statement: str) -> None:
    """As somebody with the database's own rights would."""
    url = desk.sessions.kw["bind"].url.render_as_string(False).replace("+asyncpg", "")
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()


async def prepared(desk: Desk) -> dict[str, Any]:
    await desk.standards()
    for _ in range(3):
        await desk.award()
    return await desk.run()


async def test_a_line_changed_before_the_check_is_not_signed_for(desk: Desk) -> None:
    run = await prepared(desk)
    await past_the_service(desk, "UPDATE line SET amount = amount + 1 WHERE id = 1")
    answer = await desk.post(f"/runs/{run['id']}/check", None, officer=CHECKER)
    assert problem(answer) == "totals-differ"
    assert answer.json()["off"] == [
        "lines_equal_explanations", "month_equals_law", "rows_equal_totals",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE line SET child_id = gen_random_uuid() WHERE id = 2",
        "UPDATE line SET amount = CASE id WHEN 1 THEN amount + 1 ELSE amount - 1 END WHERE id < 3",
        "UPDATE explanation SET working = '1.00'",
        "DELETE FROM line WHERE id = 2",
        """INSERT INTO line (run_id, child_id, month, amount, benefit, town)
           SELECT run_id, gen_random_uuid(), month, 5000, benefit, town FROM line LIMIT 1""",
        "UPDATE seal SET digests = '' WHERE what = 'line'",
        "DELETE FROM seal",
    ],
)
async def test_rows_changed_after_the_check_stop_the_run(desk: Desk, statement: str) -> None:
    run = await prepared(desk)
    path = f"/runs/{run['id']}"
    await desk.must(f"{path}/check", officer=CHECKER)
    whole = (await desk.get(f"{path}/invariants")).json()
    assert (whole["seals_broken"], whole["holds"]) == ([], True)
    await past_the_service(desk, statement)
    answer = await desk.post(f"{path}/approval", None, officer=APPROVER)
    assert problem(answer) == "rows-tampered"
    assert answer.json()["rows"]
    found = (await desk.get(f"{path}/invariants")).json()
    assert found["seals_broken"] == answer.json()["rows"]
    assert not found["holds"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payment SET payee_id = gen_random_uuid() WHERE number = 1",
        "UPDATE payment SET amount = amount * 2 WHERE number = 2",
    ],
)
async def test_a_payment_changed_after_sending_never_reaches_a_file(
    desk: Desk, statement: str
) -> None:
    run = await prepared(desk)
    await desk.sent(run)
    path = f"/runs/{run['id']}/files/ICBC"
    assert (await desk.get(path, "bank", "b1")).status_code == 200
    await past_the_service(desk, statement)
    answer = await desk.get(path, "bank", "b1")
    assert (answer.status_code, problem(answer)) == (409, "rows-tampered")
    assert answer.json()["rows"] == ["payment 0-499"]


async def test_every_column_of_a_sealed_row_is_under_its_seal(desk: Desk) -> None:
    """A column added later must come under the seal too, or be left out on purpose."""
    await prepared(desk)
    for table, query in ROWS.items():
        columns = await desk.sql(
            "SELECT column_name FROM information_schema.columns WHERE table_name = :t", t=table
        )
        left_out = {name for (name,) in columns if f"{name}" not in query} - {"run_id"}
        assert not left_out, (table, left_out)
