"""The log for an auditor: exact lines, a table for a spreadsheet, and a manifest with the hashes of both."""

from __future__ import annotations

import csv
import errno
import hashlib
import json
import os
import shutil
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final, TextIO, cast

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from api.audit.cells import COLUMNS, cells_of
from api.audit.entry import Actor, Subject, Use
from api.audit.errors import AuditError
from api.audit.moments import moment_after, moment_of
from api.audit.tables import AuditRow
from api.audit.trail import append
from api.audit.verification import StoredEntry, Verified, stored_entries, verify
from api.canonical import canonical_json, code_version
from api.storage.database import reading, writing

__all__ = ["FORMAT", "export"]

FORMAT: Final = "enmusubi-audit-export/1"
_LINES, _TABLE, _MANIFEST = "audit.jsonl", "audit.csv", "manifest.json"
_HOW: Final = (
    "hash = SHA-256 of previous, a line feed and text (UTF-8); where text has the seal hmac-sha256, HMAC-SHA-256 "
    "under the key of the service; previous = hash of the line before"
)


def export(
    engine: Engine, out: Path, *, from_day: date, to_day: date, actor: Actor, key: bytes | None = None
) -> Mapping[str, Any]:
    """Write the entries of some days into a new folder, and put the export itself on record.

    Parameters
    ----------
    engine : Engine
    out : Path
        A folder that does not exist yet; it appears whole or not at all.
    from_day, to_day : date
        First and last day, in Japan.
    actor : Actor
    key : bytes, optional

    Returns
    -------
    mapping
        The manifest: it also says whether the whole log held when it was read.

    Raises
    ------
    AuditError
        If the days hold no entry.
    OSError
        If ``out`` exists or cannot be written.
    """
    if to_day < from_day:
        raise AuditError(f"the last day {to_day} is before the first, {from_day}")
    verified = verify(engine, key=key)
    with _new_folder(out) as folder:
        with reading(engine) as session:
            first, last = _numbers(session, from_day, to_day)
            ends = _write(folder, stored_entries(session, first=first, last=last))
        days = {"from": from_day.isoformat(), "to": to_day.isoformat()}
        manifest = _manifest(folder, ends, verified) | days
        text = canonical_json(manifest) + "\n"
        (folder / _MANIFEST).write_text(text, encoding="utf-8")
        digest = hashlib.sha256(text.encode()).hexdigest()
        use = Use(
            action="exported",
            purpose="audit",
            on=(Subject(kind="audit", count=ends["entries"]),),
            outputs={"manifest": digest},
        )
        with writing(engine) as session:  # nobody has the export before it is on record
            append(session, use, actor=actor, key=key)
    return manifest


@contextmanager
def _new_folder(out: Path) -> Generator[Path]:
    if out.exists():
        raise FileExistsError(errno.EEXIST, "exists already, expected the name of a new folder", str(out))
    partial = out.with_name(f"{out.name}.{os.getpid()}.partial")
    try:
        partial.mkdir()
        yield partial
        partial.rename(out)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(out)) from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _numbers(session: Session, from_day: date, to_day: date) -> tuple[int, int]:
    """The first and last number of those days, without a gap between them, so that the lines chain."""
    number, at = col(AuditRow.sequence), col(AuditRow.at)
    begin, end = moment_of(from_day), moment_after(to_day)
    first = session.exec(select(number).where(at >= begin).order_by(number).limit(1)).first()
    last = session.exec(select(number).where(at < end).order_by(number.desc()).limit(1)).first()
    if first is None or last is None or last < first:
        raise AuditError(f"the log has no entry from {from_day} to {to_day}")
    return first, last


def _write(folder: Path, entries: Iterator[StoredEntry]) -> dict[str, Any]:
    count, first, last = 0, None, None
    with _opened(folder / _LINES, "utf-8") as lines, _opened(folder / _TABLE, "utf-8-sig") as table:
        rows = csv.writer(table)
        rows.writerow(COLUMNS)
        for entry in entries:
            line = {
                "sequence": entry.sequence,
                "previous": _shown(entry.previous),
                "hash": _shown(entry.hash),
                "text": _shown(entry.text),
            }
            lines.write(json.dumps(line, ensure_ascii=False) + "\n")
            rows.writerow(cells_of(entry))
            first, last, count = first or line, line, count + 1
    return {"entries": count, "first": _end(first), "last": _end(last)}


def _opened(path: Path, encoding: str) -> TextIO:
    return cast("TextIO", path.open("w", encoding=encoding, errors="backslashreplace", newline=""))


def _end(line: Mapping[str, object] | None) -> dict[str, object]:
    return {} if line is None else {name: line[name] for name in ("sequence", "previous", "hash")}


def _shown(value: object) -> str:
    return value if isinstance(value, str) else repr(value)


def _manifest(folder: Path, ends: Mapping[str, Any], verified: Verified) -> dict[str, Any]:
    finding = verified.finding
    return {
        "format": FORMAT,
        "how": _HOW,
        **ends,
        "files": {name: _file(folder / name) for name in (_LINES, _TABLE)},
        "log": {
            "holds": finding is None,
            "head": str(verified.head),
            "begins_after": verified.begins_after,
            "first_bad": None if finding is None else {"sequence": finding.sequence, "reason": finding.reason},
        },
        "code_version": code_version(),
    }


def _file(path: Path) -> dict[str, object]:
    with path.open("rb") as stream:
        return {"sha256": hashlib.file_digest(stream, "sha256").hexdigest(), "bytes": path.stat().st_size}
