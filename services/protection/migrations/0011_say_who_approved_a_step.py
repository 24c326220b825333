"""say who approved a step

A long review and a longer term rest on a superior's approval: the history names who gave it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("step", sa.Column("approved_by", sa.Text(), nullable=True))
