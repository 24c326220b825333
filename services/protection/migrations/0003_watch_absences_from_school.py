"""watch_absences_from_school

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
    op.create_table(
        "absence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("child_ref", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("town", sa.Text(), nullable=True),
        sa.Column("days", sa.BigInteger(), nullable=False),
        sa.Column("explained", sa.Boolean(), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("note_id", sa.Uuid(), nullable=True),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("told_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
        sa.UniqueConstraint("child_ref", "since", name=op.f("uq_absence_child_ref")),
    )
    op.create_index("ix_absence_town", "absence", ["town", "told_at", "id"], unique=False)
