from __future__ import annotations

import pytest
import scipy.sparse
import scipy.sparse.csgraph

from matching import sparse


@pytest.mark.parametrize("name", sparse.__all__)
def test_each_name_is_that_of_scipy(name: str) -> None:
    assert getattr(sparse, name) in (getattr(where, name, None) for where in (scipy.sparse, scipy.sparse.csgraph))


def test_a_name_that_nothing_needs_is_refused() -> None:
    with pytest.raises(AttributeError, match=r"^module matching\.sparse has no attribute kron$"):
        _ = sparse.kron
