"""A service that holds a register, its address in the environment, and the lists of a run from it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session

from api.cli import run
from api.engines import list_task
from api.listings.tables import ListedCandidateRow, ListedPlaceRow, ListedUnorderedRow, ListingRow
from api.storage.database import reading, writing
from api.storage.stored_records import load_records_into
from api.storage.tables import Row
from features.records import Records
from tests.api.kept_databases import KeptDatabases
from tests.features.partitions.people import calls, people
from tests.features.small_market import ON

N, SIZE = 25, 10
LENGTHS = ("--engine", "here", "--places", "3", "--top", "20", "--on", ON.isoformat(), "--partition", str(SIZE))
LISTS = {"candidates": ListedCandidateRow, "places": ListedPlaceRow, "unordered": ListedUnorderedRow}
Rank = Callable[..., int]


def store_register(engine: Engine) -> None:
    """People and calls into an empty database."""
    with writing(engine) as session:
        load_records_into(session, Records(applicants=people(N), postings=calls()))


@pytest.fixture(autouse=True)
def texts_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody here writes a text, and reading the rules anew for every partition takes longer than listing it."""
    monkeypatch.setattr(list_task, "forget_texts_read", lambda: None)


@pytest.fixture(autouse=True)
def tables_are_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading the encoder's tables through takes longer than a run here; ``engines/test_list_register`` asks for it."""
    monkeypatch.setattr(list_task, "verify_kept_files", lambda: None)


@pytest.fixture
def named(engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """An empty database of a service, named by the environment."""
    monkeypatch.setenv("ENMUSUBI_DATABASE_URL", database_url)
    return engine


@pytest.fixture
def office(named: Engine, kept_databases: KeptDatabases) -> Engine:
    """The database of a service with people and calls."""
    kept_databases.fill("register", named, lambda: store_register(named))
    return named


@pytest.fixture(scope="session")
def kept_lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the files of a run stay that was stored in each database."""
    return tmp_path_factory.mktemp("lists")


@pytest.fixture
def kept(named: Engine, rank: Rank, tmp_path: Path, kept_databases: KeptDatabases, kept_lists: Path) -> Engine:
    """The same with the lists of a run stored, whose files lie in the folder ``out``; ranked once, then copied."""
    files = kept_lists / named.dialect.name

    def store() -> None:
        store_register(named)
        assert rank("--to-database") == 0
        shutil.copytree(tmp_path / "out", files)

    kept_databases.fill("listed", named, store)
    if not (tmp_path / "out").exists():
        shutil.copytree(files, tmp_path / "out")
    return named


@pytest.fixture
def rank(tmp_path: Path) -> Rank:
    """``enmusubi rank`` over the database into the folder ``out``."""

    def ranked(*more: str) -> int:
        return run(["rank", *LENGTHS, "--from-database", "--out", str(tmp_path / "out"), *more])

    return ranked


def stored_rows(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """The rows of every stored list without the run's number, sorted."""
    found: dict[str, list[tuple[object, ...]]] = {}
    with reading(engine) as session:
        for name, row in LISTS.items():
            table = Row.metadata.tables[str(row.__tablename__)]
            columns = [column for column in table.columns if column.name != "listing"]
            rows = session.connection().execute(select(*columns)).all()
            found[name] = sorted(tuple(one) for one in rows)
    return found


def numbers(session: Session) -> list[int]:
    """Numbers of the runs that are stored, and of every list that is."""
    connection, tables = session.connection(), Row.metadata.tables
    found = set(connection.scalars(select(tables[str(ListingRow.__tablename__)].c.id)))
    for row in LISTS.values():
        found |= set(connection.scalars(select(tables[str(row.__tablename__)].c.listing).distinct()))
    return sorted(found)
