"""tell_one_stream_from_another

Migrations only go forward. Expand first, contract in a later release: the code of the
release before must work on these tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "stream_place",
        sa.Column("stream", sa.BigInteger(), server_default="0", nullable=False),
    )
    # Deliveries go in the order in which they were written: a stream that was made anew gives
    # other events the same places.
    op.execute(
        "WITH twice AS (SELECT a.id FROM delivery a JOIN delivery b USING (webhook_id, event_id)"
        " WHERE a.sequence > b.sequence), gone AS (DELETE FROM attempt WHERE delivery_id IN"
        " (SELECT id FROM twice)) DELETE FROM delivery WHERE id IN (SELECT id FROM twice)"
    )
    op.add_column("delivery", sa.Column("number", sa.BigInteger(), nullable=True))
    op.execute(
        "UPDATE delivery SET number = n FROM (SELECT id, row_number() OVER"
        " (ORDER BY webhook_id, sequence) AS n FROM delivery) AS o WHERE o.id = delivery.id"
    )
    op.alter_column("delivery", "number", nullable=False)
    op.execute("ALTER TABLE delivery ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY")
    op.execute(
        "SELECT setval(pg_get_serial_sequence('delivery', 'number'),"
        " coalesce((SELECT max(number) FROM delivery), 0) + 1, false)"
    )
    op.create_unique_constraint(op.f("uq_delivery_number"), "delivery", ["number"])
    op.drop_constraint(op.f("uq_delivery_webhook_id_sequence"), "delivery", type_="unique")
    op.create_unique_constraint(
        op.f("uq_delivery_webhook_id_event_id"), "delivery", ["webhook_id", "event_id"]
    )
    op.add_column(
        "webhook_target", sa.Column("ended_at", sa.TIMESTAMP(timezone=True), nullable=True)
    )
    op.drop_index("ix_delivery_due", table_name="delivery")
    op.create_index(
        "ix_delivery_waiting",
        "delivery",
        ["webhook_id", "number"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )
