"""keep_words_that_were_told

Migrations only go forward. Expand first, contract in a later release: the code of the
release before must work on these tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("tattoo_finding", sa.Column("note_id", sa.Uuid(), nullable=True))
    op.add_column("detention", sa.Column("why_id", sa.Uuid(), nullable=True))
