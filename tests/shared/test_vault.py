"""Particulars are noise at rest, found by number, bound to their place, and can be forgotten."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from deploy.local.settings import ROOT
from shared import access, audit, vault
from shared.database import Sessions, engine_for, sessions_of, transaction
from shared.masks import masked
from shared.problem import Invalid
from tests.conftest import NewDatabase
from tests.factories import OTHER_TOWN, TOWN, principal, use_environment

WANG = {"name": "王小明", "id_no": "331099201506150014"}


@pytest.fixture
async def sessions(tmp_path: Path, database_url: NewDatabase) -> AsyncIterator[Sessions]:
    """A kernel database, worked on with the rights a service has."""
    url = database_url("kernel")
    use_environment(tmp_path, DATABASE_URL=url, CLOCK="real")
    engine = engine_for(url)
    yield sessions_of(engine)
    await engine.dispose()


async def test_what_is_kept_is_read_back_and_the_rows_show_nothing(sessions: Sessions) -> None:
    child = uuid4()
    async with transaction(sessions) as session:
        await vault.keep(session, child, "identity", WANG)
        await vault.index(session, child, {"id_no": WANG["id_no"]})
    async with transaction(sessions) as session:
        assert await vault.read(session, child, "identity") == WANG
        assert await vault.lookup(session, "id_no", " 331099201506150014") == [child]
        assert await vault.lookup(session, "id_no", "331099201506150022") == []
        raw = (await session.execute(text("SELECT * FROM particular, lookup, vault_key"))).all()
    assert "王小明".encode() not in repr(raw).encode()
    assert WANG["id_no"] not in repr(raw)


async def test_the_newest_version_counts_and_the_old_one_stays(sessions: Sessions) -> None:
    child = uuid4()
    async with transaction(sessions) as session:
        await vault.keep(session, child, "address", {"address": "甲村"})
        await vault.keep(session, child, "address", {"address": "乙村"})
        assert await vault.read(session, child, "address") == {"address": "乙村"}
        assert await session.scalar(text("SELECT count(*) FROM particular")) == 2


async def test_a_ciphertext_moved_to_another_row_does_not_open(sessions: Sessions) -> None:
    one, two = uuid4(), uuid4()
    async with transaction(sessions) as session:
        await vault.keep(session, one, "identity", WANG)
        await vault.keep(session, two, "identity", {"name": "李"})
        move = "UPDATE particular SET sealed = (SELECT sealed FROM particular WHERE subject_id=:a)"
        await session.execute(text(move + " WHERE subject_id=:b"), {"a": one, "b": two})
        with pytest.raises(InvalidTag):
            await vault.read(session, two, "identity")


async def forgotten(sessions: Sessions, subject: UUID) -> None:
    """As the operators' guide has it done."""
    guide = (ROOT / "docs" / "operations.md").read_text()
    block = (
        guide.partition("## Forgetting a person")[2].partition("```sql\n")[2].partition("```")[0]
    )
    statements = [line for line in block.splitlines() if line]
    assert len(statements) == 2
    async with transaction(sessions) as session:
        for statement in statements:
            await session.execute(text(statement.replace("'SUBJECT'", ":id")), {"id": subject})


async def test_a_forgotten_person_cannot_be_read_or_found(sessions: Sessions) -> None:
    child = uuid4()
    async with transaction(sessions) as session:
        await vault.keep(session, child, "identity", WANG)
        await vault.index(session, child, {"id_no": WANG["id_no"]})
    await forgotten(sessions, child)
    async with transaction(sessions) as session:
        assert await vault.read(session, child, "identity") == {}
        assert await vault.lookup(session, "id_no", WANG["id_no"]) == []


async def test_who_may_not_see_gets_masks_and_who_may_is_recorded(sessions: Sessions) -> None:
    child = access.Subject(uuid4(), town=TOWN)
    async with transaction(sessions) as session:
        town = await access.disclose(session, principal("town"), child, {"identity": WANG})
        other = principal("town", town=OTHER_TOWN)
        hidden = await access.disclose(session, other, child, {"identity": WANG})
        row = (await session.execute(text("SELECT * FROM disclosure"))).one()
    assert town["identity"] == WANG
    assert hidden["identity"] == {"name": "王○○", "id_no": "331*************14"}
    assert row.fields == ["identity.name", "identity.id_no"]
    assert row.department == "town"
    assert "王小明" not in repr(row)


async def test_what_is_written_is_recorded_with_the_fields_that_changed(
    sessions: Sessions,
) -> None:
    child, note = uuid4(), uuid4()
    actor = replace(principal("town"), clause="WL24:2.1.r")
    async with transaction(sessions) as session:
        await vault.keep(session, child, "identity", WANG)
        await audit.record_writes(session, actor)
    async with transaction(sessions) as session:
        await vault.keep(session, child, "identity", WANG | {"name": "王大明"})
        audit.concerns(session, child)
        await vault.keep(session, note, "notes", {"words": "已走访"})
        await audit.record_writes(session, actor)
        await audit.record_writes(session, actor)
        rows = await session.execute(text("SELECT * FROM disclosure ORDER BY id"))
    first, second = rows.all()
    assert (first.action, first.fields) == ("write", ["identity.id_no", "identity.name"])
    assert (second.subject_id, second.fields) == (child, ["identity.name", "notes.words"])
    assert (second.department, second.basis) == ("town", ["WL24:2.1.r"])


async def test_what_cannot_be_kept_is_refused_and_a_strange_name_is_not_on_record(
    sessions: Sessions,
) -> None:
    async with transaction(sessions) as session:
        for impossible in (2**70, "\ud800"):
            with pytest.raises(Invalid):
                await vault.keep(session, uuid4(), "identity", {"name": impossible})
        await vault.keep(session, uuid4(), "identity", {"王小明": "x", "name": "y"})
        await audit.record_writes(session, principal("town"))
        fields = await session.scalar(text("SELECT fields FROM disclosure"))
    assert fields == ["identity.name", "identity.…"]


async def test_who_was_forgotten_can_be_met_again(sessions: Sessions) -> None:
    child = uuid4()
    async with transaction(sessions) as session:
        await vault.keep(session, child, "identity", WANG)
    await forgotten(sessions, child)
    async with transaction(sessions) as session:
        await vault.keep(session, child, "identity", {"name": "王"})
        assert await vault.read(session, child, "identity") == {"name": "王"}


async def test_a_key_that_was_undone_seals_nothing(sessions: Sessions) -> None:
    child = uuid4()
    async with transaction(sessions) as session:
        part = await session.begin_nested()
        await vault.keep(session, child, "identity", {"name": "李"})
        await part.rollback()
        await vault.keep(session, child, "identity", WANG)
    async with transaction(sessions) as session:
        assert await vault.read(session, child, "identity") == WANG


async def test_classes_are_kept_together_and_silence_changes_nothing(sessions: Sessions) -> None:
    child = uuid4()
    async with transaction(sessions) as session:
        await vault.keep_classes(session, child, {"identity": WANG, "hiv": {"hiv": True}})
        await vault.add(session, child, {"identity": {}, "address": {}, "hiv": {"since": "2024"}})
        kept = {"identity": WANG, "hiv": {"hiv": True, "since": "2024"}}
        assert await vault.held(session, child, ["identity", "address", "hiv"]) == kept
        versions = text("SELECT kind, max(version) FROM particular GROUP BY kind ORDER BY kind")
        assert [tuple(row) for row in await session.execute(versions)] == [
            ("hiv", 2),
            ("identity", 1),
        ]


async def test_a_disclosure_once_recorded_cannot_be_changed(sessions: Sessions) -> None:
    async def change(statement: str) -> None:
        async with transaction(sessions) as session:
            await session.execute(text(statement))

    for statement in ("UPDATE disclosure SET purpose = 'x'", "DELETE FROM disclosure"):
        with pytest.raises(DBAPIError, match="permission denied"):
            await change(statement)


@given(st.from_regex(r"[0-9]{17}[0-9X]", fullmatch=True), st.sampled_from(["identity", "money"]))
def test_no_mask_shows_five_digits_of_a_number_in_a_row(number: str, kind: str) -> None:
    five = [number[i : i + 5] for i in range(len(number) - 4)]
    for field in ("id_no", "account", "phone", "card_no"):
        assert not any(digits in masked(kind, field, number) for digits in five)
