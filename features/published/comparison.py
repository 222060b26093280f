"""One published figure beside the same figure computed anew, and how many of a column attain what they should."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import hypot

from features.published.tables import Aim, Column

__all__ = ["Figure", "Reached", "Row", "reached"]


@dataclass(frozen=True)
class Figure:
    """A measure of one row.

    Attributes
    ----------
    ours : float
        Computed here: exactly for one market, else the mean over the markets.
    published, published_error : float or None
        None where nothing was published.
    error : float or None
        Standard error of the mean over markets.
    simulated, simulated_error : float or None
        The same measure by simulation, and its standard error.
    """

    ours: float
    published: float | None = None
    published_error: float | None = None
    error: float | None = None
    simulated: float | None = None
    simulated_error: float | None = None

    def attains(self, aim: Aim, decimals: int) -> bool | None:
        """Whether the figure is what it should be; None where nothing was published.

        Examples
        --------
        >>> Figure(ours=134.199, published=134.2).attains("reach", 1)
        True
        """
        if self.published is None:
            return None
        gap = round(self.ours, decimals) - self.published
        if aim == "near":
            return abs(self.ours - self.published) <= 2 * hypot(self.published_error or 0.0, self.error or 0.0)
        rounding = 0.1 * 10.0**-decimals
        return gap >= -rounding and (aim == "reach" or gap <= rounding)


@dataclass(frozen=True)
class Row:
    """One row of a table with its figures by the key of the column."""

    title: str
    remark: str | None
    figures: Mapping[str, Figure]

    def to_json(self) -> dict[str, object]:
        """Title, remark and every figure."""
        figures = {key: asdict(figure) for key, figure in self.figures.items()}
        return {"title": self.title, "remark": self.remark, "figures": figures}


@dataclass(frozen=True)
class Reached:
    """How many rows of a column attain its aim, of how many published, and the lowest gap in per cent."""

    attained: int
    published: int
    lowest_percent: float | None


def reached(column: Column, rows: Sequence[Row]) -> Reached:
    """Count the rows whose figure attains the column's aim.

    Examples
    --------
    >>> column = Column(key="matches", title="", decimals=1, aim="reach")
    >>> rows = [Row("", None, {"matches": Figure(ours=ours, published=100.0)}) for ours in (99.0, 102.0)]
    >>> reached(column, rows)
    Reached(attained=1, published=2, lowest_percent=-1.0)
    """
    figures = [row.figures[column.key] for row in rows if column.key in row.figures]
    judged = [figure.attains(column.aim, column.decimals) for figure in figures]
    gaps = [100 * (figure.ours / figure.published - 1) for figure in figures if figure.published]
    lowest = round(min(gaps), 6) if gaps else None
    return Reached(judged.count(True), len(judged) - judged.count(None), lowest)
