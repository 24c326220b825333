"""The HTTP door of referrals: parse, name the actor, call one operation, answer."""

from services.referrals.api import (
    directory,
    evaluations,
    lines,
    matters,
    pushes,
    referrals,
    supervision,
)

# Literal paths stand before `/v1/referrals/{referral_id}`.
ROUTERS = [
    evaluations.router,
    directory.router,
    lines.router,
    pushes.router,
    supervision.router,
    *matters.ROUTERS,
    referrals.router,
]
