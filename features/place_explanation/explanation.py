"""Three groups of sentences about one place, said to one applicant.

What fits comes from the applicant's own score. What the other side may hope for comes from the coordinator's terms, so
it rests on the selection profile alone. What may go wrong comes from the own score's gaps, the host, the call's words
and its silence, each with a question to ask the town.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from features.explain import Explanation, Reason, explain_pair, found_in_pair
from features.market.scored_market import TERMS, ScoredMarket
from features.place_explanation.remark import Remark
from features.place_explanation.town import clash, host, mission, read_call, unsaid
from features.place_explanation.wording import place_wording
from features.posting_quality.criteria import Form
from features.terms.term import Finding

__all__ = ["PlaceExplanation", "explain_place"]


@dataclass(frozen=True)
class PlaceExplanation:
    """One place told to one applicant, one to four sentences a group.

    Attributes
    ----------
    fits_you : tuple of Remark
        あなたに合うところ: by the applicant's own score, what contributed most first; the last one is of the mission or
        of the place where the others are all of the other theme.
    they_would_want_you : tuple of Remark
        先方があなたに期待しそうなところ: by the coordinator's terms, what contributed most first; terms that have
        no words of their own last.
    may_go_wrong : tuple of Remark
        ここで行き違いになりやすいところ: each with a question to ask the town.
    """

    fits_you: tuple[Remark, ...]
    they_would_want_you: tuple[Remark, ...]
    may_go_wrong: tuple[Remark, ...]


def explain_place(
    market: ScoredMarket, i: int, j: int, *, own: Explanation, found: Mapping[str, Finding | None] | None = None
) -> PlaceExplanation:
    """Tell applicant ``i`` about posting ``j``.

    Parameters
    ----------
    market : ScoredMarket
    i, j : int
        Rows of the applicant and the posting.
    own : Explanation
        What the applicant's own score found in the pair.
    found : mapping of term to Finding or None, optional
        What the terms found in the pair, where that is known.

    Returns
    -------
    PlaceExplanation
        A group that has nothing of its own says so and what to do.
    """
    words = place_wording()
    fits = [Remark(r.term, r.sentence, r.applicant_phrase, r.posting_phrase) for r in _of_both_themes(own.reasons)]
    hoped_first = sorted(
        _found_by_coordinator(market, i, j, found or {}), key=lambda reason: reason.term not in words.expects
    )
    hoped = [_hoped(reason) for reason in hoped_first]
    wrong = list(_wrong(market, j, own.gaps))
    return PlaceExplanation(
        tuple(fits) or (Remark("nothing", words.nothing.fits_you),),
        tuple(hoped[: words.most]) or (Remark("nothing", words.nothing.they_would_want_you),),
        tuple(wrong[: words.most])
        or (Remark("nothing", words.nothing.may_go_wrong, question=words.nothing.may_go_wrong_question),),
    )


def _of_both_themes(reasons: Sequence[Reason]) -> Sequence[Reason]:
    most = place_wording().most
    told, themes = reasons[:most], {TERMS[reason.term].theme for reason in reasons[: most - 1]}
    other = next((reason for reason in reasons[most - 1 :] if TERMS[reason.term].theme not in themes), None)
    return told if other is None else (*reasons[: most - 1], other)


def _found_by_coordinator(
    market: ScoredMarket, i: int, j: int, found: Mapping[str, Finding | None]
) -> Sequence[Reason]:
    names, pair = market.coordinator.names, (market.applicants, i, market.postings, j)
    shares = market.coordinator.row(i, np.array([j], dtype=np.int64))
    explained = explain_pair(
        TERMS,
        names,
        value=shares.value[0],
        width=shares.high[0] - shares.low[0],
        weights=market.coordinator.weights_of(i, j),
        pair=pair,
        rules=(),
        audience="coordinator",
        # a term may weigh for a coordinator alone
        found={**found_in_pair(TERMS, [name for name in names if name not in found], pair), **found},
    )
    return explained.reasons


def _hoped(reason: Reason) -> Remark:
    table = place_wording().expects
    expects = table.get(reason.term, table["default"])
    own, call = reason.applicant_phrase, reason.posting_phrase
    if own is not None and call is not None and expects.both is not None:
        sentence = expects.both.format(applicant=own, posting=call)
    elif own is not None and expects.own is not None:
        sentence = expects.own.format(applicant=own)
    else:
        sentence = reason.sentence + expects.otherwise
    return Remark(reason.term, sentence, own, call)


def _wrong(market: ScoredMarket, j: int, gaps: Sequence[Reason]) -> Iterator[Remark]:
    """Living gaps and the town's own points in turns, so that neither side crowds out the other; then other gaps."""
    asks = {ask.term: ask for ask in place_wording().ask}
    told = [
        Remark(gap.term, gap.sentence, gap.applicant_phrase, gap.posting_phrase, asks[gap.term].question)
        for gap in gaps
        if gap.term in asks
    ]
    living = [remark for remark in told if asks[remark.topic].is_living]
    others = [remark for remark in told if not asks[remark.topic].is_living]
    call = read_call(market.records.postings[j], on=market.on)
    yield from living[:1]
    yield from filter(None, (host(call), clash(call), mission(call)))
    yield from living[1:2]
    yield from filter(None, (unsaid(call, _form(market, j)),))
    yield from living[2:]
    yield from sorted(others, key=lambda remark: TERMS[remark.topic].theme != "mission")


def _form(market: ScoredMarket, j: int) -> Form:
    """A call for members that only offers a try-out on the way is one for members, as it is to the rules."""
    if market.records.postings[j].program == "kigyojin":
        return "company"
    return "member" if market.verdicts.view(j).trials[j] == "none" else "trial"
