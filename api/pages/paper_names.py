"""Names and interviews that an office pastes in for one paper: printed, and stored nowhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Annotated, Final

from pydantic import Field, ValidationError

from api.documents.calendar.slots import InterviewSlot
from api.documents.kinds import Format
from api.pages.errors import Fault, FormError
from api.pages.forms import FormModel

__all__ = ["NamesForm", "interviews_in", "names_in"]

_SEPARATOR: Final = re.compile(r"\t+|[ \u3000]{2,}|[,、，]")  # a tab is what Excel pastes between two cells
_MOMENT: Final = re.compile(r"(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})日?[ tT]+(\d{1,2})[:時](\d{2})分?")
_NARROW: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # letter by letter; names stay as written
_LONGEST_NAME: Final = 100
_MOST: Final = 1_000
_Pasted = Annotated[str, Field(max_length=200_000)]


class NamesForm(FormModel):
    """What is pasted, one applicant a line."""

    format: Format | None = None
    names: _Pasted | None = None
    interviews: _Pasted | None = None


def names_in(text: str | None, applicant_ids: Collection[str], *, code: str | None = None) -> Mapping[str, str]:
    r"""Names by applicant id, as ``a0001 見本　花子`` stands in each line; a line with an id alone tells none.

    Of what the municipality of ``code`` imported its own number does as well, as in its files, and in wide letters too.

    Raises
    ------
    FormError
        Naming the first line that is of nobody who applied here.

    Examples
    --------
    >>> names_in("a1\t見本　花子\na2\n", {"a1", "a2"})
    {'a1': '見本\u3000花子'}
    >>> names_in("１\t見本　花子", {"01468-1"}, code="01468")
    {'01468-1': '見本\u3000花子'}
    """
    found: dict[str, str] = {}
    for number, an_id, rest in _lines(text, _as_written(applicant_ids, code), "names"):
        if len(rest) > _LONGEST_NAME:
            raise FormError([Fault("names", ("fault.names.line",), {"line": number})])
        if rest:
            found[an_id] = rest
    return found


def interviews_in(
    text: str | None, applicant_ids: Collection[str], posting_id: str, *, code: str | None = None
) -> tuple[InterviewSlot, ...]:
    """Interviews, as ``a0001 2026-12-05 13:30 役場2階`` stands in each line.

    Raises
    ------
    FormError
        Naming the first line without a day and a time, or of nobody who applied here, or the one that is too many.
    """
    found: list[InterviewSlot] = []
    for number, an_id, rest in _lines(text, _as_written(applicant_ids, code), "interviews"):
        if rest and len(found) == _MOST:
            raise FormError([Fault("interviews", ("fault.interviews.many",), {"line": number, "most": f"{_MOST:,}"})])
        if rest:
            found.append(_slot(number, an_id, rest, posting_id))
    return tuple(found)


def _slot(number: int, an_id: str, rest: str, posting_id: str) -> InterviewSlot:
    fault = FormError([Fault("interviews", ("fault.interviews.line",), {"line": number})])
    told = _MOMENT.match(unicodedata.normalize("NFKC", rest))
    if told is None:
        raise fault
    place = unicodedata.normalize("NFKC", rest)[told.end() :].strip(" ,、")
    try:
        year, month, day, hour, minute = map(int, told.groups())
        starts_at = datetime(year, month, day, hour, minute)  # Japan's, as the slot reads it
        return InterviewSlot(applicant_id=an_id, posting_id=posting_id, starts_at=starts_at, place=place)
    except (ValidationError, ValueError):
        raise fault from None


def _lines(text: str | None, ids: Mapping[str, str], field: str) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate((text or "").split("\n"), start=1):
        told = line.strip()
        if not told:
            continue
        # the longest id first: one may be the beginning of another
        narrow = told.translate(_NARROW)
        written = max((one for one in ids if _begins_with(narrow, one)), key=len, default=None)
        if written is None:
            raise FormError([Fault(field, (f"fault.{field}.unknown",), {"line": number})])
        yield number, ids[written], told[len(written) :].strip(" \t\u3000,、，")


def _begins_with(told: str, an_id: str) -> bool:
    rest = told[len(an_id) :]
    return told.startswith(an_id) and (not rest or _SEPARATOR.match(rest) is not None or rest[0] in " \u3000")


def _as_written(known: Collection[str], code: str | None) -> Mapping[str, str]:
    """Ids by what an office writes: the id, or its own number where its import put its code before that.

    Examples
    --------
    >>> _as_written({"01468-1", "13112-2", "a1"}, "01468")
    {'1': '01468-1', '01468-1': '01468-1', '13112-2': '13112-2', 'a1': 'a1'}
    """
    begin = f"{code}-"
    own = {an_id.removeprefix(begin): an_id for an_id in sorted(known) if an_id.startswith(begin)}
    return {**own, **{an_id: an_id for an_id in sorted(known)}}
