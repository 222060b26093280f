"""What applicants wrote themselves: sentences copied from a call are left out before anything is read.

Who copies a call tells nothing of the own work. A sentence is copied where at least half of it stands word for word in
one of the calls, fifteen characters or more in a row, or where it is a whole short sentence or goal of a call;
punctuation, width and case do not matter. It counts for no call, not only for the one it was taken from, so an
applicant's record still is one row whatever it is compared with.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.reading.pieces import sentences_of
from features.tables import PostingTable, SelectionColumns, kept_with_calls
from features.tables.splice import Splice, copied

__all__ = ["copy_own_words", "in_own_words", "reread_own_words", "splice_own_words"]

_Runs: TypeAlias = NDArray[np.uint64]  # a number for each run of characters, marks left out

_RUN: Final = 15  # characters in a row that are copied, not met by chance [A]
_WHOLE: Final = 8  # characters of a short sentence that is copied as a whole [A]
_PART: Final = 0.5  # of a sentence: who names a call by its title and goes on has written the sentence [A]
_TEXTS: Final = ("motivation_text", "plan_text")
_LISTS: Final = ("occupations", "skills")
_CALL: Final = ("title", "mission_text", "goals")
_MARKS: Final = re.compile(r"[\W_]+")
_ODD: Final = 0x9E3779B97F4A7C15  # powers of an odd number modulo 2⁶⁴ tell runs of characters apart
_POWERS: Final = np.array([pow(_ODD, place, 1 << 64) for place in range(_RUN)], dtype=np.uint64)

_TABLES: Final = 2  # of calls: those of now, and those before for who still reads them


class _Words(NamedTuple):
    """What calls say: runs of fifteen characters, sorted, and whole sentences shorter than that."""

    runs: _Runs
    short: frozenset[str]


def in_own_words(applicants: SelectionColumns, postings: PostingTable) -> SelectionColumns:
    """The same columns without what is copied from the calls; the very same object where nothing is.

    Parameters
    ----------
    applicants : SelectionColumns
        With what may not be read already masked.
    postings : PostingTable
        Every call of the table, not only the one that is asked about.

    Returns
    -------
    SelectionColumns
        Texts lose copied sentences, lists copied entries; a text that is all copied is empty, not unknown.
    """
    # kept with the applicants' table and no longer: these are texts of persons
    kept = _kept_of(applicants).get(id(postings.frame))
    if kept is None:
        return _keep(applicants, postings, _without_copies(applicants, _words_of(postings)))
    return kept[1] or applicants


def splice_own_words(
    earlier: SelectionColumns, later: SelectionColumns, splice: Splice, new: SelectionColumns, postings: PostingTable
) -> None:
    """Keep what is known of earlier rows for a later table, whose new rows are those of ``new``."""
    before, added = in_own_words(earlier, postings), in_own_words(new, postings)
    is_all_own = before is earlier and added is new
    _keep(later, postings, None if is_all_own else SelectionColumns(splice.of_frame(before.frame, added.frame)))


def reread_own_words(applicants: SelectionColumns, before: PostingTable, after: PostingTable) -> SelectionColumns:
    """The columns without copies when the calls have changed; who holds nothing of the change is not read anew."""
    own, said, says = in_own_words(applicants, before), _words_of(before), _words_of(after)
    runs = np.setxor1d(said.runs, says.runs, assume_unique=True)
    is_touched = _hold_any(applicants.frame, runs, said.short ^ says.short)
    few = SelectionColumns(applicants.frame.filter(is_touched))
    found = _without_copies(few, says)
    if found is None and own is applicants:
        return _keep(applicants, after, None)
    splice = Splice(np.where(is_touched, -1, np.arange(is_touched.size)))
    return _keep(applicants, after, SelectionColumns(splice.of_frame(own.frame, (found or few).frame)))


def copy_own_words(earlier: SelectionColumns, later: SelectionColumns, postings: PostingTable) -> None:
    """Keep what is known of a table for a copy of it, sharing no memory."""
    own = in_own_words(earlier, postings)
    _keep(later, postings, None if own is earlier else SelectionColumns(copied(own.frame)))


def _kept_of(applicants: SelectionColumns) -> dict[int, tuple[pl.DataFrame, SelectionColumns | None]]:
    kept: dict[int, tuple[pl.DataFrame, SelectionColumns | None]] = vars(applicants).setdefault("own_words", {})
    return kept


def _keep(applicants: SelectionColumns, postings: PostingTable, own: SelectionColumns | None) -> SelectionColumns:
    kept = _kept_of(applicants)
    kept[id(postings.frame)] = postings.frame, own
    for number in list(kept)[:-_TABLES]:
        kept.pop(number, None)
    return own or applicants


def _hold_any(frame: pl.DataFrame, runs: _Runs, short: frozenset[str]) -> NDArray[np.bool_]:
    """Which rows may hold one of the runs or short sentences, marks left out."""
    cells = zip(*(frame[column].to_list() for column in (*_TEXTS, *_LISTS)), strict=True)
    bare = ["".join(f"{_bare(text)}\0" for value in row for text in _flat(value)) for row in cells]
    ends, whole = np.cumsum([len(text) for text in bare], dtype=np.int64), "".join(bare)
    found = np.flatnonzero(np.isin(_runs(whole), runs))
    for sentence in short:
        places, at = list[int](), whole.find(sentence)
        while at >= 0:
            places.append(at)
            at = whole.find(sentence, at + 1)
        found = np.concatenate([found, np.array(places, dtype=np.int64)])
    holds = np.zeros(frame.height, dtype=np.bool_)
    holds[np.searchsorted(ends, found, side="right")] = True
    return holds


def _without_copies(applicants: SelectionColumns, calls: _Words) -> SelectionColumns | None:
    """The columns without copies, ``None`` where there are none."""
    frame = applicants.frame
    own: dict[str, list[str | None] | list[list[str] | None]] = {
        column: [_own_text(text, calls) for text in frame[column].to_list()] for column in _TEXTS
    }
    own |= {column: [_own_entries(entries, calls) for entries in frame[column].to_list()] for column in _LISTS}
    changed = [column for column, values in own.items() if frame[column].to_list() != values]
    if not changed:
        return None
    return SelectionColumns(frame.with_columns(pl.Series(c, own[c], dtype=frame.schema[c]) for c in changed))


def _own_text(text: str | None, calls: _Words) -> str | None:
    if text is None:
        return None
    kept, at = list[str](), 0
    for begin, said in sentences_of(text):
        if _is_copied(said, calls):
            kept.append(text[at:begin])
            at = begin + len(said)
    return "".join((*kept, text[at:]))


def _own_entries(entries: Sequence[str] | None, calls: _Words) -> list[str] | None:
    return None if entries is None else [entry for entry in entries if not _is_copied(entry, calls)]


def _is_copied(said: str, calls: _Words) -> bool:
    bare = _bare(said)
    if len(bare) < _RUN:
        return bare in calls.short
    runs = _runs(bare)
    if not calls.runs.size:
        return False
    met = calls.runs[np.minimum(np.searchsorted(calls.runs, runs), calls.runs.size - 1)] == runs
    covered = np.convolve(met, np.ones(_RUN)) > 0.5  # which characters a run that was met covers
    return float(covered.mean()) >= _PART


@kept_with_calls
def _words_of(postings: PostingTable) -> _Words:
    texts = [text for column in _CALL for value in postings.frame[column].to_list() for text in _flat(value)]
    said = {_bare(sentence) for text in texts for _, sentence in sentences_of(text)}
    runs = np.concatenate([np.zeros(0, dtype=np.uint64), *(_runs(_bare(text)) for text in texts)])
    return _Words(np.unique(runs), frozenset(bare for bare in said if _WHOLE <= len(bare) < _RUN))


def _flat(value: str | Iterable[str] | None) -> Iterable[str]:
    return () if value is None else (value,) if isinstance(value, str) else value


def _bare(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _runs(bare: str) -> _Runs:
    if len(bare) < _RUN:
        return np.zeros(0, dtype=np.uint64)
    letters = np.frombuffer(bare.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    runs = np.zeros(letters.size - _RUN + 1, dtype=np.uint64)
    for place in range(_RUN):
        runs += letters[place : place + runs.size] * _POWERS[place]
    return runs
