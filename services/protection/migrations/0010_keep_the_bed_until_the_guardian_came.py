"""keep the bed until the guardian came

A child whose return was decided is in its bed until it is collected. Who has been placed anew
since, or whose bed has been given to another child, has been collected.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

OCCUPYING = "state IN ('held', 'confirmed', 'in_care', 'returned')"


def upgrade() -> None:
    """Apply."""
    op.execute(
        "UPDATE placement p SET state = 'home' WHERE state = 'returned' AND EXISTS ("
        "SELECT FROM placement o WHERE o.id <> p.id "
        "AND (o.bed_id = p.bed_id OR o.child_ref = p.child_ref) "
        "AND (o.state IN ('held', 'confirmed', 'in_care') OR o.state = 'returned' AND o.id > p.id))"
    )
    for name, column in (("uq_placement_bed", "bed_id"), ("uq_placement_child", "child_ref")):
        op.drop_index(name, "placement")
        op.create_index(
            name, "placement", [column], unique=True, postgresql_where=sa.text(OCCUPYING)
        )
