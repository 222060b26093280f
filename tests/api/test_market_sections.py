"""Lists, regions, couples and types of a market file as arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.market_file import MarketFileError, lists, parse_market
from api.market_file.lists import to_preferences
from api.market_file.sections import to_couples, to_regions, to_reserves, type_ids
from matching.errors import MarketError
from matching.preferences import Preferences
from tests.strategies import wishes

Json = dict[str, Any]


@st.composite
def side(draw: st.DrawFn) -> tuple[list[list[int | list[int]]], int]:
    n_choices = draw(st.integers(0, 6))
    return [draw(wishes(n_choices, strict=draw(st.booleans()))) for _ in range(draw(st.integers(0, 5)))], n_choices


@given(side(), st.randoms(use_true_random=False), st.sampled_from([0, 10**9]))
def test_lists_of_ids_become_the_arrays_of_their_indices_by_either_route(
    drawn: tuple[list[list[int | list[int]]], int], random: Any, many: int
) -> None:
    rows, n_choices = drawn
    named = []
    for row in rows:
        wishes_of_row = []
        for wish in row:
            tied = [f"p{x}" for x in wish] if isinstance(wish, list) else [f"p{wish}"]
            random.shuffle(tied)  # the order in which a tie is written down means nothing
            wishes_of_row.append(tuple(tied) if len(tied) > 1 else tied[0])
        named.append(tuple(wishes_of_row))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lists, "_MANY", many)
        found = to_preferences(named, {f"p{x}": x for x in range(n_choices)})
    expected = Preferences.from_lists(rows, n_choices)
    for name in ("indptr", "indices", "ranks"):
        assert np.array_equal(getattr(found, name), getattr(expected, name))


@pytest.mark.parametrize("many", [0, 10**9])
def test_an_unknown_id_and_a_repeated_id_are_refused_by_either_route(
    many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "_MANY", many)
    with pytest.raises(KeyError, match="p9"):
        to_preferences([("p1", "p9")], {"p1": 0})
    with pytest.raises(MarketError, match="which the row lists already"):
        to_preferences([("p1", "p1")], {"p1": 0})


def market(regions: Json, n_postings: int = 4, **records: Json) -> Json:
    """One applicant, postings p1, p2 ... of three seats, and regions."""
    postings: Json = {f"p{i + 1}": {"capacity": 3, "preferences": ["a1"]} for i in range(n_postings)}
    for name, extra in records.items():
        postings[name] |= extra
    return {"applicants": {"a1": ["p1"]}, "postings": postings, "regions": regions}


NESTED: Json = {
    "pref": {"cap": 5, "floor": 1, "postings": ["p3", "p1", "p2"]},
    "city": {"cap": 2, "postings": ["p1", "p2"], "order": ["p2", "p1"], "parent": "pref"},
}


def test_regions_become_a_forest_in_the_order_of_their_ids() -> None:
    regions = to_regions(parse_market(market(NESTED, p4={"floor": 2}, p3={"target": 2})))
    assert regions.parent.tolist() == [1, -1]  # city, pref
    assert regions.cap.tolist() == [2, 5]
    assert regions.floor.tolist() == [0, 1]
    assert regions.region_of.tolist() == [0, 0, 1, -1]
    assert regions.posting_floor.tolist() == [0, 0, 0, 2]
    assert regions.target.tolist() == [1, 1, 2, 3]  # the declared one stays, p1 and p2 share the city's cap


def test_without_an_order_of_its_own_a_region_takes_turns_as_listed_with_inner_orders_kept() -> None:
    assert to_regions(parse_market(market(NESTED))).turn.tolist() == [2, 1, 0, 3]  # p3, p2, p1, p4


CONTRADICTIONS = [
    (
        {"pref": {"postings": ["p1"]}, "city": {"postings": ["p1", "p2"], "parent": "pref"}},
        "regions.city.postings[1] is p2, which is not among the postings of its parent pref",
    ),
    (
        {
            "pref": {"postings": ["p1", "p2"], "order": ["p1", "p2"]},
            "city": {"postings": ["p1", "p2"], "order": ["p2", "p1"], "parent": "pref"},
        },
        "regions.city.order contradicts that of pref around it, expected the same order in both",
    ),
]


@pytest.mark.parametrize(("regions", "message"), CONTRADICTIONS, ids=["not inside", "order"])
def test_regions_that_contradict_each_other_are_refused(regions: Json, message: str) -> None:
    with pytest.raises(MarketFileError) as error:
        parse_market(market(regions))
    assert str(error.value) == message


def test_targets_beyond_a_cap_are_refused_with_the_region() -> None:
    declared = market({"r": {"cap": 3, "postings": ["p1", "p2"]}}, p1={"target": 2}, p2={"target": 2})
    with pytest.raises(MarketFileError) as error:
        to_regions(parse_market(declared))
    assert str(error.value) == "regions.r: declared targets are 4 in all, expected at most the cap 3"


def test_couples_and_types_keep_their_ids() -> None:
    content: Json = {
        "applicants": {"b": ["p1"]},
        "postings": {
            "p1": {"capacity": 2, "preferences": ["a", "b", "c"], "reserves": {"senior": 1}, "quotas": {"own": 2}},
            "p2": {"capacity": 1, "preferences": ["c"]},
        },
        "types": {"c": ["senior"], "b": ["own", "senior"]},
        "couples": [{"members": ["c", "a"], "preferences": [["p2", "p1"], [None, "p1"]]}],
    }
    market_file = parse_market(content)
    couples, reserves = to_couples(market_file), to_reserves(market_file)
    assert (couples.members.tolist(), couples.places.tolist()) == ([[2, 0]], [[1, 0], [-1, 0]])
    assert type_ids(market_file) == ("own", "senior")
    assert reserves.is_of_type.tolist() == [[False, False], [True, True], [False, True]]
    assert (reserves.reserved.tolist(), reserves.quota.tolist()) == ([[0, 1], [0, 0]], [[2, -1], [-1, -1]])
