"""who_may_know_whom

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
    op.create_table(
        "shielded_child",
        sa.Column("child_ref", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("child_ref", name=op.f("pk_shielded_child")),
    )
    op.add_column("matter", sa.Column("client", sa.Text(), nullable=True))
