"""Seats and placements of one municipality, as the map counts them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.documents.errors import DocumentError
from features.records import Posting

__all__ = ["PlacedSeats", "placed_seats"]


@dataclass(frozen=True)
class PlacedSeats:
    """What one municipality offered and what was filled.

    Attributes
    ----------
    municipality_code : str
    seats, filled : int
        ``0 <= filled <= seats``.
    origins : tuple of str
        Municipality codes of the present homes of those who come, where known.
    """

    municipality_code: str
    seats: int
    filled: int
    origins: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.filled <= self.seats:
            raise DocumentError(
                f"municipality {self.municipality_code} has {self.filled} of {self.seats} seats filled, "
                "expected 0 <= filled <= seats"
            )


def placed_seats(
    matching: Mapping[str, str | None],
    postings: Sequence[Posting],
    *,
    origin_of: Mapping[str, str | None] | None = None,
) -> tuple[PlacedSeats, ...]:
    """Count a matching by municipality.

    Parameters
    ----------
    matching : mapping of applicant id to posting id or None
        ``matching`` of a run record.
    postings : sequence of Posting
        Every posting of the round; one without a placement counts its empty seats.
    origin_of : mapping of applicant id to municipality code, optional
        Where people live now; only the map's thin lines use it.

    Returns
    -------
    tuple of PlacedSeats
        One a municipality, by code; origins sorted, so the order of the matching decides nothing.

    Raises
    ------
    DocumentError
        If the matching names a posting that is not given, or overfills a municipality.
    """
    homes = origin_of or {}
    code_of = {posting.posting_id: posting.municipality_code for posting in postings}
    seats: dict[str, int] = defaultdict(int)
    for posting in postings:
        seats[posting.municipality_code] += posting.seats
    coming: dict[str, list[str]] = defaultdict(list)
    for applicant_id, posting_id in matching.items():
        if posting_id is None:
            continue
        if posting_id not in code_of:
            raise DocumentError(f"the matching names posting {posting_id}, which is not among the {len(code_of)} given")
        coming[code_of[posting_id]].append(homes.get(applicant_id) or "")
    return tuple(
        PlacedSeats(code, seats[code], len(coming[code]), tuple(sorted(home for home in coming[code] if home)))
        for code in sorted(seats)
    )
