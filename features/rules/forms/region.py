"""The 地域要件 matrix: from which category to which, and where a district decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from features.rules.forms.form import Form, text, truth
from features.rules.region_table import RegionTable
from features.rules.ruleset import Rule
from features.rules.state_table import ABSENT, SILENT, StateTable, tabulate
from features.rules.view import View

__all__ = ["REGION_MATRIX", "cell_state"]

_Place: TypeAlias = tuple[int | None, str]
_ABROAD = "abroad"
_ASKED = {
    (False, False): "open_by_district",
    (True, False): "ask_origin",
    (False, True): "ask_destination",
    (True, True): "ask_both",
}


def cell_state(regions: RegionTable, origin: int, origin_zone: str, destination: int, destination_zone: str) -> str:
    """The state of one cell of the matrix, with both districts as far as they are known.

    Parameters
    ----------
    regions : RegionTable
    origin, destination : int
        Categories.
    origin_zone, destination_zone : str
        ``inside`` a 条件不利区域, ``outside`` all of them, or ``unknown``.

    Returns
    -------
    str
        One of the states of :data:`REGION_MATRIX`. One false side settles it, whatever is unknown of the other.

    Examples
    --------
    >>> from features.rules.store import shipped_rulesets
    >>> regions = next(r.regions for r in shipped_rulesets() if r.id == "kyoryokutai/fy2026")
    >>> cell_state(regions, 9, "outside", 9, "outside"), cell_state(regions, 9, "unknown", 8, "unknown")
    ('closed_destination_district', 'ask_origin')
    """
    needs = regions.needs[destination, origin]
    if needs == "impossible":
        return _closed(regions, origin, destination)
    if needs == "nothing":
        return "open"
    on_origin = needs in ("origin_outside", "both")
    on_destination = needs in ("destination_inside", "both")
    if on_origin and origin_zone == "inside":
        return "closed_origin_district"
    if on_destination and destination_zone == "outside":
        return "closed_destination_district"
    return _ASKED[on_origin and origin_zone == "unknown", on_destination and destination_zone == "unknown"]


def _closed(regions: RegionTable, origin: int, destination: int) -> str:
    if destination in regions.closed_destinations:
        return "closed_destination"
    return "closed_origin" if origin in regions.closed_origins else "closed"


def _state_of(regions: RegionTable, origin: _Place, destination: _Place) -> str:
    # a side that is not one known municipality is false only where every category it may have is (Kleene)
    (from_category, from_zone), (to_category, to_zone) = origin, destination
    if from_category is not None and to_category is not None:
        return cell_state(regions, from_category, from_zone, to_category, to_zone)
    if to_category in regions.closed_destinations:
        return "closed_destination"
    if from_category in regions.closed_origins:
        return "closed_origin"
    return "origin_unknown" if from_category is None else "destination_unknown"


def _build(rule: Rule, view: View, states: tuple[str, ...]) -> StateTable:
    regions, intern_asked = view.regions, truth(rule, "intern_origin_rule")
    _ = text(rule, "principle_1"), text(rule, "principle_2")  # a wrong parameter shows when a file is loaded
    from_zones, to_zones = view.applicants.texts("origin_zone"), view.postings.texts("zone")
    moved, kinds = view.applicants.days("record_moved_on"), view.applicants.texts("exception_kind")
    origins = [
        (
            view.category(code),
            _ABROAD if kind == "overseas" and code is None else zone or "unknown",
            serving or day is not None,
        )
        for code, zone, serving, day, kind in zip(
            view.origin_codes, from_zones, view.serving_here, moved, kinds, strict=True
        )
    ]
    destinations = [
        (view.category(code), zone or "unknown", trial)
        for code, zone, trial in zip(view.destination_codes, to_zones, view.trials, strict=True)
    ]

    def decide(origin: tuple[int | None, str, bool], destination: tuple[int | None, str, str], here: str | None) -> str:
        if destination[2] == "otameshi" or (destination[2] == "intern" and not intern_asked):
            return SILENT
        if origin[1] == _ABROAD:
            return ABSENT  # there is no 住民票 to move, so only the exception for people abroad can speak
        if here and origin[2]:
            return SILENT  # the record has moved here already, and the matrix is about the place before
        return _state_of(regions, origin[:2], destination[:2])

    here = [((code, "here"),) if code else () for code in view.origin_codes]
    return tabulate(origins, destinations, decide, states=states, relations=here, codes=view.destination_codes)


def _words(rule: Rule, view: View, i: int, _j: int) -> Mapping[str, object]:
    category = view.category(view.origin_codes[i])
    table = view.ruleset.region_table
    from_city = table is not None and any(c.id == category and (c.metro or c.designated) for c in table.category)
    return {"principle": text(rule, "principle_1" if from_city else "principle_2")}


REGION_MATRIX = Form(
    states=(
        *("open", "open_by_district"),
        *("closed_destination", "closed_origin", "closed", "closed_origin_district", "closed_destination_district"),
        *("ask_origin", "ask_destination", "ask_both"),
        *("origin_unknown", "destination_unknown"),
    ),
    build=_build,
    parameters=("principle_1", "principle_2"),
    options=("intern_origin_rule",),
    words=_words,
    placeholders=("principle",),
    needs_regions=True,
)
