"""Certificates of what was purged, and blocks against it."""

from __future__ import annotations

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create their tables."""


def downgrade() -> None:
    """Drop them."""
