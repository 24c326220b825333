"""let_an_old_secret_sign_on

Migrations only go forward. Expand first, contract in a later release: the code of the
release before must work on these tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("webhook", sa.Column("old_secret", sa.LargeBinary(), nullable=True))
    op.add_column(
        "webhook", sa.Column("old_secret_until", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("opening", sa.Column("town", sa.Text(), nullable=True))
