"""The papers the demo leaves: records, run records, one ranked list, one recommendation, one map a round."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from api.demo.sizes import DEMO_SPREAD
from api.documents.map.picture import placement_map
from api.documents.map.seats import placed_seats
from api.documents.pages import ranking_page, recommendation_page
from api.documents.wording import date_ja
from api.documents.workbook.ranking import ranking_workbook
from api.files import write_bytes, write_text
from api.provenance import provenance
from api.runs.record import run_record
from features.json_files.record_files import dump_records
from features.lists.ranking import Ranking, Recommendation
from features.market.scored_market import TERMS, ScoredMarket
from features.rounds.results import RoundResult

__all__ = ["write_papers"]

_WISHES_JA = {"applications": "応募にもとづく配置の案", "scores": "登録者全員の試算"}
_MECHANISM_JA = {"deferred-acceptance": "受入保留方式（安定）", "optimal-assignment": "最適割当（合計が最大）"}


def write_papers(
    out: Path, market: ScoredMarket, best: Ranking, person: Recommendation, results: Sequence[RoundResult], *, seed: int
) -> tuple[Path, ...]:
    """Write every paper into ``out`` and return their paths, in the order written."""
    papers = dict(_papers(market, best, person, results, seed=seed))
    for name, content in papers.items():
        path = out / name
        if isinstance(content, bytes):
            write_bytes(path, content)
        else:
            write_text(path, content)
    return tuple(out / name for name in papers)


def _papers(
    market: ScoredMarket, best: Ranking, person: Recommendation, results: Sequence[RoundResult], *, seed: int
) -> Iterator[tuple[str, str | bytes]]:
    titles = {name: term.title for name, term in TERMS.items()}
    postings = {posting.posting_id: posting for posting in market.records.postings}
    posting = postings[best.posting_id]
    proof = provenance(market, operation="rank", options={"posting": best.posting_id}, seed=None)
    weights = market.weights.coordinator
    yield "market.json", dump_records(market.records)
    yield (
        f"ranking-{best.posting_id}.xlsx",
        ranking_workbook(best.to_json(), posting=posting, titles=titles, provenance=proof, weights=weights),
    )
    yield (
        f"ranking-{best.posting_id}.html",
        ranking_page(best.to_json(), posting=posting, titles=titles, provenance=proof, weights=weights),
    )
    yield (
        f"recommendation-{person.applicant_id}.html",
        recommendation_page(
            person.to_json(),
            postings=market.records.postings,
            titles=titles,
            provenance=provenance(
                market, operation="recommend", options={"applicant": person.applicant_id, "spread": DEMO_SPREAD}
            ),
            origin_code=_homes(market)[person.applicant_id],
            weights=market.weights.applicant,
        ),
    )
    for result in results:
        yield from _round_papers(market, result, seed=seed)


def _round_papers(market: ScoredMarket, result: RoundResult, *, seed: int) -> Iterator[tuple[str, str]]:
    name = f"{result.round.wishes}-{result.mechanism}"
    record = run_record(result, seed=seed, lottery="single", list_length=result.round.list_length, households="single")
    yield f"run-{name}.json", json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    homes = _homes(market)
    yield (
        f"map-{name}.svg",
        placement_map(
            placed_seats(result.placements, market.records.postings, origin_of=homes),
            title=f"{_WISHES_JA[result.round.wishes]}: {_MECHANISM_JA[result.mechanism]}",
            caption=f"見本の市場（架空の人、実在の市区町村）　{date_ja(market.on)}現在　乱数の種 {seed}",
        ),
    )


def _homes(market: ScoredMarket) -> Mapping[str, str | None]:
    return {
        applicant.applicant_id: None if origin is None else origin.municipality_code
        for applicant in market.records.applicants
        for origin in (applicant.selection_profile.origin,)
    }
