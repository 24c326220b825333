"""The tables of referrals; particulars are sealed in the vault, not here."""

from services.referrals.models.directory import OfferedService, Organisation
from services.referrals.models.matters import (
    ChildLink,
    Matter,
    MatterStep,
    Meeting,
    StaffPost,
    Student,
)
from services.referrals.models.pushes import MissedClock, Push, PushStep
from services.referrals.models.record import Record
from services.referrals.models.referrals import (
    Disclosed,
    Line,
    LineStep,
    Referral,
    ShieldedChild,
)

__all__ = [
    "ChildLink",
    "Disclosed",
    "Line",
    "LineStep",
    "Matter",
    "MatterStep",
    "Meeting",
    "MissedClock",
    "OfferedService",
    "Organisation",
    "Push",
    "PushStep",
    "Record",
    "Referral",
    "ShieldedChild",
    "StaffPost",
    "Student",
]
