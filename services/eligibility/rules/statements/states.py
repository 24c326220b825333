"""What the words of a parent's status state, as facts (父母状况用语的含义). Data."""

from collections.abc import Mapping
from typing import Any

DEAD = ("dead", "declared_dead")
MISSING = {"declared_dead", "declared_missing", "missing_undeclared", "lost_contact"}
CUSTODIES = (
    "prison",
    "drug_isolation",
    "criminal_detention",
    "arrest",
    "administrative_detention",
    "other_restraint",
)

# What one word of a parent's status states, as facts of that parent.
STATUS: Mapping[str, Mapping[str, Any]] = {
    "alive": {"life": "alive"},
    "dead": {"life": "dead"},
    "declared_dead": {"life": "declared_dead"},
    "declared_missing": {"life": "declared_missing"},
    "missing_undeclared": {"life": "alive", "lost_contact": True},
    "unfindable": {"life": "unfindable"},
    "unidentified": {"life": None, "unidentified": True},
    "lost_contact": {"life": "alive", "lost_contact": True},
    **{custody: {"life": "alive", "custody": custody} for custody in CUSTODIES},
    "at_liberty_under_order": {"life": "alive", "custody": "none"},
    "released": {"life": "alive", "custody": "none"},
    "revoked": {"life": "alive", "guardianship_revoked": True},
    "deported": {"life": "alive", "deported": True},
    "severely_disabled": {"life": "alive", "severe_disability": True},
    "infirm": {"life": "alive", "severe_disability": None},
    "seriously_ill": {"life": "alive", "serious_illness": True},
    "in_hospital": {"life": "alive", "serious_illness": None},
    "remarried": {"life": "alive"},
    "divorced": {"life": "alive"},
    "widowed": {"life": "alive"},
    "addicted": {"life": "alive"},
    "away": {"life": "alive", "away": True},
    "abroad": {"life": "alive"},
    "found": {"life": "alive", "lost_contact": False},
    "neglecting": {"life": "alive", "performs_duty": False},
}

# Who lives like this may be disabled or ill besides: 健在，肢体一级残疾.
LIVING = {
    "alive",
    "infirm",
    "divorced",
    "widowed",
    "addicted",
    "remarried",
    "away",
    "abroad",
    "neglecting",
    "found",
    "released",
}
