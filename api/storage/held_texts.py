"""Whether a column's text holds a word, by the function that each database has for it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import Mapped
from sqlmodel import Session

__all__ = ["holds"]

_PLACE_IN: Final = {"sqlite": func.instr, "postgresql": func.strpos}


def holds(session: Session, column: Mapped[str], word: str) -> ColumnElement[bool]:
    """Rows whose text holds a word, every character as it is."""
    return _PLACE_IN[session.get_bind().dialect.name](column, word) > 0
