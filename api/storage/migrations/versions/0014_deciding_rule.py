"""The rule that decided the verdict which a decision kept; decisions before have kept none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add its column; what decided then is not known now, the rules and records may have changed."""
    op.add_column("decision", sa.Column("deciding_rule", sa.Text(), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("decision", "deciding_rule")
