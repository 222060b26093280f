"""Ranked candidates for a coordinator, recommended places for an applicant.

People decide: a ranking is an order of reading. Only a rule that is plainly not met moves anyone to the excluded, and
it is named; what needs an answer stays in the ranking with its question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from features.errors import RecordError
from features.explain import Explanation, Question, Reason, explain_pair
from features.regions import prefectures_of
from features.rules import RuleFinding
from features.scored_market import EXCLUDED, TERMS, ScoredMarket
from features.scoring import Contributions, Side

__all__ = ["Exclusion", "Ranked", "Ranking", "Recommendation", "rank", "recommend", "refused_postings"]

_DIGITS = 6  # scores are told to 1e-6, and the contributions shown add up to the score shown


@dataclass(frozen=True)
class Ranked:
    """One line of a list: the other side's id, the score with its interval, and why."""

    id: str
    score: float
    low: float
    high: float
    contributions: dict[str, float]
    verdicts: tuple[RuleFinding, ...]
    reasons: tuple[Reason, ...]
    gaps: tuple[Reason, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Exclusion:
    """Somebody (or some place) left out, with every rule that is not met."""

    id: str
    rules: tuple[RuleFinding, ...]


@dataclass(frozen=True)
class Ranking:
    """One posting's candidates in order of reading, and the excluded."""

    posting_id: str
    candidates: tuple[Ranked, ...]
    excluded: tuple[Exclusion, ...]

    def to_json(self) -> dict[str, object]:
        """The interchange form."""
        return {
            "posting_id": self.posting_id,
            "candidates": [_named(line, "applicant_id") for line in self.candidates],
            "excluded": [_named(line, "applicant_id") for line in self.excluded],
        }


@dataclass(frozen=True)
class Recommendation:
    """One applicant's places, best first, and the places that are ruled out."""

    applicant_id: str
    postings: tuple[Ranked, ...]
    excluded: tuple[Exclusion, ...]

    def to_json(self) -> dict[str, object]:
        """The interchange form."""
        return {
            "applicant_id": self.applicant_id,
            "postings": [_named(line, "posting_id") for line in self.postings],
            "excluded": [_named(line, "posting_id") for line in self.excluded],
        }


def rank(market: ScoredMarket, posting_id: str, *, top: int = 50) -> Ranking:
    """Order the candidates of one posting.

    With applications in the records the posting's applicants are read, without any everyone is.

    Parameters
    ----------
    market : ScoredMarket
    posting_id : str
    top : int, default 50
        Candidates at most; the excluded are always all there.

    Returns
    -------
    Ranking
        Highest score first; equal scores (to 1e-6) stand in the order of their ids, so the order of the records never
        decides.

    Raises
    ------
    RecordError
        If no posting has that id.
    """
    j = _row(market.postings.index_of, posting_id, "posting")
    rows = _readers(market, j)
    codes = market.verdicts.codes(slice(None), slice(j, j + 1))[rows, 0]
    kept = rows[codes < EXCLUDED]
    shares = market.coordinator.column(j, kept)
    ids = [market.applicants.ids[int(i)] for i in kept]
    candidates = tuple(_ranked(market, "coordinator", shares, k, (int(kept[k]), j)) for k in _best(shares, ids, top))
    excluded = [Exclusion(market.applicants.ids[int(i)], _unmet(market, int(i), j)) for i in rows[codes >= EXCLUDED]]
    return Ranking(posting_id, candidates, tuple(sorted(excluded, key=lambda line: line.id)))


def recommend(market: ScoredMarket, applicant_id: str, *, top: int = 20) -> Recommendation:
    """Recommend open postings to one applicant, by the applicant's own score.

    Parameters
    ----------
    market : ScoredMarket
    applicant_id : str
    top : int, default 20
        Places at most.

    Returns
    -------
    Recommendation
        Highest score first, equal scores by id. Postings of a refused region, and postings a rule excludes, stand among
        the excluded with the reason.

    Raises
    ------
    RecordError
        If no applicant has that id.
    """
    i = _row(market.applicants.index_of, applicant_id, "applicant")
    columns = np.flatnonzero(market.is_open)
    codes = market.verdicts.codes(slice(i, i + 1), slice(None))[0, columns]
    refused = refused_postings(market, i)[columns]
    kept = columns[(codes < EXCLUDED) & ~refused]
    shares = market.applicant.row(i, kept)
    ids = [market.postings.ids[int(j)] for j in kept]
    places = tuple(_ranked(market, "applicant", shares, k, (i, int(kept[k]))) for k in _best(shares, ids, top))
    out = [
        Exclusion(market.postings.ids[j], _unmet(market, i, int(j)) + ((_REFUSED,) if refused[k] else ()))
        for k, j in enumerate(columns)
        if codes[k] >= EXCLUDED or refused[k]
    ]
    return Recommendation(applicant_id, places, tuple(sorted(out, key=lambda line: line.id)))


_REFUSED = RuleFinding(
    rule_id="wish-region-refused",
    kind="region",
    verdict="not_covered",
    source="本人の希望（行かない地域）",
    sentence="ご本人が希望しない地域です。",
)


def _row(index_of: Mapping[str, int], an_id: str, side: str) -> int:
    if an_id not in index_of:
        raise RecordError(f"{side} {an_id} is not among the {len(index_of)} {side}s given")
    return index_of[an_id]


def _readers(market: ScoredMarket, posting: int) -> NDArray[np.int64]:
    if not market.records.applications:
        return np.arange(len(market.applicants), dtype=np.int64)
    return market.applied_to.get(posting, np.zeros(0, dtype=np.int64))


def refused_postings(market: ScoredMarket, applicant: int) -> NDArray[np.bool_]:
    """(m,) which postings lie in a region the applicant refuses."""
    regions: Sequence[str] = market.records.applicants[applicant].private_preferences.regions_refused or ()
    prefectures = {code for region in regions for code in prefectures_of(region)}
    return np.array([p.municipality_code[:2] in prefectures for p in market.records.postings], dtype=np.bool_)


def _unmet(market: ScoredMarket, i: int, j: int) -> tuple[RuleFinding, ...]:
    return tuple(found for found in market.verdicts.findings(i, j) if found.verdict == "not_covered" and not found.note)


def _total(parts: NDArray[np.float64]) -> float:
    # rounding each part first keeps low <= score <= high and the sum exact to the digits shown
    return round(float(np.round(parts, _DIGITS).sum()), _DIGITS)


def _best(shares: Contributions, ids: Sequence[str], top: int) -> list[int]:
    return sorted(range(len(ids)), key=lambda k: (-_total(shares.value[k]), ids[k]))[:top]


def _ranked(market: ScoredMarket, side: Side, shares: Contributions, k: int, pair: tuple[int, int]) -> Ranked:
    i, j = pair
    scores = market.coordinator if side == "coordinator" else market.applicant
    value = np.asarray(np.round(shares.value[k], _DIGITS), dtype=np.float64)
    rules = market.verdicts.findings(i, j)
    why: Explanation = explain_pair(
        TERMS,
        scores.names,
        value=value,
        width=shares.high[k] - shares.low[k],
        weights=scores.weights_of(i, j),
        pair=(market.applicants, i, market.postings, j),
        rules=rules,
        audience=side,
    )
    return Ranked(
        id=market.applicants.ids[i] if side == "coordinator" else market.postings.ids[j],
        score=_total(shares.value[k]),
        low=_total(shares.low[k]),
        high=_total(shares.high[k]),
        contributions={name: float(part) for name, part in zip(scores.names, value, strict=True)},
        verdicts=rules,
        reasons=why.reasons,
        gaps=why.gaps,
        questions=why.questions,
    )


def _named(line: Ranked | Exclusion, key: str) -> dict[str, object]:
    content = asdict(line)
    return {key: content.pop("id"), **content}
