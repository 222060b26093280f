"""Lists of a whole register: the run that stands, its candidates, its places, and who wants no order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "listing",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_listing"),
    )
    _create_list("listedcandidate", "posting_id", "applicant_id")
    _create_list("listedplace", "applicant_id", "posting_id")
    op.create_table(
        "listedunordered",
        *_of_listing("applicant_id"),
        sa.PrimaryKeyConstraint("applicant_id", "listing", name="pk_listedunordered"),
    )


def downgrade() -> None:
    """Drop them; lists are made again by the next run."""
    for name in ("listedunordered", "listedplace", "listedcandidate", "listing"):
        op.drop_table(name)


def _create_list(name: str, owner: str, item: str) -> None:
    op.create_table(
        name,
        *_of_listing(owner),
        sa.Column("place", sa.Integer(), nullable=False),
        _record_id(item),
        sa.Column("score", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint(owner, "listing", "place", name=f"pk_{name}"),
    )


def _of_listing(owner: str) -> tuple[sa.Column[str], sa.Column[int]]:
    return _record_id(owner), sa.Column("listing", sa.BigInteger(), nullable=False)


def _record_id(name: str) -> sa.Column[str]:
    kind = sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")
    return sa.Column(name, kind, nullable=False)
