"""The export of the log as one file: the folder of ``enmusubi audit export``, zipped, sent piece by piece."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Final

from sqlalchemy import Engine

from api.audit.entry import Actor
from api.audit.exporting import export

__all__ = ["archive"]

_PIECE: Final = 2**16
_ZIP_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the manifest tells moments; a zip's own are those of this machine


def archive(
    engine: Engine, *, from_day: date, to_day: date, actor: Actor, key: bytes | None = None
) -> Generator[bytes]:
    """Export, then give the zipped folder out; the export is on record before the first piece is there.

    Raises
    ------
    AuditError
        If the days hold no entry; at once, before anything is given out.
    """
    with TemporaryDirectory(prefix="enmusubi-audit-") as folder, ExitStack() as opened:
        out = Path(folder) / "audit"
        export(engine, out, from_day=from_day, to_day=to_day, actor=actor, key=key)
        whole = opened.enter_context(TemporaryFile())
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as zipped:
            for path in sorted(out.iterdir()):
                _add(zipped, path)
        whole.seek(0)
        opened.pop_all()  # it stays open until the last piece is out
    return _pieces(whole)


def _add(zipped: zipfile.ZipFile, path: Path) -> None:
    told = zipfile.ZipInfo(f"audit/{path.name}", _ZIP_EPOCH)
    told.compress_type = zipfile.ZIP_DEFLATED
    with path.open("rb") as source, zipped.open(told, "w", force_zip64=True) as target:
        shutil.copyfileobj(source, target, _PIECE)


def _pieces(whole: IO[bytes]) -> Generator[bytes]:
    with whole:
        pieces: Iterator[bytes] = iter(lambda: whole.read(_PIECE), b"")
        yield from pieces
