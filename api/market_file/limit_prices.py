"""What one more seat under a cap, or one person less in a floor, would change in a round with regions, by id."""

from __future__ import annotations

from api.market_file.checks import JsonObject
from api.market_file.published_lottery import strict_market_of
from api.market_file.records import MarketFile, MarketFileError, ResultFile
from api.market_file.sections import to_regions, with_targets
from matching.explain.limit_prices import PriceTable, RegionalMechanism, limit_prices
from matching.market import Market
from matching.mechanisms.regions.regional_caps import flexible_deferred_acceptance
from matching.mechanisms.regions.regional_floors import regional_matching_with_floors
from matching.outcome import Matching
from matching.regions import Regions

__all__ = ["limit_prices_of"]


def limit_prices_of(market_file: MarketFile, result: ResultFile) -> JsonObject:
    """Return the price of every cap and floor that binds, by running the round again with each loosened by one.

    Raises
    ------
    MarketFileError
        The result is not one of ``flexible-deferred-acceptance``, or its lottery does not fit the market.
    """
    if result.mechanism != "flexible-deferred-acceptance":
        raise MarketFileError(f"caps and floors of {result.mechanism} have no prices, expected a round with regions")
    regions, strict = to_regions(market_file), strict_market_of(market_file, result)
    has_floors = bool(regions.floor.any() or regions.posting_floor.any())
    solve: RegionalMechanism = _with_floors if has_floors else flexible_deferred_acceptance

    def run(_market: Market, loosened: Regions) -> Matching:
        """The round on the lists that the lottery ordered; shares of a cap follow the cap."""
        return solve(strict, with_targets(market_file, loosened))

    prices = limit_prices(market_file.market, regions, run)
    names = sorted(market_file.regions)
    return {
        "caps": _told(prices.caps, names),
        "floors": _told(prices.floors, names),
        "posting_floors": _told(prices.posting_floors, market_file.posting_ids),
    }


def _with_floors(market: Market, regions: Regions) -> Matching:
    return regional_matching_with_floors(market, regions).matching


def _told(table: PriceTable, names: list[str] | tuple[str, ...]) -> JsonObject:
    return {
        names[row]: {
            "placed": int(table.placed[row]),
            "first_choices": int(table.first_choices[row]),
            "better_off": int(table.n_better[row]),
            "worse_off": int(table.n_worse[row]),
        }
        for row in range(table.is_binding.size)
        if table.is_binding[row]
    }
