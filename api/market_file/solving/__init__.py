"""``solve``: one mechanism on a market file, judged from the original market before it is handed out."""

from __future__ import annotations

from api.market_file.solving.run import solve

__all__ = ["solve"]
