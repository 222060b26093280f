"""What an office adds to the records, from its own files: names, decisions, interviews.

A message names the file and the place, never what stands there.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from api.decisions.schemas import DecisionAnswer
from api.documents.calendar.slots import Interviews, InterviewSlot
from api.documents.errors import DocumentError
from features.json_files.record_files import explain_error

__all__ = ["read_decisions", "read_interviews", "read_names"]

_M = TypeVar("_M", bound=BaseModel)
_ID_HEADS: Final = ("応募者ID", "applicant_id")
_NAME_HEADS: Final = ("氏名", "name")
_LONGEST: Final = 100  # characters of a name
_LONGEST_REASON: Final = 2000  # as the service takes it


class _Decisions(BaseModel):
    """A page of decisions as the service answers it; what a document does not read is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    decisions: tuple[DecisionAnswer, ...]


def read_decisions(path: Path) -> tuple[DecisionAnswer, ...]:
    """The decisions of a file in the form of ``GET /api/v1/decisions``.

    Raises
    ------
    DocumentError
        If the file does not have that form, or a reason is longer than the service takes.
    """
    found = _read(path, _Decisions).decisions
    for row, one in enumerate(found):
        if one.reason is not None and len(one.reason) > _LONGEST_REASON:
            told = f"{path.name}: decisions[{row}].reason has {len(one.reason)} characters"
            raise DocumentError(f"{told}, expected at most {_LONGEST_REASON}")
    return found


def read_interviews(path: Path) -> tuple[InterviewSlot, ...]:
    """The interviews of a file ``{"interviews": [{"applicant_id", "posting_id", "starts_at", …}]}``.

    Raises
    ------
    DocumentError
        If the file does not have that form.
    """
    return _read(path, Interviews).interviews


def read_names(path: Path) -> dict[str, str]:
    """Names by applicant id, from a CSV with the headings 応募者ID and 氏名, in UTF-8 or as Excel saves it (CP932).

    Raises
    ------
    DocumentError
        If a heading is missing, an id stands twice, or a name is longer than a name is.
    """
    rows = csv.DictReader(io.StringIO(_text_of(path), newline=""))
    heads = [
        next((head for head in known if head in (rows.fieldnames or ())), None) for known in (_ID_HEADS, _NAME_HEADS)
    ]
    if None in heads:
        raise DocumentError(f"{path.name}: the headings are not 応募者ID and 氏名 (or applicant_id and name)")
    found: dict[str, str] = {}
    for line, an_id, name in _named(rows, str(heads[0]), str(heads[1])):
        if an_id in found:
            raise DocumentError(f"{path.name}: line {line} has an id that stands above already, expected each once")
        if len(name) > _LONGEST:
            raise DocumentError(f"{path.name}: line {line} has a name of {len(name)} characters, expected ≤ {_LONGEST}")
        found[an_id] = name
    return found


def _named(rows: csv.DictReader[str], id_head: str, name_head: str) -> Iterator[tuple[int, str, str]]:
    for row in rows:
        an_id, name = (row.get(id_head) or "").strip(), " ".join((row.get(name_head) or "").split())
        if an_id:
            yield rows.line_num, an_id, name


def _text_of(path: Path) -> str:
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DocumentError(f"{path.name}: neither UTF-8 nor CP932; save it as CSV UTF-8")


def _read(path: Path, model: type[_M]) -> _M:
    try:
        return model.model_validate(json.loads(path.read_text(encoding="utf-8-sig")))
    except ValidationError as error:
        raise DocumentError(f"{path.name}: {explain_error(error, model)}") from None
    except json.JSONDecodeError as error:
        raise DocumentError(f"{path.name}: not JSON at line {error.lineno}, column {error.colno}") from None
    except (UnicodeDecodeError, RecursionError):
        raise DocumentError(f"{path.name}: not JSON in UTF-8") from None
