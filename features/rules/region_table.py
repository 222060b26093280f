"""The ministry's 地域要件確認表 as two tables: symbol of (destination, origin) categories, and category of a code."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from io import StringIO
from typing import Final, Literal, TypeAlias

from features.errors import RulesetError

__all__ = ["SYMBOLS", "Needs", "RegionTable", "read_region_table"]

Needs: TypeAlias = Literal["nothing", "origin_outside", "destination_inside", "both", "impossible"]

SYMBOLS: Final[Mapping[str, Needs]] = {
    "○": "nothing",
    "△": "origin_outside",
    "▲": "destination_inside",
    "□": "both",
    "×": "impossible",
}
_CATEGORY_COLUMNS = ("kyoryokutai_category", "category")


@dataclass(frozen=True, eq=False)
class RegionTable:
    """Symbols and categories of one dated table.

    Attributes
    ----------
    needs : mapping of (destination category, origin category) to Needs
    category_of : mapping of 5-digit code to category
    digest : str
        SHA-256 of what was read.
    """

    needs: Mapping[tuple[int, int], Needs]
    category_of: Mapping[str, int]
    digest: str

    @cached_property
    def categories(self) -> tuple[int, ...]:
        """Every category, ascending."""
        return tuple(sorted({to for to, _ in self.needs}))

    @cached_property
    def closed_destinations(self) -> frozenset[int]:
        """Categories that are not covered from anywhere."""
        every = self.categories
        return frozenset(to for to in every if all(self.needs[to, origin] == "impossible" for origin in every))

    @cached_property
    def closed_origins(self) -> frozenset[int]:
        """Categories from which nothing is covered."""
        every = self.categories
        return frozenset(o for o in every if all(self.needs[to, o] == "impossible" for to in every))


def read_region_table(matrix: str, categories: str, *, expected: Collection[int], place: str) -> RegionTable:
    """Read the two CSV texts.

    Parameters
    ----------
    matrix : str
        Header ``to_category,from_1,…``; one row a destination category, symbols ○ × △ ▲ □.
    categories : str
        A CSV with the columns ``code`` and ``kyoryokutai_category`` (or ``category``).
    expected : collection of int
        The categories that the rule file explains.
    place : str
        Opens every error message.

    Raises
    ------
    RulesetError
        If a row, a column or a symbol is missing or unknown.
    """
    wanted = sorted(expected)
    needs = _read_matrix(matrix, wanted, place)
    digest = hashlib.sha256(f"{matrix}\n{categories}".encode()).hexdigest()
    try:
        category_of = _read_categories(categories, tuple(wanted))
    except RulesetError as error:
        raise RulesetError(f"{place}: {error}") from None
    return RegionTable(needs, category_of, digest)


def _read_matrix(text: str, wanted: list[int], place: str) -> dict[tuple[int, int], Needs]:
    rows = list(csv.DictReader(StringIO(text)))
    found = [row.get("to_category") for row in rows]
    if found != [str(category) for category in wanted]:
        raise RulesetError(f"{place}: matrix has rows {found}, expected to_category {wanted}")
    needs: dict[tuple[int, int], Needs] = {}
    for to, row in zip(wanted, rows, strict=True):
        for origin in wanted:
            symbol = str(row.get(f"from_{origin}"))
            if symbol not in SYMBOLS:
                known = " ".join(SYMBOLS)
                raise RulesetError(f"{place}: matrix row {to} has {symbol} in from_{origin}, expected one of {known}")
            needs[to, origin] = SYMBOLS[symbol]
    return needs


@lru_cache(maxsize=4)  # most rule files name one list of municipalities
def _read_categories(text: str, wanted: tuple[int, ...]) -> Mapping[str, int]:
    rows = csv.DictReader(StringIO(text))
    column = next((name for name in _CATEGORY_COLUMNS if name in (rows.fieldnames or ())), None)
    if column is None or "code" not in (rows.fieldnames or ()):
        raise RulesetError(f"categories have no columns code and {' or '.join(_CATEGORY_COLUMNS)}")
    found: dict[str, int] = {}
    for row in rows:
        code, category = row["code"], row[column]
        if not (code.isascii() and code.isdigit() and len(code) == 5):
            raise RulesetError(f"categories have code {code}, expected 5 digits")
        if code in found:
            raise RulesetError(f"categories name code {code} twice, expected once")
        if not category.isdigit() or int(category) not in wanted:
            raise RulesetError(f"code {code} has category {category}, expected one of {[*wanted]}")
        found[code] = int(category)
    return found
