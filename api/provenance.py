"""What a run, a ranking and a document carry so that anyone can repeat it.

The provenance holds no clock: the same inputs give the same bytes. Time, actor and purpose stand beside the digested
body, where it is stored.
"""

from __future__ import annotations

from collections.abc import Mapping

from api.canonical import code_version
from api.record_digests import digest_of_market
from features.market.scored_market import ScoredMarket
from features.municipalities import reference_vintage
from features.reading.encoder import encoder_id
from features.taxonomy.kinds import taxonomy_digest

__all__ = ["provenance"]


def provenance(
    market: ScoredMarket, *, operation: str, options: Mapping[str, object], seed: int | None = None
) -> dict[str, object]:
    """Everything that decided the result of ``operation`` on ``market``."""
    return {
        "operation": operation,
        "options": dict(options),
        "on": market.on.isoformat(),
        "seed": seed,
        "inputs": {"records": digest_of_market(market)},
        "rulesets": [{"id": an_id, "digest": digest} for an_id, digest in market.verdicts.ruleset_ids],
        "weights": {"name": market.weights.name, "digest": market.weights.digest},
        "reading": {"encoder": encoder_id(), "taxonomy": taxonomy_digest()},
        "reference": reference_vintage(),
        "code_version": code_version(),
    }
