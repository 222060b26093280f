"""What a placement costs in each fiscal year, what is covered at most, and what stays with the municipality."""

from __future__ import annotations

from features.money.fiscal_years import EARLIEST, FiscalYear, fiscal_years
from features.money.placement_money import Ceiling, PlacementMoney, YearMoney, placement_money

__all__ = ["EARLIEST", "Ceiling", "FiscalYear", "PlacementMoney", "YearMoney", "fiscal_years", "placement_money"]
