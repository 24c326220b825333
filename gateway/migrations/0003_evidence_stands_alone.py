"""evidence_stands_alone

Migrations only go forward. Expand first, contract in a later release: the code of the
release before must work on these tables.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "evidence", sa.Column("key", postgresql.JSONB(astext_type=sa.Text()), nullable=True)
    )
    op.add_column("evidence", sa.Column("base", sa.LargeBinary(), nullable=True))
