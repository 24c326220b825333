"""find what waits for an office

The open clocks of a department, the first due first: its desk.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index(
        "ix_deadline_open",
        "deadline",
        ["department", "due_at", "id"],
        postgresql_where=sa.text("met_at IS NULL AND cancelled_at IS NULL"),
    )
