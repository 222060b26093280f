"""The calibrated national sample market: real municipalities, invented people and calls.

Parameters with their evidence stand in ``parameters.toml``, the sentences in ``texts/``. What is drawn is public by
construction: no name, age, sex, family, nationality or health of anybody, real or invented.
"""

from __future__ import annotations

from features.synthetic.market import SEED, sample_market, sample_truth
from features.synthetic.parameters import parameters
from features.synthetic.posting_conditions import sample_date
from features.synthetic.truth import SampleTruth

__all__ = ["SEED", "SampleTruth", "parameters", "sample_date", "sample_market", "sample_truth"]
