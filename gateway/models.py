"""The tables of the gateway: who may call, what was taken while a service was away, evidence.

Nothing here names a child: a held report and its answer are sealed.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shared import database
from shared.database import APPEND_ONLY, metadata_for, new_id


class Record(database.Record):
    """A row of the gateway."""

    __abstract__ = True
    metadata = metadata_for("gateway")


class ClientRecord(Record):
    """A registered system of a department (接入系统)."""

    __tablename__ = "client"
    id: Mapped[str] = mapped_column(primary_key=True)
    department: Mapped[str]
    town: Mapped[str | None]
    kind: Mapped[str]
    scopes: Mapped[list[str]]
    secret_digest: Mapped[str | None]
    jwks: Mapped[dict[str, Any] | None]
    certificates: Mapped[list[str]]
    bound: Mapped[bool] = mapped_column(default=False)
    redirects: Mapped[list[str]]
    rate: Mapped[int | None]
    enabled: Mapped[bool] = mapped_column(default=True)
    registered_at: Mapped[datetime]
    registered_by: Mapped[str]


class Person(Record):
    """An officer who may sign in with the built-in provider (经办人)."""

    __tablename__ = "person"
    officer: Mapped[str] = mapped_column(primary_key=True)
    department: Mapped[str]
    town: Mapped[str | None]
    password: Mapped[str | None]
    external: Mapped[str | None] = mapped_column(unique=True)
    enabled: Mapped[bool] = mapped_column(default=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]


class SignIn(Record):
    """A person's sign-in: first a code, then refresh tokens, each used once, or one that stays."""

    __tablename__ = "sign_in"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    digest: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]  # code | refresh | session
    family: Mapped[UUID] = mapped_column(index=True)
    client_id: Mapped[str]
    officer: Mapped[str]
    challenge: Mapped[str | None]
    redirect: Mapped[str | None]
    nonce: Mapped[str | None]
    scopes: Mapped[list[str]]
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class UsedOnce(Record):
    """Ids that count once: jti of assertions, nonces of signatures (防重放)."""

    __tablename__ = "used_once"
    owner: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(index=True)


class Revocation(Record):
    """A token that was ended before its time (RFC 7009)."""

    __tablename__ = "revocation"
    jti: Mapped[str] = mapped_column(primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[str]


class Receipt(Record):
    """A push taken while its service was away, sealed, to be forwarded once and in order (收件)."""

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("client_id", "idempotency_key"),
        Index("ix_receipt_waiting", "client_id", "number", postgresql_where=text("state = 'held'")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[int] = mapped_column(Identity(always=True), unique=True)
    client_id: Mapped[str]
    department: Mapped[str]
    service: Mapped[str]
    idempotency_key: Mapped[str]
    fingerprint: Mapped[str]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str]  # held | delivered | refused | set_aside
    received_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[int | None]
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    forwarded_at: Mapped[datetime | None]


class Evidence(Record):
    """A signed push as it was verified: who signed what, and when (签名证据).

    `base` is what was signed, sealed; with `key` it can be verified when the signer has other
    keys and the gateway another address.
    """

    __tablename__ = "evidence"
    __table_args__ = (APPEND_ONLY,)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[str]
    department: Mapped[str]
    key_id: Mapped[str]
    nonce: Mapped[str]
    method: Mapped[str]
    target: Mapped[str]
    signature_input: Mapped[str]
    signature: Mapped[str]
    content_digest: Mapped[str]
    key: Mapped[dict[str, Any] | None]
    base: Mapped[bytes | None] = mapped_column(LargeBinary)
    signed_at: Mapped[datetime]
    verified_at: Mapped[datetime]


class Opening(Record):
    """A break-glass opening: who opened what for how long and why, and who reviewed it."""

    __tablename__ = "opening"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    client_id: Mapped[str]
    department: Mapped[str]
    town: Mapped[str | None]
    officer: Mapped[str]
    category: Mapped[str]
    reason: Mapped[bytes] = mapped_column(LargeBinary)
    subject_id: Mapped[UUID] = mapped_column(index=True)
    opened_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    review_due_on: Mapped[datetime]
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[str | None]
    justified: Mapped[bool | None]


class Target(Record):
    """Where webhooks of a department may go: host, port and addresses, pinned (SSRF).

    One that ended stays, for the webhooks that went there; registering it again begins it anew.
    """

    __tablename__ = "webhook_target"
    __table_args__ = (UniqueConstraint("department", "host", "port"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    department: Mapped[str]
    host: Mapped[str]
    port: Mapped[int]
    networks: Mapped[list[str]]
    plain: Mapped[bool] = mapped_column(default=False)
    registered_by: Mapped[str]
    registered_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Webhook(Record):
    """A department's wish to be told at a URL: of events, or what it asked for over DCI."""

    __tablename__ = "webhook"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    client_id: Mapped[str] = mapped_column(index=True)
    department: Mapped[str]
    town: Mapped[str | None]
    target_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_target.id"))
    url: Mapped[str]
    kind: Mapped[str] = mapped_column(default="events", server_default="events")  # events | dci
    types: Mapped[list[str]]
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    # The one before it signs beside it until its receiver had time to change over.
    old_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    old_secret_until: Mapped[datetime | None]
    state: Mapped[str]  # active | disabled | removed
    why: Mapped[str | None]
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    made_at: Mapped[datetime]


class StreamPlace(Record):
    """How far the stream was turned into deliveries; `stream` tells it from the one before it."""

    __tablename__ = "stream_place"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int]
    stream: Mapped[int] = mapped_column(default=0, server_default="0")


class Delivery(Record):
    """One event for one webhook, and whether it arrived; `number` is the order they go in."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id"),
        Index(
            "ix_delivery_waiting",
            "webhook_id",
            "number",
            postgresql_where=text("state = 'waiting'"),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[int] = mapped_column(Identity(always=True), unique=True)
    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhook.id"))
    event_id: Mapped[str]
    sequence: Mapped[int]
    type: Mapped[str]
    event: Mapped[str]
    state: Mapped[str]  # waiting | delivered | given_up
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]


class Attempt(Record):
    """One try of a delivery, with what came back (投递日志)."""

    __tablename__ = "attempt"
    __table_args__ = (APPEND_ONLY,)
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("delivery.id"), index=True)
    at: Mapped[datetime]
    status: Mapped[int | None]
    error: Mapped[str | None]
    milliseconds: Mapped[int]


class RegistryTransaction(Record):
    """What was asked of the registry over DCI and is answered by a callback (异步请求).

    Question and answer are sealed; both are gone when `kept_until` has passed.
    """

    __tablename__ = "registry_transaction"
    __table_args__ = (
        Index("ix_registry_transaction_named", "client_id", "transaction_id", "kind"),
        Index("ix_registry_transaction_due", "due_at", postgresql_where=text("state = 'rcvd'")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[str]
    kind: Mapped[str]  # search | subscribe | unsubscribe | status | notify
    transaction_id: Mapped[str]
    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhook.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str]  # rcvd | succ | rjct
    attempts: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    kept_until: Mapped[datetime] = mapped_column(index=True)


class RegistrySubscription(Record):
    """Who is told over DCI of what becomes of one child's enrolment (登记系统订阅)."""

    __tablename__ = "registry_subscription"
    __table_args__ = (
        Index(
            "uq_registry_subscription",
            "client_id",
            "event",
            "child_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[str]
    caller: Mapped[dict[str, Any]]
    event: Mapped[str]
    child_id: Mapped[UUID] = mapped_column(index=True)
    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhook.id"))
    transaction_id: Mapped[str]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Passage(Record):
    """One request that came through the door, without its content (访问记录)."""

    __tablename__ = "passage"
    __table_args__ = (
        Index("ix_passage_request", "request_id"),
        APPEND_ONLY,
    )
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    request_id: Mapped[str]
    department: Mapped[str]
    client_id: Mapped[str]
    officer: Mapped[str | None]
    town: Mapped[str | None]
    method: Mapped[str]
    route: Mapped[str]
    clause: Mapped[str | None]
    purpose: Mapped[str]
    status: Mapped[int]
    milliseconds: Mapped[int]
    break_glass: Mapped[str | None]
