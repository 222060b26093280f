"""The file of a backup: lines of canonical JSON under gzip — what it is, each row, and at the end what must have come.

::

    {"code_version":…,"created_at":…,"database":"sqlite","format":"enmusubi-backup","format_version":1,"schema_revision":…,"tables":[…]}
    ["applicant",{"id":"a1","record":{…},"revision":1}]
    …
    {"sha256":"…","tables":{"applicant":{"rows":1,"sha256":"…"},…}}

The last line's ``sha256`` is that of every byte before it, a table's that of its rows' lines.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Generator, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from api.canonical import canonical_json
from api.storage.errors import BackupError

__all__ = [
    "FORMAT_VERSION",
    "Header",
    "Manifest",
    "Row",
    "TableDigest",
    "TableDigests",
    "row_line",
    "rows_of",
    "verify",
    "write",
]

FORMAT_VERSION: Final = 1
Row: TypeAlias = Mapping[str, Any]


_ROW: Final[TypeAdapter[tuple[str, dict[str, Any]]]] = TypeAdapter(tuple[str, dict[str, Any]])


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class _Format(BaseModel):
    """What every version of the format says, whatever else it says."""

    format: Literal["enmusubi-backup"]
    format_version: int


class Header(_Line):
    """What the file is and which version wrote it."""

    format: Literal["enmusubi-backup"] = "enmusubi-backup"
    format_version: int = FORMAT_VERSION
    schema_revision: str
    database: str
    code_version: str
    created_at: AwareDatetime
    tables: tuple[str, ...]


class TableDigest(_Line):
    """How many rows of a table there are, and the digest of their lines."""

    rows: Annotated[int, Field(ge=0)]
    sha256: str


class Manifest(_Line):
    """What a whole file holds."""

    tables: dict[str, TableDigest]
    sha256: str


class TableDigests:
    """Counts and digests of tables, row by row."""

    def __init__(self, tables: Iterable[str]) -> None:
        self._rows = dict.fromkeys(tables, 0)
        self._digests = {table: hashlib.sha256() for table in self._rows}

    def add(self, table: str, line: bytes) -> None:
        """Count one row's line."""
        self._rows[table] = self._rows.get(table, 0) + 1
        self._digests.setdefault(table, hashlib.sha256()).update(line)

    def totals(self) -> dict[str, TableDigest]:
        """What was counted."""
        return {name: TableDigest(rows=n, sha256=self._digests[name].hexdigest()) for name, n in self._rows.items()}


def row_line(table: str, row: Row) -> bytes:
    """The line of one row.

    Raises
    ------
    BackupError
        If it holds a text of broken characters.
    """
    try:
        return f"{canonical_json([table, row])}\n".encode()
    except UnicodeEncodeError:
        raise BackupError(f"table {table}: a row holds a text that is not UTF-8; it is damaged") from None


def write(path: Path, header: Header, rows: Iterable[tuple[str, Row]]) -> Manifest:
    """Write a whole archive over ``path`` and return what it must hold."""
    digests, whole = TableDigests(header.tables), hashlib.sha256()
    with gzip.open(path, "wb") as stream:
        first = f"{canonical_json(header.model_dump(mode='json'))}\n".encode()
        whole.update(first)
        stream.write(first)
        for table, row in rows:
            line = row_line(table, row)
            digests.add(table, line)
            whole.update(line)
            stream.write(line)
        manifest = Manifest(tables=digests.totals(), sha256=whole.hexdigest())
        stream.write(f"{canonical_json(manifest.model_dump())}\n".encode())
    return manifest


def verify(path: Path) -> tuple[Header, Manifest]:
    """Read a whole archive and return its first and last line; every count and digest was computed anew.

    Raises
    ------
    BackupError
        If it is no archive, of a newer version, cut off or changed anywhere.
    """
    lines = _lines(path)
    first = next(lines, b"")
    header = _header(first, path)
    whole, digests, last = hashlib.sha256(first), TableDigests(()), b""
    for line in lines:
        if last:  # the last line is the manifest, and only what comes after a line tells that it was not the last
            whole.update(last)
            digests.add(_row(last, path)[0], last)
        last = line
    manifest = _manifest(last, path)
    counted = TableDigests(header.tables).totals() | digests.totals()  # a table without rows has no line
    if manifest.sha256 != whole.hexdigest() or manifest.tables != counted:
        raise BackupError(f"{path}: damaged: the digest of its content is not the one it was closed with")
    return header, manifest


def rows_of(path: Path) -> Iterator[tuple[str, Row]]:
    """Every row with its table, in the order of writing; only of an archive that :func:`verify` has read."""
    lines = _lines(path)
    next(lines)
    previous = next(lines)
    for line in lines:
        yield _row(previous, path)
        previous = line


def _lines(path: Path) -> Generator[bytes]:
    try:
        with gzip.open(path, "rb") as stream:
            yield from stream
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise BackupError(f"{path}: damaged or no backup: it cannot be unpacked to its end") from None


def _header(line: bytes, path: Path) -> Header:
    try:
        found = _Format.model_validate_json(line).format_version
        if found > FORMAT_VERSION:
            known = f"this version knows formats up to {FORMAT_VERSION}"
            raise BackupError(f"{path}: it has format {found}, {known}; install the newer version")
        return Header.model_validate_json(line)
    except ValidationError:
        raise BackupError(f"{path}: no backup, or damaged: its first line does not say what it is") from None


def _manifest(line: bytes, path: Path) -> Manifest:
    try:
        return Manifest.model_validate_json(line)
    except ValidationError:
        raise BackupError(f"{path}: damaged: its last line is not the one it was closed with") from None


def _row(line: bytes, path: Path) -> tuple[str, Row]:
    try:
        return _ROW.validate_json(line)
    except ValidationError:
        raise BackupError(f"{path}: damaged: a line is no row of a table") from None
