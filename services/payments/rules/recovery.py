"""Whether and how what was paid too much may be taken back: heard, in time, by fault (多发款追回).

Facts first: the family is heard. Then time: a debt too old is only waived, unless something was
concealed. Then fault: who did nothing wrong pays back only what they agree to; who concealed
something is not forgiven by an officer (R29).
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from services.payments.rules.months import count

CLAUSE = "WL24:2.1.0b-1"


class Way(StrEnum):
    """How a debt is settled."""

    REPAYMENT = "repayment"
    INSTALMENTS = "instalments"
    OFFSET = "offset"
    WAIVER = "waiver"


class Fault(StrEnum):
    """Through whom too much was paid: an office, a late notice, or something concealed."""

    OFFICE = "office"
    LATE_NOTICE = "late_notice"
    CONCEALED = "concealed"


FAULT_ZH: Mapping[str, Fault] = {
    "机关差错": Fault.OFFICE, "未及时告知": Fault.LATE_NOTICE, "隐瞒虚报": Fault.CONCEALED,
}  # fmt: skip

EVERY_WAY = tuple(Way)
WAYS: Mapping[Fault, tuple[Way, ...]] = {
    Fault.OFFICE: EVERY_WAY,
    Fault.LATE_NOTICE: EVERY_WAY,
    Fault.CONCEALED: (Way.REPAYMENT, Way.INSTALMENTS, Way.OFFSET),
}


def ways(fault: Fault, recorded_on: date, day: date, limitation_months: int) -> tuple[Way, ...]:
    """The ways that are open on a day."""
    in_time = count(recorded_on, day) <= limitation_months
    if in_time or fault is Fault.CONCEALED:
        return WAYS[fault]
    return (Way.WAIVER,)


def needs_consent(fault: Fault, way: Way) -> bool:
    """Keeping later money always; taking anything back from who did nothing wrong."""
    return way is Way.OFFSET or (fault is Fault.OFFICE and way is not Way.WAIVER)
