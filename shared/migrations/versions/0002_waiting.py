"""waiting

What came too early waits in the database, and a stream that lost its end is noticed.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    moment = sa.text("clock_timestamp()")
    op.create_table(
        "inbox_waiting",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("envelope", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "since", postgresql.TIMESTAMP(timezone=True), server_default=moment, nullable=False
        ),
        sa.Column(
            "next_at", postgresql.TIMESTAMP(timezone=True), server_default=moment, nullable=False
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_inbox_waiting")),
    )
    op.create_index(
        "ix_inbox_waiting_subject", "inbox_waiting", ["owner", "subject_id", "sequence"]
    )
    op.add_column("bus_state", sa.Column("last_sequence", sa.BigInteger(), nullable=True))
    op.add_column("bus_state", sa.Column("last_event", sa.Uuid(), nullable=True))
