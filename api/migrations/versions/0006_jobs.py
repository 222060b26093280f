"""Jobs, their events and idempotency keys."""

from __future__ import annotations

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create their tables."""


def downgrade() -> None:
    """Drop them."""
