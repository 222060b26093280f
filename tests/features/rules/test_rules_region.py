"""The region requirement: the ministry's matrix and the two principles behind it are each other's oracle."""

from __future__ import annotations

from itertools import product
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.errors import RulesetError
from features.reference import reference_text
from features.rules import VERDICTS, shipped_rulesets
from features.rules.forms.region import REGION_MATRIX, cell_state
from features.rules.region_table import SYMBOLS, RegionTable, read_region_table
from features.rules.ruleset import Category, Ruleset

ZONES = ("inside", "outside", "unknown")
Truth: TypeAlias = bool | None


def ruleset() -> Ruleset:
    return next(r for r in shipped_rulesets() if r.id == "kyoryokutai/fy2026")


def regions() -> RegionTable:
    found = ruleset().regions
    assert found is not None
    return found


def categories() -> dict[int, Category]:
    table = ruleset().region_table
    assert table is not None
    return {category.id: category for category in table.category}


def both(left: Truth, right: Truth) -> Truth:
    """Kleene's AND: one false settles it, unknown beats true."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def is_zone(zone: str, wanted: str) -> Truth:
    return None if zone == "unknown" else zone == wanted


def by_principles(o: Category, origin_zone: str, d: Category, destination_zone: str) -> Truth:
    """The two principles without the matrix: from the metropolis outwards, and from towns to places worse off."""
    origin_ok = {"U": True, "A": False, "P": is_zone(origin_zone, "outside")}[o.kind]
    if o.metro or o.designated:
        destination_ok: Truth = not (d.metro and d.kind == "U")
    else:
        destination_ok = {"U": False, "A": True, "P": is_zone(destination_zone, "inside")}[d.kind]
    return both(origin_ok, destination_ok)


@pytest.mark.parametrize("destination_zone", ZONES)
@pytest.mark.parametrize("origin_zone", ZONES)
def test_the_matrix_and_the_two_principles_agree_on_all_cells(origin_zone: str, destination_zone: str) -> None:
    outcomes = next(rule for rule in ruleset().rule if rule.id == "region-matrix").outcomes
    verdict_of = {True: "covered", False: "not_covered", None: "needs_district"}
    for origin, destination in product(categories().values(), repeat=2):
        state = cell_state(regions(), origin.id, origin_zone, destination.id, destination_zone)
        expected = verdict_of[by_principles(origin, origin_zone, destination, destination_zone)]

        assert outcomes[state].verdict == expected, (origin.id, destination.id)


def test_the_matrix_is_the_one_that_was_published() -> None:
    rows = [line.split(",")[1:] for line in reference_text("region_matrix.csv").split()[1:]]

    assert ["".join(row) for row in rows] == [
        "××××××××××",
        "××××××××××",
        "○○×○×△△××△",
        "○○×○×△△××△",
        "○○○○×△△×△△",
        "○○▲○×△△×□△",
        "○○▲○×△△×□△",
        "○○○○×△△×△△",
        "○○▲○×△△×□△",
        "○○▲○×△△×□△",
    ]


def test_the_ministrys_table_serves_every_fiscal_year_until_a_new_one_is_added() -> None:
    digests = {r.regions.digest for r in shipped_rulesets() if r.regions is not None}

    assert len(digests) == 1
    assert regions().closed_destinations == {1, 2}
    assert regions().closed_origins == {5, 8}


TRUTHS = st.sampled_from([True, False, None])


def maximum(*truths: Truth) -> Truth:
    """The engine's AND: the maximum of the verdicts' codes."""
    codes = {True: 0, None: 2, False: 3}
    worst = max(codes[truth] for truth in truths)
    return {0: True, 2: None, 3: False}[worst]


@given(TRUTHS, TRUTHS, TRUTHS)
def test_the_maximum_of_codes_is_kleenes_and(a: Truth, b: Truth, c: Truth) -> None:
    assert maximum(a, b) == both(a, b) == maximum(b, a)
    assert maximum(maximum(a, b), c) == maximum(a, maximum(b, c)) == maximum(a, b, c)
    assert maximum(a, a) == a
    assert maximum(a, True) == a
    assert maximum(a, False) is False


def test_verdicts_stand_in_the_published_order_of_strength() -> None:
    assert VERDICTS == ("covered", "needs_review", "needs_district", "not_covered")


@given(
    st.integers(1, 10), st.sampled_from(ZONES), st.integers(1, 10), st.sampled_from(ZONES),
    st.sampled_from(ZONES[:2]), st.sampled_from(ZONES[:2]),
)  # fmt: skip
def test_what_was_settled_before_a_district_is_told_stays_settled(
    o: int, origin_zone: str, d: int, destination_zone: str, told_origin: str, told_destination: str
) -> None:
    before = cell_state(regions(), o, origin_zone, d, destination_zone)
    after = cell_state(
        regions(),
        o, told_origin if origin_zone == "unknown" else origin_zone,
        d, told_destination if destination_zone == "unknown" else destination_zone,
    )  # fmt: skip

    if not before.startswith("ask_"):
        assert after.partition("_")[0] == before.partition("_")[0]
    assert not after.startswith("ask_")


def test_every_state_of_a_cell_is_one_of_the_forms() -> None:
    found = {
        cell_state(regions(), o, from_zone, d, to_zone)
        for o, d in product(range(1, 11), repeat=2)
        for from_zone, to_zone in product(ZONES, repeat=2)
    }

    assert found == set(REGION_MATRIX.states) - {"origin_unknown", "destination_unknown"}


MATRIX, CATEGORIES = "to_category,from_1,from_2\n1,×,○\n2,○,□\n", "code,category\n01100,1\n13112,2\n"


def test_a_table_of_another_size_is_read_the_same_way() -> None:
    table = read_region_table(MATRIX, CATEGORIES, expected=[1, 2], place="t.toml")

    assert table.needs[2, 2] == "both"
    assert table.category_of == {"01100": 1, "13112": 2}
    assert set(SYMBOLS) == set("○×△▲□")


@pytest.mark.parametrize(
    ("matrix", "categories_text", "message"),
    [
        (MATRIX.replace("□", "?"), CATEGORIES, "t.toml: matrix row 2 has ? in from_2, expected one of ○ △ ▲ □ ×"),
        (MATRIX.replace("2,○,□\n", ""), CATEGORIES, "t.toml: matrix has rows ['1'], expected to_category [1, 2]"),
        (MATRIX.replace("_2", "_3"), CATEGORIES, "t.toml: matrix row 1 has None in from_2, expected one of ○ △ ▲ □ ×"),
        (MATRIX, "code,kind\n", "t.toml: categories have no columns code and kyoryokutai_category or category"),
        (MATRIX, CATEGORIES + "01468,3\n", "t.toml: code 01468 has category 3, expected one of [1, 2]"),
        (MATRIX, CATEGORIES + "1468,1\n", "t.toml: categories have code 1468, expected 5 digits"),
        (MATRIX, CATEGORIES + "13112,1\n", "t.toml: categories name code 13112 twice, expected once"),
    ],
)  # fmt: skip
def test_a_broken_table_is_refused(matrix: str, categories_text: str, message: str) -> None:
    with pytest.raises(RulesetError) as caught:
        read_region_table(matrix, categories_text, expected=[1, 2], place="t.toml")

    assert str(caught.value) == message
