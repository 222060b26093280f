"""Figures of one row as they stand before anybody fills in more; the sheet's formulas compute the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from api.documents.sectioned import UNCONFIRMED
from api.documents.tax_evidence.content import EvidenceRow

__all__ = ["NO_CEILING", "Amount", "RowFigures", "figures_of", "sum_of"]

Amount: TypeAlias = int | str
"""Yen, or the word that stands in their place."""

NO_CEILING: Final = "—"
_PAY_ACTIVITY_TOTAL: Final = ("pay_yen_year", "activity_yen_year", "total_yen_year")


@dataclass(frozen=True)
class RowFigures:
    """One member's figures of one year, in yen.

    Attributes
    ----------
    pay : int or None
    activity : tuple of int or None
        By item; ``None`` is blank.
    limits : tuple of Amount
        Ceilings of pay, of activities and of both.
    counted : "by_ceilings", "nothing" or "unconfirmed"
        How what is covered is found: nothing where the town pays itself or the covered months are over, unconfirmed
        where only some of the months are covered.
    """

    pay: int | None
    activity: tuple[int | None, ...]
    limits: tuple[Amount, Amount, Amount]
    counted: Literal["by_ceilings", "nothing", "unconfirmed"]

    @property
    def spent(self) -> int:
        """Activity costs in sum."""
        return sum(cost or 0 for cost in self.activity)

    @property
    def total(self) -> Amount:
        """Everything that was spent; unconfirmed while nobody has put in the pay."""
        return UNCONFIRMED if self.pay is None else self.pay + self.spent

    @property
    def has_one_ceiling(self) -> bool:
        """Whether pay and activities share one ceiling, as 起業人 do."""
        return self.limits[0] == NO_CEILING

    @property
    def covered(self) -> Amount:
        """What is covered at most: a higher pay does not raise the total, it takes from the activities."""
        pay, activity, both = self.limits
        if self.counted == "nothing":
            return 0
        if self.counted == "unconfirmed" or isinstance(both, str) or self.pay is None:
            return UNCONFIRMED
        if self.has_one_ceiling:
            return min(self.pay + self.spent, both)
        if isinstance(pay, str) or isinstance(activity, str):
            return UNCONFIRMED
        return min(min(self.pay, pay) + min(self.spent, activity), both)

    @property
    def remains(self) -> Amount:
        """What stays with the municipality at least."""
        covered, total = self.covered, self.total
        return UNCONFIRMED if isinstance(covered, str) or isinstance(total, str) else total - covered


def figures_of(row: EvidenceRow, activity: Sequence[str]) -> RowFigures:
    """The figures of a row; pay that nobody has put in is the planned one."""
    pay = row.planned_pay_yen if row.costs.pay_yen is None else row.costs.pay_yen
    costs = tuple(row.costs.activity_yen.get(item) for item in activity)
    return RowFigures(pay, costs, _limits(row), _counted(row))


def sum_of(amounts: Sequence[Amount]) -> Amount:
    """The sum, unless one of them is no figure.

    Examples
    --------
    >>> sum_of((1, 2)), sum_of((1, "未確認"))
    (3, '未確認')
    """
    figures = [amount for amount in amounts if isinstance(amount, int)]
    return sum(figures) if len(figures) == len(amounts) else UNCONFIRMED


def _limits(row: EvidenceRow) -> tuple[Amount, Amount, Amount]:
    named = {name: UNCONFIRMED if yen is None else yen for name, yen in row.ceilings.items()}
    if row.program == "kigyojin":
        return NO_CEILING, NO_CEILING, named.get("burden_yen_year", UNCONFIRMED)
    pay, activity, both = (named.get(name, UNCONFIRMED) for name in _PAY_ACTIVITY_TOTAL)
    return pay, activity, both


def _counted(row: EvidenceRow) -> Literal["by_ceilings", "nothing", "unconfirmed"]:
    if row.is_own_funds or row.covered_months == 0:
        return "nothing"
    return "unconfirmed" if row.covered_months is None or row.covered_months < row.months else "by_ceilings"
