"""Each record carries the number of the change that stored it; ids sort by their bytes on PostgreSQL too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_RECORDS = ("applicant", "application", "company", "household", "posting")
_IDS = (*((name, "id") for name in _RECORDS), ("application", "applicant_id"), ("application", "posting_id"))
_NAMED = ("applicant", "posting")


def upgrade() -> None:
    """Give the records that are there the number of the last change."""
    op.execute("INSERT INTO revision (id, number) SELECT 1, 0 WHERE NOT EXISTS (SELECT 1 FROM revision)")
    with op.batch_alter_table("revision") as batch:
        batch.alter_column("number", type_=sa.BigInteger(), existing_type=sa.Integer(), existing_nullable=False)
    for name in _RECORDS:
        op.add_column(name, sa.Column("revision", sa.BigInteger(), nullable=True))
        op.execute(f"UPDATE {name} SET revision = (SELECT number FROM revision)")  # noqa: S608 -- names of this file
        with op.batch_alter_table(name) as batch:
            batch.alter_column("revision", existing_type=sa.BigInteger(), nullable=False)
    _sort_ids("C")


def downgrade() -> None:
    """Forget the numbers."""
    _sort_ids("default")
    for name in _RECORDS:
        with op.batch_alter_table(name) as batch:
            batch.drop_column("revision")
    with op.batch_alter_table("revision") as batch:
        batch.alter_column("number", type_=sa.Integer(), existing_type=sa.BigInteger(), existing_nullable=False)


def _sort_ids(collation: str) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for name in _NAMED:  # both ends of a foreign key change their order together, so it goes and comes back
        op.drop_constraint(f"fk_application_{name}_id_{name}", "application", type_="foreignkey")
    for table, column in _IDS:
        op.execute(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE VARCHAR(200) COLLATE "{collation}"')
    for name in _NAMED:
        op.create_foreign_key(f"fk_application_{name}_id_{name}", "application", name, [f"{name}_id"], ["id"])
