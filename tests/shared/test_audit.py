"""Whoever touches the record of disclosures is found out, and is told what was touched."""

import hashlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from shared import access
from shared.audit import tree
from shared.audit.notes import parsed, signature
from shared.audit.seal import newest, seal
from shared.audit.verify import Report, verify
from shared.database import Sessions, engine_for, sessions_of, transaction
from shared.keys import signing_key
from tests.conftest import NewDatabase
from tests.factories import TOWN, principal, use_environment

CHILD = {"identity": {"name": "王小明"}}


@pytest.fixture
async def database(
    tmp_path: Path, database_url: NewDatabase
) -> AsyncIterator[tuple[str, Sessions]]:
    """Twenty disclosures, sealed in two portions; the owner's address of the database."""
    url = database_url("kernel")
    use_environment(tmp_path, DATABASE_URL=url, CLOCK="real")
    engine = engine_for(url)
    sessions = sessions_of(engine)
    for count in (12, 8):
        async with transaction(sessions) as session:
            for _ in range(count):
                child = access.Subject(uuid4(), town=TOWN)
                await access.disclose(session, principal("town"), child, CHILD)
        assert await seal("protection", sessions) == count
    yield url, sessions
    await engine.dispose()


async def tampered(url: str, *statements: str) -> None:
    """What somebody with every right in the database does."""
    engine = engine_for(url, role=None)
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()


async def report(sessions: Sessions, notes: list[str] | None = None) -> Report:
    """What the verifier says."""
    async with transaction(sessions) as session:
        return await verify(session, "protection", notes)


async def witnessed(sessions: Sessions) -> str:
    """The newest checkpoint as the procuratorate has signed and kept it."""
    async with transaction(sessions) as session:
        record = await newest(session)
    assert record is not None
    said = parsed(record.note).text()
    return f"{said}\n{signature('procuratorate', signing_key('procuratorate'), said)}\n"


async def test_an_untouched_record_is_whole(database: tuple[str, Sessions]) -> None:
    found = await report(database[1], [await witnessed(database[1])])
    assert found.whole()
    assert (found.leaves, found.checkpoints) == (20, 2)


async def test_a_changed_row_is_named(database: tuple[str, Sessions]) -> None:
    await tampered(database[0], "UPDATE disclosure SET officer = 'nobody' WHERE id = 7")
    assert (await report(database[1])).changed == [7]


async def test_a_removed_row_is_named(database: tuple[str, Sessions]) -> None:
    await tampered(database[0], "DELETE FROM disclosure WHERE id = 3")
    assert (await report(database[1])).removed == [3]


COPY = """
INSERT INTO disclosure (at, department, client, officer, town, action, subject_id, subject_kind,
    fields, purpose, basis, break_glass, request_id, mac)
SELECT at, department, client, {officer}, town, action, subject_id, subject_kind, fields, purpose,
    basis, break_glass, request_id, {mac} FROM disclosure WHERE id = 5
"""


@pytest.mark.parametrize(
    ("officer", "mac"), [("'other'", "mac"), ("officer", "mac"), ("officer", "''")]
)
async def test_an_inserted_row_is_named_even_after_it_was_sealed(
    database: tuple[str, Sessions], officer: str, mac: str
) -> None:
    await tampered(database[0], COPY.format(officer=officer, mac=mac))
    await seal("protection", database[1])
    assert (await report(database[1])).inserted == [21]


async def test_a_tail_cut_off_with_its_checkpoints_is_seen_by_the_witness(
    database: tuple[str, Sessions],
) -> None:
    kept = await witnessed(database[1])
    await tampered(
        database[0],
        "DELETE FROM disclosure WHERE id > 12",
        "DELETE FROM audit_leaf WHERE index >= 12",
        "DELETE FROM audit_checkpoint WHERE size > 12",
    )
    assert (await report(database[1])).whole()  # the database alone cannot know
    assert "cut off: 8 leaves" in (await report(database[1], [kept])).broken[0]


async def test_a_row_changed_together_with_its_leaf_breaks_the_root(
    database: tuple[str, Sessions],
) -> None:
    await tampered(
        database[0], "UPDATE audit_leaf SET hash = decode(repeat('ab', 32), 'hex') WHERE index = 1"
    )
    found = await report(database[1])
    assert any("root" in line for line in found.broken)


def _hashed(count: int) -> list[bytes]:
    return [tree.leaf(str(n).encode()) for n in range(count)]


def _plain_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 2.1 word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    both = _plain_root(leaves[:middle]) + _plain_root(leaves[middle:])
    return hashlib.sha256(b"\x01" + both).digest()


@given(st.integers(0, 200), st.integers(0, 200))
def test_a_log_that_grows_has_the_root_of_the_standard(first: int, more: int) -> None:
    leaves = _hashed(first + more)
    frontier = tree.grown(tree.grown([], 0, leaves[:first]), first, leaves[first:])
    assert tree.root_of(frontier) == _plain_root(leaves)


@given(st.integers(1, 120), st.integers(0, 120), st.data())
def test_consistency_is_shown_and_cannot_be_forged(
    first: int, more: int, data: st.DataObject
) -> None:
    second = first + more
    leaves = _hashed(second)
    proof = tree.consistency(leaves, first)
    old, new = tree.root(leaves[:first]), tree.root(leaves)
    check: Callable[..., bool] = tree.consistent
    assert check(first, old, second, new, proof)
    index = data.draw(st.integers(0, first - 1))
    forged = tree.root([*leaves[:index], b"x" * 32, *leaves[index + 1 : first]])
    assert not check(first, forged, second, new, proof)
