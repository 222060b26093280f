"""Write the page that the README's picture shows: the first five of one posting of the demo's market.

::

    python docs/maintenance/draw_ranking_picture.py out/demo/market.json POSTING out/demo/picture.html
"""

from __future__ import annotations

import sys
from pathlib import Path

from api.documents import ranking_page
from api.provenance import provenance
from features.ranking import rank
from features.record_files import load_records
from features.scored_market import TERMS, read_market
from features.synthetic import sample_date

CANDIDATES = 5


def main(market_file: Path, posting_id: str, page: Path) -> None:
    """Rank one posting of the market file and write its page."""
    market = read_market(load_records([market_file]), on=sample_date())
    ranking = rank(market, posting_id, top=CANDIDATES)
    content = ranking_page(
        ranking.to_json(),
        posting=next(posting for posting in market.records.postings if posting.posting_id == posting_id),
        titles={name: term.title for name, term in TERMS.items()},
        provenance=provenance(market, operation="rank", options={"posting": posting_id, "top": CANDIDATES}),
        weights=market.weights.coordinator,
    )
    page.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
