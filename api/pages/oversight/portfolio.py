"""The calls of several municipalities by town: seats without a person, applications a seat, facts gone stale."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from api.pages.japan_map import MapPoint, Shape, map_point
from api.pages.selection.posting_lines import PostingLine
from api.pages.words import Words
from features.municipalities import find

__all__ = ["Portfolio", "TownLine", "portfolio", "town_points"]


@dataclass(frozen=True)
class TownLine:
    """One municipality.

    Attributes
    ----------
    code, name : str
        The name without the prefecture where the page names it.
    calls : sequence of PostingLine
        Open ones first.
    n_open, n_seats, n_applications, n_untouched, n_stale : int
        Calls that people may apply to today, their seats without a person, applications to them, those to which nobody
        has applied, and those whose facts are older than thirty days.
    n_past : int
        Calls that are past their deadline and not closed: nobody may apply, so they count nowhere else.
    """

    code: str
    name: str
    calls: Sequence[PostingLine]
    n_open: int
    n_seats: int
    n_applications: int
    n_untouched: int
    n_stale: int
    n_past: int

    @property
    def congestion(self) -> float | None:
        """Applications a seat; ``None`` where there is no seat."""
        return self.n_applications / self.n_seats if self.n_seats else None


@dataclass(frozen=True)
class Portfolio:
    """Every municipality within reach, those that need help most first, and the sums."""

    towns: Sequence[TownLine]
    n_open: int
    n_seats: int
    n_applications: int
    n_untouched: int
    n_stale: int
    n_past: int


def portfolio(codes: Iterable[str], lines: Sequence[PostingLine], *, prefecture: str | None = None) -> Portfolio:
    """Calls by municipality.

    Parameters
    ----------
    codes : iterable of str
        Municipalities that are shown although they may have no call.
    lines : sequence of PostingLine
    prefecture : str, optional
        Code of the one that the page names.
    """
    by_town: dict[str, list[PostingLine]] = {code: [] for code in codes}
    for line in lines:
        by_town.setdefault(line.head.posting.municipality_code, []).append(line)
    towns = sorted((_town(code, calls, prefecture) for code, calls in by_town.items()), key=_need)
    return Portfolio(
        towns,
        n_open=sum(town.n_open for town in towns),
        n_seats=sum(town.n_seats for town in towns),
        n_applications=sum(town.n_applications for town in towns),
        n_untouched=sum(town.n_untouched for town in towns),
        n_stale=sum(town.n_stale for town in towns),
        n_past=sum(town.n_past for town in towns),
    )


def town_points(found: Portfolio, words: Words) -> list[MapPoint]:
    """The municipalities as points: the shape says whether seats are open and whether somebody has applied."""
    return [
        map_point(town.code, shape=_shape(town), words=_said(town, words), href=f"#town-{town.code}")
        for town in found.towns
    ]


def _town(code: str, calls: Sequence[PostingLine], prefecture: str | None) -> TownLine:
    ordered = sorted(calls, key=lambda call: (call.head.posting.state != "open", call.head.posting.posting_id))
    place = find(code)
    running = [call for call in ordered if call.head.is_open]
    return TownLine(
        code=code,
        name=place.name if code[:2] == prefecture else place.full_name,
        calls=ordered,
        n_open=len(running),
        n_seats=sum(call.seats_left for call in running),
        n_applications=sum(call.n_applications for call in running),
        n_untouched=sum(_is_untouched(call) for call in running),
        n_stale=sum(call.head.is_stale for call in running),
        n_past=sum(call.head.posting.state == "open" and not call.head.is_open for call in ordered),
    )


def _is_untouched(call: PostingLine) -> bool:
    return call.seats_left > 0 and call.n_applications == 0 and not call.is_closed_to_caller


def _need(town: TownLine) -> tuple[object, ...]:
    crowd = town.congestion
    return (town.n_untouched == 0, crowd is None, crowd or 0.0, -town.n_seats, town.code)


def _shape(town: TownLine) -> Shape:
    if town.n_untouched:
        return "to"
    return "ring" if town.n_seats else "dot"


def _said(town: TownLine, words: Words) -> str:
    return words("portfolio.point", seats=town.n_seats, applications=town.n_applications)
