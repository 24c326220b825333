"""The messages of the standard, as far as they are taken here: an unknown field is an error.

Derived from the published IBR and core registry documents, version 1.0.0; where those misspell
a name (`subscibe`, `sunscription_codes`), both spellings are taken.
"""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from gateway.schemas import Given

Id = Annotated[str, Field(min_length=1, max_length=99)]
Locale = Annotated[str, Field(pattern="^[a-z]{2,3}$")]
QueryType = Literal["idtype-value", "expression", "predicate"]
Query = Annotated[
    dict[str, Any] | list[dict[str, Any]],
    Field(description="须指明一名儿童：UIN（身份号码）、CHILD_ID，或 name 与 birth_date"),
]
EventType = Literal["enrollement", "enrollement_status_change"]


class Header(Given):
    """Who sends what to whom, when."""

    version: str = "1.0.0"
    message_id: Id
    message_ts: AwareDatetime
    action: str
    sender_id: str
    sender_uri: str | None = None
    receiver_id: str | None = None
    total_count: int
    is_msg_encrypted: bool = False
    meta: dict[str, Any] = Field(default_factory=dict)


class PurposeSaid(BaseModel):
    """Why, by a code of `gateway_purposes`."""

    model_config = ConfigDict(extra="ignore")
    text: str | None = None
    code: str
    ref_uri: str | None = None


class Authorize(BaseModel):
    """What the sender says it may ask for, and why; its JSON-LD is not read."""

    model_config = ConfigDict(extra="ignore")
    ts: AwareDatetime | None = None
    purpose: PurposeSaid | None = None


class Sort(Given):
    """By which attribute, in which order."""

    attribute_name: str
    sort_order: Literal["asc", "desc"] = "asc"


class PageAsked(Given):
    """Which page; pages count from one."""

    page_size: int
    page_number: int = 1


class SearchCriteria(Given):
    """Who is looked for."""

    version: str = "1.0.0"
    reg_type: str | None = None
    reg_event_type: str | None = None
    query_type: QueryType
    query: Query
    sort: list[Sort] = Field(default_factory=list)
    pagination: PageAsked | None = None
    consent: dict[str, Any] | None = None
    authorize: Authorize | None = None


class SearchItem(Given):
    """One request of a search message."""

    reference_id: Id
    timestamp: AwareDatetime
    search_criteria: SearchCriteria
    locale: Locale | None = None


class SearchMessage(Given):
    """Requests to search."""

    transaction_id: Id
    search_request: list[SearchItem] = Field(min_length=1)


class EnrolledCriteria(Given):
    """About whom it is asked."""

    query_type: QueryType = "idtype-value"
    response_entity: Literal["Group", "Member"] = "Member"
    query: dict[str, Any]


class EnrolledMessage(Given):
    """Is this child in the programme already?"""

    transaction_id: Id
    enrolled_criteria: EnrolledCriteria


class SubscribeCriteria(Given):
    """What is to be told of whom."""

    version: str = "1.0.0"
    reg_type: str | None = None
    reg_event_type: EventType
    frequency: dict[str, Any] | None = None
    filter_type: QueryType = "idtype-value"
    filter: Query
    notify_record_type: str
    authorize: Authorize | None = None


class SubscribeItem(Given):
    """One subscription that is wished for."""

    reference_id: Id
    timestamp: AwareDatetime
    subscribe_criteria: SubscribeCriteria
    locale: Locale | None = None


class SubscribeMessage(Given):
    """Subscriptions that are wished for."""

    transaction_id: Id
    subscribe_request: list[SubscribeItem] = Field(min_length=1)


class UnsubscribeMessage(Given):
    """Subscriptions to be ended."""

    transaction_id: Id
    timestamp: AwareDatetime | None = None
    timesstamp: AwareDatetime | None = None
    subscription_codes: list[Id] = Field(default_factory=list)
    sunscription_codes: list[Id] = Field(default_factory=list)

    def codes(self) -> list[str]:
        """The codes, however the field is spelt."""
        return list(dict.fromkeys([*self.subscription_codes, *self.sunscription_codes]))


class StatusAsked(Given):
    """Of which transaction."""

    reference_id: Id
    txn_type: Literal["search", "subscribe", "subscibe", "unsubscribe"]
    attribute_type: Literal["transaction_id", "reference_id_list", "correlation_id"]
    attribute_value: Id | list[Id]
    locale: Locale | None = None


class StatusMessage(Given):
    """What became of a transaction?"""

    transaction_id: Id
    txnstatus_request: StatusAsked


class Envelope(Given):
    """Signature, header, message."""

    signature: str | None = None
    header: Header


class SearchEnvelope(Envelope):
    """A search."""

    message: SearchMessage


class EnrolledEnvelope(Envelope):
    """A question about enrolment."""

    message: EnrolledMessage


class SubscribeEnvelope(Envelope):
    """A subscription."""

    message: SubscribeMessage


class UnsubscribeEnvelope(Envelope):
    """The end of a subscription."""

    message: UnsubscribeMessage


class StatusEnvelope(Envelope):
    """A question about a transaction."""

    message: StatusMessage
