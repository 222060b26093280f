"""Texts and ids: kept as written, in one width, within what a record holds."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from difflib import get_close_matches
from typing import Final

from features.intake.sheet import Cell, text_of
from features.intake.values.reading import About, Read, Reading, Unreadable
from features.intake.values.spelling import folded, is_unknown, joined, pieces

__all__ = ["fold_title", "identifier", "identifiers", "phrases", "posting", "sentences", "short_text", "text"]

_LONGEST_TEXT, _LONGEST_PHRASE, _LONGEST_ID, _MOST_PHRASES = 20_000, 500, 200, 200
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]|_x000[0-9a-f]_", re.IGNORECASE)
_NONE: Final = frozenset(
    {"なし", "無し", "無", "特になし", "ない", "ありません", "該当なし", "特に無し", "特にありません"}
)
_MOST_CALLS, _MOST_MEANT, _LEAST_LIKE = 50, 3, 0.5  # an office's calls; more are not compared
_EXACT: Final = 1e15  # Excel keeps 15 digits of a number
_AS_TEXT: Final = "列の書式を「文字列」にしてから、番号を書き直してください。"
# they turn the characters behind them round, so an id is not what it looks like
_TURNING: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LINES: Final = re.compile(r"\n+|(?<=。)(?=.)")


def text(cell: Cell, _about: About) -> Reading:
    """A text of any length a record holds.

    A text that looks like a formula (=cmd|…) stays text. Whoever writes it into a workbook marks it as such.
    """
    found = _CONTROL.sub("", joined(cell))
    if is_unknown(folded(cell)):
        return Read(None)
    if len(found) > _LONGEST_TEXT:
        return _too_long(_LONGEST_TEXT)
    return Read(found)


def short_text(cell: Cell, _about: About) -> Reading:
    """A text of one line."""
    found = " ".join(_CONTROL.sub("", joined(cell)).split())
    if is_unknown(folded(cell)):
        return Read(None)
    return Read(found) if len(found) <= _LONGEST_PHRASE else _too_long(_LONGEST_PHRASE)


def phrases(cell: Cell, _about: About) -> Reading:
    r"""Several short texts; なし is none.

    Examples
    --------
    >>> phrases("営業（5年）、動画編集\n簿記", About()).value, phrases("特になし", About()).value
    (('営業(5年)', '動画編集', '簿記'), ())
    """
    if folded(cell) in _NONE:
        return Read(())
    return _listed(pieces(cell), cell)


def sentences(cell: Cell, _about: About) -> Reading:
    """Several sentences, a line or a full stop apart."""
    if folded(cell) in _NONE:
        return Read(())
    return _listed([part.strip("・ ") for part in _LINES.split(joined(cell))], cell)


def identifier(cell: Cell, _about: About) -> Reading:
    r"""An id as written, in one width, without blanks at its ends and marks that nobody sees.

    Examples
    --------
    >>> identifier(12.0, About()).value, identifier("Ｒ８－００１", About()).value
    ('12', 'R8-001')
    >>> identifier("\u202e1H", About()).code
    'id_unseen_marks'
    """
    if (changed := _changed_id(cell)) is not None:
        return changed
    found = " ".join(_CONTROL.sub("", joined(cell)).replace("−", "-").replace("\u200d", "").split())
    if is_unknown(folded(cell)):
        return Read(None)
    return Read(found or None) if len(found) <= _LONGEST_ID else _too_long(_LONGEST_ID)


def identifiers(cell: Cell, _about: About) -> Reading:
    """Several ids."""
    if (changed := _changed_id(cell)) is not None:
        return changed
    if folded(cell) in _NONE:
        return Read(())
    return _listed(pieces(cell), cell)


def posting(cell: Cell, about: About) -> Reading:
    """The id of a posting, by its id or by the title of one that is known."""
    said = identifier(cell, about)
    if isinstance(said, Unreadable) or said.value is None or said.value in about.posting_ids:
        return said
    ids = about.titles.get(fold_title(text_of(cell)), ())
    if len(ids) == 1:
        return Read(ids[0])
    if ids:
        return Unreadable("posting_ambiguous", "同じ題名の募集が二つ以上あります。", "募集IDで書いてください。", ids)
    if about.posting_ids:
        return Unreadable(
            "posting_unknown",
            "その募集は登録されていません。",
            "募集IDか、登録した募集と同じ題名を書いてください。",
            _like(fold_title(text_of(cell)), about),
        )
    return said


def _like(title: str, about: About) -> tuple[str, ...]:
    """Titles of an office's own calls that may be meant, the nearest first; a whole country's are not compared."""
    if len(about.title_of) > _MOST_CALLS:
        return ()
    near = get_close_matches(title, about.titles, n=_MOST_MEANT, cutoff=_LEAST_LIKE)
    return tuple(about.title_of[about.titles[one][0]] for one in near)


def fold_title(title: str) -> str:
    """A title as it is compared."""
    return folded(title)


def _listed(parts: list[str], cell: Cell) -> Reading:
    if is_unknown(folded(cell)):
        return Read(None)
    found = tuple(dict.fromkeys(clean for part in parts if (clean := _CONTROL.sub("", part).strip())))
    if len(found) > _MOST_PHRASES:
        return Unreadable("list_too_long", f"{_MOST_PHRASES}個より多く並んでいます。", "主なものだけを書いてください。")
    if any(len(part) > _LONGEST_PHRASE for part in found):
        return _too_long(_LONGEST_PHRASE)
    return Read(found)


def _changed_id(cell: Cell) -> Unreadable | None:
    """An id that is not what somebody wrote: turned round by a mark, or changed by Excel."""
    if isinstance(cell, str) and _TURNING.search(cell):
        return Unreadable(
            "id_unseen_marks",
            "番号の中に、文字の並ぶ向きを変える見えない記号が入っていて、見えているとおりの番号ではありません。",
            "番号を消して、打ち直してください。",
        )
    if isinstance(cell, (date, time, timedelta)):
        return Unreadable("id_as_date", "番号が日付や時刻として保存されています。", _AS_TEXT)
    if isinstance(cell, (int, float)) and abs(cell) >= _EXACT:
        return Unreadable(
            "id_digits_lost", "けたの多い番号が数として保存され、終わりのけたが失われています。", _AS_TEXT
        )
    return None


def _too_long(most: int) -> Unreadable:
    return Unreadable(
        "text_too_long", f"文章が長すぎます（{most:,}字まで）。", "短くするか、文ごとに行を分けてください。"
    )
