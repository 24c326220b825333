"""Particulars at rest: sealed dicts by class, under a key of each child, found by a keyed index.

AES-256-GCM under a data key per subject and tier; the data key is wrapped by the key-encryption
key of its tier. The additional data binds a ciphertext to its subject, class and version, so that
a row moved elsewhere does not open (个人信息保护法 51; 艾滋病防治条例 39 for the sealed tier). Who
deletes a subject's wrapped keys has forgotten it: what was sealed stays as noise (same law, 47).
"""

import hmac
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import ARRAY, LargeBinary, Text, Uuid, any_, bindparam, event, insert, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, Session, mapped_column

from shared.audit import wrote
from shared.database import KernelRecord, now, to_json
from shared.keys import secret_key
from shared.problem import Invalid

SEALED_TIER = frozenset({"reporter", "hiv"})
KEK = {"c3": "kek", "c4": "kek-sealed"}


class VaultKey(KernelRecord):
    """A subject's data key of one tier, wrapped; without it everything below is noise."""

    __tablename__ = "vault_key"
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    tier: Mapped[str] = mapped_column(primary_key=True)
    kek: Mapped[str]
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class SealedParticular(KernelRecord):
    """One version of one class of a subject's particulars; the newest version counts."""

    __tablename__ = "particular"
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime]


class Lookup(KernelRecord):
    """A keyed digest by which a subject is found without its number being stored."""

    __tablename__ = "lookup"
    kind: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)


# What every sealing and opening asks is written once: to build a statement costs more than its row.
_SUBJECTS = any_(bindparam("subjects", type_=ARRAY(Uuid)))
_KEYS = select(VaultKey.subject_id, VaultKey.kek, VaultKey.wrapped).where(
    VaultKey.subject_id == _SUBJECTS, VaultKey.tier == bindparam("tier")
)
_NEW_KEYS = upsert(VaultKey).on_conflict_do_nothing().returning(VaultKey.subject_id)
_NEWEST = (
    select(
        SealedParticular.subject_id,
        SealedParticular.kind,
        SealedParticular.version,
        SealedParticular.sealed,
    )
    .where(
        SealedParticular.subject_id == _SUBJECTS,
        SealedParticular.kind == any_(bindparam("kinds", type_=ARRAY(Text))),
    )
    .ext(distinct_on(SealedParticular.subject_id, SealedParticular.kind))
    .order_by(SealedParticular.subject_id, SealedParticular.kind, SealedParticular.version.desc())
)
_NEW_LOOKUPS = upsert(Lookup).on_conflict_do_nothing()
_FOUND = (
    select(Lookup.digest, Lookup.subject_id)
    .where(
        Lookup.kind == bindparam("kind"),
        Lookup.digest == any_(bindparam("digests", type_=ARRAY(LargeBinary))),
    )
    .order_by(Lookup.subject_id)
)
AT_HAND = "vault.at_hand"
NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")


def tier_of(kind: str) -> str:
    """The tier of a class: `c4` for what is sealed even from most who know the child."""
    return "c4" if kind in SEALED_TIER else "c3"


def seal(key: bytes, plain: bytes, bound_to: str) -> bytes:
    """nonce ‖ ciphertext ‖ tag, bound to `bound_to`."""
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to.encode())


def unseal(key: bytes, sealed: bytes, bound_to: str) -> bytes:
    """The plain bytes; cryptography.exceptions.InvalidTag when anything was changed or moved."""
    return AESGCM(key).decrypt(sealed[:12], sealed[12:], bound_to.encode())


def seal_own(purpose: str, plain: bytes) -> bytes:
    """Seal something of the platform's own (a stored answer, an outbox of the gateway)."""
    return seal(secret_key("kek"), plain, purpose)


def unseal_own(purpose: str, sealed: bytes) -> bytes:
    """Open what `seal_own` sealed for the same purpose."""
    return unseal(secret_key("kek"), sealed, purpose)


async def _data_keys(
    session: AsyncSession, subjects: Iterable[UUID], tier: str
) -> dict[UUID, bytes]:
    """The keys there are of these subjects; each is read and unwrapped once a transaction."""
    at_hand: dict[tuple[UUID, str], bytes] = session.info.setdefault(AT_HAND, {})
    wanted = set(subjects)
    if unread := [subject_id for subject_id in wanted if (subject_id, tier) not in at_hand]:
        for row in await session.execute(_KEYS, {"subjects": unread, "tier": tier}):
            bound_to = f"{row.subject_id}|{tier}"
            at_hand[row.subject_id, tier] = unseal(secret_key(row.kek), row.wrapped, bound_to)
    return {one: at_hand[one, tier] for one in wanted if (one, tier) in at_hand}


@event.listens_for(Session, "after_soft_rollback")
def _let_go(session: Session, _: object) -> None:
    """What a rollback undoes may be a key: none is at hand any more."""
    session.info.pop(AT_HAND, None)


async def _data_key(session: AsyncSession, subject_id: UUID, tier: str) -> bytes:
    """The subject's data key, made if there is none; two makers agree on one."""
    return (await _made_or_known(session, [subject_id], tier))[subject_id]


async def _made_or_known(
    session: AsyncSession, subjects: Sequence[UUID], tier: str
) -> dict[UUID, bytes]:
    known = await _data_keys(session, subjects, tier)
    # In one order, so that two who make keys of the same subjects do not wait for each other.
    if fresh := sorted(set(subjects) - set(known)):
        keys = {subject_id: AESGCM.generate_key(256) for subject_id in fresh}
        rows = [_wrapped(subject_id, tier, key) for subject_id, key in keys.items()]
        made = set(await session.scalars(_NEW_KEYS, rows))
        session.info[AT_HAND] |= {(subject_id, tier): keys[subject_id] for subject_id in made}
        known = await _data_keys(session, subjects, tier)
    return known


def _wrapped(subject_id: UUID, tier: str, key: bytes) -> dict[str, Any]:
    """The row of a data key."""
    wrapped = seal(secret_key(KEK[tier]), key, f"{subject_id}|{tier}")
    return {"subject_id": subject_id, "tier": tier, "kek": KEK[tier], "wrapped": wrapped}


async def have_at_hand(session: AsyncSession, subjects: Iterable[UUID], kind: str) -> None:
    """Get the keys of a class of many subjects at once: until the transaction ends, what is
    sealed under them asks the database no more.
    """
    await _made_or_known(session, list(subjects), tier_of(kind))


async def keep(
    session: AsyncSession, subject_id: UUID, kind: str, values: Mapping[str, Any]
) -> None:
    """Seal the particulars of one class; the version before stays, sealed, as history.

    Which fields are other than before is noted, for the record of who wrote them.
    """
    await keep_classes(session, subject_id, {kind: values})


async def keep_classes(
    session: AsyncSession, subject_id: UUID, particulars: Mapping[str, Mapping[str, Any]]
) -> None:
    """The same of several classes, by class: written together."""
    told = {str(kind): _writable(values) for kind, values in particulars.items()}
    if not told:
        return
    wanted = {"subjects": [subject_id], "kinds": list(told)}
    newest = {row.kind: row for row in await session.execute(_NEWEST, wanted)}
    rows = []
    for kind, plain in told.items():
        key = await _data_key(session, subject_id, tier_of(kind))
        before = newest.get(kind)
        version = before.version if before else 0
        known = _known(key, before.sealed, f"{subject_id}|{kind}|{version}") if before else {}
        _note(session, subject_id, kind, orjson.loads(plain), known)
        row = {"subject_id": subject_id, "kind": kind, "version": version + 1}
        row["sealed"] = seal(key, plain, f"{subject_id}|{kind}|{version + 1}")
        rows.append(row | {"kept_at": now(session)})
    await session.execute(insert(SealedParticular), rows)


async def add(
    session: AsyncSession, subject_id: UUID, told: Mapping[str, Mapping[str, Any]]
) -> None:
    """Keep what was told, by class; what is known already stays where it says nothing."""
    known = await held(session, subject_id, told)
    merged = {str(kind): known.get(kind, {}) | dict(values) for kind, values in told.items()}
    news = {kind: values for kind, values in merged.items() if values != known.get(kind, {})}
    await keep_classes(session, subject_id, news)


def _note(
    session: AsyncSession,
    subject_id: UUID,
    kind: str,
    told: Mapping[str, Any],
    known: Mapping[str, Any],
) -> None:
    other = {name for name in {*told, *known} if told.get(name) != known.get(name)}
    # A name that is none of ours may itself tell something: it does not go on record.
    names = [name if NAME.fullmatch(name) else "…" for name in other]
    wrote(session, subject_id, [f"{kind}.{name}" for name in names])


def _writable(values: Mapping[str, Any]) -> bytes:
    try:
        return to_json(dict(values)).encode()
    except TypeError as error:  # integers beyond 64 bits, half of a character
        raise Invalid("内容无法保存", "What is told cannot be kept as it is") from error


def _known(key: bytes, sealed: bytes, bound_to: str) -> dict[str, Any]:
    """What was kept before; nothing when its person was forgotten since."""
    try:
        return dict(orjson.loads(unseal(key, sealed, bound_to)))
    except InvalidTag:
        return {}


def sealed_anew(
    subject_id: UUID, particulars: Mapping[str, Mapping[str, Any]], at: datetime
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows for `vault_key` and `particular` of a subject nobody has met before: no reading.

    For intake that writes everything in one statement; a subject that may exist uses `keep`.
    """
    keys = {tier: AESGCM.generate_key(256) for tier in {tier_of(kind) for kind in particulars}}
    wrapped = [_wrapped(subject_id, tier, key) for tier, key in keys.items()]
    sealed = [
        {
            "subject_id": subject_id,
            "kind": str(kind),
            "version": 1,
            "sealed": seal(
                keys[tier_of(kind)], to_json(dict(values)).encode(), f"{subject_id}|{kind}|1"
            ),
            "kept_at": at,
        }
        for kind, values in particulars.items()
    ]
    return wrapped, sealed


async def seal_for(session: AsyncSession, subject_id: UUID, name: str, plain: bytes) -> bytes:
    """Seal bytes (a file) under a subject's own key, to be stored where they belong."""
    wrote(session, subject_id, [name.partition("|")[0]])
    return seal(await _data_key(session, subject_id, "c3"), plain, f"{subject_id}|{name}")


async def unseal_for(session: AsyncSession, subject_id: UUID, name: str, sealed: bytes) -> bytes:
    """The plain bytes; LookupError when the subject was forgotten."""
    keys = await _data_keys(session, [subject_id], "c3")
    if subject_id not in keys:
        raise LookupError("forgotten")
    return unseal(keys[subject_id], sealed, f"{subject_id}|{name}")


async def read(session: AsyncSession, subject_id: UUID, kind: str) -> dict[str, Any]:
    """The newest particulars of one class; empty when there are none or its key is gone.

    Reading here is not showing: what leaves the service goes through `access.disclose`.
    """
    return (await read_many(session, [subject_id], kind)).get(subject_id, {})


async def held(
    session: AsyncSession, subject_id: UUID, kinds: Iterable[str]
) -> dict[str, dict[str, Any]]:
    """The newest particulars of one subject in those of several classes that hold anything."""
    found = await read_classes(session, [subject_id], kinds)
    return {kind: known[subject_id] for kind, known in found.items() if known.get(subject_id)}


async def read_many(
    session: AsyncSession, subjects: Iterable[UUID], kind: str
) -> dict[UUID, dict[str, Any]]:
    """The newest particulars of one class for many subjects."""
    return (await read_classes(session, subjects, [kind]))[str(kind)]


async def read_classes(
    session: AsyncSession, subjects: Iterable[UUID], kinds: Iterable[str]
) -> dict[str, dict[UUID, dict[str, Any]]]:
    """The newest particulars of several classes for many subjects, by class: read together."""
    wanted = list(subjects)
    found: dict[str, dict[UUID, dict[str, Any]]] = {str(kind): {} for kind in kinds}
    keys = {tier: await _data_keys(session, wanted, tier) for tier in {*map(tier_of, found)}}
    newest = await session.execute(_NEWEST, {"subjects": wanted, "kinds": list(found)})
    for subject_id, kind, version, sealed in newest:
        key = keys[tier_of(kind)].get(subject_id)
        if key is not None:
            plain = unseal(key, sealed, f"{subject_id}|{kind}|{version}")
            found[kind][subject_id] = orjson.loads(plain)
    return found


async def seal_value(
    session: AsyncSession, subject_id: UUID, kind: str, bound_to: str, value: Any
) -> bytes:
    """One value under the subject's key, for a column of the caller's own row.

    `bound_to` names the row; the value opens in that row alone.
    """
    key = await _data_key(session, subject_id, tier_of(kind))
    return seal(key, to_json(value).encode(), f"{subject_id}|{kind}|{bound_to}")


async def unseal_values(
    session: AsyncSession, kind: str, sealed: Iterable[tuple[UUID, str, bytes]]
) -> list[Any]:
    """The values of (subject, row, sealed) in order; None for a subject whose key is gone."""
    wanted = list(sealed)
    keys = await _data_keys(session, {subject for subject, _, _ in wanted}, tier_of(kind))
    return [
        orjson.loads(unseal(keys[subject], value, f"{subject}|{kind}|{bound}"))
        if subject in keys
        else None
        for subject, bound, value in wanted
    ]


def digest(kind: str, value: str) -> bytes:
    """The keyed digest of a normalised value; without the key nobody can try numbers."""
    return hmac.digest(secret_key("index"), f"{kind}|{value.strip().upper()}".encode(), "sha256")


async def index(session: AsyncSession, subject_id: UUID, values: Mapping[str, str]) -> None:
    """Make a subject findable by values of several kinds (`id_no`, `account`)."""
    rows = [
        {"kind": kind, "digest": digest(kind, value), "subject_id": subject_id}
        for kind, value in values.items()
    ]
    if rows:
        await session.execute(_NEW_LOOKUPS, rows)


async def lookup(session: AsyncSession, kind: str, value: str) -> list[UUID]:
    """Every subject indexed under a value."""
    return (await lookup_all(session, kind, [value])).get(value, [])


async def lookup_all(
    session: AsyncSession, kind: str, values: Iterable[str]
) -> dict[str, list[UUID]]:
    """The same of many values at once."""
    wanted: dict[bytes, list[str]] = {}
    for value in values:
        wanted.setdefault(digest(kind, value), []).append(value)
    found: dict[str, list[UUID]] = {}
    for row in await session.execute(_FOUND, {"kind": kind, "digests": list(wanted)}):
        for value in wanted[row.digest]:
            found.setdefault(value, []).append(row.subject_id)
    return found
