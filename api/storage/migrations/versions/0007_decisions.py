"""Decisions, outcomes, conflicts of interest and interview scores."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = 32
_TABLES = ("interviewscore", "outcome", "conflict", "decision")


def upgrade() -> None:
    """Create their tables; how far an application was before is what its status says."""
    _create_decision()
    _create_conflict()
    _create_outcome()
    _create_interview_score()


def downgrade() -> None:
    """Drop them; who decided what, and why, is lost."""
    for name in _TABLES:
        op.drop_table(name)


def _create_decision() -> None:
    op.create_table(
        "decision",
        sa.Column("id", sa.String(_ID), nullable=False),
        sa.Column("application_id", _record_id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("after", sa.String(_ID), nullable=True),
        sa.Column("corrects", sa.String(_ID), nullable=True),
        sa.Column("from_state", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("account_id", sa.String(_ID), nullable=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("list_order", sa.String(10), nullable=True),
        sa.Column("listed_on", sa.Date(), nullable=True),
        sa.Column("placed_by", sa.String(10), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("n_listed", sa.Integer(), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("verdict", sa.String(20), nullable=True),
        sa.Column("unmet", sa.JSON(), nullable=False),
        sa.Column("n_ahead", sa.Integer(), nullable=True),
        sa.Column("provenance", sa.String(64), nullable=True),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("is_override", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name="fk_decision_application_id_application"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_decision_account_id_account"),
        sa.UniqueConstraint("application_id", "number", name="uq_decision_application_id"),
    )
    for column in ("application_id", "state", "decided_at", "is_override"):
        op.create_index(f"ix_decision_{column}", "decision", [column])


def _create_conflict() -> None:
    op.create_table(
        "conflict",
        sa.Column("id", sa.String(_ID), nullable=False),
        sa.Column("account_id", sa.String(_ID), nullable=False),
        sa.Column("applicant_id", _record_id(), nullable=True),
        sa.Column("posting_id", _record_id(), nullable=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.String(_ID), nullable=True),
        sa.Column("lifted_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_conflict"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_conflict_account_id_account"),
        sa.ForeignKeyConstraint(["lifted_by"], ["account.id"], name="fk_conflict_lifted_by_account"),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["applicant.id"], name="fk_conflict_applicant_id_applicant", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["posting.id"], name="fk_conflict_posting_id_posting", ondelete="CASCADE"
        ),
    )
    for column in ("account_id", "applicant_id", "posting_id"):
        op.create_index(f"ix_conflict_{column}", "conflict", [column])


def _create_outcome() -> None:
    op.create_table(
        "outcome",
        sa.Column("id", sa.String(_ID), nullable=False),
        sa.Column("application_id", _record_id(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("exit_code", sa.String(20), nullable=True),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("corrects", sa.String(_ID), nullable=True),
        sa.Column("account_id", sa.String(_ID), nullable=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outcome"),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name="fk_outcome_application_id_application"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_outcome_account_id_account"),
        sa.UniqueConstraint("application_id", "months", "number", name="uq_outcome_application_id"),
    )
    for column in ("application_id", "state"):
        op.create_index(f"ix_outcome_{column}", "outcome", [column])


def _create_interview_score() -> None:
    op.create_table(
        "interviewscore",
        sa.Column("id", sa.String(_ID), nullable=False),
        sa.Column("application_id", _record_id(), nullable=False),
        sa.Column("member", sa.String(_ID), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_interviewscore"),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name="fk_interviewscore_application_id_application"
        ),
        sa.UniqueConstraint("application_id", "member", name="uq_interviewscore_application_id"),
    )
    op.create_index("ix_interviewscore_application_id", "interviewscore", ["application_id"])


def _record_id() -> sa.types.TypeEngine[str]:
    return sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")
