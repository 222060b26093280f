"""Choice with reserves and quotas, written from its definition for one posting and a list of people.

Nothing here is shared with the mechanism: it is what the mechanism is judged by.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, groupby, islice, product
from math import prod

from matching.errors import OutcomeError
from matching.reserves import NO_QUOTA, Precedence

__all__ = ["MOST_ORDERS", "Ranked", "ReservedChoice", "ReservedSeats"]

MOST_ORDERS = 5040
"""Orders of tied holders that are tried before the tie is refused."""

Ranked = list[tuple[int, int]]
"""Rank and applicant, best first."""


class ReservedSeats:
    """The reserved seats of a posting, filled one person after the other.

    Parameters
    ----------
    reserved : list of int
        Seats reserved for each type.
    types_of : list of tuples of int
        The types of every applicant.
    """

    def __init__(self, reserved: list[int], types_of: list[tuple[int, ...]]) -> None:
        self._reserved = reserved
        self._types_of = types_of
        self._seat_of: dict[int, int] = {}
        self._out_of_reach: set[int] = set()

    def take(self, person: int) -> bool:
        """Seat the person if one seat more is filled with them, others changing seats; return whether it is."""
        moves = self._chain_to_a_free_seat(person)
        self._seat_of.update(moves)
        return bool(moves)

    def could_take(self, person: int) -> bool:
        """Whether one seat more would be filled with the person."""
        return bool(self._chain_to_a_free_seat(person))

    def _chain_to_a_free_seat(self, person: int) -> dict[int, int]:
        """Who moves to a seat of which type; nobody where no chain of moves ends at a free seat."""
        reached = set(self._out_of_reach)
        movers: deque[tuple[int, dict[int, int]]] = deque([(person, {})])
        while movers:
            mover, moves = movers.popleft()
            for kind in self._types_of[mover]:
                if kind not in reached:
                    reached.add(kind)
                    sitting = [other for other, seat in self._seat_of.items() if seat == kind]
                    if len(sitting) < self._reserved[kind]:
                        return {**moves, mover: kind}
                    movers.extend((other, {**moves, mover: kind}) for other in sitting)
        # those who sit on seats reached in vain have no other types, so later people find no more there
        self._out_of_reach = reached
        return {}


@dataclass(frozen=True)
class ReservedChoice:
    """How one posting takes people.

    Attributes
    ----------
    posting, capacity : int
    reserved, quota : list of int
        Of every type, -1 for no quota.
    types_of : list of tuples of int
        The types of every applicant, ascending.
    precedence : {"reserved-first", "open-first"}
    """

    posting: int
    capacity: int
    reserved: list[int]
    quota: list[int]
    types_of: list[tuple[int, ...]]
    precedence: Precedence

    def takes(self, applicant: int, rank: int, holders: Ranked) -> bool:
        """Whether the applicant is taken of the holders and the applicant, in every order of tied holders.

        Raises
        ------
        OutcomeError
            When more than :data:`MOST_ORDERS` orders would have to be judged.
        """
        n_before = sum(held <= rank for held, _ in holders)
        people = [person for _, person in holders]
        if applicant not in self.taken([*people[:n_before], applicant, *people[n_before:]]):
            return False
        if not self._tells_tied_people_apart(people):
            return True
        classes = [[person for _, person in tied] for _, tied in groupby(holders, key=lambda holder: holder[0])]
        pools = [list(islice(self._orders_of(tied), MOST_ORDERS + 1)) for tied in classes]
        if prod(map(len, pools)) > MOST_ORDERS:
            expected = f"expected at most {MOST_ORDERS} orders of them: judge lists without ties"
            raise OutcomeError(f"posting {self.posting} holds tied applicants whose order decides, {expected}")
        orders = (list(chain.from_iterable(order)) for order in product(*pools))
        return all(applicant in self.taken([*order[:n_before], applicant, *order[n_before:]]) for order in orders)

    def taken(self, asking: list[int]) -> list[int]:
        """The people taken of those who ask, who stand in order of priority."""
        taken: dict[int, None] = {}
        n_of_type: Counter[int] = Counter()

        def fill(n_seats: int, seats: ReservedSeats | None = None) -> None:
            for person in asking:
                if len(taken) >= n_seats:
                    return
                if person in taken or self._is_over_quota(person, n_of_type):
                    continue
                if seats is None or seats.take(person):
                    taken[person] = None
                    n_of_type.update(self.types_of[person])

        if self.precedence == "open-first":
            fill(self.capacity - sum(self.reserved))
        fill(self.capacity, ReservedSeats(self.reserved, self.types_of))
        fill(self.capacity)
        return list(taken)

    def _is_over_quota(self, person: int, n_of_type: Counter[int]) -> bool:
        """Whether one more of the person's types would be over a quota."""
        return any(
            self.quota[kind] != NO_QUOTA and n_of_type[kind] >= self.quota[kind] for kind in self.types_of[person]
        )

    def _tells_tied_people_apart(self, people: list[int]) -> bool:
        """Whether the order of equals may decide; reserved-first only counts how many of each type rank no lower.

        It may where open seats go first, which leaves reserved seats to different people, and where somebody counts
        towards several quotas.
        """
        if self.precedence == "open-first" and any(self.reserved):
            return True
        return max(self.quota, default=NO_QUOTA) != NO_QUOTA and any(len(self.types_of[who]) > 1 for who in people)

    def _orders_of(self, tied: list[int]) -> Iterator[list[int]]:
        """Every order of tied people that differs in the sequence of their types, in lexicographic order of these."""
        order = sorted(tied, key=self.types_of.__getitem__)
        while True:
            yield order
            types = [self.types_of[person] for person in order]
            rising = [at for at in range(len(order) - 1) if types[at] < types[at + 1]]
            if not rising:
                return
            at = rising[-1]
            larger = max(other for other in range(at + 1, len(order)) if types[other] > types[at])
            order = list(order)
            order[at], order[larger] = order[larger], order[at]
            order[at + 1 :] = reversed(order[at + 1 :])
