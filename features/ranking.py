"""Ranked candidates for a coordinator, recommended places for an applicant.

People decide: a ranking is an order of reading. Only a rule that is plainly not met moves anyone to the excluded, and
it is named; what needs an answer stays in the ranking with its question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.counterfactuals import Counterfactual, what_ifs
from features.explain import Explanation, Question, Reason, explain_pair
from features.place_explanation import PlaceExplanation, explain_place
from features.regions import prefectures_of
from features.rules import RuleFinding
from features.scored_market import EXCLUDED, TERMS, ScoredMarket
from features.scoring import Contributions, Side
from features.standings import row_of, standings_of, told, totals_of

__all__ = ["Exclusion", "Ranked", "Ranking", "Recommendation", "rank", "recommend", "refused_postings"]

_MOST: Final = 5  # sentences of a kind: more is not read before an interview


@dataclass(frozen=True)
class Ranked:
    """One line of a list: the other side's id, the score with its interval, and why.

    ``what_if`` belongs to a posting's candidates, ``explanation`` to an applicant's places.
    """

    id: str
    score: float
    low: float
    high: float
    contributions: dict[str, float]
    verdicts: tuple[RuleFinding, ...]
    reasons: tuple[Reason, ...]
    gaps: tuple[Reason, ...]
    questions: tuple[Question, ...]
    what_if: tuple[Counterfactual, ...] = ()
    explanation: PlaceExplanation | None = None


@dataclass(frozen=True)
class Exclusion:
    """Somebody (or some place) left out, with every rule that is not met, and what would lift it."""

    id: str
    rules: tuple[RuleFinding, ...]
    what_if: tuple[Counterfactual, ...] = ()


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
            "candidates": [_candidate(line) for line in self.candidates],
            "excluded": [_candidate(line) for line in self.excluded],
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
            "postings": [_place(line) for line in self.postings],
            "excluded": [_place(line) for line in self.excluded],
        }


def rank(market: ScoredMarket, posting_id: str, *, top: int = 50, what_if: bool = True) -> Ranking:
    """Order the candidates of one posting.

    With applications in the records the posting's applicants are read, without any everyone is.

    Parameters
    ----------
    market : ScoredMarket
    posting_id : str
    top : int, default 50
        Candidates at most; the excluded are always all there.
    what_if : bool, default True
        Tell of every line what would move it (:mod:`features.counterfactuals`).

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
    standings = standings_of(market, posting_id)
    j, best = standings.posting, standings.best()[:top]
    out = np.flatnonzero(standings.codes >= EXCLUDED).tolist()
    moves: Mapping[int, tuple[Counterfactual, ...]] = what_ifs(market, standings, [*best, *out]) if what_if else {}
    lines = {at: _ranked(market, "coordinator", standings.shares, at, (int(standings.rows[at]), j)) for at in best}
    candidates = tuple(replace(line, what_if=moves.get(at, ())) for at, line in lines.items())
    excluded = [
        Exclusion(standings.ids[at], _unmet(market, int(standings.rows[at]), j), moves.get(at, ())) for at in out
    ]
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
    i = row_of(market.applicants.index_of, applicant_id, "applicant")
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


def refused_postings(market: ScoredMarket, applicant: int) -> NDArray[np.bool_]:
    """(m,) which postings lie in a region the applicant refuses."""
    regions: Sequence[str] = market.records.applicants[applicant].private_preferences.regions_refused or ()
    prefectures = {code for region in regions for code in prefectures_of(region)}
    return np.array([p.municipality_code[:2] in prefectures for p in market.records.postings], dtype=np.bool_)


def _unmet(market: ScoredMarket, i: int, j: int) -> tuple[RuleFinding, ...]:
    return tuple(found for found in market.verdicts.findings(i, j) if found.verdict == "not_covered" and not found.note)


def _best(shares: Contributions, ids: Sequence[str], top: int) -> list[int]:
    totals = totals_of(shares.value)
    return sorted(range(len(ids)), key=lambda k: (-totals[k], ids[k]))[:top]


def _ranked(market: ScoredMarket, side: Side, shares: Contributions, k: int, pair: tuple[int, int]) -> Ranked:
    i, j = pair
    scores = market.coordinator if side == "coordinator" else market.applicant
    value = told(shares.value[k])
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
    score, low, high = (float(totals_of(part[k])) for part in (shares.value, shares.low, shares.high))
    return Ranked(
        id=market.applicants.ids[i] if side == "coordinator" else market.postings.ids[j],
        score=score,
        low=low,
        high=high,
        contributions={name: float(part) for name, part in zip(scores.names, value, strict=True)},
        verdicts=rules,
        reasons=why.reasons[:_MOST],
        gaps=why.gaps[:_MOST],
        questions=why.questions[:_MOST],
        explanation=explain_place(market, i, j, own=why) if side == "applicant" else None,
    )


def _candidate(line: Ranked | Exclusion) -> dict[str, object]:
    content = asdict(line)
    content.pop("explanation", None)
    return {"applicant_id": content.pop("id"), **content}


def _place(line: Ranked | Exclusion) -> dict[str, object]:
    """A place never tells where others stand, so it has no ``what_if``."""
    content = asdict(line)
    content.pop("what_if")
    groups: dict[str, object] = content.pop("explanation", None) or {}
    return {"posting_id": content.pop("id"), **content, **groups}
