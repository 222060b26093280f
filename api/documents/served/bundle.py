"""The hand-over bundle: one ZIP with the papers of a municipality for whoever takes over, each as Excel and PDF.

Papers of all calls together stand at the top, those of one call in a folder of its own; a text says what is inside,
and what could not be made and why. People stand by their ids: names are in no record.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from itertools import groupby
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from api.accounts.errors import ForbiddenError
from api.accounts.reach import Reach
from api.accounts.restricted_session import restrict
from api.canonical import code_version
from api.conflicts.errors import ConflictOfInterestError
from api.documents.registry import DOCUMENTS
from api.documents.served.errors import NoDocumentError
from api.documents.served.schemas import BundleAsked
from api.documents.served.wanted import Wanted
from api.documents.served.writing import Made, document_made, file_name, safe_part
from api.http.errors import UnknownIdError
from api.kept_markets.markets import StoredMarket
from api.storage.database import reading
from api.storage.tables import PostingRow

__all__ = ["CALLS_A_PART", "Bundle", "bundle_made", "n_parts"]

CALLS_A_PART: Final = 10
_WHOLE: Final = ("reminders", "tax-evidence")
_OF_CALL: Final = ("handover", "selection-list", "region-check", "decision-record", "ai-notice")
_FORMATS: Final = ("xlsx", "pdf")
_CONTENTS: Final = "はじめにお読みください.txt"
_WHY: Final = {
    ForbiddenError: "まだ応募がありません",
    NoDocumentError: "いまの記録からは作れません",
    UnknownIdError: "作っているあいだに募集が取り消されました",
    ConflictOfInterestError: "利益相反の申告により、あなたには表示できません",
}


@dataclass(frozen=True, eq=False)
class Bundle:
    """A ZIP, its name, and every document in it."""

    content: bytes
    name: str
    made: tuple[Made, ...]


@dataclass(frozen=True)
class _Left:
    """A document that could not be made."""

    folder: str
    title: str
    why: str


def n_parts(session: Session, municipality_code: str | None = None) -> int:
    """How many files the bundle of the calls within the session's reach comes in."""
    return max(1, -(-len(_calls(session, municipality_code)) // CALLS_A_PART))


def bundle_made(stored: StoredMarket, engine: Engine, reach: Reach, asked: BundleAsked) -> Bundle:
    """Make one part of the bundle; the papers of all calls stand in the first.

    Raises
    ------
    ForbiddenError
        If the municipality is not the caller's.
    NoDocumentError
        If there is no such part, or nothing in it.
    RecordsMovingError, MarketBusyError
        As :func:`~api.documents.served.writing.document_made`.
    """
    code = asked.municipality_code
    if code is not None and reach.municipalities is not None and code not in reach.municipalities:
        raise ForbiddenError(f"municipality {code} is not the caller's")
    with reading(engine) as session:
        restrict(session, reach)
        calls, parts = _calls(session, code), n_parts(session, code)
    if asked.part > parts:
        raise NoDocumentError(f"the bundle comes in {parts} part(s), there is no part {asked.part}")
    first = CALLS_A_PART * (asked.part - 1)
    made: list[Made] = []
    left: list[_Left] = []
    for wanted in _wanted(calls[first : first + CALLS_A_PART], asked):
        try:
            made.append(document_made(stored, engine, reach, wanted))
        except (ForbiddenError, NoDocumentError, UnknownIdError, ConflictOfInterestError) as error:
            left.append(_Left(_folder(wanted), wanted.kind.title, _why(error)))
    if not made:
        raise NoDocumentError("what is stored gives no document of this bundle")
    day = made[0].material.market.on
    parts_told = "" if parts == 1 else f"_{asked.part}of{parts}"
    about = "" if code is None else f"_{code}"
    name = f"引き継ぎ一式{about}_{day.isoformat()}{parts_told}.zip"
    return Bundle(_zipped(made, left, day, f"{asked.part}／{parts}"), name, tuple(made))


def _calls(session: Session, municipality_code: str | None) -> Sequence[str]:
    asked = select(PostingRow.id).order_by(col(PostingRow.id))
    if municipality_code is not None:
        asked = asked.where(PostingRow.municipality_code == municipality_code)
    return session.exec(asked).all()


def _wanted(calls: Sequence[str], asked: BundleAsked) -> Iterator[Wanted]:
    if asked.part == 1:
        for name in _WHOLE:
            kind = DOCUMENTS[name]
            for form in kind.formats:
                yield Wanted(kind, form, municipality_code=asked.municipality_code, on=asked.on)
    for posting_id in calls:
        for name in _OF_CALL:
            kind = DOCUMENTS[name]
            for form in kind.formats:
                yield Wanted(kind, form, posting_id=posting_id, on=asked.on)


def _folder(wanted: Wanted) -> str:
    return "" if wanted.posting_id is None else f"募集_{safe_part(wanted.posting_id)}/"


def _why(error: Exception) -> str:
    return next(words for kind, words in _WHY.items() if isinstance(error, kind))


def _zipped(made: Sequence[Made], left: Sequence[_Left], day: date, part: str) -> bytes:
    paths = _paths(made, day)
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr(_entry(_CONTENTS, day), _told(paths, left, day, part).encode("utf-8-sig"))
        for path, one in zip(paths, made, strict=True):
            archive.writestr(_entry(path, day), one.content)
    return file.getvalue()


def _paths(made: Sequence[Made], day: date) -> list[str]:
    """Where each stands; a number is added where two names became equal by what Windows refuses."""
    taken: dict[str, int] = {}
    found: list[str] = []
    for one in made:
        path = _folder(one.wanted) + file_name(one.wanted, day.isoformat())
        key = path.casefold()  # Windows tells no case apart
        taken[key] = taken.get(key, 0) + 1
        if taken[key] > 1:
            stem, dot, end = path.rpartition(".")
            path = f"{stem}_{taken[key]}{dot}{end}"
        found.append(path)
    return found


def _entry(path: str, day: date) -> ZipInfo:
    entry = ZipInfo(path, date_time=(day.year, day.month, day.day, 0, 0, 0))  # the day of the papers: it repeats
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _told(paths: Sequence[str], left: Sequence[_Left], day: date, part: str) -> str:
    lines = [
        "引き継ぎ一式",
        f"基準日 {day.isoformat()}　ファイル {part}　縁結び {code_version()}",
        "",
        "応募者は番号で書かれています。氏名は記録になく、役場の名簿で確かめてください。",
        "応募者の情報を含みます。文書管理規則に従って保管し、要らなくなったら消してください。",
        "",
        "入っている書類",
        *(f"・{path}" for path in paths),
    ]
    if left:
        lines += ["", "作れなかった書類"]
        for (folder, title, why), _ in groupby((one.folder, one.title, one.why) for one in left):
            lines.append(f"・{folder}{title}：{why}")
    return "\r\n".join(lines) + "\r\n"
