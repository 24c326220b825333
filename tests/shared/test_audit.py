"""Whoever touches the record of disclosures is found out, and is told what was touched."""

import base64
import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, text, update

from shared import access
from shared.audit import tree
from shared.audit.disclosures import Disclosure, canonical
from shared.audit.notes import parsed, signature
from shared.audit.seal import Cosignature, Leaf, newest, seal
from shared.audit.verify import Report, verify
from shared.audit.walk import Entry, Seal, Touched, walk
from shared.database import Sessions, engine_for, now, sessions_of, transaction
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
    """The newest checkpoint as the procuratorate has co-signed and kept it."""
    async with transaction(sessions) as session:
        record = await newest(session)
        assert record is not None
        said = parsed(record.note).text()
        line = signature("procuratorate", signing_key("procuratorate"), said)
        row = {"size": record.size, "witness": "procuratorate", "line": line}
        await session.execute(insert(Cosignature), [row | {"signed_at": now(session)}])
    return f"{said}\n{line}\n"


async def sealed_again(url: str, *ids: int) -> None:
    """What an owner of the database can do: the leaf of a changed row is made to fit it."""
    engine = engine_for(url, role=None)
    async with transaction(sessions_of(engine)) as session:
        for row in await session.scalars(select(Disclosure).where(Disclosure.id.in_(ids))):
            fitting = update(Leaf).where(Leaf.disclosure_id == row.id)
            await session.execute(fitting.values(hash=tree.leaf(canonical(row))))
    await engine.dispose()


PLACE = "SELECT count(*) FROM audit_leaf AS o WHERE o.index <= l.index"
RENUMBER = (
    f"UPDATE audit_leaf AS l SET index = -({PLACE})",
    "UPDATE audit_leaf SET index = -1 - index",
)


async def test_an_untouched_record_is_whole(database: tuple[str, Sessions]) -> None:
    found = await report(database[1], [await witnessed(database[1])])
    assert found.whole(), found.lines()
    assert (found.leaves, found.checkpoints, found.cosigned) == (20, 2, 1)


async def test_a_changed_row_is_named(database: tuple[str, Sessions]) -> None:
    await tampered(database[0], "UPDATE disclosure SET officer = 'nobody' WHERE id = 7")
    assert (await report(database[1])).touched == [Touched("changed", "disclosure", "7")]


@pytest.mark.parametrize("number", [7, 13, 20])
async def test_a_changed_row_is_named_though_its_leaf_was_made_to_fit(
    database: tuple[str, Sessions], number: int
) -> None:
    url, sessions = database
    await tampered(url, f"UPDATE disclosure SET officer = 'nobody' WHERE id = {number}")
    await sealed_again(url, number)
    assert (await report(sessions)).touched == [Touched("changed", "disclosure", str(number))]


async def test_a_changed_row_is_named_though_the_checkpoint_was_written_anew(
    database: tuple[str, Sessions],
) -> None:
    url, sessions = database
    await tampered(url, "UPDATE disclosure SET officer = 'nobody' WHERE id = 14")
    await sealed_again(url, 14)
    async with transaction(sessions) as session:
        leaves = list(await session.scalars(select(Leaf.hash).order_by(Leaf.index)))
        old = await newest(session)
        assert old is not None
    root = base64.b64encode(tree.root(leaves)).decode()
    lines = old.note.split("\n")
    forged = "\n".join([*lines[:2], root, *lines[3:]])
    await tampered(url, f"UPDATE audit_checkpoint SET note = '{forged}' WHERE size = 20")
    found = await report(sessions)
    assert found.named("changed", "audit_checkpoint") == ["20"]
    kept = await report(sessions, [await witnessed_before(old.note)])
    assert kept.named("changed") == ["14"]


async def witnessed_before(note: str) -> str:
    said = parsed(note).text()
    return f"{said}\n{signature('procuratorate', signing_key('procuratorate'), said)}\n"


async def test_rows_that_changed_places_are_found_in_their_stretch(
    database: tuple[str, Sessions],
) -> None:
    url, sessions = database
    await tampered(
        url,
        "UPDATE disclosure SET (at, department, client, officer, town, action, subject_id,"
        " subject_kind, fields, purpose, basis, break_glass, request_id, mac) = (SELECT at,"
        " department, client, officer, town, action, subject_id, subject_kind, fields, purpose,"
        " basis, break_glass, request_id, mac FROM disclosure AS other WHERE other.id ="
        " 33 - disclosure.id) WHERE id IN (16, 17)",
    )
    assert (await report(sessions)).named("changed") == ["16", "17"]
    await sealed_again(url, 16, 17)
    assert (await report(sessions)).touched == [Touched("changed", "disclosure", "13-20")]


async def test_a_removed_row_is_named(database: tuple[str, Sessions]) -> None:
    await tampered(database[0], "DELETE FROM disclosure WHERE id = 3")
    assert (await report(database[1])).touched == [Touched("removed", "disclosure", "3")]


@pytest.mark.parametrize("number", [1, 3, 12, 13, 15])
async def test_a_removed_row_is_named_though_its_leaf_went_and_the_others_were_renumbered(
    database: tuple[str, Sessions], number: int
) -> None:
    url, sessions = database
    await tampered(
        url,
        f"DELETE FROM disclosure WHERE id = {number}",
        f"DELETE FROM audit_leaf WHERE disclosure_id = {number}",
        *RENUMBER,
    )
    assert (await report(sessions)).touched == [Touched("removed", "disclosure", str(number))]


async def test_a_removed_leaf_is_named(database: tuple[str, Sessions]) -> None:
    await tampered(database[0], "DELETE FROM audit_leaf WHERE index = 4")
    assert (await report(database[1])).touched == [Touched("removed", "audit_leaf", "4")]


async def test_a_changed_leaf_is_named(database: tuple[str, Sessions]) -> None:
    await tampered(
        database[0], "UPDATE audit_leaf SET hash = decode(repeat('ab', 32), 'hex') WHERE index = 1"
    )
    assert (await report(database[1])).touched == [Touched("changed", "audit_leaf", "1")]


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
    assert (await report(database[1])).touched == [Touched("inserted", "disclosure", "21")]
    await seal("protection", database[1])
    assert (await report(database[1])).touched == [Touched("inserted", "disclosure", "21")]


async def test_of_two_rows_alike_the_copy_is_named_whatever_number_it_has(
    database: tuple[str, Sessions],
) -> None:
    copy = COPY.format(officer="officer", mac="mac")
    copy = copy.replace("(at", "(id, at").replace("SELECT", "OVERRIDING SYSTEM VALUE SELECT -5,")
    await tampered(database[0], copy)
    assert (await report(database[1])).touched == [Touched("inserted", "disclosure", "-5")]


async def test_a_row_inserted_among_the_old_with_a_leaf_of_its_own_is_named(
    database: tuple[str, Sessions],
) -> None:
    url, sessions = database
    await tampered(
        url,
        COPY.format(officer="'other'", mac="''"),
        "UPDATE audit_leaf SET index = -1 - index",
        "UPDATE audit_leaf SET index = CASE WHEN index > -6 THEN -1 - index ELSE -index END",
        "INSERT INTO audit_leaf (index, disclosure_id, hash) VALUES (5, 21, 'x')",
    )
    await sealed_again(url, 21)
    assert (await report(sessions)).touched == [Touched("inserted", "disclosure", "21")]


async def test_a_tail_cut_off_is_named(database: tuple[str, Sessions]) -> None:
    await tampered(
        database[0],
        "DELETE FROM disclosure WHERE id > 17",
        "DELETE FROM audit_leaf WHERE index >= 17",
    )
    assert (await report(database[1])).touched == [Touched("cut off", "audit_leaf", "3 after 17")]


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
    without = await report(database[1])
    assert without.touched == [Touched("removed", "audit_checkpoint", "20")], "co-signed, and gone"
    assert (await report(database[1], [kept])).named("cut off", "audit_leaf") == ["8 after 12"]
    await tampered(database[0], "DELETE FROM audit_cosignature")
    assert (await report(database[1])).whole()  # the database alone cannot know
    found = await report(database[1], [kept])
    assert found.named("cut off", "audit_leaf") == ["8 after 12"]
    assert found.named("removed", "audit_cosignature") == ["20"]
    assert found.named("removed", "audit_checkpoint") == ["20"]


NEWEST = "SELECT note FROM audit_checkpoint WHERE size = 20"


@pytest.mark.parametrize(
    ("statement", "touched"),
    [
        ("DELETE FROM audit_checkpoint WHERE size = 20", ("removed", "audit_checkpoint", "20")),
        (
            "UPDATE audit_checkpoint SET frontier = 'x' WHERE size = 12",
            ("changed", "audit_checkpoint", "12"),
        ),
        (
            "UPDATE audit_checkpoint SET note = 'x' WHERE size = 12",
            ("changed", "audit_checkpoint", "12"),
        ),
        (
            f"UPDATE audit_checkpoint SET note = ({NEWEST}) WHERE size = 12",
            ("changed", "audit_checkpoint", "12"),
        ),
        (
            "UPDATE audit_cosignature SET line = left(line, -4) || 'AAAA'",
            ("changed", "audit_cosignature", "20"),
        ),
        ("DELETE FROM audit_cosignature", ("removed", "audit_cosignature", "20")),
    ],
)
async def test_what_was_done_to_checkpoints_and_cosignatures_is_named(
    database: tuple[str, Sessions], statement: str, touched: tuple[str, str, str]
) -> None:
    kept = await witnessed(database[1])
    await tampered(database[0], statement)
    assert (await report(database[1], [kept])).touched == [Touched(*touched)]


async def test_a_log_that_the_platform_itself_wrote_anew_is_seen_by_the_witness(
    database: tuple[str, Sessions],
) -> None:
    """Whoever has the database and the keys of the platform still has not the witness's."""
    url, sessions = database
    kept = await witnessed(sessions)
    await tampered(
        url,
        "DELETE FROM disclosure WHERE id = 3",
        "DELETE FROM audit_leaf",
        "DELETE FROM audit_checkpoint",
        "DELETE FROM audit_cosignature",
    )
    await seal("protection", sessions)
    assert (await report(sessions)).whole()
    found = await report(sessions, [kept])
    assert found.named("removed", "audit_cosignature") == ["20"]
    assert found.named("cut off", "audit_leaf") == ["1 after 19"]


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


def _log(sizes: list[int]) -> tuple[list[Entry], list[Seal]]:
    """A whole log with a root after each of these sizes."""
    hashes = _hashed(sizes[-1])
    entries = [Entry(n, n + 1, one, one, True) for n, one in enumerate(hashes)]
    roots = [tuple(tree.grown([], 0, hashes[:size])) for size in sizes]
    return entries, [Seal(n, tree.root_of(r), r) for n, r in zip(sizes, roots, strict=True)]


@given(st.sets(st.integers(1, 60), min_size=1, max_size=12), st.data())
def test_wherever_a_leaf_is_taken_out_and_all_is_renumbered_its_row_is_named(
    sizes: set[int], data: st.DataObject
) -> None:
    entries, seals = _log(sorted(sizes))
    taken = data.draw(st.integers(0, len(entries) - 2)) if len(entries) > 1 else 0
    left = [one for one in entries if one.index != taken]
    left = [replace(one, index=n) for n, one in enumerate(left)]
    found = list(walk(left, seals, {one.disclosure for one in left}))
    if len(entries) > 1:
        assert found == [Touched("removed", "disclosure", str(taken + 1))]


@given(st.sets(st.integers(1, 60), min_size=1, max_size=12), st.data())
def test_a_whole_log_is_never_called_touched_and_a_shorter_one_always(
    sizes: set[int], data: st.DataObject
) -> None:
    entries, seals = _log(sorted(sizes))
    rows = {one.disclosure for one in entries}
    assert list(walk(entries, seals, rows)) == []
    length = data.draw(st.integers(0, len(entries) - 1))
    found = list(walk(entries[:length], seals, set(range(1, length + 1))))
    assert found[-1].how == "cut off"


@given(st.sets(st.integers(1, 60), min_size=1, max_size=12), st.data())
def test_whatever_leaf_is_made_to_fit_a_changed_row_the_row_is_named(
    sizes: set[int], data: st.DataObject
) -> None:
    entries, seals = _log(sorted(sizes))
    at = data.draw(st.integers(0, len(entries) - 1))
    other = tree.leaf(b"another")
    entries[at] = replace(entries[at], hash=other, row=other, genuine=False)
    found = list(walk(entries, seals, {one.disclosure for one in entries}))
    assert found == [Touched("changed", "disclosure", str(at + 1))]
