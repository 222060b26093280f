"""Ranked candidates for a coordinator, recommended places for an applicant.

People decide: a ranking is an order of reading. Only a rule that is plainly not met moves anyone to the excluded, and
it is named; what needs an answer stays in the ranking with its question.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, is_dataclass, replace
from datetime import date, datetime
from typing import Final, cast, get_args
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from features.counterfactuals import Counterfactual, what_ifs
from features.errors import RecordError
from features.explain import Explanation, Question, Reason, explain_pair, found_in_pair
from features.lists.exclusions import Exclusion, left_out, left_out_of_all
from features.lists.interest import Chance, MarketInterest
from features.market.arrival_order import ListOrder, PlacedBy, by_closing, received_at
from features.market.pacing import between_steps
from features.market.refused_regions import refused_postings
from features.market.scored_market import EXCLUDED, TERMS, ScoredMarket
from features.market.standings import row_of, standings_of, told, totals_of
from features.market.told_pairs import TellingKey
from features.next_question import NextQuestions, next_questions_for_applicant, next_questions_for_posting
from features.place_explanation import PlaceExplanation, explain_place
from features.rules import RuleFinding
from features.scoring import Contributions, Side

__all__ = ["Ranked", "Ranking", "Recommendation", "open_postings", "order_places", "rank", "recommend"]

_LINE_OF: Final[Mapping[Side, TellingKey[Ranked]]] = {side: TellingKey(f"line_{side}") for side in get_args(Side)}
_QUESTIONS: Final[TellingKey[NextQuestions]] = TellingKey("questions")
_MOST: Final = 5  # sentences of a kind: more is not read before an interview


@dataclass(frozen=True)
class Ranked:
    """One line of a list: the other side's id, the score with its interval, and why.

    ``placed_by`` says what gave the line its place: its score, an order of arrival, or the person's wish for one.
    ``what_if`` and ``received_at`` belong to a posting's candidates; ``explanation``, ``chance`` and ``why_here`` (why
    the place stands where it does) belong to an applicant's places.
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
    placed_by: PlacedBy = "score"
    received_at: datetime | date | None = None
    what_if: tuple[Counterfactual, ...] = ()
    explanation: PlaceExplanation | None = None
    chance: Chance | None = None
    why_here: str | None = None


@dataclass(frozen=True)
class Ranking:
    """One posting's candidates in order of reading, how they were ordered in words, what to ask, and the excluded."""

    posting_id: str
    candidates: tuple[Ranked, ...]
    excluded: tuple[Exclusion, ...]
    ordered: str
    asked_next: NextQuestions | None = None

    def to_json(self) -> dict[str, object]:
        """The interchange form."""
        return {
            "posting_id": self.posting_id,
            "ordered": self.ordered,
            "next_questions": _asked(self.asked_next),
            "candidates": [_candidate(line) for line in self.candidates],
            "excluded": [_candidate(line) for line in self.excluded],
        }


@dataclass(frozen=True)
class Recommendation:
    """One applicant's places in order, how they were ordered in words, what to ask, and the places ruled out."""

    applicant_id: str
    postings: tuple[Ranked, ...]
    excluded: tuple[Exclusion, ...]
    ordered: str
    asked_next: NextQuestions | None = None

    def to_json(self) -> dict[str, object]:
        """The interchange form."""
        return {
            "applicant_id": self.applicant_id,
            "ordered": self.ordered,
            "next_questions": _asked(self.asked_next),
            "postings": [_place(line) for line in self.postings],
            "excluded": [_place(line) for line in self.excluded],
        }


def rank(
    market: ScoredMarket, posting_id: str, *, top: int = 50, what_if: bool = True, order: ListOrder = "score"
) -> Ranking:
    """Order the candidates of one posting.

    With applications in the records the posting's applicants are read, without any everyone is.

    Parameters
    ----------
    market : ScoredMarket
    posting_id : str
    top : int, default 50
        Candidates at most; the excluded are always all there.
    what_if : bool, default True
        Tell of every line what would move it (:mod:`features.counterfactuals`), and of the list which answer would
        most likely change its top (:mod:`features.next_question`).
    order : "score" or "arrival"
        With "arrival" the list is that of the applications as they came in (:mod:`features.market.arrival_order`).

    Returns
    -------
    Ranking
        Highest score first; equal scores (to 1e-6) stand in the order of their ids, so the order of the records never
        decides. Who said that no automated order is wanted stands where the order of arrival has them.

    Raises
    ------
    RecordError
        If no posting has that id.
    """
    standings = standings_of(market, posting_id, order=order)
    j, whole = standings.posting, standings.best()
    best, out = whole[:top], np.flatnonzero(standings.codes >= EXCLUDED).tolist()
    moved = [at for at in best if at not in standings.unscored]  # an answer does not move who no score places
    moves: Mapping[int, tuple[Counterfactual, ...]] = what_ifs(market, standings, [*moved, *out]) if what_if else {}
    came = received_at(market, j) if standings.unscored else {}
    candidates = [
        replace(
            _ranked(market, "coordinator", standings.shares, at, (int(standings.rows[at]), j)),
            placed_by="wish" if market.wants_no_order[int(standings.rows[at])] else order,
            received_at=came.get(int(standings.rows[at])),
            what_if=moves.get(at, ()),
        )
        for at in best
    ]
    excluded = [
        Exclusion(standings.ids[at], market.verdicts.unmet(int(standings.rows[at]), j), moves.get(at, ())) for at in out
    ]
    unscored = [int(standings.rows[at]) for at in whole if at in standings.unscored]
    ordered = _ordered_candidates(order, n_unscored=len(unscored), n_dated=sum(row in came for row in unscored))
    asked = next_questions_for_posting(market, posting_id) if what_if and order == "score" else None
    return Ranking(posting_id, tuple(candidates), tuple(sorted(excluded, key=lambda line: line.id)), ordered, asked)


def recommend(
    market: ScoredMarket,
    applicant_id: str,
    *,
    top: int = 10,
    interest: MarketInterest | None = None,
    order: ListOrder = "score",
    among: Collection[str] | None = None,
) -> Recommendation:
    """Recommend open postings to one applicant, by the applicant's own score.

    Parameters
    ----------
    market : ScoredMarket
    applicant_id : str
    top : int, default 10
        Places at most; more are not looked at one by one.
    interest : MarketInterest, optional
        With it every place tells the chance of a seat, and the list is spread as the interest is: places that are
        looked at much come later than the own score alone would have them.
    order : "score" or "arrival"
        With "arrival" the list holds the postings as they close (:func:`~features.market.arrival_order.by_closing`).
    among : collection of str, optional
        Codes of the municipalities whose postings are told, the excluded too, where not everybody's are; no question is
        asked then, because answers are valued over all postings.

    Returns
    -------
    Recommendation
        Highest score first (as the spread has it), equal scores by id. Postings of a refused region, and postings a
        rule excludes, stand among the excluded with the reason.

    Raises
    ------
    RecordError
        If no applicant has that id, or an order of arrival is to be spread.
    """
    i = row_of(market.applicants.index_of, applicant_id, "applicant")
    if order == "arrival" and interest is not None and interest.spread > 0:
        raise RecordError(f"spread is {interest.spread}, expected 0 where the order is that of arrival")
    columns, kept = (_among(market, rows, among) for rows in open_postings(market, i))
    shares = market.applicant.row(i, kept)
    places = order_places(market, i, kept, totals_of(shares.value), interest=interest, order=order)
    own_place = {k: place for place, k in enumerate(_by_score(market, kept, totals_of(shares.value)), start=1)}
    lines: list[Ranked] = []
    for place, k in enumerate(places[:top], start=1):
        line = replace(_ranked(market, "applicant", shares, k, (i, int(kept[k]))), placed_by=order)
        if interest is not None:
            chance = interest.chance(i, int(kept[k]), place=own_place[k] if order == "arrival" else place)
            line = replace(line, chance=chance)
        if interest is not None and order == "score":
            line = replace(line, why_here=interest.why_here(int(kept[k]), place=place, own_place=own_place[k]))
        lines.append(line)
    ruled_out = (left_out_of_all if among is None else left_out)(market, i, columns, kept)
    spread = 0.0 if interest is None else interest.spread
    # an answer is valued by the own score, so there is none to tell where that does not order the list
    is_asked = order == "score" and spread == 0 and among is None
    asked = _questions(market, i) if is_asked else None
    return Recommendation(applicant_id, tuple(lines), ruled_out, _ordered_places(order, spread), asked)


def _questions(market: ScoredMarket, i: int) -> NextQuestions:
    """The questions to one applicant, found before or found now: what may be answered is what other people answered."""
    person = market.records.applicants[i]
    people = ref(market.applicants)  # one object as long as they live, and nothing is said by who is gone
    found = market.told.of_open(_QUESTIONS, person, market.is_open, people)
    if found is None:
        found = next_questions_for_applicant(market, person.applicant_id)
        market.told.keep_open(_QUESTIONS, person, market.is_open, people, value=found)
    return found


def open_postings(market: ScoredMarket, applicant: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the open postings, and of those among them that may stand in an applicant's list."""
    columns = np.flatnonzero(market.is_open)
    codes = market.verdicts.codes(slice(applicant, applicant + 1), slice(None))[0, columns]
    return columns, columns[(codes < EXCLUDED) & ~refused_postings(market, applicant)[columns]]


def _among(market: ScoredMarket, rows: NDArray[np.int64], codes: Collection[str] | None) -> NDArray[np.int64]:
    if codes is None:
        return rows
    columns: list[int] = rows.tolist()
    told = [market.records.postings[j].municipality_code in codes for j in columns]
    return rows[np.asarray(told, dtype=np.bool_)]


def order_places(
    market: ScoredMarket,
    applicant: int,
    kept: NDArray[np.int64],
    totals: NDArray[np.float64],
    *,
    interest: MarketInterest | None = None,
    order: ListOrder = "score",
) -> list[int]:
    """The order of an applicant's list: positions of ``kept``, given their own scores as they are told."""
    if order == "arrival":
        return by_closing([market.records.postings[int(j)] for j in kept])
    if interest is None or interest.spread == 0:
        return _by_score(market, kept, totals)
    return _by_score(market, kept, interest.weights(applicant, kept))


def _by_score(market: ScoredMarket, kept: NDArray[np.int64], totals: NDArray[np.float64]) -> list[int]:
    ids = [market.postings.ids[int(j)] for j in kept]
    return sorted(range(len(ids)), key=lambda k: (-totals[k], ids[k]))


def _ordered_candidates(order: ListOrder, *, n_unscored: int, n_dated: int) -> str:
    """How a posting's list was ordered, in words."""
    undated = "" if n_dated == n_unscored else "届いた日の記録がない方は、そのあとにIDの順で置いています。"
    if order == "arrival":
        return f"応募の届いた順です。{undated}" if n_dated else "届いた日の記録がないため、IDの順です。"
    told = "記録の重なりの大きい方から読む順です。"
    return told + (
        f"順位づけを希望しない方（{n_unscored}人）は、応募の届いた順の位置にいます。{undated}" if n_unscored else ""
    )


def _ordered_places(order: ListOrder, spread: float) -> str:
    if order == "arrival":
        return "締切の早い順です。締切のない募集はそのあとに、情報の日付の古い順で置いています。"
    if spread == 0:
        return "ご希望と経歴に合う順です。"
    return f"ご希望と経歴に合う順をもとに、見ている方の少ない募集を上げています（広げ方 {spread:g}）。"


def _ranked(market: ScoredMarket, side: Side, shares: Contributions, k: int, pair: tuple[int, int]) -> Ranked:
    """One line, told before or told now."""
    person, call = market.records.applicants[pair[0]], market.records.postings[pair[1]]
    line = market.told.of(_LINE_OF[side], person, call)
    if line is None:
        between_steps()
        line = _told_now(market, side, shares, k, pair)
        market.told.keep(_LINE_OF[side], person, call, line)
    return line


def _told_now(market: ScoredMarket, side: Side, shares: Contributions, k: int, pair: tuple[int, int]) -> Ranked:
    i, j = pair
    scores = market.coordinator if side == "coordinator" else market.applicant
    value = told(shares.value[k])
    rules = market.verdicts.findings(i, j)
    found = found_in_pair(TERMS, scores.names, (market.applicants, i, market.postings, j))
    why: Explanation = explain_pair(
        TERMS,
        scores.names,
        value=value,
        width=shares.high[k] - shares.low[k],
        weights=scores.weights_of(i, j),
        pair=(market.applicants, i, market.postings, j),
        rules=rules,
        audience=side,
        found=found,
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
        explanation=explain_place(market, i, j, own=why, found=found) if side == "applicant" else None,
    )


def _asked(found: NextQuestions | None) -> object:
    return [] if found is None else found.to_json()["next_questions"]


def _plain(line: object) -> dict[str, object]:
    """A line as dictionaries; :func:`dataclasses.asdict` would copy every text and number of it one by one."""
    return {name: _plain_value(value) for name, value in vars(line).items()}


def _plain_value(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(map(_plain_value, cast("tuple[object, ...]", value)))
    if isinstance(value, dict):
        return dict(cast("dict[str, object]", value))  # a line that was told is told again: nobody may change it
    return _plain(value) if is_dataclass(value) else value


def _candidate(line: Ranked | Exclusion) -> dict[str, object]:
    content = _plain(line)
    for name in ("explanation", "chance", "why_here"):
        content.pop(name, None)
    if isinstance(line, Ranked):
        content["received_at"] = None if line.received_at is None else line.received_at.isoformat()
    return {"applicant_id": content.pop("id"), **content}


def _place(line: Ranked | Exclusion) -> dict[str, object]:
    """A place never tells where others stand, so it has no ``what_if``."""
    content = _plain(line)
    for name in ("what_if", "received_at"):
        content.pop(name, None)
    groups = cast("dict[str, object]", content.pop("explanation", None) or {})
    return {"posting_id": content.pop("id"), **content, **groups}
