"""What stands beside a decision: where it goes against the list, and what a reader of it should know."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from api.decisions.list_place import ListPlace
from api.decisions.states import State

__all__ = ["FLAGS_JA", "OVERRIDES", "Flag", "flags_of"]

Flag: TypeAlias = Literal["not_covered", "passed_over", "ahead_not_chosen", "company_conflict", "beyond_seats"]
OVERRIDES: Final[frozenset[Flag]] = frozenset({"not_covered", "passed_over", "ahead_not_chosen"})
FLAGS_JA: Final[dict[Flag, str]] = {
    "not_covered": "規則の対象外とされた方を先へ進める",
    "passed_over": "読む順の先にいて返事を待つ方より先に内定を出す",
    "ahead_not_chosen": "席の数の内にいる方を採用しない",
    "company_conflict": "市町村に同じ分野で販売する企業の方",
    "beyond_seats": "残りの席より多い内定",
}
_FURTHER: Final[frozenset[State]] = frozenset({"shortlisted", "interview", "offered"})


def flags_of(state: State, place: ListPlace | None, *, free_seats: int, n_offered: int) -> tuple[Flag, ...]:
    """The flags of a step to ``state``.

    Parameters
    ----------
    state : State
    place : ListPlace, optional
        None where the applicant takes the step: people who answer have no list before them.
    free_seats : int
        Seats of the posting on which nobody sits.
    n_offered : int
        Offers to others that have no answer yet.
    """
    if place is None:
        return ()
    found: set[Flag] = set()
    if state in _FURTHER:
        found |= {"not_covered"} if place.verdict == "not_covered" else set()
        found |= {"company_conflict"} if place.companies else set()
    if state == "offered":
        found |= _of_offer(place, free_seats - n_offered)
    # closing the first of the list and then offering the second would otherwise go against no order
    if state == "not_chosen" and place.n_behind > 0 and place.n_ahead < free_seats - n_offered:
        found.add("ahead_not_chosen")
    return tuple(sorted(found))


def _of_offer(place: ListPlace, unpromised: int) -> set[Flag]:
    """Of three free seats the first three may be offered in any order: nobody is passed over."""
    found: set[Flag] = {"passed_over"} if place.n_ahead > max(unpromised - 1, 0) else set()
    if unpromised < 1:
        found.add("beyond_seats")
    return found
