"""find the reports of a child

Migrations only go forward. Expand first, contract in a later release: the code of the
release before must work on these tables.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_report_child", "report", ["child_ref"], unique=False)
