"""Where the order of reading has a person at the moment of a decision, computed here and never taken from a caller."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from api.canonical import digest_of
from api.conflicts.companies import company_conflicts
from api.provenance import provenance
from features.market.arrival_order import ListOrder, PlacedBy
from features.market.scored_market import ScoredMarket
from features.market.standings import Standings, standings_of
from features.records import Posting
from features.rules import VERDICTS

__all__ = ["ListPlace", "list_place"]

_WAITING: Final = frozenset({"received", "screened", "interview"})  # neither an offer nor an end


@dataclass(frozen=True)
class ListPlace:
    """A person's place in one posting's list.

    Attributes
    ----------
    order : ListOrder
        The list that was read.
    on : date
        The day the rules were asked about.
    placed_by : PlacedBy or None
        What gave the line its place; ``None`` where the list has no such line.
    rank : int or None
        1 is read first; ``None`` where a rule has the person outside the list, or the application had ended.
    n_listed : int
        Lines of the list.
    score : float or None
    verdict : str or None
    deciding_rule : str or None
        Id of the rule that decides the verdict.
    unmet : tuple of str
        Ids of the rules that are not met.
    n_ahead, n_behind : int
        People with a higher, and with a lower score, who have neither an offer nor an end.
    companies : tuple of str
        Companies of this person that sell to municipalities in a field of the posting.
    provenance : str
        Digest of everything that decided the list (:func:`api.provenance.provenance`, without ``top``).
    """

    order: ListOrder
    on: date
    placed_by: PlacedBy | None
    rank: int | None
    n_listed: int
    score: float | None
    verdict: str | None
    deciding_rule: str | None
    unmet: tuple[str, ...]
    n_ahead: int
    n_behind: int
    companies: tuple[str, ...]
    provenance: str


def list_place(market: ScoredMarket, posting_id: str, applicant_id: str, *, order: ListOrder) -> ListPlace:
    """Where the posting's list, in the order that was read, has the applicant."""
    standings = standings_of(market, posting_id, order=order)
    posting = market.records.postings[standings.posting]
    best, at = standings.best(), _position(standings, applicant_id)
    rank = best.index(at) + 1 if at in best else None
    ahead, behind = (0, 0) if rank is None or at is None else _around(market, standings, best, at)
    found = () if at is None else market.verdicts.findings(int(standings.rows[at]), standings.posting)
    deciding = [rule for rule in found if not rule.note]  # strongest first
    flagged = company_conflicts(market.records.companies, posting, [applicant_id])
    return ListPlace(
        order=order,
        on=market.on,
        placed_by=None if rank is None or at is None else _placed_by(market, standings, at, order),
        rank=rank,
        n_listed=len(best),
        score=None if at is None else float(standings.totals[at]),
        verdict=None if at is None else VERDICTS[int(standings.codes[at])],
        deciding_rule=deciding[0].rule_id if deciding else None,
        unmet=tuple(rule.rule_id for rule in deciding if rule.verdict == "not_covered"),
        n_ahead=ahead,
        n_behind=behind,
        companies=tuple(line.company_id for line in flagged),
        provenance=_digest(market, posting, order),
    )


def _position(standings: Standings, applicant_id: str) -> int | None:
    return standings.ids.index(applicant_id) if applicant_id in standings.ids else None


def _placed_by(market: ScoredMarket, standings: Standings, at: int, order: ListOrder) -> PlacedBy:
    return "wish" if market.wants_no_order[int(standings.rows[at])] else order


def _around(market: ScoredMarket, standings: Standings, best: Collection[int], at: int) -> tuple[int, int]:
    """How many who wait have a higher score, and a lower one; where no score places the person, nobody has either."""
    if at in standings.unscored:
        return 0, 0
    posting_id = market.postings.ids[standings.posting]
    waiting = {
        one.applicant_id
        for one in market.records.applications
        if one.posting_id == posting_id and one.status in _WAITING
    }
    others = [
        float(standings.totals[k])
        for k in best
        if k != at and k not in standings.unscored and standings.ids[k] in waiting
    ]
    own = float(standings.totals[at])  # equal scores are no order of the engine's
    return sum(total > own for total in others), sum(total < own for total in others)


def _digest(market: ScoredMarket, posting: Posting, order: ListOrder) -> str:
    return digest_of(provenance(market, operation="rank", options={"posting": posting.posting_id, "order": order}))
