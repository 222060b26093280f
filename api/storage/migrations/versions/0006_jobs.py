"""Jobs with their events and workers, what a run was computed from, and the answers of idempotency keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = 32
_DIGEST = 64


def upgrade() -> None:
    """Create their tables; runs that are stored already have no job and no inputs."""
    _create_jobs()
    _create_inputs()
    _create_answers()


def downgrade() -> None:
    """Drop them; jobs that wait are lost."""
    for name in ("keptanswersubject", "keptanswer", "runinput", "jobworker", "jobevent", "job"):
        op.drop_table(name)


def _create_jobs() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.String(_ID), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("asked_by", _record_id(), nullable=False),
        sa.Column("asked_as", sa.String(20), nullable=False),
        _moment("asked_at"),
        sa.Column("worker", sa.String(120), nullable=True),
        _moment("lease_until", nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("losses", sa.Integer(), nullable=False),
        _moment("started_at", nullable=True),
        _moment("ended_at", nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("error", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
    )
    _index("job", "kind", "state", "asked_at", "worker")
    op.create_table(
        "jobevent",
        sa.Column("job_id", sa.String(_ID), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        _moment("moment"),
        sa.Column("stage", sa.String(30), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=True),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("job_id", "number", name="pk_jobevent"),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="fk_jobevent_job_id_job", ondelete="CASCADE"),
    )
    op.create_table(
        "jobworker",
        sa.Column("id", sa.String(120), nullable=False),
        _moment("started_at"),
        _moment("seen_at"),
        sa.PrimaryKeyConstraint("id", name="pk_jobworker"),
    )
    _index("jobworker", "seen_at")


def _create_inputs() -> None:
    op.create_table(
        "runinput",
        sa.Column("run_id", sa.String(_ID), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name="pk_runinput"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_runinput_run_id_run", ondelete="CASCADE"),
    )


def _create_answers() -> None:
    op.create_table(
        "keptanswer",
        sa.Column("key_digest", sa.String(_DIGEST), nullable=False),
        sa.Column("request_digest", sa.String(_DIGEST), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        _moment("kept_until"),
        sa.PrimaryKeyConstraint("key_digest", name="pk_keptanswer"),
    )
    _index("keptanswer", "kept_until")
    op.create_table(
        "keptanswersubject",
        sa.Column("key_digest", sa.String(_DIGEST), nullable=False),
        sa.Column("applicant_id", _record_id(), nullable=False),
        sa.PrimaryKeyConstraint("key_digest", "applicant_id", name="pk_keptanswersubject"),
        sa.ForeignKeyConstraint(
            ["key_digest"],
            ["keptanswer.key_digest"],
            name="fk_keptanswersubject_key_digest_keptanswer",
            ondelete="CASCADE",
        ),
    )
    _index("keptanswersubject", "applicant_id")


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _record_id() -> sa.String:
    return sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])
