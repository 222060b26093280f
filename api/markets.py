"""The scored market of the stored records, computed once for each state of records, rules and weights and each day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from threading import Lock

from sqlalchemy import Engine

from api.database import reading
from api.errors import UnknownIdError
from api.kept_interests import KeptInterests
from api.provenance import provenance
from api.settings import Settings
from api.stored_records import read_records, records_revision
from features.arrival_order import ListOrder
from features.interest import MarketInterest
from features.ranking import rank, recommend
from features.records import Applicant, Posting
from features.rules import Eligibility, Ruleset, eligibility
from features.rules.store import stored_rulesets
from features.scored_market import ScoredMarket, read_market
from features.weights import Weights, default_weights, load_weights

__all__ = ["StoredMarket", "candidates_of", "recommendations_of"]


class StoredMarket:
    """The market of one database; the last one asked for is kept until a record, a rule or a weight changes.

    Parameters
    ----------
    engine : Engine
    settings : Settings
        Weights, rules and the day where a caller names none.
    """

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._settings = settings
        self._lock = Lock()
        self._kept: tuple[object, ScoredMarket] | None = None
        self._interests = KeptInterests()

    def on(self, day: date | None) -> ScoredMarket:
        """The market on ``day``; reading it holds no transaction afterwards."""
        day = day or self._settings.day()
        with self._lock, reading(self._engine) as session:
            weights, rulesets = self._weights(), self._rulesets()
            # the number is read first: a change in between makes the next reader read again, never keep an old state
            rules = [(ruleset.id, ruleset.digest) for ruleset in rulesets]
            key = (records_revision(session), day, weights.digest, rules)
            if self._kept is None or self._kept[0] != key:
                market = read_market(read_records(session), on=day, weights=weights, rulesets=rulesets)
                self._kept = (key, market)
            return self._kept[1]

    def interest(self, market: ScoredMarket, spread: float) -> MarketInterest:
        """How interest falls on a market that :meth:`on` gave; the last few spreads are kept."""
        return self._interests.of(market, spread)

    def eligibility(self, applicant: Applicant, posting: Posting, day: date | None) -> Eligibility:
        """What the rules say of one pair on ``day``."""
        return eligibility(applicant, posting, on=day or self._settings.day(), rulesets=self._rulesets())

    def _weights(self) -> Weights:
        path = self._settings.weights_file
        return default_weights() if path is None else load_weights(path)

    def _rulesets(self) -> Sequence[Ruleset]:
        folder = self._settings.rules_dir
        return stored_rulesets(None if folder is None else [folder])


def candidates_of(market: ScoredMarket, posting_id: str, *, top: int, order: ListOrder = "score") -> dict[str, object]:
    """The order of reading of one posting, with its provenance.

    Raises
    ------
    UnknownIdError
        If the posting is not in the market.
    """
    if posting_id not in market.postings.index_of:
        raise UnknownIdError("posting", posting_id)
    options = {"posting": posting_id, "top": top, "order": order}
    proof = provenance(market, operation="rank", options=options)
    return rank(market, posting_id, top=top, order=order).to_json() | {"provenance": proof}


def recommendations_of(
    stored: StoredMarket, applicant_id: str, *, top: int, spread: float, order: ListOrder, on: date | None
) -> dict[str, object]:
    """The places for one applicant, with their provenance.

    Raises
    ------
    UnknownIdError
        If the applicant is not in the market.
    """
    market = stored.on(on)
    if applicant_id not in market.applicants.index_of:
        raise UnknownIdError("applicant", applicant_id)
    found = recommend(market, applicant_id, top=top, interest=stored.interest(market, spread), order=order)
    options = {"applicant": applicant_id, "top": top, "spread": spread, "order": order}
    return found.to_json() | {"provenance": provenance(market, operation="recommend", options=options)}
