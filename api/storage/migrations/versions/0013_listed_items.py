"""Indexes from whom a list names to the list: a posting's rows among people's places, a person's among candidates."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_INDEXES = (("listedcandidate", "applicant_id"), ("listedplace", "posting_id"))


def upgrade() -> None:
    """Create them."""
    for table, column in _INDEXES:
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    """Drop them; rows are found by reading the whole table again."""
    for table, column in _INDEXES:
        op.drop_index(f"ix_{table}_{column}", table_name=table)
