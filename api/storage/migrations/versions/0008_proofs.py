"""Proofs that were asked for and uploaded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ID = 32


def upgrade() -> None:
    """Create their tables."""
    op.create_table(
        "proof",
        sa.Column("id", sa.String(_ID), nullable=False),
        sa.Column(
            "application_id",
            sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("licence", sa.String(500), nullable=True),
        sa.Column("ground", sa.String(20), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        _moment("asked_at"),
        sa.Column("asked_by", sa.String(_ID), nullable=False),
        sa.Column("delete_on", sa.Date(), nullable=False),
        _moment("uploaded_at", nullable=True),
        sa.Column("media_type", sa.String(40), nullable=True),
        sa.Column("is_confirmed", sa.Boolean(), nullable=True),
        sa.Column("municipality_code", sa.String(5), nullable=True),
        sa.Column("zone", sa.String(10), nullable=True),
        _moment("checked_at", nullable=True),
        sa.Column("checked_by", sa.String(_ID), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name="fk_proof_application_id_application", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_proof"),
    )
    for column in ("application_id", "state", "delete_on"):
        op.create_index(f"ix_proof_{column}", "proof", [column])
    op.create_table(
        "proofimage",
        sa.Column("proof_id", sa.String(_ID), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["proof_id"], ["proof.id"], name="fk_proofimage_proof_id_proof", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("proof_id", name="pk_proofimage"),
    )


def downgrade() -> None:
    """Drop them; what was found stays nowhere."""
    op.drop_table("proofimage")
    op.drop_table("proof")


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
