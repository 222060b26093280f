"""Which tables a statement names, anywhere in it."""

from __future__ import annotations

from typing import cast

from sqlalchemy import ColumnClause, Executable, FromClause, Table
from sqlalchemy.sql.visitors import ExternallyTraversible, iterate

__all__ = ["named_tables"]


def named_tables(statement: Executable | ExternallyTraversible) -> frozenset[str]:
    """Names of the tables of a statement, or of a part of one, with those of its subqueries.

    Examples
    --------
    >>> from sqlalchemy import select
    >>> from api.storage.tables import Row
    >>> posting, application = (Row.metadata.tables[name] for name in ("posting", "application"))
    >>> applied = select(application.c.posting_id)
    >>> sorted(named_tables(select(posting).where(posting.c.id.in_(applied))))
    ['application', 'posting']
    """
    found: set[str] = set()
    waiting = [cast("ExternallyTraversible", statement)]  # every statement that can be executed is one
    seen: set[FromClause] = set()
    while waiting:
        for node in iterate(waiting.pop()):
            if isinstance(node, Table):
                found.add(node.name)
            elif isinstance(node, ColumnClause) and node.table is not None and node.table not in seen:
                seen.add(node.table)  # iterating goes from a column to nothing
                waiting.append(node.table)
    return frozenset(found)
