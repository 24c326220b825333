"""Who read or wrote which particulars of whom: only ever added to, sealed, and verifiable (审计).

`disclosures` are the rows; `tree` is RFC 6962; `seal` puts rows under signed checkpoints that a
second department co-signs; `verify` names what was changed, removed, inserted or cut off.
"""

from shared.audit.disclosures import (
    Disclosure,
    concerns,
    disclosure,
    record,
    record_writes,
    wrote,
)

__all__ = ["Disclosure", "concerns", "disclosure", "record", "record_writes", "wrote"]
