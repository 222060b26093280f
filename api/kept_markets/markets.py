"""The scored market of the stored records, carried from each state of them to the next.

A reader gets a state at least as new as whatever was stored before it asked. Where something changed since, the first
one who asks reads what changed (:mod:`api.storage.changed_records`) and makes the next market of the last one
(:mod:`features.market.change`); who comes meanwhile waits for that and reads nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from threading import BoundedSemaphore, Lock
from typing import Final, Literal, NamedTuple, TypeAlias, cast

from sqlalchemy import Engine

from api.http.errors import UnknownIdError
from api.kept_markets.errors import MarketBusyError, MarketNotReadyError
from api.kept_markets.interests import KeptInterests
from api.kept_markets.right_of_way import RightOfWay
from api.provenance import provenance
from api.record_digests import digest_later
from api.settings import Settings
from api.storage.changed_records import changes_since, is_complete
from api.storage.database import reading
from api.storage.restricted import restricted_people
from api.storage.stored_records import records_in_use, records_revision
from features.lists.interest import MarketInterest
from features.lists.ranking import rank, recommend
from features.market.arrival_order import ListOrder
from features.market.change import asked_otherwise, laid_out_anew, later_market
from features.market.pacing import paced
from features.market.record_change import RecordChange
from features.market.scored_market import ScoredMarket, read_market
from features.posting_quality.freshness import stale_ids
from features.reading.evidence import read_call_ahead
from features.reading.tables import cells_of_call
from features.records import Applicant, Posting
from features.rules import Eligibility, Ruleset, eligibility
from features.rules.store import stored_rulesets
from features.weights import Weights, weights_of_file

__all__ = ["KeptSize", "StoredMarket", "candidates_of", "recommendations_of", "stale_places"]

Told: TypeAlias = Literal["changed list", "call", "list", "nothing"]
_OTHERS: Final = 2  # markets of other days that are kept beside the present one
_MOST_WAITING: Final = 20  # of the forty threads that answer
_FOR_EVER: Final = -1.0
_WAIT_SECONDS: Final = 20.0  # for a market that somebody else is making


@dataclass(frozen=True, eq=False)
class _Asked:
    """What decides a market beside the records."""

    on: date
    weights: Weights
    rulesets: Sequence[Ruleset]

    def is_of(self, market: ScoredMarket) -> bool:
        rules = [(ruleset.id, ruleset.digest) for ruleset in market.rulesets or ()]
        return (
            market.on == self.on
            and market.weights.digest == self.weights.digest
            and rules == [(ruleset.id, ruleset.digest) for ruleset in self.rulesets]
        )


@dataclass(frozen=True, eq=False)
class _State:
    """One state of the records and the markets of it; the first is that of the present day."""

    revision: int
    restricted: frozenset[str]
    markets: tuple[ScoredMarket, ...]


class KeptSize(NamedTuple):
    """The number of the last change in the kept market, and its people and postings."""

    revision: int
    applicants: int
    postings: int


class StoredMarket:
    """The market of one database.

    Parameters
    ----------
    engine : Engine
    settings : Settings
        Weights, rules and the day where a caller names none.
    way : RightOfWay, optional
        Of the process: who tells something long gives way.
    """

    def __init__(self, engine: Engine, settings: Settings, way: RightOfWay | None = None) -> None:
        self._engine = engine
        self._way = way or RightOfWay()
        self._settings = settings
        self._lock = Lock()
        self._state: _State | None = None
        self._interests = KeptInterests()
        self._unread: list[str] = []  # calls whose sentences nobody has weighed
        self._untold: dict[str, None] = {}  # lists that nobody has explained
        self._changed: dict[str, None] = {}  # lists in which a person or an application is new; the last stands last
        self.asked = 0
        """How often somebody asked for the market."""
        self._telling, self._places_to_wait = Lock(), BoundedSemaphore(_MOST_WAITING)

    def on(self, day: date | None) -> ScoredMarket:
        """The market on ``day``; reading it holds no transaction afterwards.

        Raises
        ------
        MarketNotReadyError
            If another makes it and takes long; requests that all wait would leave none for other questions.
        """
        self.asked += 1
        return self._on(day, wait_seconds=_WAIT_SECONDS)

    def _on(self, day: date | None, *, wait_seconds: float) -> ScoredMarket:
        weights = weights_of_file(self._settings.weights_file)
        asked = _Asked(day or self._settings.day(), weights, self._rulesets())
        with reading(self._engine) as session:
            revision = records_revision(session)
        state = self._state
        if state is not None and state.revision == revision:
            for market in state.markets:
                if asked.is_of(market):
                    return market
        if not self._lock.acquire(timeout=wait_seconds):
            raise MarketNotReadyError
        self._way.add(1)  # many may wait for it
        try:
            return self._market_of(self._present(asked), asked)
        finally:
            self._way.add(-1)
            self._lock.release()

    def warm(self) -> None:
        """Make all that a first list would wait for; the lists of open applications are still to be told."""
        market = self._on(None, wait_seconds=_FOR_EVER)
        if market.records.applicants and market.records.postings:
            self.interest(market, 0.0)
        provenance(market, operation="rank", options={})

    def tell_one(self) -> Told:
        """Read one call, or explain one list of applicants, that nobody has asked for yet; lists that changed first."""
        market = self._on(None, wait_seconds=_FOR_EVER)
        with self._lock:
            posting_id, told = self._next_to_tell()
        row = market.postings.index_of.get(posting_id)
        with paced(self._way.give_way):
            if row is not None and told == "call":
                read_call_ahead(cells_of_call(market.postings, row))
            elif row is not None and posting_id in market.applications_to:
                rank(market, posting_id)
        return told

    def give_way(self) -> None:
        """Wait until no short answer is under way, for a moment at most."""
        self._way.give_way()

    def _next_to_tell(self) -> tuple[str, Told]:
        if self._changed:
            return self._changed.popitem()[0], "changed list"
        if self._unread:
            return self._unread.pop(), "call"
        return (self._untold.popitem()[0], "list") if self._untold else ("", "nothing")

    @contextmanager
    def in_turn(self) -> Generator[None]:
        """Tell long things one at a time: twenty places take as long as many short answers, which go on beside it.

        Raises
        ------
        MarketBusyError
            If many wait already; all of them together would leave none to answer anybody else.
        """
        if not self._places_to_wait.acquire(blocking=False):
            raise MarketBusyError
        self._way.step_aside()
        try:
            with self._telling, paced(self._way.give_way):
                yield
        finally:
            self._places_to_wait.release()

    def forget(self) -> None:
        """After a person was erased: nothing that person said stays here, and nobody waits for a market made anew."""
        with self._lock:
            self._interests = KeptInterests()
            if self._state is None:
                return
            market = self._state.markets[0]
            state = self._present(_Asked(market.on, market.weights, market.rulesets or ()))
            anew = laid_out_anew(state.markets[0])
            digest_later(anew, state.markets[0])
            self._state = replace(state, markets=(anew,))
            self._unread = list(anew.postings.ids)  # what was read of calls goes with what was read of people

    def kept(self) -> KeptSize | None:
        """Which state is kept and how large it is; asks neither the database nor for the lock."""
        state = self._state
        if state is None:
            return None
        records = state.markets[0].records
        return KeptSize(state.revision, len(records.applicants), len(records.postings))

    def interest(self, market: ScoredMarket, spread: float) -> MarketInterest:
        """How interest falls on a market that :meth:`on` gave; the last few spreads are kept."""
        return self._interests.of(market, spread)

    def eligibility(self, applicant: Applicant, posting: Posting, day: date | None) -> Eligibility:
        """What the rules say of one pair on ``day``."""
        return eligibility(applicant, posting, on=day or self._settings.day(), rulesets=self._rulesets())

    def _present(self, asked: _Asked) -> _State:
        """The state of the records that is stored now; the caller holds the lock."""
        with reading(self._engine) as session:
            revision, state = records_revision(session), self._state
            if state is not None and state.revision == revision:
                return state
            restricted, market = restricted_people(session), None
            if state is not None and state.revision < revision:
                change = changes_since(session, state.revision, state.restricted)
                market = self._later(state.markets[0], change)
                market = market if is_complete(session, market.records) else None
            records = records_in_use(session) if market is None else market.records
        if market is None:
            market = read_market(records, on=asked.on, weights=asked.weights, rulesets=asked.rulesets)
            self._unread = list(market.postings.ids)
            self._untold.update(dict.fromkeys(market.applications_to))
        self._state = _State(revision, restricted, (_read(market),))
        return self._state

    def _later(self, market: ScoredMarket, change: RecordChange) -> ScoredMarket:
        later = later_market(market, change)
        digest_later(later, market)
        if later.told is not market.told:
            self._untold.update(dict.fromkeys(later.applications_to))
        self._unread += [posting.posting_id for posting in change.put.postings]
        people = change.ids_of("applicants")
        own = (one for one in later.applications if one.applicant_id in people) if people else ()
        for one in (*own, *change.put.applications):
            self._changed.pop(one.posting_id, None)
            self._changed[one.posting_id] = None
        return later

    def _market_of(self, state: _State, asked: _Asked) -> ScoredMarket:
        """One of the markets of a state; the caller holds the lock."""
        found = next((market for market in state.markets if asked.is_of(market)), None)
        if found is None:
            first, *others = state.markets
            found = asked_otherwise(first, on=asked.on, weights=asked.weights, rulesets=asked.rulesets)
            digest_later(_read(found), first)
            is_present = asked.on == self._settings.day()
            markets = (found, *others) if is_present else (first, found, *others[: _OTHERS - 1])
            self._state = replace(state, markets=markets)
            self._untold.update(dict.fromkeys(found.applications_to if is_present else ()))
        return found

    def _rulesets(self) -> Sequence[Ruleset]:
        folder = self._settings.rules_dir
        return stored_rulesets(None if folder is None else [folder])


def _read(market: ScoredMarket) -> ScoredMarket:
    """The market with all that takes long made: what everybody wrote is read, by one reader while others wait."""
    if market.records.applicants and market.records.postings:
        _ = (market.verdicts, market.coordinator)
    return market


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
    stored: StoredMarket,
    applicant_id: str,
    *,
    top: int,
    spread: float,
    order: ListOrder,
    on: date | None,
    among: Collection[str] | None = None,
) -> dict[str, object]:
    """The places for one applicant, with their provenance; ``among`` these municipalities' postings where given.

    Raises
    ------
    UnknownIdError
        If the applicant is not in the market.
    """
    market = stored.on(on)
    if applicant_id not in market.applicants.index_of:
        raise UnknownIdError("applicant", applicant_id)
    with stored.in_turn():
        interest = stored.interest(market, spread)
        found = recommend(market, applicant_id, top=top, interest=interest, order=order, among=among)
    told = {} if among is None else {"among": sorted(among)}
    options = {"applicant": applicant_id, "top": top, "spread": spread, "order": order, **told}
    return found.to_json() | {"provenance": provenance(market, operation="recommend", options=options)}


def stale_places(market: ScoredMarket, found: Mapping[str, object]) -> list[str]:
    """Ids of the places of :func:`recommendations_of` whose facts are old on the market's day, best first."""
    lines = cast("Sequence[Mapping[str, object]]", found["postings"])
    rows = (market.postings.index_of.get(str(line["posting_id"])) for line in lines)  # one may be gone by now
    return stale_ids([market.records.postings[row] for row in rows if row is not None], on=market.on)
