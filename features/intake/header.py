"""Where the table of a sheet begins: its row or rows of headings, below titles and above the data.

A heading may stand in several rows, a merged one above its parts. Forms with their headings in the first column and one
person or one posting a column are read turned.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from features.guard.headings import forbidden_heading
from features.intake.catalogue import heading_names
from features.intake.headings import is_known
from features.intake.sheet import Cell, Sheet, column_letters, is_blank, text_of

__all__ = ["Column", "Table", "find_table"]

_LOOKED_AT: Final = 40
_DEEPEST: Final = 3
_TURNED_ROWS: Final = 400
_LONGEST_HEADING: Final = 120
_ALL_HEADINGS: Final = 0.8  # a row of so many known headings is one, whatever stands in the first column
_MOSTLY_HEADINGS: Final = 0.6


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    index : int
        Place in a row of the table.
    place : str
        What Excel shows: a letter, or the number of the row in a turned form.
    heading : str
        As written, with the heading above it in front; empty where none stands there.
    names : tuple of str
        Writings to look up: its own heading, then joined to the one above.
    above : str
        The heading above it; empty where none is.
    """

    index: int
    place: str
    heading: str
    names: tuple[str, ...]
    above: str


@dataclass(frozen=True, eq=False)
class Table:
    """The columns of a sheet and its entries.

    Attributes
    ----------
    columns : tuple of Column
    titles : tuple of str
        What stands above the headings.
    header_rows : tuple of int
        Rows of headings as Excel numbers them; of a turned form the first column's number.
    is_turned : bool
        Whether headings stand in a column and every further column is an entry.
    score : float
        How many headings are known, for choosing between sheets.
    share : float
        How many of the cells of its best row of headings are known ones, 0 to 1.
    """

    sheet: Sheet
    columns: tuple[Column, ...]
    titles: tuple[str, ...]
    header_rows: tuple[int, ...]
    is_turned: bool
    score: float
    share: float

    def entries(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Every row below the headings with its number in Excel, blank ones too (columns, of a turned form)."""
        first = self.header_rows[-1]
        if self.is_turned:
            for number, row in enumerate(_turned(self.sheet), self.sheet.left + 1):
                if number > first:
                    yield number, row
            return
        yield from ((n, row) for n, row in enumerate(_carried_down(self.sheet), self.sheet.top + 1) if n > first)

    def place_of(self, number: int) -> str:
        """How a person finds an entry: ``7`` for row 7, ``C`` for column C of a turned form."""
        return column_letters(number - 1) if self.is_turned else str(number)


def find_table(sheet: Sheet, *, own: frozenset[str] = frozenset()) -> Table | None:
    """The table of a sheet; ``None`` where no row or column of headings is found.

    Parameters
    ----------
    sheet : Sheet
    own : frozenset of str
        Folded headings that the office uses beside the known ones.
    """
    head = [list(row) for row in islice(sheet.rows(), _LOOKED_AT)]
    upright = _best(sheet, _filled(head, sheet.merged), own, is_turned=False)
    turned = None
    rows = list(islice(sheet.rows(), _TURNED_ROWS + 1))
    if len(rows) <= _TURNED_ROWS:
        columns = [list(column) for column in islice(_turned(sheet), 4)]
        turned = _best(sheet, columns, own, is_turned=True)
    if upright is None or turned is None:
        return upright or turned
    # a long column of cells may hold more known words than a row of headings, but never as large a share of them
    if upright.share >= _ALL_HEADINGS:
        # 「免許・資格｜普通自動車免許」 is a row of a form, and both are headings
        is_form = turned.share >= _MOSTLY_HEADINGS and turned.score > upright.score
    else:
        is_form = turned.share > upright.share
    return turned if is_form else upright


def _carried_down(sheet: Sheet) -> Iterator[Sequence[Cell]]:
    """The rows, with what a cell merged over several rows shows in each of them."""
    begins: dict[int, list[tuple[int, int]]] = {}
    for top, left, bottom, _ in sheet.merged:
        if bottom > top:
            begins.setdefault(top, []).append((left, bottom))
    held: dict[int, tuple[int, Cell]] = {}
    for number, row in enumerate(sheet.rows()):
        held = {column: (bottom, cell) for column, (bottom, cell) in held.items() if bottom >= number}
        shown: Sequence[Cell] = row
        if held:
            # a cell merged sideways too stands in its first column only
            shown = [held[n][1] if n in held and is_blank(cell) else cell for n, cell in enumerate(row)]
        held |= {left: (bottom, row[left]) for left, bottom in begins.get(number, ()) if left < len(row)}
        yield shown


def _turned(sheet: Sheet) -> Iterator[tuple[Cell, ...]]:
    rows = list(sheet.rows())
    width = max((len(row) for row in rows), default=0)
    return (tuple(row[place] if place < len(row) else "" for row in rows) for place in range(width))


def _filled(rows: Sequence[list[Cell]], merged: Iterable[tuple[int, int, int, int]]) -> list[list[Cell]]:
    """Rows in which each cell of a merged range shows what its first cell shows."""
    for top, left, bottom, right in merged:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [rows[top][left]] * (min(right + 1, len(row)) - left)
    return list(rows)


def _best(sheet: Sheet, lines: Sequence[Sequence[Cell]], own: frozenset[str], *, is_turned: bool) -> Table | None:
    known = [_score(line, own) for line in lines]
    best = max(range(len(lines)), key=lambda n: known[n], default=-1)
    if best < 0 or known[best] < 2:
        return None
    first, last = _neighbours(lines, known, best)
    columns = _columns(sheet, lines[first : last + 1], is_turned=is_turned)
    titles = [text_of(cell) for line in lines[:first] for cell in line if isinstance(cell, str) and not is_blank(cell)]
    offset = sheet.left if is_turned else sheet.top
    numbers = tuple(range(first + offset + 1, last + offset + 2))
    # the sum over all rows of headings: a child row alone may say less than both
    share = _share(lines[best], own)
    return Table(sheet, columns, tuple(dict.fromkeys(titles)), numbers, is_turned, known[best], share)


def _share(line: Sequence[Cell], own: frozenset[str]) -> float:
    texts = [text_of(cell) for cell in line if not is_blank(cell)]
    names = {text for text in dict.fromkeys(texts) if len(text) <= _LONGEST_HEADING and _is_heading(text, own)}
    return len(names) / max(len(texts), 1)


def _score(line: Sequence[Cell], own: frozenset[str]) -> float:
    """How much a row looks like headings: known ones count, short texts say nothing, long texts and data less."""
    score = 0.0
    seen: set[str] = set()
    for cell in line:
        if is_blank(cell):
            continue
        text = text_of(cell)
        if not isinstance(cell, str) or len(text) > _LONGEST_HEADING or text.isdigit():
            score -= 1.0
        elif text not in seen:
            score += 1.0 if _is_heading(text, own) else -0.3 * (len(text) > 20)
        seen.add(text)
    return score


def _is_heading(text: str, own: frozenset[str]) -> bool:
    return is_known(text) or forbidden_heading(text) is not None or heading_names(text).whole in own


def _neighbours(lines: Sequence[Sequence[Cell]], known: Sequence[float], best: int) -> tuple[int, int]:
    """The rows of headings around the best one: parts below a merged heading, a wider heading above."""
    first = last = best
    while first > 0 and last - first + 1 < _DEEPEST and _spans(lines[first - 1], lines[first]):
        first -= 1
    while (
        last + 1 < len(lines) and last - first + 1 < _DEEPEST and _parts(lines[last], lines[last + 1], known[last + 1])
    ):
        last += 1
    return first, last


def _spans(above: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Whether a row names groups of the columns below: several texts, fewer than there are columns."""
    texts = [text_of(cell) for cell in above if not is_blank(cell)]
    if len(set(texts)) < 2 or any(not isinstance(cell, str) for cell in above):
        return False
    own = [text_of(cell) for cell in below if not is_blank(cell)]
    return len(set(texts)) <= len(own) and all(len(text) <= _LONGEST_HEADING for text in texts)


def _parts(above: Sequence[Cell], below: Sequence[Cell], score: float) -> bool:
    """Whether the row below holds further headings: known ones where the row above is blank or merged."""
    if score < 1.5 or any(not is_blank(cell) and not isinstance(cell, str) for cell in below):
        return False
    texts = [text_of(cell) for cell in above]
    repeated = {text for text in texts if text and texts.count(text) > 1}
    return any(
        (not texts[n] or texts[n] in repeated) and not is_blank(cell) for n, cell in enumerate(below[: len(texts)])
    )


def _columns(sheet: Sheet, lines: Sequence[Sequence[Cell]], *, is_turned: bool) -> tuple[Column, ...]:
    width = max(len(line) for line in lines)
    rows = [_carried(line, lines[n + 1 :], width) for n, line in enumerate(lines)]
    found: list[Column] = []
    for index in range(width):
        parts = list(dict.fromkeys(text for row in rows if (text := row[index])))
        own, above = (parts[-1], "／".join(parts[:-1])) if parts else ("", "")
        place = str(index + sheet.top + 1) if is_turned else column_letters(index + sheet.left)
        names = (own, f"{parts[-2]}({own})", f"{parts[-2]}{own}", f"{parts[-2]}の{own}") if len(parts) > 1 else (own,)
        found.append(Column(index, place, "／".join(parts), names if own else (), above))
    return tuple(found)


def _carried(line: Sequence[Cell], below: Sequence[Sequence[Cell]], width: int) -> list[str]:
    """The texts of a row of headings; one that spans blank cells is carried over the parts below it."""
    texts = [" ".join(text_of(cell).split()) for cell in line] + [""] * (width - len(line))
    carried, current = list(texts), ""
    for index, text in enumerate(texts):
        has_part = any(index < len(row) and not is_blank(row[index]) for row in below)
        current = text or (current if has_part else "")
        carried[index] = current if below else text
    return carried
