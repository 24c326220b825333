"""keep_quiet_lines_apart

Migrations only go forward. Expand first, contract in a later release: the code of the
release before must work on these tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; lines of a service that speaks of an illness were sent before by its code."""
    op.add_column(
        "line", sa.Column("quiet", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.execute("UPDATE line SET quiet = true WHERE service = 'special_treatment'")
