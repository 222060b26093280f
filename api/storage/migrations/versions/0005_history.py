"""What records were before they were replaced or removed, and an index to find what changed since a revision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_RECORDS = ("applicant", "application", "company", "household", "posting")


def upgrade() -> None:
    """Begin an empty history: what was replaced before is not known."""
    op.create_table(
        "history",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("id", sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql"), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("record", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("kind", "id", "revision", name="pk_history"),
    )
    op.create_index("ix_history_until", "history", ["until"])
    for name in _RECORDS:
        op.create_index(f"ix_{name}_revision", name, ["revision"])


def downgrade() -> None:
    """Forget what records were."""
    for name in _RECORDS:
        op.drop_index(f"ix_{name}_revision", table_name=name)
    op.drop_table("history")
