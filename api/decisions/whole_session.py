"""A session of the same transaction that reaches every record.

What follows from a step — the application's status, the posting's seat — is written by the table of states, not by
whoever takes the step: an applicant who accepts may not write to a posting, and yet a seat of it is taken.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from sqlmodel import Session

__all__ = ["reaching_everything"]


@contextmanager
def reaching_everything(session: Session) -> Generator[Session]:
    """A session on the connection of ``session``; what it writes is stored, or not, with the rest of it."""
    session.flush()
    with Session(bind=session.connection()) as whole:
        yield whole
        whole.flush()
    session.expire_all()  # what was read before may have been written here
