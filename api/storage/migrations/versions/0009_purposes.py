"""Re-routing consents with whom they name, and the decisions that allow an operating mode."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ID = 32
_ACCOUNT = "account.id"


def upgrade() -> None:
    """Create their tables, empty: no mode is on and nobody is shown to another municipality."""
    op.create_table(
        "reroutingconsent",
        sa.Column("id", sa.String(_ID), nullable=False),
        sa.Column("applicant_id", _record_id(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("ground", sa.String(20), nullable=False),
        sa.Column("document", sa.String(200), nullable=True),
        sa.Column("entered_by", sa.String(5), nullable=True),
        *_moment_and_account("reroutingconsent", "given", nullable=False),
        *_moment_and_account("reroutingconsent", "withdrawn", nullable=True),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["applicant.id"], name="fk_reroutingconsent_applicant_id_applicant", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reroutingconsent"),
    )
    op.create_index("ix_reroutingconsent_applicant_id", "reroutingconsent", ["applicant_id"])
    op.create_table(
        "reroutingtarget",
        sa.Column("consent_id", sa.String(_ID), nullable=False),
        sa.Column("code", sa.String(10), nullable=False),
        sa.ForeignKeyConstraint(
            ["consent_id"],
            ["reroutingconsent.id"],
            name="fk_reroutingtarget_consent_id_reroutingconsent",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("consent_id", "code", name="pk_reroutingtarget"),
    )
    op.create_index("ix_reroutingtarget_code", "reroutingtarget", ["code"])
    op.create_table(
        "modedecision",
        sa.Column("id", sa.String(_ID), nullable=False),
        sa.Column("mode", sa.String(20), nullable=False),
        sa.Column("municipality_code", sa.String(5), nullable=True),
        sa.Column("document", sa.String(200), nullable=False),
        sa.Column("decided_by", sa.String(200), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        *_moment_and_account("modedecision", "recorded", nullable=False),
        *_moment_and_account("modedecision", "withdrawn", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_modedecision"),
    )
    op.create_index("ix_modedecision_mode", "modedecision", ["mode"])


def downgrade() -> None:
    """Drop them; every consent and every decision is lost, so nothing is shown on their ground."""
    for name in ("modedecision", "reroutingtarget", "reroutingconsent"):
        op.drop_table(name)


def _record_id() -> sa.String:
    return sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")


def _moment_and_account(
    table: str, verb: str, *, nullable: bool
) -> tuple[sa.Column[object], sa.Column[str], sa.ForeignKeyConstraint]:
    """When and by which account."""
    name = f"{verb}_by"
    return (
        sa.Column(f"{verb}_at", sa.DateTime(timezone=True), nullable=nullable),
        sa.Column(name, sa.String(_ID), nullable=nullable),
        sa.ForeignKeyConstraint([name], [_ACCOUNT], name=f"fk_{table}_{name}_account"),
    )
