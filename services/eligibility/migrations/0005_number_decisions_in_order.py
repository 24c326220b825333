"""number decisions in order

Migrations only go forward. Expand first, contract in a later release: the code of the
release before must work on these tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# The release before drew numbers by lot: of two that met, the later one is told apart.
TOLD_APART = """
UPDATE decision SET number = decision.number || '-' || met.nth
  FROM (SELECT id, row_number() OVER (PARTITION BY number ORDER BY id) AS nth FROM decision) AS met
 WHERE met.id = decision.id AND met.nth > 1
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "decision_count",
        sa.Column("year", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_decision_count")),
    )
    op.execute(TOLD_APART)
    op.drop_index("ix_decision_number", table_name="decision")
    op.create_index("uq_decision_number", "decision", ["number"], unique=True)
