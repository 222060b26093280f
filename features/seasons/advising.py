"""Offer now or wait: advice for everybody who waits today, from what each seat will be worth later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from features.errors import RecordError
from features.market.scored_market import ScoredMarket
from features.records import Application, Records
from features.rounds.round import Wishes
from features.seasons.advice import Advice, Reason, SeasonAdvice, SeatPrice
from features.seasons.assumptions import season_assumptions
from features.seasons.by_arrival import ByArrival, by_arrival
from features.seasons.calendar import SeasonCalendar
from features.seasons.case_values import CaseValues, HouseholdChoice, case_values, read_cases
from features.seasons.cases import WAITING, Case, cases_of, received
from features.seasons.in_turn import decide_in_turn, part_of
from features.seasons.past_years import PastYears, PriceSource, read_past
from features.seasons.places import Places, places_now
from features.weights import Weights, default_weights
from matching.rolling.moment import WAIT, Moment
from matching.rolling.offers import Offers, decide
from matching.rolling.seat_values import SeatValues, relaxed_optimum, seat_values

__all__ = ["advise"]

_ENDED = frozenset({"declined", "withdrawn", "closed"})


def advise(
    records: Records,
    past: Records | None,
    *,
    on: date,
    weights: Weights | None = None,
    wishes: Wishes = "applications",
    rule: HouseholdChoice = "sum",
    together: bool = False,
    seed: int = 0,
    n_futures: int = 20,
    past_name: str = "past years",
) -> SeasonAdvice:
    """Advise on everybody who waits; private wishes decide nothing.

    Parameters
    ----------
    records : Records
        Applicants, postings and applications of this season.
    past : Records or None
        Of the year before. ``None``: as if nobody else came, so that a price tells only how those who wait compete.
    on : date
        The day; its fiscal year is the season.
    weights : Weights, optional
    wishes : "applications" or "scores"
        Offers only where somebody applied, or wherever rules leave.
    rule : "sum" or "least"
        What a place is worth to a household.
    together : bool
        Decide all as one batch instead of one after the other in order of arrival.
    seed, n_futures : int
        Of the futures.
    past_name : str
        What an error calls the records of the year before.

    Raises
    ------
    RecordError
        Without an application, where one tells no day, or where records cannot be a season.
    """
    calendar, chosen = SeasonCalendar.of(on), weights or default_weights()
    known = _known(records, calendar, on)
    cases = cases_of(records, known, calendar)
    waiting = [case for case in cases if case.is_waiting]
    market = read_cases(records.applicants, records.postings, waiting, on=on, weights=chosen)
    postings = market.records.postings
    worth = case_values(market, waiting, rule=rule)
    everyone = _moment(
        worth,
        places_now(postings, known, calendar, on),
        _may_be_offered(waiting, worth, wishes),
        now=calendar.day_of(on),
        n_arrived=sum(case.arrives >= 0 for case in cases),
    )
    years = None
    if past is not None:
        years = read_past(past, postings, calendar, on=on, weights=chosen, wishes=wishes, rule=rule, place=past_name)
    turns = by_arrival(waiting, worth, everyone)
    scored = part_of(everyone, np.flatnonzero(~turns.asked), everyone.seats_left)
    free = replace(scored, seats_left=everyone.seats_left - turns.seats(everyone.needs, len(postings)))
    priced = _priced(free, years, seed=seed, n_futures=n_futures)
    offers = decide(free, priced.prices) if together else decide_in_turn(free, priced.prices)
    others = _by_other_rule(waiting, worth, everyone, rule)
    position = np.cumsum(~turns.asked) - 1
    return SeasonAdvice(
        lines=tuple(
            _line_by_arrival(everyone, turns, at, case, ids=market.postings.ids)
            if turns.asked[at]
            else _line(scored, offers, int(position[at]), case, other=others[at], ids=market.postings.ids)
            for at, case in enumerate(waiting)
        ),
        prices=_seat_prices(everyone, priced, years, calendar, market),
        n_held=sum(case.is_held for case in cases),
        n_later=len(records.applications) - len(known),
        declined_share=None if years is None else years.forecast.decline_rate,
    )


def _known(records: Records, calendar: SeasonCalendar, on: date) -> list[Application]:
    if not records.applications:
        raise RecordError("the records hold no application, expected those of this season")
    tomorrow = calendar.day_of(on) + 1
    return [one for one in records.applications if calendar.day_of(received(one)) < tomorrow]


def _may_be_offered(waiting: Sequence[Case], worth: CaseValues, wishes: Wishes) -> NDArray[np.bool_]:
    """Where somebody waits for an answer; or everywhere but where an application has come to an end."""
    column = worth.market.postings.index_of
    wished = np.zeros_like(worth.is_allowed)
    for row, case in enumerate(waiting):
        if wishes == "applications":
            wished[row, [column[an_id] for an_id in case.together_at(WAITING)]] = True
        else:
            wished[row] = True
            wished[row, [column[one.posting_id] for one in case.applications if one.status in _ENDED]] = False
    may: NDArray[np.bool_] = worth.is_allowed & wished
    return may


def _moment(worth: CaseValues, places: Places, may: NDArray[np.bool_], *, now: float, n_arrived: int) -> Moment:
    n = worth.needs.size
    return Moment(
        now=now,
        case=np.arange(n),
        values=worth.values,
        is_compatible=may,
        needs=worth.needs,
        waits_until=np.full(n, now + season_assumptions().patience_days.value),
        seats_left=places.seats,
        seats_offered=places.offered,
        opens=places.opens,
        closes=places.closes,
        n_arrived=n_arrived,
    )


def _priced(moment: Moment, years: PastYears | None, *, seed: int, n_futures: int) -> SeatValues:
    if years is not None:
        return seat_values(moment, years.forecast, rng=np.random.default_rng(seed), n_futures=n_futures)
    could_hold = moment.is_compatible & (moment.is_open | moment.is_ahead)
    prices = relaxed_optimum(moment.values, could_hold, moment.needs, moment.seats_left)[1]
    return SeatValues(prices, prices[None, :])


def _line(moment: Moment, offers: Offers, at: int, case: Case, *, other: int, ids: Sequence[str]) -> Advice:
    reason, place = _reason(moment, offers, at)
    return Advice(
        members=case.members,
        household_id=None if case.household is None else case.household.household_id,
        reason=reason,
        posting_id=None if place == WAIT else ids[place],
        value=None if place == WAIT else float(moment.values[at, place]),
        seats_worth=None if place == WAIT else float(moment.needs[at] * offers.prices[place]),
        by_other_rule=None if other == WAIT else ids[other],
    )


def _line_by_arrival(moment: Moment, turns: ByArrival, at: int, case: Case, *, ids: Sequence[str]) -> Advice:
    reason, place = turns.reason(moment, at)
    return Advice(
        members=case.members,
        household_id=None if case.household is None else case.household.household_id,
        reason=reason,
        posting_id=None if place == WAIT else ids[place],
        value=None,
        seats_worth=None,
        by_arrival=True,
    )


def _reason(moment: Moment, offers: Offers, at: int) -> tuple[Reason, int]:
    if offers.place[at] != WAIT:
        return "offer", int(offers.place[at])
    if offers.waits_for[at] >= 0:
        return "opens_later", int(offers.waits_for[at])
    now = moment.is_possible[at]
    if now.any():
        best = int(np.where(now, offers.gain[at], -np.inf).argmax())
        return ("seat_worth_more" if offers.gain[at, best] < 0 else "seats_go_to_others"), best
    if moment.is_compatible[at].any():
        return "no_seat_now", int(np.where(moment.is_compatible[at], moment.values[at], -np.inf).argmax())
    return "no_possible_posting", WAIT


def _by_other_rule(
    waiting: Sequence[Case], worth: CaseValues, moment: Moment, rule: HouseholdChoice
) -> NDArray[np.int64]:
    """(n,) the best posting of a household under the other rule, -1 where it is the same one."""
    best = np.full(len(waiting), WAIT, np.int64)
    if not any(case.household for case in waiting):
        return best
    other = case_values(worth.market, waiting, rule="least" if rule == "sum" else "sum")
    for at in np.flatnonzero(moment.is_compatible.any(axis=1) & (worth.needs > 1)):
        own, others = (
            np.where(moment.is_compatible[at], values[at], -np.inf).argmax() for values in (worth.values, other.values)
        )
        best[at] = WAIT if own == others else others
    return best


def _seat_prices(
    moment: Moment, priced: SeatValues, years: PastYears | None, calendar: SeasonCalendar, market: ScoredMarket
) -> tuple[SeatPrice, ...]:
    low, high = priced.of_futures.min(axis=0), priced.of_futures.max(axis=0)
    short = (priced.of_futures > 0).mean(axis=0)
    nobody: Sequence[PriceSource] = [PriceSource("none", 0)] * len(market.postings)
    sources = nobody if years is None else years.sources
    return tuple(
        SeatPrice(
            posting_id=an_id,
            seats_left=int(moment.seats_left[at]),
            seats_offered=int(moment.seats_offered[at]),
            is_open=bool(moment.is_open[at]),
            opens_on=calendar.date_of(float(moment.opens[at])) if moment.now < moment.opens[at] < np.inf else None,
            price=float(priced.prices[at]),
            low=float(low[at]),
            high=float(high[at]),
            short_share=float(short[at]),
            source=sources[at],
        )
        for at, an_id in enumerate(market.postings.ids)
    )
