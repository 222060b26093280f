"""What advice on a season says: one line a case that waits, one price a posting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from features.seasons.past_years import PriceSource

__all__ = ["Advice", "Reason", "SeasonAdvice", "SeatPrice"]

Reason: TypeAlias = Literal[
    "offer", "opens_later", "seat_worth_more", "seats_go_to_others", "no_seat_now", "no_possible_posting"
]


@dataclass(frozen=True)
class Advice:
    """What to do about one case now; nobody is refused by it.

    Attributes
    ----------
    members : tuple of str
    household_id : str or None
    reason : Reason
        ``offer``, or why to wait: a posting that opens is better; every seat is worth more later; today's seats do more
        with others; no seat is free or open now; no posting is possible.
    posting_id : str or None
        Where to make an offer, which posting to wait for, or the one that is nearest to an offer.
    value, seats_worth : float or None
        What the pair is worth to the posting, and what its seats are worth later; ``None`` where no posting is
        possible, and for whoever wants no order by scores.
    by_other_rule : str or None
        Of a household, the possible posting of the largest value under the other rule, where that is another one than
        under this rule.
    by_arrival : bool
        The case wants no order by scores: it is read in order of arrival, and only seats decide.
    """

    members: tuple[str, ...]
    household_id: str | None
    reason: Reason
    posting_id: str | None
    value: float | None
    seats_worth: float | None
    by_other_rule: str | None = None
    by_arrival: bool = False

    @property
    def is_offer(self) -> bool:
        """Whether to make an offer now."""
        return self.reason == "offer"

    def to_json(self) -> dict[str, object]:
        """What a file holds."""
        waits_for = self.posting_id if self.reason == "opens_later" else None
        return {
            "members": list(self.members),
            "household_id": self.household_id,
            "action": "offer" if self.is_offer else "wait",
            "reason": self.reason,
            "posting_id": self.posting_id,
            "waits_for": waits_for,
            "value": self.value,
            "seats_worth_later": self.seats_worth,
            "by_other_household_rule": self.by_other_rule,
            "by_arrival": self.by_arrival,
        }


@dataclass(frozen=True)
class SeatPrice:
    """What one more seat of a posting will be worth.

    Attributes
    ----------
    posting_id : str
    seats_left, seats_offered : int
    is_open : bool
        Whether it makes offers today.
    opens_on : date or None
        When a draft is taken to open.
    price, low, high : float
        Mean, least and largest over the futures drawn.
    short_share : float
        Share of the futures in which its seats run short.
    source : PriceSource
        Whose past applications it rests on.
    """

    posting_id: str
    seats_left: int
    seats_offered: int
    is_open: bool
    opens_on: date | None
    price: float
    low: float
    high: float
    short_share: float
    source: PriceSource

    def to_json(self) -> dict[str, object]:
        """What a file holds."""
        return {
            "posting_id": self.posting_id,
            "seats_left": self.seats_left,
            "seats_offered": self.seats_offered,
            "is_open": self.is_open,
            "opens_on": None if self.opens_on is None else self.opens_on.isoformat(),
            "price": self.price,
            "low": self.low,
            "high": self.high,
            "short_share": self.short_share,
            "forecast_from": self.source.level,
            "past_cases": self.source.n_cases,
        }


@dataclass(frozen=True)
class SeasonAdvice:
    """Advice for all who wait, in order of arrival, and the prices of all postings.

    Attributes
    ----------
    lines : tuple of Advice
    prices : tuple of SeatPrice
    n_held : int
        Cases with an offer or a place.
    n_later : int
        Applications received after the day asked about, left out.
    declined_share : float or None
        Share of offers taken not to hold; ``None`` without a forecast.
    """

    lines: tuple[Advice, ...]
    prices: tuple[SeatPrice, ...]
    n_held: int
    n_later: int
    declined_share: float | None

    def to_json(self) -> dict[str, object]:
        """What a file holds."""
        return {
            "advice": [line.to_json() for line in self.lines],
            "prices": [price.to_json() for price in self.prices],
            "with_an_offer_or_a_place": self.n_held,
            "applications_after_the_day": self.n_later,
            "declined_share": self.declined_share,
        }
