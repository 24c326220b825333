"""find the placements of a case

A case is shown with everything it is made of.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_placement_case", "placement", ["case_id"])
