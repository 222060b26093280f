"""Records, runs and the count of changes: the tables as they were created before there were migrations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = 200


def upgrade() -> None:
    """Create every table."""
    for name in ("applicant", "company", "household"):
        op.create_table(name, *_record(), sa.PrimaryKeyConstraint("id", name=f"pk_{name}"))
    _create_posting()
    _create_application()
    _create_run()
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_revision"),
    )
    op.execute("INSERT INTO revision (id, number) VALUES (1, 0)")


def downgrade() -> None:
    """Drop every table, the naming ones first."""
    for name in ("application", "applicant", "company", "household", "posting", "run", "revision"):
        op.drop_table(name)


def _record() -> tuple[sa.Column[str], sa.Column[object]]:
    return sa.Column("id", sa.String(_ID), nullable=False), sa.Column("record", sa.JSON(), nullable=False)


def _create_posting() -> None:
    op.create_table(
        "posting",
        *_record(),
        sa.Column("program", sa.String(20), nullable=False),
        sa.Column("municipality_code", sa.String(5), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_posting"),
    )
    _index("posting", "program", "municipality_code", "state")


def _create_application() -> None:
    op.create_table(
        "application",
        *_record(),
        sa.Column("applicant_id", sa.String(_ID), nullable=False),
        sa.Column("posting_id", sa.String(_ID), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_application"),
        sa.ForeignKeyConstraint(["applicant_id"], ["applicant.id"], name="fk_application_applicant_id_applicant"),
        sa.ForeignKeyConstraint(["posting_id"], ["posting.id"], name="fk_application_posting_id_posting"),
    )
    _index("application", "applicant_id", "posting_id", "status")


def _create_run() -> None:
    op.create_table(
        "run",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("mechanism", sa.String(60), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
    )
    _index("run", "mechanism", "status", "created_at")


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])
