"""find what was decided and who is payable in indexes alone

Migrations only go forward. Expand first, contract in a later release: the code of the
release before must work on these tables.
"""

from alembic import op
from sqlalchemy import text

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index(
        "uq_line_child_month",
        "line",
        ["child_id", "month", "benefit", "run_id"],
        unique=True,
        postgresql_include=["amount"],
    )
    op.drop_constraint("uq_line_child_id_month_benefit_run_id", "line", type_="unique")
    op.create_index(
        "ix_payee_payable",
        "payee",
        ["child_id"],
        postgresql_include=["months"],
        postgresql_where=text("verified_at IS NOT NULL AND refused IS NULL"),
    )
