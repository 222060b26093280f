"""The lists of a run into the database: all of them in one transaction, in the place of those of before."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Final, cast

import polars as pl
from sqlalchemy import Engine, Table, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from api.audit.entry import LOCAL, Actor
from api.audit.trail import append
from api.engines.errors import EngineError
from api.listings.audit_uses import listing_stored
from api.listings.copying import copy_rows
from api.listings.forgetting import forget_listed, forget_listed_postings, forget_listings, unorder_listed
from api.listings.tables import ListedCandidateRow, ListedPlaceRow, ListedUnorderedRow, ListingRow
from api.storage.database import forget_free_pages, loading, take_write_lock
from api.storage.errors import ListingError
from api.storage.restricted import restricted_people
from api.storage.tables import ApplicantRow, HistoryRow, PostingRow, Row

__all__ = ["StoredListing", "files_of_lists", "store_lists"]

_BITS: Final = 62  # of a number that no other run has


@dataclass(frozen=True)
class StoredListing:
    """What was stored.

    Attributes
    ----------
    number : int
        Of the run, in the tables.
    digest : str
        SHA-256 of ``lists.json``.
    n_rows : int
        Rows of all lists together.
    n_gone : int
        People who were erased, or whose use was stopped, after the register was read: they are in no stored list.
    """

    number: int
    digest: str
    n_rows: int
    n_gone: int


def files_of_lists(body: Mapping[str, object]) -> list[str]:
    """The files of a folder of lists that are stored, of those that its ``lists.json`` names; the order is fixed."""
    return [name for name in _digests(body) if _table_of(name) is not None]


def store_lists(
    engine: Engine,
    folder: Path,
    body: Mapping[str, object],
    *,
    revision: int,
    now: datetime,
    actor: Actor = LOCAL,
    key: bytes | None = None,
    told: Callable[[str], None] | None = None,
) -> StoredListing:
    """Store the lists of a folder; a run that stops before the end leaves what was stored before.

    On PostgreSQL others go on writing while the rows come in, and wait only while those of before go. SQLite has one
    writer: others wait.

    Parameters
    ----------
    engine : Engine
    folder : Path
        What :func:`api.engines.list_run.list_register` filled.
    body : mapping
        What it told; its digests are those of the files.
    revision : int
        The state of the records that was listed.
    now : datetime
    actor : Actor
    key : bytes, optional
        ``Settings.audit_secret()``.
    told : callable, optional
        Called with the name of every file that is stored.

    Raises
    ------
    EngineError
        If a file is not the one that the run wrote.
    ListingError
        If the database refuses the rows, or has lists of a later state of the records.
    """
    number, digest = secrets.randbits(_BITS), hashlib.sha256((folder / "lists.json").read_bytes()).hexdigest()
    with loading(engine) as session:
        connection, n_rows = session.connection(), 0
        for name, table, frame in _frames(folder, body):
            copy_rows(connection, table, frame.with_columns(listing=pl.lit(number, pl.Int64)))
            n_rows += frame.height
            if told is not None:
                told(name)
        take_write_lock(session)
        _verify_newest(session, revision)
        gone = _gone_since(session, revision)
        forget_listed(connection, sorted(gone))
        unorder_listed(connection, _unordered_since(session, revision))
        forget_listed_postings(connection, _removed_postings(session, revision))
        forget_listings(connection, but=number)
        text = (folder / "lists.json").read_text(encoding="utf-8")
        session.add(ListingRow(id=number, made_at=now, revision=revision, digest=digest, body=text))
        session.flush()
        append(session, listing_stored(number, digest), actor=actor, key=key)
    forget_free_pages(engine)
    return StoredListing(number, digest, n_rows, len(gone))


def _verify_newest(session: Session, revision: int) -> None:
    """Refuse lists that a slower run made of an earlier state than those that stand."""
    standing = session.exec(select(func.max(ListingRow.revision))).first()
    if standing is not None and standing > revision:
        raise ListingError(
            f"lists of a later state of the records stand (revision {standing}, these are of {revision});"
            " nothing is stored"
        )


def _frames(folder: Path, body: Mapping[str, object]) -> Iterator[tuple[str, Table, pl.DataFrame]]:
    """The lists file by file, each as its digest says it was written."""
    for name, digest in _digests(body).items():
        table = _table_of(name)
        if table is None:
            continue
        content = (folder / name).read_bytes()
        if hashlib.sha256(content).hexdigest() != digest:
            raise EngineError(f"{name} was changed by another run meanwhile; run this one again")
        yield name, table, pl.read_parquet(BytesIO(content))


def _digests(body: Mapping[str, object]) -> Mapping[str, str]:
    return cast("Mapping[str, str]", body["files"])


def _table_of(name: str) -> Table | None:
    """The table of a file; a partition's own lists for the merge have none."""
    row = ListedPlaceRow if name.startswith("places/") else _MERGED.get(name)
    return None if row is None else Row.metadata.tables[str(row.__tablename__)]


_MERGED: Final[Mapping[str, type[Row]]] = {
    "candidates.parquet": ListedCandidateRow,
    "unordered.parquet": ListedUnorderedRow,
}


def _gone_since(session: Session, revision: int) -> frozenset[str]:
    """Who was erased after a state of the records, also where another has the id now, and whose use is stopped."""
    erased = select(HistoryRow.id).where(
        HistoryRow.kind == "applicant", col(HistoryRow.until) > revision, col(HistoryRow.record).is_(None)
    )
    return frozenset(session.exec(erased)) | restricted_people(session)


def _unordered_since(session: Session, revision: int) -> list[str]:
    """Who said after a state of the records that no automated order is wanted."""
    wants_order = col(ApplicantRow.record)[("consent", "automated_order")].as_boolean()
    asked = select(ApplicantRow.id).where(col(ApplicantRow.revision) > revision, wants_order.is_(False))
    return sorted(session.exec(asked))


def _removed_postings(session: Session, revision: int) -> list[str]:
    """Postings that were removed after a state of the records, also where another has the id now."""
    was, later = aliased(HistoryRow), aliased(HistoryRow)
    # a change that replaces a record stores the next under the number it ends the last with
    replaced = select(later.id).where(later.kind == was.kind, later.id == was.id, later.revision == was.until)
    stands = select(PostingRow.id).where(PostingRow.id == was.id, PostingRow.revision == was.until)
    ended = select(was.id).where(was.kind == "posting", col(was.until) > revision)
    return sorted(set(session.exec(ended.where(~replaced.exists(), ~stands.exists()))))
