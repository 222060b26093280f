"""Kinship of kinds of work: one figure a pair, the same both ways, and the named one before the family's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations

import numpy as np
import pytest

from features.errors import FeatureError
from features.taxonomy import kinship as module
from features.taxonomy.kinds import Family, WorkKind, families, work_kinds
from features.taxonomy.kinship import kinship

PLACE = {code: column for column, code in enumerate(work_kinds())}


@pytest.fixture
def read_anew() -> Iterator[None]:
    """The table is computed once a process; a test that replaces the files must leave none behind."""
    kinship.cache_clear()
    yield
    kinship.cache_clear()


def _kind(code: str, **kin: float) -> WorkKind:
    return WorkKind(code=code, name=code, does=("和紙を漉く",), words=("和紙",), kin=kin)


def _use(monkeypatch: pytest.MonkeyPatch, families_of: Mapping[str, Family]) -> None:
    monkeypatch.setattr(module, "families", lambda: families_of)
    monkeypatch.setattr(
        module, "work_kinds", lambda: {kind.code: kind for family in families_of.values() for kind in family.work}
    )


def test_the_table_is_symmetric_lies_in_0_to_1_and_has_1_on_the_diagonal_only() -> None:
    table = kinship()

    assert table.shape == (len(PLACE), len(PLACE))
    assert table.dtype == np.float32
    np.testing.assert_array_equal(table, table.T)
    assert table.min() >= 0
    assert np.array_equal(table == 1, np.eye(len(PLACE), dtype=np.bool_))
    with pytest.raises(ValueError, match="read-only"):
        table[0, 0] = 0


def test_kin_are_known_kinds_and_never_the_kind_itself() -> None:
    for kind in work_kinds().values():
        assert set(kind.kin) <= set(PLACE) - {kind.code}, kind.code


def test_no_pair_is_named_twice_over_the_files() -> None:
    named = Counter(frozenset((kind.code, other)) for kind in work_kinds().values() for other in kind.kin)

    assert [sorted(pair) for pair, times in named.items() if times > 1] == []


def test_every_pair_has_the_figure_its_files_give() -> None:
    named = {
        frozenset((kind.code, other)): figure for kind in work_kinds().values() for other, figure in kind.kin.items()
    }
    family_of = {kind.code: family for family in families().values() for kind in family.work}
    table = kinship()

    for one, other in combinations(PLACE, 2):
        of_family = family_of[one].kinship if family_of[one] is family_of[other] else 0.0
        asked = np.float32(named.get(frozenset((one, other)), of_family))
        assert table[PLACE[one], PLACE[other]] == asked, (one, other)


@pytest.mark.usefixtures("read_anew")
def test_a_named_figure_goes_before_that_of_the_family_and_the_larger_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    land = Family(name="山", kinship=0.3, work=(_kind("a", b=0.1), _kind("b"), _kind("c", d=0.4, e=0.7)))
    sea = Family(name="海", kinship=0.2, work=(_kind("d", c=0.6), _kind("e", c=0.5)))
    _use(monkeypatch, {"land": land, "sea": sea})

    above = {(0, 1): 0.1, (0, 2): 0.3, (1, 2): 0.3, (2, 3): 0.6, (2, 4): 0.7, (3, 4): 0.2}
    asked = np.eye(5)
    for (one, other), figure in above.items():
        asked[one, other] = asked[other, one] = figure
    np.testing.assert_allclose(kinship(), asked, atol=1e-7)


@pytest.mark.usefixtures("read_anew")
def test_kin_that_do_not_exist_are_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    _use(monkeypatch, {"land": Family(name="山", kinship=0.3, work=(_kind("a", lanterns=0.1),))})

    with pytest.raises(FeatureError, match="kind of work a names kin lanterns, which is no kind of work"):
        kinship()
