"""Imports, the files they keep for a day at most, and the offices' choices of columns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ID = 32
_DIGEST = 64
_OFFICE = 20


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "import",
        sa.Column("id", sa.String(_ID), nullable=False),
        sa.Column("account_id", _record_id(), nullable=False),
        sa.Column("municipality_code", sa.String(5), nullable=True),
        _moment("created_at"),
        _moment("kept_until"),
        _moment("ended_at", nullable=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("job_id", sa.String(_ID), nullable=True),
        sa.Column("plan_digest", sa.String(_DIGEST), nullable=True),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_import"),
    )
    for column in ("account_id", "municipality_code", "created_at", "state"):
        op.create_index(f"ix_import_{column}", "import", [column])
    op.create_table(
        "importcontent",
        sa.Column("import_id", sa.String(_ID), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=True),
        sa.Column("accepted", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("import_id", name="pk_importcontent"),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import.id"], name="fk_importcontent_import_id_import", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "officemapping",
        sa.Column("office", sa.String(_OFFICE), nullable=False),
        sa.Column("kind", sa.String(_OFFICE), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        _moment("changed_at"),
        sa.PrimaryKeyConstraint("office", "kind", name="pk_officemapping"),
    )
    op.create_table(
        "officekey",
        sa.Column("office", sa.String(_OFFICE), nullable=False),
        sa.Column("key", sa.String(_DIGEST), nullable=False),
        sa.PrimaryKeyConstraint("office", name="pk_officekey"),
    )


def downgrade() -> None:
    """Drop them; files that wait are lost, records that came by an import stay."""
    for name in ("officekey", "officemapping", "importcontent", "import"):
        op.drop_table(name)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _record_id() -> sa.String:
    return sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")
