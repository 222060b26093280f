"""The main job, end to end, on the sample market: rules, rankings, recommendations, rounds, checks and papers.

Every file is a function of the seed and the sizes; dates come from the sample, so the same call writes the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from api.demo.papers import write_papers
from api.demo.sizes import DEMO_SPREAD, DemoSizes
from features.lists.interest import read_interest, read_pairs
from features.lists.ranking import Ranking, Recommendation, rank, recommend
from features.market.scored_market import ScoredMarket, read_market
from features.market.standings import Standings, standings_of
from features.rounds.results import MECHANISMS, RoundResult, run_round
from features.rounds.round import Wishes, open_round
from features.rules import VERDICTS
from features.synthetic import sample_date, sample_market

__all__ = ["DemoSummary", "RoundLine", "run_demo"]

_LIST_LENGTH = 20  # places on a list where everybody registered is placed by their own score


class Tracked(Protocol):
    """A loop that shows how far it is."""

    def __call__(self, items: Sequence[str], description: str) -> Iterator[str]:
        """The items one by one."""
        ...


@dataclass(frozen=True)
class RoundLine:
    """One round of the demo in figures."""

    wishes: Wishes
    mechanism: str
    matched: int
    seats: int
    blocking_pairs: int
    objective: float
    proof: str


@dataclass(frozen=True)
class DemoSummary:
    """What the demo did, for one screen."""

    applicants: int
    postings: int
    seats: int
    applications: int
    verdicts: Mapping[str, int]
    candidates: int
    excluded: int
    coverage: float
    coverage_spread: float
    rounds: tuple[RoundLine, ...]
    best: Ranking
    person: Recommendation
    files: tuple[Path, ...]

    def to_json(self) -> dict[str, object]:
        """The figures and the files, for programs."""
        counted = ("applicants", "postings", "seats", "applications", "verdicts", "candidates", "excluded")
        told = (*counted, "coverage", "coverage_spread")
        figures: dict[str, object] = {name: getattr(self, name) for name in told}
        return figures | {
            "rounds": [asdict(line) for line in self.rounds],
            "posting_id": self.best.posting_id,
            "applicant_id": self.person.applicant_id,
            "files": [str(path) for path in self.files],
        }


def run_demo(out: Path, sizes: DemoSizes, *, step: Callable[[str], None], tracked: Tracked) -> DemoSummary:
    """Run the main job on a sample market and write its papers.

    Parameters
    ----------
    out : Path
        Folder the files go to; made where it is absent.
    sizes : DemoSizes
    step : callable
        Told what happens next.
    tracked : callable
        Wraps long loops.

    Returns
    -------
    DemoSummary
    """
    out.mkdir(parents=True, exist_ok=True)
    step("見本の市場をつくる（実在の市区町村・架空の人）")
    records = sample_market(
        n_applicants=sizes.applicants,
        n_postings=sizes.postings,
        n_kigyojin_postings=sizes.company_postings,
        n_company_people=sizes.company_people,
        seed=sizes.seed,
    )
    market = read_market(records, on=sample_date())
    step("制度の規則を全組み合わせに当てる")
    verdicts = _verdict_counts(market)
    step("本文を読み、双方の点数を計算する")
    pairs = read_pairs(market)
    step("関心がどこに集まるかを計算する（広げない場合と広げる場合）")
    own, spread = (read_interest(market, far, pairs=pairs) for far in (0.0, DEMO_SPREAD))
    wanted = tracked(_with_applications(market), "募集ごとに読む順をつくる")
    read = {an_id: standings_of(market, an_id) for an_id in wanted}
    best = rank(market, _busiest(market, read))
    person = recommend(market, best.candidates[0].id, top=5, interest=spread)
    results = _rounds(market, sizes.seed, tracked)
    step("書類を書く")
    files = write_papers(out, market, best, person, results, seed=sizes.seed)
    return DemoSummary(
        applicants=len(market.applicants),
        postings=len(market.postings),
        seats=int(market.postings.seats.sum()),
        applications=len(market.applications),
        verdicts=verdicts,
        candidates=sum(len(standings.best()) for standings in read.values()),
        excluded=sum(len(standings.ids) - len(standings.best()) for standings in read.values()),
        coverage=own.coverage(),
        coverage_spread=spread.coverage(),
        rounds=tuple(_line(result) for result in results),
        best=best,
        person=person,
        files=files,
    )


def _verdict_counts(market: ScoredMarket) -> dict[str, int]:
    codes = market.verdicts.codes(slice(None), slice(None))
    counts = np.bincount(codes.ravel(), minlength=len(VERDICTS))
    return dict(zip(VERDICTS, counts.tolist(), strict=True))


def _with_applications(market: ScoredMarket) -> list[str]:
    return [market.postings.ids[j] for j in sorted(market.applied_to)]


def _busiest(market: ScoredMarket, read: Mapping[str, Standings]) -> str:
    """The 地域おこし協力隊 posting with the most candidates."""
    programs = dict(zip(market.postings.ids, market.postings.frame["program"].to_list(), strict=True))
    return max(read, key=lambda an_id: (programs[an_id] == "kyoryokutai", len(read[an_id].best()), an_id))


def _rounds(market: ScoredMarket, seed: int, tracked: Tracked) -> list[RoundResult]:
    results: list[RoundResult] = []
    sources: Mapping[str, tuple[Wishes, int | None]] = {
        "応募": ("applications", None),
        "試算": ("scores", _LIST_LENGTH),
    }
    for name in tracked(list(sources), "配置の案を計算し、検算する"):
        wishes, length = sources[name]
        opened = open_round(market, wishes=wishes, list_length=length, households="single")
        results += [run_round(opened, mechanism=mechanism, seed=seed) for mechanism in MECHANISMS]
    return results


def _line(result: RoundResult) -> RoundLine:
    proven = result.certificate is not None
    return RoundLine(
        wishes=result.round.wishes,
        mechanism=result.mechanism,
        matched=result.matching.n_matched,
        seats=int(result.round.market.capacity.sum()),
        blocking_pairs=len(result.blocking),
        objective=result.pairs.total(result.matching),
        proof="合計が最大（値段で証明）" if proven else "安定（組み直したい組なし）",
    )
