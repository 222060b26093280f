"""What would move one pair: requirements that could be met, open facts answered, and the place that follows."""

from __future__ import annotations

from features.counterfactuals.counterfactual import Counterfactual, counterfactuals, what_ifs

__all__ = ["Counterfactual", "counterfactuals", "what_ifs"]
