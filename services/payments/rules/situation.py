"""The situation an evaluation is asked about: facts, other relief, episodes, orders, events.

What is not mentioned is absent; what was sent as unknown stands in `unknown` and never
becomes a no. Open ends of periods are `date.max`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from services.payments.rules.vocabulary import Category, Happening, Household, ReliefKind


class School(StrEnum):
    """Where a person stands with school (就学状态)."""

    ATTENDING = "attending"
    NOT_ATTENDING = "not_attending"
    NOT_SAID = "not_said"
    ON_LEAVE = "on_leave"
    GRADUATED = "graduated"
    DROPPED_OUT = "dropped_out"
    IN_THE_ARMY = "in_the_army"
    DISCHARGED = "discharged"
    STATUS_LOST = "status_lost"


@dataclass(frozen=True, slots=True)
class Schooling:
    """School as it stood before the events: state, kind of course, expected graduation."""

    state: School = School.NOT_SAID
    expected_graduation: date = date.max
    postgraduate: bool = False
    full_time: bool = True


@dataclass(frozen=True, slots=True)
class Event:
    """What happened on a day; `starts` is when an admission begins."""

    day: date
    what: Happening
    categories: frozenset[Category] = frozenset()
    removes: frozenset[Category] = frozenset()
    starts: date = date.max
    status_retained: bool = True
    postgraduate: bool = False
    full_time: bool = True
    text: str = ""

    @property
    def begins(self) -> date:
        """The day an admission takes effect: the day stated, else that of the event itself."""
        return self.day if self.starts == date.max else self.starts


@dataclass(frozen=True, slots=True)
class OtherRelief:
    """Relief from elsewhere in a period, yuan a month; `known` is false when nobody said."""

    kind: ReliefKind
    monthly: Decimal
    known: bool = True
    since: date = date.min
    until: date = date.max
    name: str = ""


@dataclass(frozen=True, slots=True)
class Episode:
    """Days of relief of a street child, both ends included (救助期间)."""

    since: date
    until: date = date.max


@dataclass(frozen=True, slots=True)
class PriceOrder:
    """An ordered month of price subsidy and its amount a head (价格补贴通知)."""

    month: date
    per_head: Decimal
    known: bool = True
    received_elsewhere: bool = False
    classes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Care:
    """A nursing, training or rehabilitation-living period; `designated` of its institution."""

    since: date = date.min
    until: date = date.max
    designated: str = "yes"
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Insurance:
    """Residents' medical insurance of one year: enrolled yes, no or unknown."""

    year: int
    enrolled: str = "yes"
    contribution: Decimal = Decimal(0)
    known: bool = False
    borne_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Temporary:
    """Temporary relief after an emergency; the amount is an approved decision's (2.1.6)."""

    happened_on: date
    amount: Decimal = Decimal(0)
    approved: bool = False


@dataclass(frozen=True, slots=True)
class Paid:
    """What was paid before for a month and benefit."""

    month: date
    benefit: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything one evaluation rests on."""

    categories: frozenset[Category] = frozenset()
    born_on: date = date.max
    local: bool = True
    household: Household = Household.ORDINARY
    dibao_active: bool = False
    unknown: frozenset[str] = frozenset()
    said: frozenset[str] = frozenset()
    confirmed_on: date = date.min
    first_month: date = date.min
    last_month: date = date.max
    rate_class: str = ""
    schooling: Schooling = Schooling()
    labour_capacity: bool = True
    civil_capacity: bool = True
    events: tuple[Event, ...] = ()
    other_relief: tuple[OtherRelief, ...] = ()
    episodes: tuple[Episode, ...] = ()
    orders: tuple[PriceOrder, ...] = ()
    nursing: tuple[Care, ...] = ()
    training: tuple[Care, ...] = ()
    rehabilitation: tuple[Care, ...] = ()
    insurance: tuple[Insurance, ...] = ()
    temporary: tuple[Temporary, ...] = ()
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    lump_sums_paid: tuple[int, ...] = ()
    paid: tuple[Paid, ...] = ()

    @property
    def age_known(self) -> bool:
        """Whether a birth date was given."""
        return self.born_on != date.max
