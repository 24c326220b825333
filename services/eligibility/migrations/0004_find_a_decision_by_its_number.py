"""find a decision by its number

Migrations only go forward. Expand first, contract in a later release: the code of the
release before must work on these tables.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_decision_number", "decision", ["number"], unique=False)
