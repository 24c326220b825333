"""The shapes of what the gateway itself takes and gives."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
)

from gateway.identity.clients import SCOPES
from shared.audit.door import Access
from shared.instants import Instant

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_:-]{1,63}$")]


def _known(scopes: list[str]) -> list[str]:
    if strange := set(scopes) - set(SCOPES):
        raise ValueError(f"未知的权限范围 | {len(strange)} unknown; known: {' '.join(SCOPES)}")
    return sorted(set(scopes))


OpeningCategory = Literal["life_danger", "night_call", "court_order", "medical_emergency"]


Thumbprints = list[Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]]
Rate = Annotated[int | None, Field(ge=1, le=10_000, description="每秒请求数 | requests a second")]
Scopes = Annotated[list[str], AfterValidator(_known)]


class Given(BaseModel):
    """What is sent to us: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid")


class Shown(BaseModel):
    """What we answer."""

    model_config = ConfigDict(from_attributes=True)


class NewClient(Given):
    """A system to be registered for a department, a town's for its town (接入系统登记)."""

    id: Code
    department: str
    town: str | None = None
    jwks: dict[str, Any] | None = Field(None, description="公钥（JWKS） | public keys")
    certificates: Thumbprints = Field([], description="x5t#S256", max_length=5)
    bound: bool = Field(False, description="令牌须绑定 | only DPoP or certificate-bound tokens")
    rate: Rate = None
    scopes: Scopes = Field(list(SCOPES), description="权限范围 | what it may be given tokens for")


class ClientChange(Given):
    """What is to be different about a system; what is not named stays (接入系统变更)."""

    certificates: Thumbprints = Field([], description="x5t#S256", max_length=5)
    bound: bool = Field(False, description="令牌须绑定 | only DPoP or certificate-bound tokens")
    rate: Rate = None
    scopes: Scopes = Field([], description="权限范围 | what it may be given tokens for")


class ClientShown(Shown):
    """A registered system, without anything secret."""

    id: str
    department: str
    town: str | None
    kind: str
    scopes: list[str]
    certificates: list[str]
    bound: bool
    rate: int | None
    enabled: bool
    registered_at: datetime
    registered_by: str


class ClientMade(ClientShown):
    """As registered; the secret is shown this once."""

    secret: str | None = None


class OfficerShown(Shown):
    """Somebody who may sign in (经办人)."""

    officer: str
    department: str
    town: str | None
    enabled: bool
    outside: bool = Field(description="由统一身份认证担保 | vouched for by the city's sign-in")


class Keys(Given):
    """The public keys of a system; the ones before are replaced (密钥登记)."""

    jwks: dict[str, Any]


class Certificates(Given):
    """The certificates a system may show; the ones before are replaced (证书登记)."""

    certificates: Thumbprints = Field(description="x5t#S256", max_length=5)


class Me(Shown):
    """Who the caller is to us, and what it may call."""

    department: str
    department_zh: str
    client: str
    officer: str | None
    town: str | None
    scopes: list[str]
    routes: list[dict[str, str]]


class ClockMove(Given):
    """Where the virtual clock is to go: to an instant, or forward."""

    to: Instant | None = None
    now: Instant | None = None
    days: int = Field(0, ge=0, le=4000)
    hours: int = Field(0, ge=0, le=100_000)
    minutes: int = Field(0, ge=0, le=1_000_000)


class ClockShown(Shown):
    """The platform's time, its legal day, and how many due things were done on the way."""

    now: datetime
    legal_day: str
    kind: str
    run: int = 0
    away: Sequence[str] = Field((), description="未能通知的服务 | services that were away")


class NewOpening(Given):
    """A break-glass opening asked for (紧急查阅)."""

    subject_id: UUID
    category: OpeningCategory
    reason: Annotated[str, StringConstraints(min_length=10, max_length=1000, strip_whitespace=True)]
    hours: int = Field(4, ge=1, le=24)


class OpeningShown(Shown):
    """An opening; the reason is shown only to reviewers."""

    id: UUID
    department: str
    officer: str
    category: str
    subject_id: UUID
    opened_at: datetime
    ends_at: datetime
    review_due_on: datetime
    reviewed_at: datetime | None
    reviewed_by: str | None
    justified: bool | None
    reason: str | None = None


class OpeningReview(Given):
    """The second look at an opening (事后复核)."""

    justified: bool


class ReceiptShown(Shown):
    """What became of a push that was taken while its service was away (收件回执)."""

    id: UUID
    state: Literal["held", "delivered", "refused", "set_aside"]
    service: str
    idempotency_key: str
    received_at: datetime
    attempts: int
    forwarded_at: datetime | None
    status: int | None
    answer: Any = Field(None, description="业务服务的答复 | what the service answered")


class EvidenceShown(Shown):
    """A signature as it was verified: all that is needed to verify it again (签名证据)."""

    id: UUID
    department: str
    client_id: str
    key_id: str
    method: str
    target: str
    signature_input: str
    signature: str
    content_digest: str
    key: dict[str, Any] | None = Field(description="签名时的公钥（JWK） | the signer's public key")
    base: str | None = Field(description="签名基（RFC 9421 2.5） | the signature base")
    signed_at: datetime
    verified_at: datetime


class AccessShown(Access, Shown):
    """One access to a person's particulars, and the service that keeps the record (查阅记录)."""

    service: str = Field(
        "gateway", description="eligibility、payments、protection、referrals、gateway"
    )


class AccessesShown(Shown):
    """Who looked at a person in every service, newest first (谁看过我)."""

    subject_id: UUID
    known_as: list[UUID] = Field(description="同一儿童的各编号 | the ids of the same child")
    items: list[AccessShown]


class NewTarget(Given):
    """Where a department may be told: host and port, pinned to networks (推送地址登记)."""

    department: str
    host: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{1,253}$", to_lower=True)]
    port: int = Field(443, ge=1, le=65535)
    networks: list[str] = Field(min_length=1, max_length=16, description="CIDR")
    plain: bool = Field(False, description="允许 http（仅限内网调试） | plain http allowed")


class TargetShown(Shown):
    """A registered target."""

    id: UUID
    department: str
    host: str
    port: int
    networks: list[str]
    plain: bool
    registered_by: str
    registered_at: datetime


class NewWebhook(Given):
    """A wish to be told; no types means all the department may hear (推送订阅)."""

    url: Annotated[str, StringConstraints(max_length=500)]
    types: list[Annotated[str, StringConstraints(max_length=100)]] = Field([], max_length=60)


class WebhookShown(Shown):
    """A webhook, and whether it works; `dci` are addresses answers over DCI go to."""

    id: UUID
    url: str
    kind: Literal["events", "dci"]
    types: list[str]
    state: Literal["active", "disabled", "removed"]
    why: str | None
    failures: int
    failing_since: datetime | None
    made_at: datetime
    old_secret_until: datetime | None = None


class Renewal(Given):
    """How a secret is renewed: the old one signs on for a while, unless somebody else knows it."""

    end_old_now: bool = False


class WebhookMade(WebhookShown):
    """As made; the secret (`whsec_…`) is shown this once."""

    secret: str


class Replay(Given):
    """From which place in the stream on deliveries are to be sent again."""

    after: int = Field(0, ge=0)


class DeliveryShown(Shown):
    """One event for one webhook, and whether it arrived (投递)."""

    id: UUID
    event_id: str
    sequence: int
    type: str
    state: Literal["waiting", "delivered", "given_up"]
    attempts: int
    due_at: datetime
    delivered_at: datetime | None
    tried: list[dict[str, Any]] = []
