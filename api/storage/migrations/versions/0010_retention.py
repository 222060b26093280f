"""When changes were made, certificates of what was purged, blocks against it, and people's stops and erasures."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = 32
_WORDS = 500
_DOCUMENT = 200
_NUMBERED = ("applicant", "application", "company", "household", "posting")


def upgrade() -> None:
    """Create the tables; what is stored already counts as stored now, so that nothing is kept too short."""
    _create_moments()
    op.create_table(
        "certificate",
        sa.Column("number", _number(), autoincrement=False, nullable=False),
        sa.Column("class_name", sa.String(20), nullable=False),
        _moment("made_at"),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_certificate"),
    )
    op.create_index("ix_certificate_class_name", "certificate", ["class_name"])
    _create_hold()
    _create_rights()


def downgrade() -> None:
    """Drop them; certificates and blocks are lost."""
    for name in ("erasurerequest", "restriction", "hold", "certificate", "revisionmoment"):
        op.drop_table(name)


def _create_moments() -> None:
    moments = op.create_table(
        "revisionmoment",
        sa.Column("number", _number(), autoincrement=False, nullable=False),
        _moment("at"),
        sa.PrimaryKeyConstraint("number", name="pk_revisionmoment"),
    )
    found: set[int] = set()
    for name in (*_NUMBERED, "history"):
        number = sa.column("revision", _number())
        found.update(op.get_bind().scalars(sa.select(number).select_from(sa.table(name)).distinct()))
    if found:
        op.bulk_insert(moments, [{"number": number, "at": datetime.now(UTC)} for number in sorted(found)])


def _create_hold() -> None:
    op.create_table(
        "hold",
        sa.Column("id", sa.String(_ID), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject_id", _record_id(), nullable=False),
        sa.Column("reason", sa.String(_WORDS), nullable=False),
        _moment("placed_at"),
        sa.Column("placed_by", sa.String(_ID), nullable=False),
        _moment("lifted_at", nullable=True),
        sa.Column("lifted_by", sa.String(_ID), nullable=True),
        sa.Column("lifted_reason", sa.String(_WORDS), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_hold"),
    )
    op.create_index("ix_hold_subject_id", "hold", ["subject_id"])


def _create_rights() -> None:
    op.create_table(
        "restriction",
        sa.Column("id", sa.String(_ID), nullable=False),
        *_of_applicant("restriction"),
        sa.Column("document", sa.String(_DOCUMENT), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        _moment("stopped_at"),
        sa.Column("stopped_by", sa.String(_ID), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        _moment("ended_at", nullable=True),
        sa.Column("ended_by", sa.String(_ID), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_restriction"),
    )
    op.create_index("ix_restriction_applicant_id", "restriction", ["applicant_id"])
    op.create_table(
        "erasurerequest",
        *_of_applicant("erasurerequest"),
        sa.Column("document", sa.String(_DOCUMENT), nullable=True),
        _moment("asked_at"),
        sa.Column("asked_by", sa.String(_ID), nullable=False),
        sa.Column("kept_until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("applicant_id", name="pk_erasurerequest"),
    )


def _of_applicant(table: str) -> tuple[sa.Column[str], sa.ForeignKeyConstraint]:
    key = sa.ForeignKeyConstraint(
        ["applicant_id"], ["applicant.id"], name=f"fk_{table}_applicant_id_applicant", ondelete="CASCADE"
    )
    return sa.Column("applicant_id", _record_id(), nullable=False), key


def _record_id() -> sa.String:
    return sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")


def _number() -> sa.BigInteger:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
