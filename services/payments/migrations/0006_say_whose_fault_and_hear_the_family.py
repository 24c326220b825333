"""say whose fault and hear the family

Migrations only go forward. Expand first, contract in a later release: the code of the
release before must work on these tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("debt", sa.Column("fault", sa.Text(), nullable=True))
    op.add_column("debt", sa.Column("heard_on", sa.Date(), nullable=True))
